// What a new command starts as: something small that compiles, reads a document, refuses for one reason and is tested.

/** freeze-topics → freezeTopics */
export function identifierOf(name) {
  return name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** freeze-topics → FreezeTopicsParams */
export function paramsTitleOf(name) {
  const identifier = identifierOf(name);
  return `${identifier.charAt(0).toUpperCase()}${identifier.slice(1)}Params`;
}

export function schemaOf(name) {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `${name}.json`,
    title: paramsTitleOf(name),
    type: 'object',
    description: 'TODO: what it asks for, in one sentence.',
    properties: { stageSet: { $ref: 'common.json#/definitions/StageSetName' } },
    required: ['stageSet'],
    additionalProperties: false,
    examples: [{ stageSet: 'main' }],
  };
}

export function commandOf(name) {
  return `import { accept, defineCommand, reject } from '../core/decision.js';
import { stageSetId } from '../core/ids.js';
import type { ${paramsTitleOf(name)}, StageSetDocument } from '../core/types.js';
import { seenAs } from './shared/read.js';

/** What the decision rests on. */
interface State {
  readonly set: StageSetDocument | undefined;
}

/** TODO: what it does, in one sentence. */
export const ${identifierOf(name)} = defineCommand<${paramsTitleOf(name)}, State>({
  name: '${name}',
  summary: 'TODO: what it does, in one line.',
  schema: '${name}.json',
  kind: 'change',
  role: 'developer',
  refusals: ['UNKNOWN_STAGE_SET'],

  async load(load, { stageSet }, { project }) {
    const id = stageSetId(project, stageSet);
    return { set: seenAs(await load.get([id]), id, 'stage-set') };
  },

  decide({ set }, { stageSet }, { project }) {
    if (set === undefined) return reject('UNKNOWN_STAGE_SET', \`Project "\${project}" has no stage set "\${stageSet}".\`);
    return accept([], { stageSet });
  },
});
`;
}

export function testOf(name) {
  return `import { ${identifierOf(name)} } from '../../../src/commands/${name}.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { functionConfig } from '../../support/configs.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(${identifierOf(name)});

describe('${name}', () => {
  it('accepts a stage set that exists', async () => {
    await given(sent(stageConfigs, { configs: [functionConfig('enrich')] }))
      .when({ stageSet: 'main' })
      .thenEvents([]);
  });

  it('rejects with UNKNOWN_STAGE_SET where there is none', async () => {
    await given().when({ stageSet: 'main' }).thenRejects('UNKNOWN_STAGE_SET');
  });
});
`;
}

/** The registry with the command in it; undefined where its shape is not known any more. */
export function registered(registry, name) {
  const imports = [...registry.matchAll(/^import \{ \w+ \} from '\.\/(.+)\.js';\n/gm)];
  const last = imports.at(-1);
  const list = /^const COMMANDS: readonly AnyCommand\[\] = \[\n(?: {2}erased\(\w+\),\n)*/m;
  if (last === undefined || !list.test(registry)) return undefined;
  const behind = imports.findLast(([, file]) => file < name);
  const at = behind === undefined ? imports[0].index : behind.index + behind[0].length;
  const line = `import { ${identifierOf(name)} } from './${name}.js';\n`;
  return `${registry.slice(0, at)}${line}${registry.slice(at)}`.replace(
    list,
    (found) => `${found}  erased(${identifierOf(name)}),\n`,
  );
}
