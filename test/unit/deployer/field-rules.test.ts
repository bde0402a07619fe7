import { FIELD_RULES, ruleFor } from '../../../src/deployer/field-rules.js';
import { schemas } from '../../../src/generated/schemas.js';
import type { WorkloadType } from '../../../src/core/types.js';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const TYPES: readonly WorkloadType[] = ['function', 'source', 'sink'];

/** Every field of a config, those of its objects too. */
function fieldsOf(type: WorkloadType): string[] {
  const root = schemas[`${type}-config.json`] as Schema;
  const resolve = (schema: Schema): Schema => {
    const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
    return ref === undefined ? schema : (root.definitions?.[ref.split('/').at(-1) ?? ''] ?? schema);
  };
  const visit = (schema: Schema, at: string): string[] => {
    const { properties = {}, additionalProperties } = resolve(schema);
    const ofMap =
      typeof additionalProperties === 'object' && additionalProperties.$ref !== undefined
        ? visit(additionalProperties, `${at}/*`)
        : [];
    return [
      ...Object.entries(properties).flatMap(([name, field]) => [
        `${at}/${name}`,
        ...(name === 'environments' ? [] : visit(field, `${at}/${name}`)),
      ]),
      ...ofMap,
    ];
  };
  return visit(root, '');
}

describe('the rules of what an update does', () => {
  it.each(TYPES)('are there for every field of a %s, and for no other', (type) => {
    const ruled = FIELD_RULES[type].map(({ field }) => field).filter((field) => field !== '/inputSpecs/*');
    expect([...ruled].sort()).toEqual(fieldsOf(type).sort());
  });

  it.each(TYPES)('say in a sentence what becomes of a field of a %s', (type) => {
    for (const rule of FIELD_RULES[type]) {
      const details = rule.kind === 'compared' ? rule.fates.map(({ detail }) => detail) : [rule.detail];
      for (const detail of details) expect(detail).toMatch(/^[A-Z].{3,400}\.$/);
    }
  });

  it('are found by the longest path that fits', () => {
    expect(ruleFor('function', ['inputSpecs', 'a/b', 'receiverQueueSize'])?.field).toBe(
      '/inputSpecs/*/receiverQueueSize',
    );
    expect(ruleFor('function', ['userConfig', 'deep'])?.field).toBe('/userConfig');
    expect(ruleFor('function', ['inputs'])).toBeUndefined();
  });

  it('say of everything but an update that only re-creation brings it about', () => {
    for (const rule of TYPES.flatMap((type) => FIELD_RULES[type])) {
      if (rule.kind !== 'compared') continue;
      for (const fate of rule.fates)
        expect(fate.class === 'update' || fate.detail.includes('Only re-creation')).toBe(true);
    }
  });
});
