import { allowRelease } from '../../../src/commands/allow-release.js';
import { checkDrift } from '../../../src/commands/check-drift.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { recordDrift } from '../../../src/commands/record-drift.js';
import { rejectRelease } from '../../../src/commands/reject-release.js';
import { resumeDeployment } from '../../../src/commands/resume-deployment.js';
import { retryDeployment } from '../../../src/commands/retry-deployment.js';
import { rollback } from '../../../src/commands/rollback.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { hashOf } from '../../../src/core/canonical.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent, worldOf, type Step } from '../../support/scenario.js';
import { OVERRIDER } from '../../support/approving.js';

const { given } = scenario(rejectRelease);
const toTest = commitStagedTo('test');
const stage = (parallelism: number, ...names: string[]): Step =>
  sent(stageConfigs, { configs: names.map((name) => functionConfig(name, { parallelism })) });
const released = (parallelism: number, number: number, ...names: string[]): Step[] => [
  stage(parallelism, ...names),
  sent(toTest, { names: names.map(fn) }),
  deployed('test', number),
];
const SOURCE = {
  type: 'source',
  tenant: 'public',
  namespace: 'default',
  className: 'org.acme.A',
  topicName: 'persistent://public/default/out',
  artifactPathOrUrl: '/srv/a.nar',
};
const at = (release: number) => ({ environment: 'test', release });
const bad = (release: number): Step => sent(rejectRelease, { ...at(release), reason: 'loses orders' });
const good = (release: number) => sent(allowRelease, at(release));

