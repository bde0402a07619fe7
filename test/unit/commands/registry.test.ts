import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addEnvironments } from '../../../src/commands/internal/add-environments.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { findCommand, listCommands } from '../../../src/commands/registry.js';
import { validator } from '../../../src/core/validate.js';
import { CODES } from '../../../src/errors.js';
import { schemas } from '../../../src/generated/schemas.js';

const listed = listCommands(['test', 'prod']);
const internal = [noteEffectsPublished, addEnvironments];
const root = join(__dirname, '../../..');

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly $ref?: string;
}

describe('the registry', () => {
  it('lists the commands of the contract', () => {
    expect(listed.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'commit-staged-to-prod',
        'commit-staged-to-test',
        'get-all-data',
        'merge-stage-sets',
        'record-deployment',
        'release-effects',
        'rollback',
        'set-environments',
        'stage-configs',
        'un-stage',
      ]),
    );
  });

  it('finds each by its name, and nothing else', () => {
    for (const { name } of listed) expect(findCommand(name)?.name).toBe(name);
    for (const name of [
      '',
      'stage',
      'commit-staged',
      'commit-staged-to-',
      'commit-staged-to-A',
      'constructor',
      '__proto__',
    ]) {
      expect(findCommand(name)).toBeUndefined();
    }
  });

  it("does not have the writer's own", () => {
    for (const { name } of internal) expect(findCommand(name)).toBeUndefined();
  });

  it('takes any environment into the family, for its own decision to refuse', () => {
    expect(findCommand('commit-staged-to-anything')?.name).toBe('commit-staged-to-anything');
  });
});

describe.each([...listed, ...internal])('$name', ({ name, schema, summary, refusals, kind }) => {
  const description = schemas[schema] as unknown as Described & { readonly examples?: readonly unknown[] };
  const folder = internal.some((own) => own.name === name) ? 'commands/internal' : 'commands';
  const base = schema.replace(/\.json$/, '');

  it('has a schema, a file and a test of the same name', () => {
    expect(existsSync(join(root, 'schemas', folder, schema))).toBe(true);
    expect(existsSync(join(root, 'src', folder, `${base}.ts`))).toBe(true);
    expect(existsSync(join(root, 'test/unit', folder, `${base}.test.ts`))).toBe(true);
  });

  it('has examples that are valid', () => {
    expect(description.examples?.length ?? 0).toBeGreaterThan(0);
    for (const example of description.examples ?? []) expect(validator(schema)(example)).toEqual([]);
  });

  it('is described: itself, and each parameter', () => {
    expect(summary).toMatch(/^[A-Z].*[.]$/);
    expect(description.description).toBeDefined();
    for (const [field, property] of Object.entries(description.properties ?? {})) {
      expect([field, property.description ?? property.$ref]).not.toEqual([field, undefined]);
    }
  });

  it('refuses with codes of the table', () => {
    const known = [...Object.keys(CODES), 'NOT_PROVEN_IN_<ENVIRONMENT BEFORE>'];
    expect(refusals.filter((code) => !known.includes(code))).toEqual([]);
    expect(kind === 'query' && refusals.length > 0).toBe(false);
  });
});
