import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { mergeStageSets } from '../../../src/commands/merge-stage-sets.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { hashOf } from '../../../src/core/canonical.js';
import { fn, functionConfig } from '../../support/configs.js';
import { sealedText } from '../../support/sealed.js';
import { deployed, scenario, sent } from '../../support/scenario.js';

const { given } = scenario(stageConfigs);
/** Looks like a key of somebody's. */
const RANDOM = ['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYzEXA9PLE3K'].join('/');
const toTest = commitStagedTo('test');
const toProd = commitStagedTo('prod');
const stage = (...names: string[]) =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name)) });

describe('stage-configs', () => {
  it('stages a config under its canonical content', async () => {
    const { events } = await given()
      .when({ configs: [functionConfig('a')], note: 'first' })
      .thenAccepted({ stageSet: 'main', staged: 1, removed: 0, unchanged: 0, entries: 1 });
    const content = {
      ...functionConfig('a'),
      inputs: ['persistent://public/default/orders'],
      runtime: 'PYTHON',
    };
    expect(events).toEqual([
      {
        type: 'configs-staged',
        project: 'default',
        stageSet: 'main',
        note: 'first',
        counts: { apply: 1, delete: 0 },
        entries: [
          {
            function: fn('a'),
            workload: 'function',
            operation: 'apply',
            contentHash: hashOf(content),
            content,
            base: { test: 0, prod: 0 },
            claimed: true,
          },
        ],
      },
    ]);
  });

  it('makes the documents of the set, the entry, the content and the function', async () => {
    const { documents } = await given()
      .when({ stageSet: 'team-a', configs: [functionConfig('a')] })
      .thenDocuments({
        'stage-set:default:team-a': { kind: 'stage-set', state: 'open', counts: { apply: 1, delete: 0 } },
        [`staged:default:team-a:${fn('a')}`]: { kind: 'staged', operation: 'apply', stagedAt: 2 },
        [`function:${fn('a')}`]: {
          kind: 'function',
          project: 'default',
          since: 2,
          environments: {},
          held: {},
        },
      });
    const staged = documents.get(`staged:default:team-a:${fn('a')}`);
    const hash = staged?.kind === 'staged' ? (staged.contentHash ?? '') : '';
    expect(documents.get(`content:${hash}`)).toMatchObject({ kind: 'content', hash });
    expect(documents.get(`function:${fn('a')}`)).toMatchObject({ staged: { 'team-a': hash } });
  });

  it('gives different spellings of one config one hash', async () => {
    const spelled = functionConfig('a', {
      inputs: ['persistent://public/default/orders', 'orders'],
      runtime: 'PYTHON',
      fqfn: fn('a'),
      environments: { prod: {} },
    });
    await given(stage('a'))
      .when({ configs: [spelled] })
      .thenAccepted({ staged: 0, unchanged: 1, entries: 1 });
  });

  it('carries a content in the journal once', async () => {
    const { events } = await given(stage('a'))
      .when({ stageSet: 'other', configs: [functionConfig('a')] })
      .thenAccepted();
    expect(events[0]).not.toHaveProperty('entries.0.content');
  });

  it('replaces an entry and counts it once', async () => {
    await given(stage('a', 'b'))
      .when({ configs: [functionConfig('a', { parallelism: 2 })], remove: [fn('b')] })
      .thenDocuments({
        'stage-set:default:main': { counts: { apply: 1, delete: 1 } },
        [`staged:default:main:${fn('b')}`]: { operation: 'delete', contentHash: null },
        [`function:${fn('b')}`]: { staged: { main: 'delete' } },
      });
  });

  it('renews base and position when the same content is staged again', async () => {
    const happened = await given(stage('a'), sent(toTest, {}), deployed('test', 1))
      .when({ configs: [functionConfig('a')] })
      .thenAccepted({ staged: 0, unchanged: 1 });
    const { world } = happened;
    expect(world.document(`staged:default:main:${fn('a')}`, 'staged')).toMatchObject({
      base: { test: 1, prod: 0 },
      stagedAt: world.position,
    });
  });

  it('takes no base from deployments to another target', async () => {
    const { events } = await given(
      stage('a'),
      sent(toTest, {}),
      deployed('test', 1),
      sent(setEnvironments, {
        environments: [{ name: 'test', adminUrl: 'http://new:8080' }, { name: 'prod' }],
      }),
    )
      .when({ configs: [functionConfig('a')] })
      .thenAccepted();
    expect(events[0]).toMatchObject({ entries: [{ base: { test: 0, prod: 0 } }] });
  });

  it('opens a closed set anew', async () => {
    const { world } = await given(stage('a'), sent(mergeStageSets, { from: ['main'], into: 'all' }))
      .when({ configs: [functionConfig('b')] })
      .thenDocuments({ 'stage-set:default:main': { state: 'open', counts: { apply: 1, delete: 0 } } });
    expect(world.document('stage-set:default:main', 'stage-set')).not.toHaveProperty('mergedInto');
  });

  it('keeps the note of the set until there is a new one', async () => {
    await given(sent(stageConfigs, { configs: [functionConfig('a')], note: 'why' }))
      .when({ configs: [functionConfig('b')] })
      .thenDocuments({ 'stage-set:default:main': { note: 'why' } });
  });

  describe('refuses, and stages nothing,', () => {
    it('the same function twice in one command', async () => {
      await given(stage('a'))
        .when({ configs: [functionConfig('b'), functionConfig('b')], remove: [fn('a'), fn('b')] })
        .thenRejects('DUPLICATE_NAME', [fn('b'), fn('b')]);
    });

    it('a function that another project holds by a stage set', async () => {
      const { problem } = await given(
        sent(stageConfigs, { configs: [functionConfig('a')] }, { project: 'pricing' }),
      )
        .when({ configs: [functionConfig('a'), functionConfig('b')] })
        .thenRejects('OTHER_PROJECT', [fn('a')]);
      expect(problem?.errors?.[0]).toMatchObject({
        pointer: '/params/configs/0',
        detail: expect.stringContaining('"pricing"') as string,
      });
    });

    it('a function that another project holds by an environment, also its removal', async () => {
      const options = { project: 'pricing' };
      await given(
        sent(stageConfigs, { configs: [functionConfig('a')] }, options),
        sent(toTest, {}, options),
        sent(unStage, { all: true }, options),
      )
        .when({ remove: [fn('a')] })
        .thenRejects('OTHER_PROJECT', [fn('a')]);
    });

    it('a source under the name of a function that is held', async () => {
      await given(stage('a'), sent(toTest, {}))
        .when({ configs: [{ ...source('a') }] })
        .thenRejects('TYPE_CHANGED', [fn('a')]);
    });

    it('the removal of a function that nobody has', async () => {
      await given()
        .when({ remove: [fn('a')] })
        .thenRejects('UNKNOWN_NAME', [fn('a')]);
    });

    it('a patch for an environment that is not in force', async () => {
      const { problem } = await given()
        .when({ configs: [functionConfig('a', { environments: { staging: { parallelism: 2 } } })] })
        .thenRejects('UNKNOWN_NAME', ['staging']);
      expect(problem?.errors?.[0]?.pointer).toBe('/params/configs/0/environments/staging');
    });
  });

  describe('a function that nobody holds any more', () => {
    const pricing = { project: 'pricing' };
    const gone = [
      sent(stageConfigs, { configs: [functionConfig('a')] }, pricing),
      sent(toTest, {}, pricing),
      deployed('test', 1, pricing),
      sent(stageConfigs, { remove: [fn('a')] }, pricing),
      sent(toTest, {}, pricing),
    ];

    it('is still held until its deletion has succeeded', async () => {
      await given(...gone, sent(unStage, { all: true }, pricing))
        .when({ configs: [functionConfig('a')] })
        .thenRejects('OTHER_PROJECT');
    });

    it('starts anew under the project that stages it next', async () => {
      await given(...gone, deployed('test', 2, pricing), sent(unStage, { all: true }, pricing))
        .when({ configs: [functionConfig('a')] })
        .thenDocuments({
          [`function:${fn('a')}`]: { project: 'default', environments: {}, held: {} },
          [`staged:default:main:${fn('a')}`]: { base: { test: 0, prod: 0 } },
        });
    });

    it('may become another type, even in the set that held it alone', async () => {
      await given(stage('a'))
        .when({ configs: [source('a')] })
        .thenDocuments({
          [`function:${fn('a')}`]: { workload: 'source' },
          [`staged:default:main:${fn('a')}`]: { workload: 'source' },
        });
    });

    it('keeps its history where the project is the same', async () => {
      await given(
        stage('a'),
        sent(toTest, {}),
        deployed('test', 1),
        sent(stageConfigs, { remove: [fn('a')] }),
        sent(toTest, {}),
        deployed('test', 2),
        sent(toProd, {}),
        deployed('prod', 1),
      )
        .when({ configs: [functionConfig('a')] })
        .thenDocuments({
          [`function:${fn('a')}`]: { since: 2, environments: { test: { release: 2, operation: 'delete' } } },
          [`staged:default:main:${fn('a')}`]: { base: { test: 2, prod: 1 } },
        });
    });
  });

  describe('finds invalid', () => {
    it('a command with nothing to stage', async () => {
      await given().when({}).thenInvalid({ '/params': 'INVALID_COMMAND' });
      await given().when({ configs: [], remove: [] }).thenInvalid({ '/params': 'INVALID_COMMAND' });
    });

    it('more configs than allowed', async () => {
      await given()
        .when({ configs: [functionConfig('a'), functionConfig('b')], remove: [fn('c')] }, { maxConfigs: 2 })
        .thenInvalid({ '/params': 'TOO_LARGE' });
    });

    it('a config without a type, with one clear fault', async () => {
      const { faults } = await given()
        .when({ configs: [functionConfig('a', { type: 'functions' }), { tenant: 'public' }] })
        .thenInvalid({
          '/params/configs/0/type': 'INVALID_COMMAND',
          '/params/configs/1/type': 'INVALID_COMMAND',
        });
      expect(faults[0]?.detail).toContain('"function", "source" or "sink"');
    });

    it('unknown fields, by pointer', async () => {
      await given()
        .when({ configs: [functionConfig('a', { jar: 'x.jar', paralelism: 2 })] })
        .thenInvalid({
          '/params/configs/0/jar': 'UNKNOWN_FIELD',
          '/params/configs/0/paralelism': 'UNKNOWN_FIELD',
        });
    });

    it('a literal secret, in the patches too, without repeating it', async () => {
      const { faults, world } = await given()
        .when({
          configs: [
            functionConfig('a', {
              userConfig: { password: 'hunter2' },
              environments: { prod: { userConfig: { password: 'hunter3' }, nonsense: 1 } },
            }),
          ],
        })
        .thenInvalid({
          '/params/configs/0/userConfig/password': 'SECRET_LITERAL',
          '/params/configs/0/environments/prod/userConfig/password': 'SECRET_LITERAL',
        });
      expect(JSON.stringify(faults)).not.toContain('hunter');
      expect(JSON.stringify(world.records)).not.toContain('hunter');
    });

    it('what an installation takes for a secret, and not what it leaves', async () => {
      const config = functionConfig('a', { userConfig: { cardPin: '1234', auth: 'plain', x: RANDOM } });
      const rules = { keys: ['pin'], ignoredKeys: ['auth'], minEntropy: undefined };
      await given()
        .when({ configs: [config] }, { secretRules: rules })
        .thenInvalid({ '/params/configs/0/userConfig/cardPin': 'SECRET_LITERAL' });
      await given()
        .when({ configs: [config] })
        .thenInvalid({
          '/params/configs/0/userConfig/auth': 'SECRET_LITERAL',
          '/params/configs/0/userConfig/x': 'SECRET_LITERAL',
        });
    });

    it('a secret that is sealed for another config, or for another environment than its patch', async () => {
      const sealed = (scope: string, more = {}) => ({ a: { $sealed: sealedText(scope, more) } });
      await given()
        .when({
          configs: [
            functionConfig('a', { userConfig: sealed('other/default') }),
            functionConfig('b', {
              userConfig: sealed('public/default/b'),
              environments: { prod: { userConfig: sealed('public/default', { environment: 'test' }) } },
            }),
          ],
        })
        .thenInvalid({
          '/params/configs/0/userConfig/a': 'SEALED_ELSEWHERE',
          '/params/configs/1/environments/prod/userConfig/a': 'SEALED_ELSEWHERE',
        });
    });
  });

  describe('lets literals through that the command allows', () => {
    const config = functionConfig('a', {
      userConfig: { tokenAlphabet: 'abc', x: RANDOM, password: 'hunter2' },
    });
    const allow = (pointer: string, name = fn('a')) => ({ function: name, pointer, reason: 'no secret' });

    it('and no other; record, event and audit tell which, and why', async () => {
      await given()
        .when({
          configs: [config],
          allowLiterals: [allow('/userConfig/tokenAlphabet'), allow('/userConfig/x')],
        })
        .thenInvalid({ '/params/configs/0/userConfig/password': 'SECRET_LITERAL' });
      const allowLiterals = ['tokenAlphabet', 'x', 'password'].map((key) => allow(`/userConfig/${key}`));
      const { events, world } = await given()
        .when({ configs: [config], allowLiterals })
        .thenAccepted();
      expect(events).toMatchObject([{ type: 'configs-staged', allowLiterals }]);
      expect(world.records.at(-1)?.command.params).toMatchObject({ allowLiterals });
      expect(world.document(`audit:${String(world.position).padStart(8, '0')}`, 'audit')).toMatchObject({
        allowLiterals,
      });
    });

    it('in a patch of an environment too', async () => {
      const patched = functionConfig('a', { environments: { test: { userConfig: { token: 'x' } } } });
      const allowLiterals = [allow('/environments/test/userConfig/token')];
      await given(sent(setEnvironments, { environments: [{ name: 'test' }] }))
        .when({ configs: [patched], allowLiterals })
        .thenAccepted();
    });

    it('but not where nothing is refused, or for what is not staged', async () => {
      const allowLiterals = [
        allow('/userConfig/password'),
        allow('/userConfig/host'),
        allow('/userConfig/password', fn('b')),
      ];
      await given()
        .when({ configs: [functionConfig('a', { userConfig: { password: 'x', host: 'h' } })], allowLiterals })
        .thenInvalid({
          '/params/allowLiterals/1': 'INVALID_COMMAND',
          '/params/allowLiterals/2': 'INVALID_COMMAND',
        });
    });
  });

  it('keeps a project to its namespaces, for deletions too', async () => {
    const namespaces = { pricing: ['acme/pricing'] };
    const options = { namespaces, project: 'pricing' };
    const foreign = functionConfig('a');
    const { problem } = await given()
      .when({ configs: [foreign] }, options)
      .thenRejects('NAMESPACE_NOT_ALLOWED', [fn('a')]);
    expect(problem?.errors).toMatchObject([{ pointer: '/params/configs/0', name: fn('a') }]);
    await given(sent(stageConfigs, { configs: [foreign] }, { project: 'pricing' }))
      .when({ remove: [fn('a')] }, options)
      .thenRejects('NAMESPACE_NOT_ALLOWED', [fn('a')]);
    await given()
      .when({ configs: [functionConfig('a', { tenant: 'acme', namespace: 'pricing' })] }, options)
      .thenAccepted();
    await given()
      .when({ configs: [functionConfig('a', { tenant: 'acme', namespace: 'pricing' })] }, { namespaces })
      .thenRejects('NAMESPACE_NOT_ALLOWED');
  });
});

function source(name: string): Record<string, unknown> {
  return {
    type: 'source',
    tenant: 'public',
    namespace: 'default',
    name,
    artifactPathOrUrl: 'builtin://kafka',
    topicName: 'orders',
  };
}
