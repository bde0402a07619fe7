import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecrets } from '../../../src/deployer/secrets.js';

describe('secrets', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-secrets-'));
    await writeFile(join(dir, 'db.password'), 'hun"ter 2\n');
    await writeFile(join(dir, 'windows'), 'line\r\n');
    await writeFile(join(dir, 'two-lines'), 'a\n\n');
    await writeFile(join(dir, 'empty'), '\n');
    await mkdir(join(dir, 'test', 'orders'), { recursive: true });
    await writeFile(join(dir, 'everywhere'), 'for all');
    await writeFile(join(dir, 'narrow'), 'for all');
    await writeFile(join(dir, 'test', 'narrow'), 'for test');
    await writeFile(join(dir, 'test', 'orders', 'narrow'), 'for orders in test');
    await writeFile(join(dir, 'test', 'orders', 'own'), 'of orders alone');
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const open = (variables: Readonly<Record<string, string>> = {}, environment = 'test') =>
    createSecrets({ environment, dir, variable: (name) => variables[name] });
  const valueOf = async (secrets: ReturnType<typeof open>, name: string, tenant?: string): Promise<unknown> =>
    (await secrets.resolve({ tenant, userConfig: { a: { $secret: name } } })).config.userConfig.a;

  it('are put in at any depth, without their line end', async () => {
    const { config } = await open().resolve({
      userConfig: { password: { $secret: 'db.password' }, list: [{ $secret: 'windows' }], n: 1, none: null },
      secrets: { two: { $secret: 'two-lines' } },
    });
    expect(config).toEqual({
      userConfig: { password: 'hun"ter 2', list: ['line'], n: 1, none: null },
      secrets: { two: 'a\n' },
    });
  });

  it("leave alone what Pulsar's own provider resolves", async () => {
    const config = { secrets: { db: { path: 'orders-db', key: 'password' } } };
    expect((await open().resolve(config)).config).toEqual(config);
  });

  it('are put in only where the whole object is one', async () => {
    const config = { a: { $secret: 'windows', more: 1 }, b: { $secret: 1 }, c: 'windows', d: {} };
    expect((await open().resolve(config)).config).toEqual(config);
  });

  it('that are sealed are not passed on as they are', async () => {
    const resolving = open().resolve({ userConfig: { a: [{ $sealed: 'e30.x' }] } });
    await expect(resolving).rejects.toMatchObject({ code: 'SEALED_KEY_UNKNOWN' });
  });

  it('are those of the environment and the tenant before those of the environment before those of all', async () => {
    expect(await valueOf(open(), 'narrow', 'orders')).toBe('for orders in test');
    expect(await valueOf(open(), 'narrow', 'billing')).toBe('for test');
    expect(await valueOf(open({}, 'prod'), 'narrow', 'orders')).toBe('for all');
    expect(await valueOf(open(), 'everywhere', 'orders')).toBe('for all');
  });

  it('come from variables before files, and from the narrower place before either', async () => {
    const secrets = open({
      STAGELINE_SECRET_NARROW: 'variable for all',
      STAGELINE_SECRET_TEST__ORDERS__DB_PASSWORD: 'variable of orders',
      STAGELINE_SECRET_TEST__EVERYWHERE: 'variable for test',
      STAGELINE_SECRET_EMPTY: '',
    });
    expect(await valueOf(secrets, 'narrow', 'orders')).toBe('for orders in test');
    expect(await valueOf(secrets, 'db.password', 'orders')).toBe('variable of orders');
    expect(await valueOf(secrets, 'db.password', 'billing')).toBe('hun"ter 2');
    expect(await valueOf(secrets, 'everywhere')).toBe('variable for test');
  });

  it("cannot be reached by a name that looks like another's place", async () => {
    const secrets = open({ STAGELINE_SECRET_TEST__ORDERS__KEY: 'of orders', STAGELINE_SECRET_TEAM_A: 'x' });
    for (const name of ['test__orders__key', 'TEST..ORDERS..KEY', 'test/orders/own', 'orders/own', '../own'])
      await expect(valueOf(secrets, name, 'billing')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    await expect(valueOf(secrets, 'own', 'billing')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    await expect(valueOf(open(), 'own', '../test/orders')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    await expect(valueOf(open(), 'own', '..')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });

  it.each(['none', '..', '.', '../secrets', 'a/b', '', 'a\u0000', 'test', 'empty'])(
    'that cannot be read are missing: %j',
    async (name) => {
      await expect(valueOf(open(), name)).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    },
  );

  it('are all named when they are missing, each with where it was looked for', async () => {
    const config = { tenant: 'orders', userConfig: { a: { $secret: 'one' }, b: { $secret: 'two__2' } } };
    await expect(open().resolve(config)).rejects.toThrow(
      'No secret "one": looked for in STAGELINE_SECRET_TEST__ORDERS__ONE, STAGELINE_SECRETS_DIR/test/orders/one, ' +
        'STAGELINE_SECRET_TEST__ONE, STAGELINE_SECRETS_DIR/test/one, STAGELINE_SECRET_ONE, STAGELINE_SECRETS_DIR/one. ' +
        'No secret "two__2": looked for in STAGELINE_SECRETS_DIR/test/orders/two__2, STAGELINE_SECRETS_DIR/test/two__2, STAGELINE_SECRETS_DIR/two__2.',
    );
    await expect(createSecrets({ environment: 'test' }).resolve(config)).rejects.toThrow(
      'STAGELINE_SECRETS_DIR is not set',
    );
  });

  it('are masked in texts, also as JSON and URLs write them', async () => {
    const { mask } = await open().resolve({ a: { $secret: 'db.password' } });
    expect(mask('bad hun"ter 2, "hun\\"ter 2", ?p=hun%22ter%202')).toBe('bad ***, "***", ?p=***');
  });
});
