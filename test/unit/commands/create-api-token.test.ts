import { createApiToken } from '../../../src/commands/create-api-token.js';
import { revokeApiToken } from '../../../src/commands/revoke-api-token.js';
import type { CreateApiTokenParams } from '../../../src/core/types.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(createApiToken);
const CI: CreateApiTokenParams = {
  name: 'ci',
  hash: '0f'.repeat(32),
  roles: ['developer'],
  projects: ['pricing'],
  expiresAt: '2026-06-01T00:00:00.000Z',
};

describe('create-api-token', () => {
  it('keeps what the token may, by its hash, and who made it', async () => {
    await given()
      .when(CI)
      .thenDocuments({
        'api-token:ci': {
          hash: CI.hash,
          roles: ['developer'],
          projects: ['pricing'],
          expiresAt: CI.expiresAt,
          people: ['alice'],
        },
      });
  });

  it('puts whoever it is made for behind it as well, and everybody behind a token that made it', async () => {
    const actor = { name: 'token:root', roles: ['admin'], behind: ['alice'] };
    await given()
      .when({ ...CI, owner: 'bob' }, { actor })
      .thenDocuments({ 'api-token:ci': { people: ['token:root', 'alice', 'bob'] } });
  });

  it('never takes a name again, also not of one that was revoked', async () => {
    await given(sent(createApiToken, CI)).when(CI).thenRejects('TOKEN_NAME_USED');
    await given(sent(createApiToken, CI), sent(revokeApiToken, { name: 'ci' }))
      .when(CI)
      .thenRejects('TOKEN_NAME_USED');
  });

  it.each([
    ['overrider', { name: 'root', roles: ['admin'] }],
    ['admin', { name: 'dev', roles: ['developer'] }],
  ] as const)('gives nobody the role %s that whoever makes it has not', async (role, actor) => {
    await given()
      .when({ ...CI, roles: ['viewer', role] }, { actor: { ...actor, roles: [...actor.roles, 'viewer'] } })
      .thenRejects('NOT_ALLOWED_TO_GRANT');
  });

  it.each(['2020-01-01T00:00:00.000Z', '2027-06-01T00:00:00.000Z'])(
    'refuses to end at %s',
    async (expiresAt) => {
      await given()
        .when({ ...CI, expiresAt })
        .thenRejects('INVALID_EXPIRY');
    },
  );
});
