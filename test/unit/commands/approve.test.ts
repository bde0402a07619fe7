import { approve } from '../../../src/commands/approve.js';
import { mergeStageSets } from '../../../src/commands/merge-stage-sets.js';
import { plan } from '../../../src/commands/plan.js';
import { reject } from '../../../src/commands/reject.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { LOCAL } from '../../../src/core/authorise.js';
import type { Actor, ApprovalPolicy } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { scenario, sent, worldOf, type Step, type Then } from '../../support/scenario.js';
import {
  ANNE,
  APPROVAL,
  approving,
  BOB,
  DEVELOPER,
  planning,
  requested,
  requesting,
  requiring,
  shown,
  staging,
  TOKEN,
} from '../../support/approving.js';

const { given } = scenario(approve);

/** Given that, somebody approves what the request shows. */
const expectVote = (actor: Actor, steps: readonly Step[]): Promise<Then> =>
  worldOf(steps).then((world) =>
    given(...steps).when({ environment: 'test', contentHash: shown(world) }, { actor }),
  );
const staged = (policy: ApprovalPolicy, ...actors: Actor[]): Step[] => [
  requiring(policy),
  ...actors.map((actor, index) => staging(actor, `f${index}`)),
  planning(),
  requesting(),
];

describe('approve', () => {
  it('is one vote; with as many as the environment requires it is approved', async () => {
    const two = staged({ required: 2 }, DEVELOPER);
    const { events } = await (
      await expectVote(ANNE, two)
    ).thenAccepted({ state: 'open', votes: 1, required: 2 });
    expect(events).toMatchObject([{ type: 'approval-given', by: { name: 'anne' }, state: 'open' }]);
    await (
      await expectVote(BOB, [...two, approving(ANNE)])
    ).thenDocuments({
      [APPROVAL]: { state: 'approved', votes: [{ name: 'anne' }, { name: 'bob' }] },
    });
  });

  it('rejects with FOUR_EYES whoever staged an entry, also by a token, and who is behind one', async () => {
    const byToken = staged({ required: 1 }, BOB, TOKEN);
    await (await expectVote(BOB, byToken)).thenRejects('FOUR_EYES');
    await (await expectVote(ANNE, byToken)).thenRejects('FOUR_EYES');
    await (await expectVote(TOKEN, byToken)).thenRejects('FOUR_EYES');
    await (await expectVote(TOKEN, staged({ required: 1 }, ANNE))).thenRejects('FOUR_EYES');
    await (await expectVote(DEVELOPER, byToken)).thenAccepted({ state: 'approved' });
  });

  it('counts as authors all who staged an entry since it was last not staged', async () => {
    const twice = [requiring(), staging(BOB, 'a'), staging(DEVELOPER, 'a')];
    await (await expectVote(BOB, [...twice, planning(), requesting()])).thenRejects('FOUR_EYES');
    const anew = [
      ...[requiring(), staging(BOB, 'a'), sent(unStage, { names: [fn('a')] })],
      ...[staging(DEVELOPER, 'a'), planning(), requesting()],
    ];
    await (await expectVote(BOB, anew)).thenAccepted();
  });

  it('counts as authors all who staged it in any of the sets that were merged, and not who merges', async () => {
    const elsewhere = (stageSet: string, actor: Actor, parallelism = 1): Step =>
      sent(stageConfigs, { stageSet, configs: [functionConfig('a', { parallelism })] }, { actor });
    const merged = (actor: Actor): Step =>
      sent(mergeStageSets, { from: ['x', 'y'], into: 'main', onConflict: 'theirs' }, { actor });
    const steps = [
      requiring(),
      elsewhere('x', BOB, 2),
      elsewhere('y', DEVELOPER),
      merged({ name: 'mia', roles: ['developer', 'approver'] }),
      planning(),
      requesting(),
    ];
    await (await expectVote(BOB, steps)).thenRejects('FOUR_EYES');
    await (await expectVote({ name: 'mia', roles: ['approver'] }, steps)).thenAccepted();
    await (await expectVote(ANNE, steps)).thenAccepted();
  });

  it('lets authors approve where the environment does not ask for four eyes', async () => {
    await (
      await expectVote(BOB, staged({ required: 1, fourEyes: false }, BOB))
    ).thenAccepted({ state: 'approved' });
  });

  it('tells a service without identities why nobody else is there', async () => {
    const { problem } = await (
      await expectVote(LOCAL, staged({ required: 1 }, LOCAL))
    ).thenRejects('FOUR_EYES');
    expect(problem?.detail).toContain('without authentication everybody is "local"');
  });

  it('rejects with ALREADY_APPROVED the same person, also by a token', async () => {
    const once = [...staged({ required: 2 }, DEVELOPER), approving(ANNE)];
    await (await expectVote(ANNE, once)).thenRejects('ALREADY_APPROVED');
    const { problem } = await (await expectVote(TOKEN, once)).thenRejects('ALREADY_APPROVED');
    expect(problem?.detail).toContain('as "anne"');
  });

  it('rejects with DENIED who has none of the roles of the policy', async () => {
    const policy: ApprovalPolicy = { required: 1, roles: ['operator'] };
    const { problem } = await (await expectVote(ANNE, staged(policy, DEVELOPER))).thenRejects('DENIED');
    expect(problem?.detail).toContain('lacks the role operator');
    await (await expectVote(BOB, staged(policy, DEVELOPER))).thenAccepted();
  });

  it('rejects with APPROVAL_VOID another hash than is asked about, and what has changed since', async () => {
    const other = { environment: 'test', contentHash: 'x'.repeat(43) };
    await given(...requested)
      .when(other, { actor: ANNE })
      .thenRejects('APPROVAL_VOID');
    for (const change of [
      [planning({ says: { operation: 'update' } })],
      [sent(stageConfigs, { configs: [functionConfig('a', { parallelism: 2 })] }), planning()],
      [staging(BOB, 'b')],
    ])
      await (await expectVote(ANNE, [...requested, ...change])).thenRejects('APPROVAL_VOID');
    await (await expectVote(ANNE, [...requested, planning()])).thenAccepted();
  });

  it('rejects with PLAN_MISSING while a plan anew is not complete, or is about other entries', async () => {
    const names = [fn('a')];
    const steps = [requiring(), staging(DEVELOPER, 'a', 'b'), planning(), requesting()];
    await (await expectVote(ANNE, [...steps, planning({ names })])).thenRejects('PLAN_MISSING');
    const asked = sent(plan, { environment: 'test' });
    await (await expectVote(ANNE, [...steps, asked])).thenAccepted();
  });

  it('rejects with NO_APPROVAL_OPEN, APPROVAL_NOT_REQUIRED and UNKNOWN_NAME', async () => {
    const one = { environment: 'test', contentHash: 'x'.repeat(43) };
    await given(requiring()).when(one, { actor: ANNE }).thenRejects('NO_APPROVAL_OPEN');
    const no = sent(reject, { environment: 'test', reason: 'no' }, { actor: BOB });
    await (await expectVote(ANNE, [...requested, no])).thenRejects('NO_APPROVAL_OPEN');
    await given()
      .when({ ...one, environment: 'prod' }, { actor: ANNE })
      .thenRejects('APPROVAL_NOT_REQUIRED');
    await given()
      .when({ ...one, environment: 'moon' })
      .thenRejects('UNKNOWN_NAME');
  });
});
