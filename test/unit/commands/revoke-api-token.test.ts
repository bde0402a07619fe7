import { createApiToken } from '../../../src/commands/create-api-token.js';
import { revokeApiToken } from '../../../src/commands/revoke-api-token.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(revokeApiToken);
const created = sent(createApiToken, {
  name: 'ci',
  hash: '0f'.repeat(32),
  roles: ['developer'],
  expiresAt: '2026-06-01T00:00:00.000Z',
});

describe('revoke-api-token', () => {
  it('ends the token, and says who did and why', async () => {
    await given(created)
      .when({ name: 'ci', reason: 'It stood in a log.' })
      .thenDocuments({ 'api-token:ci': { revoked: { by: 'alice', reason: 'It stood in a log.' } } });
  });

  it('leaves one that is revoked already as it is', async () => {
    const { events } = await given(created, sent(revokeApiToken, { name: 'ci' }))
      .when({ name: 'ci' })
      .thenDocuments({ 'api-token:ci': { revoked: { by: 'alice' } } });
    expect(events).toEqual([]);
  });

  it('refuses a name that no token has', async () => {
    await given().when({ name: 'ci' }).thenRejects('UNKNOWN_NAME');
  });
});
