import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('are put in at any depth, without their line end', async () => {
    const { config } = await createSecrets({ environment: 'test', dir }).resolve({
      userConfig: { password: { $secret: 'db.password' }, list: [{ $secret: 'windows' }], n: 1, none: null },
      secrets: { two: { $secret: 'two-lines' } },
    });
    expect(config).toEqual({
      userConfig: { password: 'hun"ter 2', list: ['line'], n: 1, none: null },
      secrets: { two: 'a\n' },
    });
  });

  it('that are sealed are not passed on as they are', async () => {
    const resolving = createSecrets({ environment: 'test', dir }).resolve({ userConfig: { a: [{ $sealed: 'e30.x' }] } });
    await expect(resolving).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });

  it('are put in only where the whole object is one', async () => {
    const config = { a: { $secret: 'windows', more: 1 }, b: { $secret: 1 }, c: 'windows', d: {} };
    expect((await createSecrets({ environment: 'test', dir }).resolve(config)).config).toEqual(config);
  });

  it.each(['none', '..', '.', '../secrets', 'a/b', '', 'a\u0000'])(
    'that cannot be read are missing: %j',
    async (name) => {
      const resolving = createSecrets({ environment: 'test', dir }).resolve({ a: { $secret: name } });
      await expect(resolving).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    },
  );

  it('are all named when they are missing', async () => {
    const resolving = createSecrets({ environment: 'test' }).resolve({ a: { $secret: 'one' }, b: { $secret: 'two' } });
    await expect(resolving).rejects.toThrow(/"one", "two".*STAGELINE_SECRETS_DIR/);
  });

  it('are masked in texts, also as JSON and URLs write them', async () => {
    const { mask } = await createSecrets({ environment: 'test', dir }).resolve({ a: { $secret: 'db.password' } });
    expect(mask('bad hun"ter 2, "hun\\"ter 2", ?p=hun%22ter%202')).toBe('bad ***, "***", ?p=***');
  });
});
