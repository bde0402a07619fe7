import { requestApproval } from '../../../src/commands/request-approval.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { withdraw } from '../../../src/commands/withdraw.js';
import { fn, functionConfig } from '../../support/configs.js';
import { scenario, sent } from '../../support/scenario.js';
import {
  ANNE,
  APPROVAL,
  approving,
  DEVELOPER,
  planning,
  requested,
  requesting,
  requiring,
  staging,
  TOKEN,
} from '../../support/approving.js';

const { given } = scenario(requestApproval, { actor: DEVELOPER });
const toTest = { environment: 'test' };

describe('request-approval', () => {
  it('asks for what the newest plan says of the entries, and names who may not approve', async () => {
    const happened = await given(
      requiring({ required: 2 }),
      staging(DEVELOPER, 'a'),
      staging(TOKEN, 'b'),
      planning(),
    )
      .when({ ...toTest, note: 'ticket 4711' })
      .thenAccepted({ functions: 2, required: 2, document: APPROVAL, mayNot: ['anne', 'ci', 'dora'] });
    expect(happened.events).toMatchObject([
      { type: 'approval-requested', functions: 2, by: { name: 'dora' } },
    ]);
    expect(happened.world.document(APPROVAL, 'approval')).toMatchObject({
      state: 'open',
      contentHash: happened.result['contentHash'],
      requestedBy: { name: 'dora' },
      note: 'ticket 4711',
      votes: [],
    });
  });

  it('asks for some of the entries', async () => {
    const names = [fn('b')];
    await given(requiring(), staging(DEVELOPER, 'a', 'b'), planning({ names }))
      .when({ ...toTest, names })
      .thenDocuments({ [APPROVAL]: { functions: 1, names } });
  });

  it('keeps the hash where a plan anew says the same, however it was cut into parts, and whatever waits', async () => {
    const hashes: unknown[] = [];
    for (const again of [
      planning({ says: { backlog: 5 } }),
      planning({ parts: 2, says: { backlog: 7 } }),
      planning({ says: { operation: 'update' } }),
    ]) {
      const { result } = await given(requiring(), staging(DEVELOPER, 'a', 'b'), planning(), again)
        .when(toTest)
        .thenAccepted();
      hashes.push(result['contentHash']);
    }
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });

  it('rejects with PLAN_MISSING what nobody can see: without a plan, or with one of other entries', async () => {
    await given(requiring(), staging(DEVELOPER, 'a')).when(toTest).thenRejects('PLAN_MISSING');
    const { problem } = await given(requiring(), staging(DEVELOPER, 'a'), planning(), staging(DEVELOPER, 'b'))
      .when(toTest)
      .thenRejects('PLAN_MISSING');
    expect(problem?.detail).toContain('send plan {"environment":"test","stageSet":"main"}');
  });

  it('rejects with APPROVAL_NOT_REQUIRED, UNKNOWN_NAME and STAGE_SET_EMPTY', async () => {
    await given(requiring(), staging(DEVELOPER, 'a'))
      .when({ environment: 'prod' })
      .thenRejects('APPROVAL_NOT_REQUIRED');
    await given(requiring()).when({ environment: 'moon' }).thenRejects('UNKNOWN_NAME', ['moon']);
    await given(requiring(), staging(DEVELOPER, 'a'))
      .when({ ...toTest, names: [fn('z')] })
      .thenRejects('UNKNOWN_NAME', [fn('z')]);
    await given(requiring()).when(toTest).thenRejects('STAGE_SET_EMPTY');
  });

  it('rejects with ALREADY_REQUESTED exactly the same, approved or not', async () => {
    await given(...requested)
      .when(toTest)
      .thenRejects('ALREADY_REQUESTED');
    await given(...requested, approving(ANNE))
      .when(toTest)
      .thenRejects('ALREADY_REQUESTED');
  });

  it('takes the place of one that is void or was withdrawn', async () => {
    const other = sent(stageConfigs, { configs: [functionConfig('a', { parallelism: 3 })] });
    await given(...requested, approving(ANNE), other, planning())
      .when(toTest)
      .thenDocuments({ [APPROVAL]: { state: 'open', votes: [] } });
    await given(...requested, sent(withdraw, toTest, { actor: DEVELOPER }))
      .when(toTest)
      .thenDocuments({ [APPROVAL]: { state: 'open', votes: [] } });
  });

  it('may be sent by whoever approves', async () => {
    await given(...requested.slice(0, -1), requesting(ANNE), approving(ANNE))
      .when(toTest)
      .thenRejects('ALREADY_REQUESTED');
  });
});
