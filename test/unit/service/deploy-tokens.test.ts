import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxCluster } from '../../../src/adapters/sandbox/cluster.js';
import { AppError } from '../../../src/errors.js';
import type { Cluster, ClusterTraits } from '../../../src/ports/cluster.js';
import type { Credentials } from '../../../src/ports/credentials.js';
import { createDeployTokens } from '../../../src/service/deploy-tokens.js';
import { createFakeLog } from '../../support/fake-log.js';

describe('the tokens that deployers show', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-tokens-'));
    await writeFile(join(dir, 'all'), 'admin');
    await writeFile(join(dir, 'orders'), 'orders');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** Looks once, at a cluster that knows these tokens. */
  async function look(known: Readonly<Record<string, ClusterTraits | AppError>>, more: object = {}) {
    const traits = Object.fromEntries(
      Object.entries(known).map(([token, told]) => [`Bearer ${token}`, told] as const),
    );
    const log = createFakeLog();
    let looks = 2;
    let done = (): void => undefined;
    const looked = new Promise<void>((resolve) => (done = resolve));
    const stop = new AbortController();
    const sandbox = await createSandboxCluster({ dir: join(dir, 'sandbox') });
    const open = (_adminUrl: string, credentials: Credentials): Cluster => ({
      functions: {
        ...sandbox.functions,
        // Each token is looked at over a cluster of its own.
        close: async () => {
          looks -= 1;
          if (looks === 0) done();
        },
      },
      admin: {
        ...sandbox.admin,
        traits: async () => {
          const answer = traits[(await credentials.current()).authorization ?? ''] ?? {};
          if (answer instanceof AppError) throw answer;
          return answer;
        },
      },
    });
    const files = { tokenFile: join(dir, 'all'), tenantTokenFiles: { orders: join(dir, 'orders') } };
    const environment = { name: 'prod', adminUrl: 'http://127.0.0.1:1', ...files, ...more };
    const tokens = createDeployTokens({ environments: [environment], log, signal: stop.signal, open });
    const running = tokens.run();
    await looked;
    stop.abort();
    await running;
    await sandbox.functions.close();
    return { checks: tokens.checks(), log };
  }

  it("are warned of where they are a superuser's, in log and status", async () => {
    const { checks, log } = await look({ admin: { superuser: true }, orders: { superuser: false } });
    expect(checks).toMatchObject([{ name: 'token:prod', ok: true }]);
    expect(checks[0]?.detail).toContain("warning: tokenFile is a superuser's, and");
    expect(JSON.stringify(log)).toContain('functions-would-run-as-superuser');
    expect(JSON.stringify(log)).not.toContain('"admin"');
  });

  it('are fine where they are not, and where the cluster does not say', async () => {
    expect((await look({ admin: { superuser: false }, orders: {} })).checks).toMatchObject([
      { ok: true, detail: expect.not.stringContaining('warning') as string },
    ]);
    const down = new AppError('CLUSTER_UNREACHABLE', 'no');
    expect((await look({ admin: down, orders: down })).checks).toEqual([]);
  });

  it('are not well where one cannot be read', async () => {
    const { checks } = await look({}, { tokenFile: join(dir, 'none') });
    expect(checks).toMatchObject([{ name: 'token:prod', ok: false }]);
    expect(checks[0]?.detail).toContain('tokenFile: ENOENT');
  });
});
