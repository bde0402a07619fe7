import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentConfig } from '../../../src/config.js';
import { environmentCredentials } from '../../../src/service/credentials.js';

describe('tokens of an environment', () => {
  let dir = '';
  const path = (name: string): string => join(dir, name);
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-tokens-'));
    await writeFile(path('all'), 'general\n');
    await writeFile(path('orders'), 'orders-1');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const tokenOf = (environment: EnvironmentConfig) => {
    const credentialsOf = environmentCredentials(environment);
    return async (tenant: string | undefined) =>
      (await credentialsOf(tenant).current()).authorization?.replace('Bearer ', '');
  };
  const open = (more: object = {}) =>
    tokenOf({
      name: 'prod',
      tokenFile: path('all'),
      tenantTokenFiles: { orders: path('orders') },
      ...more,
    });

  it('are those of the tenant where it has one, else the general one', async () => {
    const token = open();
    expect(await token('orders')).toBe('orders-1');
    expect(await token('billing')).toBe('general');
    expect(await token(undefined)).toBe('general');
    expect(await token('constructor')).toBe('general');
  });

  it('are read again when their file has changed', async () => {
    const token = open();
    expect(await token('orders')).toBe('orders-1');
    await writeFile(path('orders'), 'orders-22');
    expect(await token('orders')).toBe('orders-22');
  });

  it('are none where the environment names no file', async () => {
    expect(await tokenOf({ name: 'test' })(undefined)).toBeUndefined();
    const token = tokenOf({ name: 'test', tenantTokenFiles: { orders: path('orders') } });
    expect(await token('billing')).toBeUndefined();
  });

  it.each([
    ['is not there', undefined],
    ['is empty', ' \n'],
    ['holds a second line', 'one\nx-header: two'],
  ])('are missed where the file %s; its path is not told', async (_case, content) => {
    if (content !== undefined) await writeFile(path('bad'), content);
    const token = open({ tenantTokenFiles: { orders: path('bad') } });
    const refused = (await token('orders').catch((error: unknown) => error)) as Error;
    expect(refused).toMatchObject({ code: 'TOKEN_MISSING' });
    expect(refused.message).toContain('environment prod cannot be read from its tenantTokenFiles/orders');
    expect(refused.message).not.toContain(dir);
  });
});