describe('reject-release', () => {
  it('stands in the release, and holds what it deployed, not what it deleted', async () => {
    const { world } = await given(
      ...released(1, 1, 'a', 'b'),
      stage(2, 'b'),
      sent(stageConfigs, { remove: [fn('a')] }),
      sent(toTest, {}),
    )
      .when({ ...at(2), reason: 'loses orders' })
      .thenAccepted({ contents: 1 });
    const rejected = { reason: 'loses orders', by: 'alice' };
    expect(world.document('release:default:test:00000002', 'release')).toMatchObject({ rejected });
    const hash = world.document(`staged:default:main:${fn('b')}`, 'staged').contentHash ?? '';
    expect(world.document(`function:${fn('b')}`, 'function').rejected).toMatchObject({
      [hash]: { 'test/2': rejected },
    });
    expect(world.document(`function:${fn('a')}`, 'function').rejected).toBeUndefined();
  });

  it('rejects with UNKNOWN_RELEASE what is no release', async () => {
    await given()
      .when({ ...at(3), reason: 'x' })
      .thenRejects('UNKNOWN_RELEASE');
  });

  it('keeps its contents from being committed anywhere, also when staged anew, until it is allowed', async () => {
    const steps = [...released(1, 1, 'a'), bad(1)];
    const { problem } = await scenario(commitStagedTo('prod'))
      .given(...steps)
      .when({})
      .thenRejects('RELEASE_REJECTED', [fn('a')]);
    expect(problem?.errors?.[0]?.detail).toMatch(
      /is that of release test\/1, rejected by alice at .*: loses orders/,
    );
    const anew = [...steps, ...released(2, 2, 'a'), stage(1, 'a')];
    const test = scenario(toTest);
    await test
      .given(...anew)
      .when({})
      .thenRejects('RELEASE_REJECTED', [fn('a')]);
    await test
      .given(...anew)
      .when({ override: { reason: 'now' } }, { actor: OVERRIDER })
      .thenRejects('RELEASE_REJECTED');
    await test
      .given(...anew, good(1))
      .when({})
      .thenAccepted();
  });

  it('stays known whatever becomes of the function meanwhile, and whoever takes it', async () => {
    const gone = [
      ...released(1, 1, 'a'),
      bad(1),
      sent(stageConfigs, { remove: [fn('a')] }),
      sent(toTest, {}),
      deployed('test', 2),
    ];
    const elsewhere = { project: 'other' };
    const everything = { all: true } as const;
    const ways: readonly (readonly Step[])[] = [
      [sent(unStage, everything)],
      [
        sent(unStage, everything),
        sent(stageConfigs, { configs: [{ ...SOURCE, name: 'a' }] }),
        sent(unStage, everything),
      ],
      [
        sent(unStage, everything),
        sent(stageConfigs, { configs: [functionConfig('a')] }, elsewhere),
        sent(unStage, everything, elsewhere),
      ],
    ];
    for (const way of ways)
      await scenario(toTest)
        .given(...gone, ...way, stage(1, 'a'))
        .when({})
        .thenRejects('RELEASE_REJECTED', [fn('a')]);
    await scenario(toTest, elsewhere)
      .given(
        ...gone,
        sent(unStage, everything),
        sent(stageConfigs, { configs: [functionConfig('a', { parallelism: 1 })] }, elsewhere),
      )
      .when({})
      .thenRejects('RELEASE_REJECTED', [fn('a')]);
  });

  it('counts as long as one rejected release has the content', async () => {
    const steps = [...released(1, 1, 'a'), sent(commitStagedTo('prod'), {}), bad(1)];
    const both = [
      ...steps,
      sent(rejectRelease, { environment: 'prod', release: 1, reason: 'too' }),
      stage(1, 'a'),
    ];
    await scenario(toTest)
      .given(...both, good(1))
      .when({})
      .thenRejects('RELEASE_REJECTED');
    await scenario(toTest)
      .given(...both, good(1), sent(allowRelease, { environment: 'prod', release: 1 }))
      .when({})
      .thenAccepted();
  });

  it('is skipped by a rollback that names no release, and refused where it is named', async () => {
    const three = [...released(1, 1, 'a'), ...released(2, 2, 'a'), ...released(3, 3, 'a'), bad(2)];
    const back = scenario(rollback).given(...three);
    await back.when({ environment: 'test' }).thenAccepted({ toRelease: 1 });
    await back.when({ environment: 'test', toRelease: 2 }).thenRejects('RELEASE_REJECTED');
    await scenario(rollback)
      .given(...three, good(2))
      .when({ environment: 'test' })
      .thenAccepted({ toRelease: 2 });
  });

  it('keeps a rollback from putting back what an earlier rejected release left', async () => {
    const steps = [...released(1, 1, 'a'), ...released(1, 2, 'b'), ...released(2, 3, 'a', 'b'), bad(1)];
    await scenario(rollback)
      .given(...steps)
      .when({ environment: 'test' })
      .thenRejects('RELEASE_REJECTED', [fn('a')]);
    await scenario(rollback)
      .given(...steps)
      .when({ environment: 'test', toRelease: 2, names: [fn('b')] })
      .thenAccepted({ restores: [fn('b')] });
  });

  it('keeps it from being retried', async () => {
    await scenario(retryDeployment)
      .given(stage(1, 'a'), sent(toTest, {}), deployed('test', 1, { outcome: 'failed' }), bad(1))
      .when(at(1))
      .thenRejects('RELEASE_REJECTED');
  });

  it('holds its waves that have not begun, and they are not resumed', async () => {
    const chain = sent(stageConfigs, {
      configs: [
        functionConfig('a-writes', { inputs: ['in'], output: 'raw' }),
        functionConfig('b-reads', { inputs: ['raw'] }),
      ],
    });
    const first = deployed('test', 1, { names: [fn('b-reads')] });
    const { world } = await scenario(resumeDeployment)
      .given(chain, sent(toTest, {}), bad(1), first)
      .when(at(1))
      .thenRejects('RELEASE_REJECTED');
    expect(world.document('release:default:test:00000001', 'release').state).toBe('held');
    await good(1)(world);
    await sent(resumeDeployment, at(1))(world);
  });

  it('is not put back by a repair', async () => {
    const world = await worldOf([
      sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] }),
      ...released(1, 1, 'a'),
      bad(1),
      sent(checkDrift, { environment: 'test', repair: true }),
    ]);
    const task = world.records.at(-1)?.command.id ?? '';
    const drift = {
      function: fn('a'),
      workload: 'function',
      contentHash: hashOf(1),
      state: 'missing',
      changes: [],
    };
    const report = { environment: 'test', task, run: hashOf('run'), part: 0, parts: 1, checked: 1 };
    const { events } = await world.send(
      recordDrift as unknown as AnyCommand,
      { ...report, functions: [drift] },
      { via: 'results' },
    );
    expect(events).toMatchObject([{ summary: { notRepaired: 'nothing of it can be deployed again' } }]);
  });
});
