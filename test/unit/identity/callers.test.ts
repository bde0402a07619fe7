import { apiTokenHash, createApiTokenCheck } from '../../../src/identity/api-tokens.js';
import { createCallers, EVERYONE_IS_LOCAL, NOBODY_COMES_IN } from '../../../src/identity/callers.js';
import { messageOf } from '../../../src/errors.js';
import type { ApiTokenDocument } from '../../../src/core/types.js';

const NOW = Date.UTC(2026, 0, 1);
const TOKEN = `stl_ci_${'A'.repeat(43)}`;
const UNAUTHENTICATED = { code: 'UNAUTHENTICATED' };
const DOCUMENT: ApiTokenDocument = {
  kind: 'api-token',
  name: 'ci',
  hash: apiTokenHash(TOKEN),
  roles: ['developer'],
  projects: ['pricing'],
  createdAt: '2025-12-01T00:00:00.000Z',
  expiresAt: '2026-02-01T00:00:00.000Z',
  people: ['root', 'alice'],
};

const checkOf = (document: ApiTokenDocument = DOCUMENT) =>
  createApiTokenCheck(
    {
      get: async (id) => (id === 'api-token:ci' ? { id, position: 1, document } : undefined),
    },
    () => NOW,
  );

describe('an API token', () => {
  it('is known by its hash, with whoever stands behind it', async () => {
    expect(await checkOf()(TOKEN)).toEqual({
      name: 'token:ci',
      roles: ['developer'],
      projects: ['pricing'],
      behind: ['root', 'alice'],
    });
  });

  it.each([
    ['another secret', `stl_ci_${'B'.repeat(43)}`],
    ['another name', `stl_cd_${'A'.repeat(43)}`],
    ['its hash', apiTokenHash(TOKEN)],
    ['a shorter one', `stl_ci_${'A'.repeat(42)}`],
    ['a longer one', `${TOKEN}A`],
    ['a name that is none', `stl_../../x_${'A'.repeat(43)}`],
    ['nothing', 'stl_'],
  ])('with %s is not', async (_what, token) => {
    await expect(checkOf()(token)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('is not told apart from one that never was', async () => {
    const told = async (check: ReturnType<typeof checkOf>, token: string): Promise<string> =>
      check(token).then(
        () => 'known',
        (error: unknown) => messageOf(error),
      );
    expect(await told(checkOf(), `stl_ci_${'B'.repeat(43)}`)).toBe(
      await told(checkOf(), `stl_no_${'B'.repeat(43)}`),
    );
  });

  it('that has expired, or was revoked, is refused and says so to its bearer alone', async () => {
    const expired = { ...DOCUMENT, expiresAt: '2026-01-01T00:00:00.000Z' };
    await expect(checkOf(expired)(TOKEN)).rejects.toThrow('expired at');
    const revoked = { ...DOCUMENT, revoked: { time: '2025-12-31T00:00:00.000Z', by: 'root' } };
    await expect(checkOf(revoked)(TOKEN)).rejects.toThrow('was revoked');
    await expect(checkOf(revoked)(`stl_ci_${'B'.repeat(43)}`)).rejects.toThrow('not known');
  });
});

describe('callers', () => {
  const callers = createCallers({
    bearer: async (token) => ({ name: token, roles: [] }),
    apiToken: async () => ({ name: 'token:ci', roles: [] }),
  });

  it('are known by their header', async () => {
    expect(await callers.identify('Bearer abc')).toEqual({ name: 'abc', roles: [] });
    expect(await callers.identify('bearer  abc ')).toEqual({ name: 'abc', roles: [] });
    expect(await callers.identify(`Bearer ${TOKEN}`)).toEqual({ name: 'token:ci', roles: [] });
  });

  it.each([
    undefined,
    '',
    'abc',
    'Basic abc',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer é',
    `Bearer ${'x'.repeat(20_000)}`,
  ])('are not known by %j', async (header) => {
    await expect(callers.identify(header)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('are all local where nobody is asked, and none where nothing says how', async () => {
    expect(await EVERYONE_IS_LOCAL.identify(undefined)).toMatchObject({ name: 'local' });
    await expect(NOBODY_COMES_IN.identify('Bearer abc')).rejects.toMatchObject(UNAUTHENTICATED);
  });
});
