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
    expect(late).toMatchObject({ outcome: 'deployed', verbs: 'get create get update' });
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
    expect(late).toMatchObject({ outcome: 'deployed', verbs: 'get create get create get create' });
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
    expect(created).toMatchObject({ outcome: 'deployed', verbs: 'get create get' });
    const updated = await scripted(
      desire(ref, { parallelism: 2 }),
      applied(({ upsert }) => sandbox.update(upsert!)),
    );
    expect(updated).toMatchObject({ outcome: 'deployed', verbs: 'get update get' });
    const deleted = await scripted(
      { operation: 'delete', ref },
      applied(() => sandbox.delete(ref)),
    );
    expect(deleted).toMatchObject({ outcome: 'deleted', verbs: 'get delete get' });
  });

  it('sends a cut request again when its change is not there, or only its package changed', async () => {
    const cutFirst = (what: string) => {
      let first = true;
      return (asked: Asked): Scripted => {
        if (asked.what !== what || !first) return undefined;
        first = false;
        return 'cut';
      };
    };
    const ref = newRef();
    expect(await scripted(desire(ref), cutFirst('create'))).toMatchObject({ verbs: 'get create get create' });
    expect(await scripted(desire(ref, { parallelism: 2 }, true), cutFirst('update'))).toMatchObject({
      verbs: 'get update get update',
    });
    expect(await scripted(desire(ref, { parallelism: 2 }), cutFirst('update'))).toMatchObject({
      outcome: 'deployed',
      verbs: 'get update get update',
      sentPackage: true,
    });
  });

  it('takes "no change" for unchanged, and says what stays different', async () => {
    const ref = newRef();
    await apply(sandbox, desire(ref, { logTopic: 'persistent://public/default/log' }));
    const answer = await scripted(desire(ref, { userConfig: { a: 'b' } }, true), ({ what }) =>
      what === 'update' ? { status: 400, reason: 'Update contains no change' } : undefined,
    );
    expect(answer).toMatchObject({
      outcome: 'unchanged',
      answer: { status: 400, reason: 'Update contains no change; stays on update: logTopic' },
    });
  });

  it('ends its waiting with the signal', async () => {
    const { functions } = scriptFunctions(sandbox, () => 'cut');
    const signal = AbortSignal.timeout(20);
    const applying = apply(functions, desire(newRef()), { retryMs: 60_000, deadlineMs: 1e6, signal });
    await expect(applying).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
