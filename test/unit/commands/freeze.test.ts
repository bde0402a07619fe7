import { checkDrift } from '../../../src/commands/check-drift.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { freeze } from '../../../src/commands/freeze.js';
import { planRollback } from '../../../src/commands/plan-rollback.js';
import { recordDrift } from '../../../src/commands/record-drift.js';
import { restartFunctions } from '../../../src/commands/restart-functions.js';
import { resumeDeployment } from '../../../src/commands/resume-deployment.js';
import { retryDeployment } from '../../../src/commands/retry-deployment.js';
import { rollback } from '../../../src/commands/rollback.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { startFunctions } from '../../../src/commands/start-functions.js';
import { stopFunctions } from '../../../src/commands/stop-functions.js';
import { unfreeze } from '../../../src/commands/unfreeze.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import { hashOf } from '../../../src/core/canonical.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent, worldOf, type Step } from '../../support/scenario.js';
import { BOB, OVERRIDER, staging } from '../../support/approving.js';

const { given } = scenario(freeze, { actor: BOB });
const toTest = commitStagedTo('test');
const why = { environment: 'test', reason: 'quarter end' };
const frozen = sent(freeze, why, { actor: BOB });
const environments = sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] });
const override = { reason: 'orders are lost' };
const RELEASE = 'release:default:test:00000001';

/** Two waves, `b-reads` first, of which the first has begun. */
const waves = (onFailure: 'continue' | 'stop' | 'rollback' = 'continue'): Step[] => [
  environments,
  sent(stageConfigs, {
    configs: [
      functionConfig('a-writes', { inputs: ['in'], output: 'raw' }),
      functionConfig('b-reads', { inputs: ['raw'] }),
    ],
  }),
  sent(toTest, { onFailure }),
];
const first = (outcome: 'deployed' | 'failed') => deployed('test', 1, { names: [fn('b-reads')], outcome });

describe('freeze', () => {
  it('says who, why and until when; again, it is replaced', async () => {
    await given()
      .when({ ...why, until: '2026-01-02T00:00:00+01:00' })
      .thenDocuments({
        'environment:test': {
          frozen: {
            ...{ reason: 'quarter end', by: 'bob', since: '2026-01-01T00:00:02.000Z' },
            until: '2026-01-01T23:00:00.000Z',
          },
        },
      });
    const { world } = await given(frozen)
      .when({ ...why, reason: 'longer' })
      .thenAccepted();
    expect(world.document('environment:test', 'environment').frozen).toMatchObject({ reason: 'longer' });
  });

  it('stays when targets are set, and goes with nothing but unfreeze', async () => {
    const moved = { environments: [{ name: 'test', adminUrl: 'http://new' }, { name: 'prod' }] };
    await given(frozen, sent(setEnvironments, moved))
      .when({ environment: 'prod', reason: 'too' })
      .thenDocuments({ 'environment:test': { frozen: { reason: 'quarter end' } } });
  });

  it('rejects an end that is not to come, and an environment that is not there', async () => {
    await given()
      .when({ ...why, until: '2026-01-01T00:00:01Z' })
      .thenInvalid({ '/params/until': 'INVALID_COMMAND' });
    await given()
      .when({ ...why, until: '2026-06-30T23:59:60Z' })
      .thenInvalid({ '/params/until': 'INVALID_COMMAND' });
    await given()
      .when({ ...why, environment: 'moon' })
      .thenRejects('UNKNOWN_NAME', ['moon']);
  });
});

const running = [environments, staging(BOB, 'a'), sent(toTest, {}), deployed('test', 1)];
const again = sent(stageConfigs, { configs: [functionConfig('a', { parallelism: 2 })] });
const failing = [...running, again, sent(toTest, {}), deployed('test', 2, { outcome: 'failed' })];
const on = { environment: 'test', names: [fn('a')] };

interface Case {
  readonly name: string;
  readonly command: AnyCommand;
  readonly params: object;
  readonly steps: readonly Step[];
}

