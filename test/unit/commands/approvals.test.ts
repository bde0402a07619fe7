import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { reject } from '../../../src/commands/reject.js';
import { retryDeployment } from '../../../src/commands/retry-deployment.js';
import { rollback } from '../../../src/commands/rollback.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { withdraw } from '../../../src/commands/withdraw.js';
import type { CommitStagedParams } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';
import {
  ANNE,
  APPROVAL,
  approving,
  BOB,
  DEVELOPER,
  OVERRIDER,
  planning,
  requested,
  requesting,
  requiring,
  staging,
} from '../../support/approving.js';

const toTest = commitStagedTo('test');
const { given } = scenario(toTest, { actor: DEVELOPER });
const MINUTE = 60_000;
const approved = [...requested, approving(ANNE)];
const override = { override: { reason: 'orders are lost every minute' } };

describe('a commit where approvals are required', () => {
  it('passes with them, keeps who approved, and uses the approval up', async () => {
    const { events, world } = await given(...approved)
      .when({})
      .thenAccepted();
    const { contentHash } = world.document(APPROVAL, 'approval');
    expect(events).toMatchObject([{ type: 'release-committed' }]);
    expect(world.document('release:default:test:00000001', 'release')).toMatchObject({
      approval: {
        ...{ contentHash, requestedBy: 'dora', approvers: ['anne'] },
        plan: world.document('plan:default:test:main', 'plan').task,
      },
    });
    expect(world.document(APPROVAL, 'approval')).toMatchObject({ state: 'used', release: 1 });
    const again = await world.send(toTest as never, { force: true }, { actor: DEVELOPER });
    expect(again.problem).toMatchObject({ code: 'APPROVAL_MISSING' });
    expect(again.problem?.detail).toContain('the last was used by release 1');
  });

  it('rejects with APPROVAL_MISSING and says what is missing, who may not, and what to send', async () => {
    const asked = await given(requiring(), staging(DEVELOPER, 'a'), planning())
      .when({})
      .thenRejects('APPROVAL_MISSING');
    expect(asked.problem?.detail).toBe(
      'Needs 1 approval, and none was asked for; send request-approval {"environment":"test","stageSet":"main"}.',
    );
    const two = [requiring({ required: 2 }), staging(DEVELOPER, 'a'), planning(), requesting()];
    const { problem } = await given(...two, approving(ANNE))
      .when({})
      .thenRejects('APPROVAL_MISSING');
    expect(problem?.detail).toMatch(
      /^Has 1 of 2 approvals \(anne\); who staged it may not: dora; another one with the role approver is to send approve \{.*"contentHash":"[\w-]{43}"\}\.$/,
    );
    await given(...two, approving(ANNE), approving(BOB))
      .when({})
      .thenAccepted();
  });

  it('rejects with APPROVAL_MISSING what was withdrawn, and with APPROVAL_REJECTED what was rejected', async () => {
    await given(...approved, sent(withdraw, { environment: 'test' }, { actor: DEVELOPER }))
      .when({})
      .thenRejects('APPROVAL_MISSING');
    const no = sent(reject, { environment: 'test', reason: 'not today' }, { actor: BOB });
    const { problem } = await given(...approved, no)
      .when({})
      .thenRejects('APPROVAL_REJECTED');
    expect(problem?.errors?.[0]?.detail).toContain('bob rejected it at');
    // Neither does an override pass it: ask anew.
    await given(...approved, no)
      .when(override, { actor: OVERRIDER })
      .thenRejects('APPROVAL_REJECTED');
  });

  it('rejects with APPROVAL_VOID after any change of the entries', async () => {
    const two = [requiring(), staging(DEVELOPER, 'a', 'b'), planning(), requesting(), approving(ANNE)];
    const other = sent(stageConfigs, { configs: [functionConfig('a', { parallelism: 2 })] });
    for (const change of [staging(BOB, 'c'), sent(unStage, { names: [fn('b')] }), other]) {
      await given(...two, change, planning())
        .when({})
        .thenRejects('APPROVAL_VOID');
    }
    // Other entries than those that were approved.
    await given(...two, planning({ names: [fn('a')] }))
      .when({ names: [fn('a')] })
      .thenRejects('APPROVAL_VOID');
  });

  it('rejects with APPROVAL_VOID where a plan says something else, and passes where it says the same', async () => {
    await given(...approved, planning({ says: { operation: 're-create' } }))
      .when({})
      .thenRejects('APPROVAL_VOID');
    await given(...approved, planning({ says: { backlog: 12 } }))
      .when({})
      .thenAccepted();
  });

  it('rejects with APPROVAL_VOID what would be re-created although the approved plan does not say so', async () => {
    await given(...approved)
      .when({ allowRecreate: [fn('a')] })
      .thenRejects('APPROVAL_VOID', [fn('a')]);
    const anew = planning({ says: { operation: 're-create' } });
    await given(requiring(), staging(DEVELOPER, 'a'), anew, requesting(), approving(ANNE))
      .when({ allowRecreate: [fn('a')] })
      .thenAccepted();
  });

  it('rejects with PLAN_TOO_OLD an old plan; a new one that says the same will do', async () => {
    const { problem } = await given(...approved)
      .when({}, { laterMs: 60 * MINUTE })
      .thenRejects('PLAN_TOO_OLD');
    expect(problem?.detail).toContain('less than 60');
    await given(...approved)
      .when({}, { laterMs: 59 * MINUTE })
      .thenAccepted();
    await given(...approved, planning({ laterMs: 600 * MINUTE }))
      .when({})
      .thenAccepted();
    await given(requiring({ required: 1, planMaxAgeMinutes: 5 }), ...approved.slice(1))
      .when({}, { laterMs: 6 * MINUTE })
      .thenRejects('PLAN_TOO_OLD');
  });

  it('does not count who has become an author by staging the same again', async () => {
    await given(...approved, staging(ANNE, 'a'))
      .when({})
      .thenRejects('APPROVAL_MISSING');
  });

  it('goes by the policy of today', async () => {
    await given(...approved, requiring({ required: 2 }))
      .when({})
      .thenRejects('APPROVAL_MISSING');
    await given(...approved, requiring({ required: 2 }), approving(BOB))
      .when({})
      .thenAccepted();
    await given(...requested, sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] }))
      .when({})
      .thenAccepted();
  });

  it('is the same for another target no more', async () => {
    const moved = { name: 'test', adminUrl: 'http://other', approvals: { required: 1 } };
    await given(...approved, sent(setEnvironments, { environments: [moved, { name: 'prod' }] }))
      .when({})
      .thenRejects('PLAN_MISSING');
  });

  it('needs none for rollbacks and retries: they return to, or repeat, what was approved', async () => {
    const failed = await given(...approved, sent(toTest, {}), deployed('test', 1, { outcome: 'failed' }))
      .when({ force: true })
      .thenRejects('APPROVAL_MISSING');
    await sent(retryDeployment, { environment: 'test', release: 1 })(failed.world);
    await deployed('test', 2)(failed.world);
    await sent(rollback, { environment: 'test', toRelease: 1, prune: true })(failed.world);
  });

  it('is bound to the package that was looked at: another one that is proven since was approved by nobody', async () => {
    const GOOD = 'a'.repeat(64);
    const EVIL = 'e'.repeat(64);
    const environments = [{ name: 'test' }, { name: 'prod', approvals: { required: 1 } }];
    const proven = (release: number, packageSha256: string) => [
      sent(toTest, {}, { actor: DEVELOPER }),
      deployed('test', release, { packageSha256 }),
    ];
    const steps = [
      sent(setEnvironments, { environments }),
      staging(DEVELOPER, 'a'),
      ...proven(1, GOOD),
      planning({ environment: 'prod', says: { packageSha256: GOOD } }),
      requesting(DEVELOPER, { environment: 'prod' }),
      approving(ANNE, 'prod'),
    ];
    const toProd = scenario(commitStagedTo('prod'), { actor: DEVELOPER });
    const { world } = await toProd
      .given(...steps)
      .when({})
      .thenAccepted();
    const deployment = `deployment:default:prod:00000001:${fn('a')}`;
    expect(world.document(deployment, 'deployment').requiredPackage).toBe(GOOD);
    const { problem } = await toProd
      .given(...steps, ...proven(2, EVIL))
      .when({})
      .thenRejects('APPROVAL_VOID', [fn('a')]);
    expect(problem?.errors?.[0]?.detail).toContain(
      `looked at the package ${GOOD}, and ${EVIL} was proven since`,
    );
    // A plan anew says something else.
    await toProd
      .given(...steps, ...proven(2, EVIL), planning({ environment: 'prod', says: { packageSha256: EVIL } }))
      .when({})
      .thenRejects('APPROVAL_VOID');
  });

  it('lets the deployer take no other package where nothing was proven before', async () => {
    const packageSha256 = 'a'.repeat(64);
    const { world } = await given(
      requiring(),
      staging(DEVELOPER, 'a'),
      planning({ says: { packageSha256 } }),
      requesting(),
      approving(ANNE),
    )
      .when({})
      .thenAccepted();
    expect(world.document(`deployment:default:test:00000001:${fn('a')}`, 'deployment').requiredPackage).toBe(
      packageSha256,
    );
  });

  it('puts aside what was approved with it, and nothing else', async () => {
    const asked = { acceptDifferences: [fn('a')], force: true };
    const [first, second, third] = requested.slice(0, 3);
    const wide = [first, second, third].flatMap((step) => step ?? []);
    const cases: readonly (readonly [CommitStagedParams, string])[] = [
      [{ acceptDifferences: [fn('a')] }, '/params/acceptDifferences/0'],
      [{ force: true }, '/params/force'],
    ];
    for (const [aside, pointer] of cases) {
      const { problem } = await given(...approved)
        .when(aside)
        .thenRejects('APPROVAL_VOID');
      expect(problem?.errors).toMatchObject([{ pointer }]);
      await given(...wide, requesting(DEVELOPER, asked), approving(ANNE))
        .when(aside)
        .thenAccepted();
    }
    // What is asked for with more is another request.
    const { world } = await given(...wide, requesting(DEVELOPER, asked))
      .when({})
      .thenRejects('APPROVAL_MISSING');
    const { contentHash } = world.document(APPROVAL, 'approval');
    const { world: narrow } = await given(...requested)
      .when({})
      .thenRejects('APPROVAL_MISSING');
    expect(narrow.document(APPROVAL, 'approval').contentHash).not.toBe(contentHash);
  });

  it('is not widened by a retry', async () => {
    const failed = [...approved, sent(toTest, {}), deployed('test', 1, { outcome: 'failed' })];
    const retry = scenario(retryDeployment);
    const params = { environment: 'test', release: 1, allowRecreate: [fn('a')] };
    await retry
      .given(...failed)
      .when(params)
      .thenRejects('APPROVAL_VOID', [fn('a')]);
    await retry
      .given(...failed)
      .when({ ...params, ...override }, { actor: OVERRIDER })
      .thenEvents([{ override: { passed: ['APPROVAL_VOID'] } }]);
  });

  it('is passed by an override, which names what it passed', async () => {
    await given(requiring(), staging(DEVELOPER, 'a'))
      .when(override, { actor: OVERRIDER })
      .thenEvents([
        {
          type: 'release-committed',
          override: { ...override.override, by: 'olga', passed: ['PLAN_MISSING', 'APPROVAL_MISSING'] },
        },
      ]);
    const { events } = await given(...approved)
      .when(override, { actor: OVERRIDER, laterMs: 61 * MINUTE })
      .thenEvents([{ override: { passed: ['PLAN_TOO_OLD'] } }]);
    expect(events[0]).not.toHaveProperty('approval');
  });

  it('keeps an approval although somebody asked for an override that was not needed', async () => {
    await given(...approved)
      .when(override, { actor: OVERRIDER })
      .thenEvents([{ override: { passed: [] }, approval: { approvers: ['anne'] } }]);
  });

  it('rejects with DENIED an override by who lacks the role, an admin as well, needed or not', async () => {
    for (const steps of [requested, approved])
      await given(...steps)
        .when(override, { actor: { name: 'root', roles: ['admin'] } })
        .thenRejects('DENIED');
  });
});
