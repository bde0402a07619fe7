import { withdraw } from '../../../src/commands/withdraw.js';
import { scenario } from '../../support/scenario.js';
import {
  ANNE,
  APPROVAL,
  DEVELOPER,
  requested,
  requesting,
  requiring,
  TOKEN,
} from '../../support/approving.js';

const { given } = scenario(withdraw);
const request = { environment: 'test', note: 'not needed' };

describe('withdraw', () => {
  it('takes the request back: whoever made it, also behind a token, and an admin', async () => {
    const withdrawn = (by: string) => ({ [APPROVAL]: { state: 'withdrawn', withdrawn: { by } } });
    await given(...requested)
      .when(request, { actor: DEVELOPER })
      .thenDocuments(withdrawn('dora'));
    await given(...requested)
      .when(request, { actor: { name: 'root', roles: ['admin'] } })
      .thenDocuments(withdrawn('root'));
    await given(...requested.slice(0, -1), requesting(TOKEN))
      .when(request, { actor: ANNE })
      .thenDocuments(withdrawn('anne'));
  });

  it('rejects with DENIED anybody else, and with NO_APPROVAL_OPEN where nothing is asked', async () => {
    await given(...requested)
      .when(request, { actor: ANNE })
      .thenRejects('DENIED');
    await given(requiring()).when(request).thenRejects('NO_APPROVAL_OPEN');
    await given().when(request).thenRejects('APPROVAL_NOT_REQUIRED');
    await given().when({ environment: 'moon' }).thenRejects('UNKNOWN_NAME');
  });
});
