import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxFunctions } from '../../../src/adapters/sandbox/sandbox-functions.js';
import type { Applied } from '../../../src/deployer/applied.js';
import { applyDeployment } from '../../../src/deployer/apply.js';
import type { Desired } from '../../../src/deployer/plan.js';
import type { Functions, WorkloadRef } from '../../../src/ports/functions.js';
import { scriptFunctions, type Asked, type Scripted } from './scripted-functions.js';

let next = 0;
const newRef = (type: WorkloadRef['type'] = 'function'): WorkloadRef => ({
  type,
  tenant: 'public',
  namespace: 'default',
  name: `f${next++}`,
});
const SHA256 = createHash('sha256').update('a').digest('hex');
const CONFIG = { runtime: 'JAVA', className: 'a.B', inputSpecs: { 'persistent://public/default/in': {} } };
const desire = (ref: WorkloadRef, config: object = {}, samePackage = false): Desired => ({
  operation: 'apply',
  ref,
  config: { ...CONFIG, ...config },
  package: { kind: 'data', fileName: 'a.jar', body: Buffer.from('a'), sha256: SHA256 },
  samePackage,
});

describe('applying a deployment', () => {
  let dir = '';
  let sandbox: Functions;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-apply-'));
    sandbox = await createSandboxFunctions({ dir });
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  const apply = (functions: Functions, desired: Desired, more: object = {}): Promise<Applied> =>
    applyDeployment(desired, {
      functions,
      deadlineMs: 2000,
      retryMs: 1,
      signal: new AbortController().signal,
      ...more,
    });

  /** Applies over a script; says which requests came, too. */
  const scripted = async (
    desired: Desired,
    script: (asked: Asked, number: number) => Scripted | Promise<Scripted>,
  ) => {
    const cluster = scriptFunctions(sandbox, script);
    const applied = await apply(cluster.functions, desired);
    return { ...applied, verbs: cluster.verbs() };
  };

  it('creates, updates without the package, leaves alone and deletes', async () => {
    const ref = newRef();
    expect(await apply(sandbox, desire(ref))).toMatchObject({ outcome: 'deployed', sentPackage: true });
    const change = desire(ref, { userConfig: { a: 'b' } }, true);
    expect(await apply(sandbox, change)).toMatchObject({ outcome: 'deployed', sentPackage: false });
    expect(await scripted(change, () => undefined)).toMatchObject({ outcome: 'unchanged', verbs: 'get' });
    expect(await apply(sandbox, { operation: 'delete', ref })).toMatchObject({ outcome: 'deleted' });
    expect(await apply(sandbox, { operation: 'delete', ref })).toMatchObject({
      outcome: 'deleted',
      answer: { status: 404 },
    });
  });

  it('flips once when someone else was faster', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref));
    const gone = { status: 404, reason: `Function ${ref.name} doesn't exist` };
    const late = await scripted(desire(ref, { parallelism: 2 }, true), (_asked, number) =>
      number === 1 ? gone : undefined,
    );
    expect(late).toMatchObject({ outcome: 'deployed', verbs: 'get create get update get' });
  });

  it('fails when the name belongs to another kind', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref));
    const clash = await scripted(desire({ ...ref, type: 'sink' }), () => undefined);
    expect(clash).toMatchObject({
      outcome: 'failed',
      verbs: 'get create get create',
      answer: {
        status: 400,
        code: 'CLUSTER_REFUSED',
        reason: expect.stringContaining('another kind') as unknown,
      },
    });
  });

  it('fails at once with the reason of a refusal', async () => {
    const refused = await scripted(desire(newRef(), { runtime: 'RUST' }), () => undefined);
    expect(refused).toMatchObject({
      outcome: 'failed',
      verbs: 'get create',
      answer: { status: 400, code: 'CLUSTER_REFUSED', reason: expect.stringContaining('runtime') as unknown },
    });
  });

  it('tries again what may pass, reading first each time', async () => {
    const busy = { status: 503, reason: 'Leader not yet ready. Please retry again' };
    const late = await scripted(desire(newRef()), ({ what }, number) =>
      what === 'create' && number < 5 ? busy : undefined,
    );
    expect(late).toMatchObject({ outcome: 'deployed', verbs: 'get create get create get create get' });
  });

  it('tries a missing namespace a few times only', async () => {
    const missing = { status: 400, reason: 'Namespace does not exist' };
    const failed = await scripted(desire(newRef()), ({ what }) => (what === 'create' ? missing : undefined));
    expect(failed).toMatchObject({ outcome: 'failed', verbs: 'get create get create get create' });
  });

  it('gives up at its deadline, and says so', async () => {
    const { functions } = scriptFunctions(sandbox, () => 'cut');
    expect(await apply(functions, desire(newRef()), { deadlineMs: 20 })).toMatchObject({
      outcome: 'failed',
      answer: {
        status: 0,
        code: 'CLUSTER_UNREACHABLE',
        reason: expect.stringMatching(/socket hang up; given up after \d+ tries/) as unknown,
      },
    });
  });

  it.each([
    ['a cut request', 'cut' as const],
    ['a 500 that says nothing', { status: 500, reason: 'java.util.concurrent.TimeoutException' }],
  ])('takes %s for done when its change is there', async (_case, answer) => {
    const applied = (real: (asked: Asked) => Promise<unknown>) => {
      let first = true;
      return async (asked: Asked): Promise<Scripted> => {
        if (asked.what === 'get' || !first) return undefined;
        first = false;
        await real(asked);
        return answer;
      };
    };
    const ref = newRef();
    const created = await scripted(
      desire(ref),
      applied(({ upsert }) => sandbox.create(upsert!)),
    );
    expect(created).toMatchObject({ outcome: 'deployed', verbs: 'get create get packageDigest' });
    const updated = await scripted(
      desire(ref, { parallelism: 2 }),
      applied(({ upsert }) => sandbox.update(upsert!)),
    );
    expect(updated).toMatchObject({ outcome: 'deployed', verbs: 'get update get packageDigest' });
    const deleted = await scripted(
      { operation: 'delete', ref },
      applied(() => sandbox.delete(ref)),
    );
    expect(deleted).toMatchObject({ outcome: 'deleted', verbs: 'get delete get' });
  });

  const cutFirst = (what: string, real: (asked: Asked) => Promise<unknown> = async () => undefined) => {
    let first = true;
    return async (asked: Asked): Promise<Scripted> => {
      if (asked.what !== what || !first) return undefined;
      first = false;
      await real(asked);
      return 'cut';
    };
  };
  const B_SHA256 = createHash('sha256').update('b').digest('hex');
  const withPackageB = (ref: WorkloadRef): Desired => ({
    ...desire(ref),
    ...({ package: { kind: 'data', fileName: 'b.jar', body: Buffer.from('b'), sha256: B_SHA256 } } as const),
  });

  it('sends a cut request again when its change is not there', async () => {
    const ref = newRef();
    expect(await scripted(desire(ref), cutFirst('create'))).toMatchObject({
      verbs: 'get create get create get',
    });
    expect(await scripted(desire(ref, { parallelism: 2 }, true), cutFirst('update'))).toMatchObject({
      verbs: 'get update get update get',
    });
  });

  it('knows by the package that the cluster has whether a cut request was applied', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref));
    const lost = await scripted(withPackageB(ref), cutFirst('update'));
    expect(lost).toMatchObject({
      outcome: 'deployed',
      verbs: 'get packageDigest update get packageDigest update get packageDigest',
    });
    await apply(sandbox, desire(ref));
    const applied = await scripted(
      withPackageB(ref),
      cutFirst('update', ({ upsert }) => sandbox.update(upsert!)),
    );
    expect(applied).toMatchObject({
      outcome: 'deployed',
      verbs: 'get packageDigest update get packageDigest',
      sentPackage: true,
    });
  });

  it('does not restart what someone else has brought about, package and all', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref));
    await apply(sandbox, withPackageB(ref));
    expect(await scripted(withPackageB(ref), () => undefined)).toMatchObject({
      outcome: 'unchanged',
      verbs: 'get packageDigest',
      wrote: false,
    });
    const silent = await scripted(withPackageB(ref), ({ what }) =>
      what === 'packageDigest' ? { status: 404, reason: 'not kept' } : undefined,
    );
    expect(silent).toMatchObject({
      outcome: 'deployed',
      verbs: 'get packageDigest update get packageDigest',
    });
    const ignoring = await scripted(desire(ref), ({ what }) =>
      what === 'update' ? { status: 204, reason: '' } : undefined,
    );
    expect(ignoring).toMatchObject({
      outcome: 'deployed-with-differences',
      differences: [{ field: '/artifactPathOrUrl', class: 'ignored' }],
    });
  });

  it('takes no cut creation for done where the cluster is known to have another package', async () => {
    const ref = newRef();
    const raced = await scripted(
      withPackageB(ref),
      cutFirst('create', ({ upsert }) =>
        sandbox.create({ ...upsert!, data: { fileName: 'a.jar', body: Buffer.from('a') } }),
      ),
    );
    expect(raced).toMatchObject({
      outcome: 'deployed',
      verbs: 'get create get packageDigest update get packageDigest',
    });
  });

  it('names what was asked for and is not there', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref, { logTopic: 'persistent://public/default/log' }));
    const logTopic = { field: '/logTopic', class: 'ignored' };
    expect(await scripted(desire(ref, { userConfig: { a: 'b' } }, true), () => undefined)).toMatchObject({
      outcome: 'deployed-with-differences',
      differences: [logTopic],
      answer: { status: 204, reason: 'not as asked: /logTopic' },
      verbs: 'get update get',
    });
    expect(await apply(sandbox, desire(ref, { userConfig: { a: 'b' } }, true))).toMatchObject({
      outcome: 'deployed-with-differences',
      differences: [logTopic],
      wrote: false,
    });
  });

  it('reads again where a worker lags behind, and believes a cluster that sees no change only what is there', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref));
    const old = await sandbox.get(ref);
    const lagging = await scripted(desire(ref, { parallelism: 2 }, true), ({ what }, number) =>
      what === 'get' && number < 5 ? old : undefined,
    );
    expect(lagging).toMatchObject({ outcome: 'deployed', verbs: 'get update get get get' });
    const answer = await scripted(desire(ref, { parallelism: 3 }, true), ({ what }) =>
      what === 'update' ? { status: 400, reason: 'Update contains no change' } : undefined,
    );
    expect(answer).toMatchObject({
      outcome: 'deployed-with-differences',
      differences: [{ field: '/parallelism', class: 'ignored' }],
      answer: { status: 400, reason: 'Update contains no change; not as asked: /parallelism' },
    });
  });

  it('does not know the outcome of a write after which nothing can be read', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref));
    const dark = (upTo: 'cut' | { status: number; reason: string } | undefined) => {
      let written = false;
      return scriptFunctions(sandbox, ({ what }) => {
        if (what !== 'get') written = true;
        return written ? (what === 'get' ? 'cut' : upTo) : undefined;
      }).functions;
    };
    const change = desire(ref, { parallelism: 2 }, true);
    expect(await apply(dark('cut'), change, { deadlineMs: 20 })).toMatchObject({
      outcome: 'unknown',
      answer: { status: 0, code: 'CLUSTER_UNREACHABLE' },
      wrote: true,
    });
    expect(await apply(dark(undefined), change, { deadlineMs: 20 })).toMatchObject({
      outcome: 'unknown',
      answer: { status: 204, code: 'OUTCOME_UNKNOWN' },
    });
    const other = desire(ref, { parallelism: 3 }, true);
    const busy = { status: 503, reason: 'Leader not yet ready. Please retry again' };
    expect(await apply(dark(busy), other, { deadlineMs: 20 })).toMatchObject({
      outcome: 'failed',
      wrote: false,
    });
  });

  it('claims a creation only where the cluster took it: a rollback may delete what a release has created', async () => {
    const ref = newRef();
    let written = false;
    const dark = scriptFunctions(sandbox, ({ what }) => {
      if (what !== 'get') written = true;
      return written ? 'cut' : undefined;
    });
    const applied = await apply(dark.functions, desire(ref), { deadlineMs: 20 });
    expect(applied).toMatchObject({ outcome: 'unknown' });
    expect(applied.created).toBeUndefined();
    expect(await apply(sandbox, desire(newRef()))).toMatchObject({ outcome: 'deployed', created: true });
    const refused = await apply(sandbox, desire(newRef(), { runtime: 'RUST' }));
    expect(refused).toMatchObject({ outcome: 'failed' });
    expect(refused.created).toBeUndefined();
  });

  it('looks once more at its end whether a cut write was applied', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref));
    const late = cutFirst('update', ({ upsert }) => sandbox.update(upsert!));
    const cluster = scriptFunctions(sandbox, late);
    const change = desire(ref, { parallelism: 2 }, true);
    expect(await apply(cluster.functions, change, { deadlineMs: 0 })).toMatchObject({ outcome: 'deployed' });
    expect(cluster.verbs()).toBe('get update get');
  });

  it('looks at what is there before its first update, once, and never before a creation', async () => {
    const ref = newRef();
    let looks = 0;
    const beforeUpdate = async (): Promise<void> => {
      looks++;
    };
    await apply(sandbox, desire(ref), { beforeUpdate });
    expect(looks).toBe(0);
    const { functions } = scriptFunctions(sandbox, cutFirst('update'));
    await apply(functions, desire(ref, { parallelism: 2 }, true), { beforeUpdate });
    expect(looks).toBe(1);
  });

  it('judges nothing that it had no time to look at again', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref));
    const old = await sandbox.get(ref);
    const { functions } = scriptFunctions(sandbox, ({ what }) => (what === 'get' ? old : undefined));
    const more = { retryMs: 60_000, deadlineMs: 1e6, signal: AbortSignal.timeout(20) };
    const applying = apply(functions, desire(ref, { parallelism: 2 }, true), more);
    await expect(applying).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('ends its waiting with the signal', async () => {
    const { functions } = scriptFunctions(sandbox, () => 'cut');
    const signal = AbortSignal.timeout(20);
    const applying = apply(functions, desire(newRef()), { retryMs: 60_000, deadlineMs: 1e6, signal });
    await expect(applying).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
