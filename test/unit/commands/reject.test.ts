import { reject } from '../../../src/commands/reject.js';
import { scenario } from '../../support/scenario.js';
import { ANNE, APPROVAL, approving, BOB, requested, requiring } from '../../support/approving.js';

const { given } = scenario(reject, { actor: BOB });
const no = { environment: 'test', reason: 'not before the holiday' };

describe('reject', () => {
  it('says no, also to what others have approved', async () => {
    await given(...requested, approving(ANNE))
      .when(no)
      .thenDocuments({ [APPROVAL]: { state: 'rejected', rejected: { by: 'bob', reason: no.reason } } });
  });

  it('rejects with DENIED who may not approve, and with NO_APPROVAL_OPEN where nothing is asked', async () => {
    await given(...requested)
      .when(no, { actor: { name: 'dev', roles: ['developer'] } })
      .thenRejects('DENIED');
    await given(requiring()).when(no).thenRejects('NO_APPROVAL_OPEN');
    await given().when(no).thenRejects('APPROVAL_NOT_REQUIRED');
    await given()
      .when({ ...no, environment: 'moon' })
      .thenRejects('UNKNOWN_NAME');
  });
});