describe.each<Case>([
  { name: 'commit', command: toTest as unknown as AnyCommand, params: {}, steps: [...running, again] },
  {
    name: 'rollback',
    command: rollback as unknown as AnyCommand,
    params: { environment: 'test', toRelease: 1 },
    steps: failing,
  },
  {
    name: 'retry-deployment',
    command: retryDeployment as unknown as AnyCommand,
    params: { environment: 'test', release: 2 },
    steps: failing,
  },
  {
    name: 'resume-deployment',
    command: resumeDeployment as unknown as AnyCommand,
    params: { environment: 'test', release: 1 },
    steps: [...waves('stop'), first('failed')],
  },
  ...[startFunctions, stopFunctions, restartFunctions].map((operate) => ({
    ...{ name: operate.name, command: operate as unknown as AnyCommand },
    ...{ params: on, steps: running },
  })),
])('in a freeze $name', ({ command, params, steps }) => {
  it('is refused with who, why and the way out, until it has ended', async () => {
    const world = await worldOf([...steps, sent(freeze, { ...why, until: '2026-01-01T01:00:00Z' })]);
    const refused = await world.send(command, params, { actor: OVERRIDER });
    expect(refused).toMatchObject({ status: 'rejected', problem: { code: 'ENVIRONMENT_FROZEN' } });
    expect(refused.problem?.detail).toMatch(
      /^Test is frozen by alice since .* until 2026-01-01T01:00:00.000Z: quarter end; wait until then, unfreeze it, or send override with a reason \(role overrider\)\.$/,
    );
    const later = await world.send(command, params, { actor: OVERRIDER, laterMs: 3_600_000 });
    expect(later.problem).toBeUndefined();
  });

  it('passes with an override, which stands in its event and in the audit', async () => {
    const world = await worldOf([...steps, frozen]);
    const { events, status } = await world.send(command, { ...params, override }, { actor: OVERRIDER });
    expect(status).toBe('ok');
    const kept = { ...override, by: 'olga', passed: ['ENVIRONMENT_FROZEN'] };
    expect(events.find((event) => 'override' in event)).toMatchObject({ override: kept });
    const position = String(world.position).padStart(8, '0');
    expect(world.document(`audit:${position}`, 'audit')).toMatchObject({
      override: override.reason,
      overrode: ['ENVIRONMENT_FROZEN'],
    });
  });

  it('rejects an override with DENIED without the role, frozen or not', async () => {
    for (const more of [[], [frozen]]) {
      const world = await worldOf([...steps, ...more]);
      expect(await world.send(command, { ...params, override })).toMatchObject({
        status: 'rejected',
        problem: { code: 'DENIED', errors: [{ pointer: '/params/override' }] },
      });
    }
  });
});

describe('a freeze', () => {
  it('lets plans of rollbacks be made', async () => {
    const world = await worldOf([...failing, frozen]);
    await sent(planRollback, { environment: 'test', toRelease: 1 })(world);
    expect(world.records.at(-1)?.events).toMatchObject([{ type: 'task-requested', operation: 'plan' }]);
  });

  it('holds later waves of what was committed before it; they are resumed after it', async () => {
    const world = await worldOf([...waves(), frozen, first('deployed')]);
    expect(world.document(RELEASE, 'release')).toMatchObject({ state: 'held', begun: 1 });
    await sent(unfreeze, { environment: 'test' })(world);
    await sent(resumeDeployment, { environment: 'test', release: 1 })(world);
    expect(world.document(RELEASE, 'release')).toMatchObject({ state: 'deploying', begun: 2 });
  });

  it('lets what was let through it go on to its end, and a later freeze stops it', async () => {
    const through = sent(toTest, { override }, { actor: OVERRIDER });
    const world = await worldOf([...waves().slice(0, -1), frozen, through, first('deployed')]);
    expect(world.document(RELEASE, 'release')).toMatchObject({ state: 'deploying', begun: 2 });
    const stopped = await worldOf([
      ...[...waves().slice(0, -1), frozen, through],
      ...[sent(freeze, { ...why, reason: 'really' }), first('deployed')],
    ]);
    expect(stopped.document(RELEASE, 'release')).toMatchObject({ state: 'held', begun: 1 });
    await sent(
      resumeDeployment,
      { environment: 'test', release: 1, override },
      { actor: OVERRIDER },
    )(stopped);
    expect(stopped.document(RELEASE, 'release')).toMatchObject({
      state: 'deploying',
      override: { passed: ['ENVIRONMENT_FROZEN'] },
    });
  });

  it('keeps a release from being rolled back by itself: it stays failed and says why', async () => {
    const world = await worldOf([
      ...[...running, again, sent(toTest, { onFailure: 'rollback' }), frozen],
      deployed('test', 2, { outcome: 'failed' }),
    ]);
    const release = world.document('release:default:test:00000002', 'release');
    expect(release.state).toBe('failed');
    expect(release.notRolledBack).toContain('test is frozen by bob since');
    expect(world.documents().has('release:default:test:00000003')).toBe(false);
  });

  it('lets drift be compared, and repairs nothing', async () => {
    const world = await worldOf([
      ...running,
      frozen,
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
    const { events, problem } = await world.send(
      recordDrift as unknown as AnyCommand,
      { ...report, functions: [drift] },
      { via: 'results' },
    );
    expect(problem).toBeUndefined();
    expect(events).toMatchObject([{ type: 'drift-recorded', summary: { missing: 1 } }]);
    expect(world.document('drift:default:test', 'drift').summary.notRepaired).toContain('is frozen by bob');
  });
});
