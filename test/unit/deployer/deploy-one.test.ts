import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxFunctions } from '../../../src/adapters/sandbox/sandbox-functions.js';
import { configFor } from '../../../src/core/merge-patch.js';
import { hashOf } from '../../../src/core/canonical.js';
import { deploymentId, functionId, releaseId } from '../../../src/core/ids.js';
import type {
  DeploymentDocument,
  DeploymentMessage,
  FunctionDocument,
  ReleaseDocument,
} from '../../../src/core/types.js';
import { deployOne, type DeployContext, type Ending } from '../../../src/deployer/deploy-one.js';
import { readAssignment, type Assignment } from '../../../src/deployer/deployment-message.js';
import { createHealthGate } from '../../../src/deployer/health-gate.js';
import { createPackageSource } from '../../../src/deployer/package-source.js';
import { createSlots } from '../../../src/deployer/slots.js';
import { createSecrets } from '../../../src/deployer/secrets.js';
import type { Functions } from '../../../src/ports/functions.js';
import { createFakeLog } from '../../support/fake-log.js';
import { createFakeReads, type FakeReads } from '../../support/fake-reads.js';
import { scriptFunctions } from './scripted-functions.js';

const NAME = 'public/default/enrich';
const TARGET = { kind: 'sandbox', fingerprint: 'sandbox-1' } as const;
const BASE = {
  type: 'function',
  tenant: 'public',
  namespace: 'default',
  name: 'enrich',
  artifactPathOrUrl: 'a.jar',
  className: 'a.B',
  runtime: 'JAVA',
  inputs: ['persistent://public/default/in'],
};

interface Scene {
  readonly release?: number;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly message?: Partial<DeploymentMessage>;
  readonly deployment?: Partial<DeploymentDocument>;
  readonly here?: Partial<NonNullable<FunctionDocument['environments'][string]>>;
  readonly project?: string;
  readonly documents?: boolean;
}

describe('deploying one function', () => {
  let dir = '';
  let sandbox: Functions;
  let reads: FakeReads;
  const log = createFakeLog();
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-deploy-'));
    sandbox = await createSandboxFunctions({ dir: join(dir, 'sandbox') });
    await writeFile(join(dir, 'a.jar'), 'package');
    await writeFile(join(dir, 'word'), 'hunter2\n');
  });
  beforeEach(async () => {
    reads = createFakeReads();
    await sandbox.delete({ type: 'function', tenant: 'public', namespace: 'default', name: 'enrich' });
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Puts the documents of a release that deploys BASE with these changes, and its message. */
  const stage = (scene: Scene = {}): Assignment => {
    const { release = 3, project = 'pricing' } = scene;
    const content = { ...BASE, ...scene.config };
    const config = configFor(content, 'test');
    const contentHash = hashOf(content);
    const state = { release, operation: 'apply', contentHash, state: 'committed' } as const;
    if (scene.documents !== false) {
      reads.put(`content:${contentHash}`, { kind: 'content', hash: contentHash, config: content });
      reads.put(deploymentId({ project: 'pricing', environment: 'test', release }, NAME), {
        ...state,
        kind: 'deployment',
        project: 'pricing',
        environment: 'test',
        function: NAME,
        workload: 'function',
        index: 0,
        of: 1,
        target: 'sandbox',
        ...scene.deployment,
      });
      reads.put(functionId(NAME), {
        kind: 'function',
        function: NAME,
        project,
        workload: 'function',
        since: 1,
        staged: {},
        held: {},
        environments: { test: { ...state, target: TARGET, ...scene.here } },
      });
    }
    reads.reach(7);
    const body: DeploymentMessage = {
      environment: 'test',
      project: 'pricing',
      release,
      index: 0,
      of: 1,
      operation: 'apply',
      contentHash,
      configs: [config],
      ...scene.message,
    };
    const assignment = readAssignment(
      {
        id: '1',
        key: NAME,
        properties: { effect: '0/7/0' },
        publishTime: 0,
        payload: Buffer.from(JSON.stringify(body)),
      },
      'test',
    );
    if ('problem' in assignment) throw new Error(assignment.problem.reason);
    return assignment;
  };

  const deploy = (
    assignment: Assignment,
    functions = sandbox,
    { signal = new AbortController().signal, ...more }: Partial<DeployContext> = {},
  ): Promise<Ending> =>
    deployOne(assignment, {
      functions,
      fingerprint: TARGET.fingerprint,
      reads,
      packages: createPackageSource({ roots: [dir], allow: [] }),
      secrets: createSecrets({ environment: 'test', dir }),
      log,
      deadlineMs: 1000,
      signal,
      ...more,
    });
  const result = (expected: object): object => ({ kind: 'result', result: expected });
  const failed = (code: string): object => result({ outcome: 'failed', answer: { code } });
  const unknown = { kind: 'dead-letter', problem: { code: 'UNKNOWN_DEPLOYMENT' } };

  it('reports what was deployed, with the digest of its package, and that it was not there before', async () => {
    const ending = await deploy(stage());
    expect(ending.kind === 'result' && ending.result).toEqual({
      function: NAME,
      outcome: 'deployed',
      answer: { status: 204 },
      created: true,
      packageSha256: createHash('sha256').update('package').digest('hex'),
    });
    const again = await deploy(stage({ config: { parallelism: 2 } }));
    expect(again).toMatchObject(result({ outcome: 'deployed' }));
    expect(again.kind === 'result' && again.result).not.toHaveProperty('created');
  });

  it('knows no deployment that the documents do not know', async () => {
    expect(await deploy(stage({ documents: false }))).toMatchObject(unknown);
  });

  it.each<[string, Scene]>([
    ['another content', { message: { contentHash: 'x'.repeat(43) } }],
    ['another operation', { message: { operation: 'delete', contentHash: null } }],
    ['another config', { message: { configs: [{ ...BASE, className: 'evil.Class' }] } }],
    ['another type', { message: { configs: [{ ...BASE, type: 'sink' }] } }],
    ['another release', { message: { release: 4 } }],
    ['another project', { message: { project: 'other' } }],
  ])('puts aside a message with %s than was committed', async (_case, scene) => {
    expect(await deploy(stage(scene))).toMatchObject(unknown);
    expect(await sandbox.get(stage().ref)).toMatchObject({ status: 404 });
  });

  it('drops a deployment that has its outcome, or was skipped', async () => {
    expect(await deploy(stage({ deployment: { state: 'failed' } }))).toEqual({ kind: 'finished' });
    expect(await deploy(stage({ deployment: { state: 'skipped' } }))).toEqual({ kind: 'finished' });
  });

  it('never applies an older release after a newer one, nor for a project that lost the function', async () => {
    expect(await deploy(stage({ here: { release: 4 } }))).toMatchObject(result({ outcome: 'superseded' }));
    expect(await deploy(stage({ project: 'other' }))).toMatchObject(result({ outcome: 'superseded' }));
    expect(await sandbox.get(stage().ref)).toMatchObject({ status: 404 });
  });

  describe('behind which newer releases of the function were skipped', () => {
    const skippedUpTo = (newest: number) => ({ release: newest, state: 'skipped' as const });
    const put = (release: number, state: DeploymentDocument['state']): void => {
      const ref = { project: 'pricing', environment: 'test', release };
      reads.put(deploymentId(ref, NAME), {
        kind: 'deployment',
        function: NAME,
        ...ref,
        state,
      } as DeploymentDocument);
    };
    const putRelease = (fingerprint: string): void => {
      const ref = { project: 'pricing', environment: 'test', release: 3 };
      reads.put(releaseId(ref), {
        kind: 'release',
        ...ref,
        target: { ...TARGET, fingerprint },
      } as ReleaseDocument);
    };

    it('is applied', async () => {
      const assignment = stage({ here: skippedUpTo(400) });
      putRelease(TARGET.fingerprint);
      put(399, 'skipped');
      put(400, 'skipped');
      expect(await deploy(assignment)).toMatchObject(result({ outcome: 'deployed' }));
    });

    it('is applied where the newer one is of a wave that has not begun, and not once it has', async () => {
      const assignment = stage({ here: { release: 5, state: 'committed' } });
      putRelease(TARGET.fingerprint);
      const ref = { project: 'pricing', environment: 'test', release: 5 };
      const begun = (count: number): void => {
        reads.put(releaseId(ref), { kind: 'release', ...ref, of: 2, begun: count } as ReleaseDocument);
      };
      const newer = { kind: 'deployment', function: NAME, ...ref, index: 1, state: 'committed' } as const;
      reads.put(deploymentId(ref, NAME), newer as unknown as DeploymentDocument);
      begun(2);
      expect(await deploy(assignment)).toMatchObject(result({ outcome: 'superseded' }));
      begun(1);
      expect(await deploy(assignment)).toMatchObject(result({ outcome: 'deployed' }));
    });

    it.each([4, 143, 144, 399])('is not, where release %d among them was not', async (release) => {
      const assignment = stage({ here: skippedUpTo(400) });
      putRelease(TARGET.fingerprint);
      put(release, 'failed');
      expect(await deploy(assignment)).toMatchObject(
        result({ outcome: 'superseded', answer: { reason: `release ${release} changes it too` } }),
      );
    });

    it.each(['cancelled', 'superseded'] as const)(
      'is applied before one that was %s, and not before one that is going to be deployed',
      async (state) => {
        const assignment = stage({ here: { release: 5, state } });
        putRelease(TARGET.fingerprint);
        put(5, state);
        put(4, 'committed');
        expect(await deploy(assignment)).toMatchObject(
          result({ outcome: 'superseded', answer: { reason: 'release 4 changes it too' } }),
        );
        put(4, state);
        expect(await deploy(assignment)).toMatchObject(result({ outcome: 'deployed' }));
      },
    );

    it('goes to the target that it was committed for', async () => {
      const assignment = stage({ here: skippedUpTo(4) });
      putRelease('another');
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 50);
      await expect(deploy(assignment, sandbox, { signal: stop.signal })).rejects.toMatchObject({
        code: 'CLOSED',
      });
      expect(await sandbox.get(assignment.ref)).toMatchObject({ status: 404 });
    });
  });

  it('compares with the config of its environment', async () => {
    const assignment = stage({
      config: { environments: { test: { parallelism: 2 } } },
      message: { configs: [{ ...BASE, parallelism: 2 }] },
    });
    expect(await deploy(assignment)).toMatchObject(result({ outcome: 'deployed' }));
    expect(await sandbox.get(assignment.ref)).toMatchObject({ body: { parallelism: 2 } });
  });

  it('puts secrets in, and shows them nowhere', async () => {
    const assignment = stage({ config: { userConfig: { password: { $secret: 'word' } } } });
    const leaking = scriptFunctions(sandbox, ({ what }) =>
      what === 'create' ? { status: 400, reason: 'password hunter2 is too short' } : undefined,
    );
    expect(await deploy(assignment, leaking.functions)).toMatchObject(
      result({ outcome: 'failed', answer: { reason: 'password *** is too short' } }),
    );
    expect(leaking.asked[1]?.upsert?.config).toMatchObject({ userConfig: { password: 'hunter2' } });
    expect(JSON.stringify(log.lines)).not.toContain('hunter2');
  });

  it('fails before anything is sent when a secret or the package is missing', async () => {
    const cluster = scriptFunctions(sandbox, () => undefined);
    const secret = stage({ config: { userConfig: { a: { $secret: 'none' } } } });
    expect(await deploy(secret, cluster.functions)).toMatchObject(failed('SECRET_MISSING'));
    const file = stage({ config: { artifactPathOrUrl: 'none.jar' } });
    expect(await deploy(file, cluster.functions)).toMatchObject(failed('PACKAGE_NOT_FOUND'));
    const outside = stage({ config: { artifactPathOrUrl: '/etc/passwd' } });
    expect(await deploy(outside, cluster.functions)).toMatchObject(failed('PACKAGE_REFUSED'));
    expect(cluster.asked).toEqual([]);
  });

  it('fails before anything is sent when the package was rejected, until it is allowed again', async () => {
    const sha256 = createHash('sha256').update('package').digest('hex');
    const rejected = { reason: 'leaks', by: 'ops', at: '2026-01-01T00:00:00.000Z' };
    reads.put(`artifact:${sha256}`, { kind: 'artifact', sha256, rejected });
    const ending = await deploy(stage());
    expect(ending).toMatchObject(failed('ARTIFACT_REJECTED'));
    expect(JSON.stringify(ending)).toContain('rejected by ops at 2026-01-01T00:00:00.000Z: leaks');
    expect(await sandbox.get(stage().ref)).toMatchObject({ status: 404 });
    reads.put(`artifact:${sha256}`, { kind: 'artifact', sha256 });
    expect(await deploy(stage())).toMatchObject(result({ outcome: 'deployed' }));
  });

  it('fails when the package is not the one that was proven', async () => {
    expect(await deploy(stage({ deployment: { requiredPackage: 'b'.repeat(64) } }))).toMatchObject(
      failed('PACKAGE_CHANGED'),
    );
  });

  it('resolves nothing for a project in a namespace of others', async () => {
    const resolve = jest.fn();
    const secrets = { ...createSecrets({ environment: 'test', dir }), resolve };
    const namespaces = { orders: ['public/*'] };
    expect(await deploy(stage(), sandbox, { namespaces, secrets })).toMatchObject(
      failed('NAMESPACE_NOT_ALLOWED'),
    );
    expect(resolve).not.toHaveBeenCalled();
    expect(await sandbox.get(stage().ref)).toMatchObject({ status: 404 });
    expect(await deploy(stage(), sandbox, { namespaces: { pricing: ['public/*'] } })).toMatchObject(
      result({ outcome: 'deployed' }),
    );
  });

  it.each(['function://public/default/evil@1', 'builtin://evil'])(
    'fails when it is %s where another environment proved a package',
    async (artifactPathOrUrl) => {
      const deployment = { requiredPackage: 'b'.repeat(64) };
      const patched = { runtime: 'JAVA', environments: { test: { artifactPathOrUrl } } };
      const swapped = {
        ...{ runtime: 'JAVA', artifactPathOrUrl },
        environments: { prod: { artifactPathOrUrl: 'other.jar' } },
      };
      for (const config of [patched, swapped])
        expect(await deploy(stage({ config, deployment }))).toMatchObject(failed('PACKAGE_CHANGED'));
      // What was imported is named so everywhere, and its digest was read back.
      const imported = { runtime: 'JAVA', artifactPathOrUrl };
      expect(await deploy(stage({ config: imported, deployment }))).not.toMatchObject(
        failed('PACKAGE_CHANGED'),
      );
    },
  );

  it('leaves what was committed for another target alone, for a deployer of that target', async () => {
    const cluster = scriptFunctions(sandbox, () => undefined);
    const stop = new AbortController();
    const assignment = stage({ here: { target: { kind: 'sandbox', fingerprint: 'other' } } });
    const waiting = deploy(assignment, cluster.functions, { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' });
    expect(cluster.asked).toEqual([]);
  });

  it('waits for its target without a slot, and looks it up again meanwhile', async () => {
    const other = { here: { target: { kind: 'sandbox', fingerprint: 'other' } } } as const;
    const writing = createSlots(1);
    const waiting = deploy(stage(other), sandbox, { writing, targetWaitMs: 10 });
    await writing(async () => undefined);
    stage({ ...other, deployment: { state: 'cancelled' } });
    expect(await waiting).toEqual({ kind: 'finished' });
  });

  it('finishes a re-creation that was half done when it was cancelled, and nothing else', async () => {
    const { contentHash } = stage({ release: 1, config: { subName: 'mine' } }).body;
    const succeeded = { release: 1, operation: 'apply', contentHash, target: TARGET.fingerprint } as const;
    stage({ release: 2, deployment: { state: 'failed' } });
    const scene: Scene = {
      deployment: { state: 'cancelled', allowRecreate: true },
      here: { state: 'cancelled', succeeded },
    };
    expect(await deploy(stage({ ...scene, here: { state: 'cancelled' } }))).toEqual({ kind: 'finished' });
    expect(await sandbox.get(stage().ref)).toMatchObject({ status: 404 });
    expect(await deploy(stage(scene))).toMatchObject(
      result({
        outcome: 'deployed-with-differences',
        answer: { reason: expect.stringContaining('not there') as unknown },
      }),
    );
    // What ran before the release that failed in between is still known.
    expect(await sandbox.get(stage().ref)).toMatchObject({ body: { subName: 'mine' } });
    expect(await deploy(stage(scene))).toEqual({ kind: 'finished' });
  });

  it('names no digest where the cluster is known to run another', async () => {
    await deploy(stage());
    const other = { status: 200, reason: '', body: { sha256: 'd'.repeat(64) } };
    let looks = 0;
    const lagging = scriptFunctions(sandbox, ({ what }) =>
      what === 'packageDigest' && ++looks < 3 ? other : undefined,
    );
    expect(await deploy(stage(), lagging.functions)).toMatchObject(
      result({ outcome: 'deployed', packageSha256: expect.any(String) as unknown }),
    );
    const managed = scriptFunctions(sandbox, ({ what }) => (what === 'packageDigest' ? other : undefined));
    const ending = await deploy(stage(), managed.functions);
    expect(ending).toMatchObject(result({ outcome: 'deployed-with-differences' }));
    expect(ending).not.toHaveProperty('result.packageSha256');
  });

  it('sends the package again only if the cluster may have another', async () => {
    const first = await deploy(stage({ release: 1 }));
    const digest = first.kind === 'result' ? first.result.packageSha256! : '';
    const succeeded = {
      release: 1,
      operation: 'apply',
      contentHash: null,
      packageSha256: digest,
      target: TARGET.fingerprint,
    } as const;
    const sent = async (scene: Scene): Promise<boolean> => {
      const cluster = scriptFunctions(sandbox, () => undefined);
      const parallelism = 2 + Math.floor(Math.random() * 1e6);
      await deploy(stage({ config: { parallelism }, ...scene }), cluster.functions);
      return cluster.asked.some(({ upsert }) => upsert?.data !== undefined);
    };
    expect(await sent({ here: { succeeded } })).toBe(false);
    expect(await sent({})).toBe(true);
    expect(await sent({ here: { succeeded: { ...succeeded, packageSha256: 'c'.repeat(64) } } })).toBe(true);
    expect(await sent({ here: { succeeded: { ...succeeded, target: 'another' } } })).toBe(true);
    // A release between failed, and may have been applied all the same.
    stage({ release: 2, deployment: { state: 'failed' } });
    expect(await sent({ here: { succeeded } })).toBe(true);
    // One that was skipped may have left just before.
    stage({ release: 2, deployment: { state: 'skipped' } });
    expect(await sent({ here: { succeeded } })).toBe(true);
    stage({ release: 2, deployment: { state: 'superseded' } });
    expect(await sent({ here: { succeeded } })).toBe(false);
  });

  describe('with a look at how it runs', () => {
    const LIMITS = { settleMs: 0, bakeMs: 0, limitMs: 50, backlogGrowth: 0 };
    const watched = (assignment: Assignment, functions: Functions): Promise<Ending> =>
      deploy(assignment, functions, { gate: createHealthGate({ functions, limits: LIMITS }) });
    const instance = (status: object) => ({
      status: 200,
      reason: '',
      body: {
        instances: [{ instanceId: 0, status: { running: true, error: '', numRestarts: 0, ...status } }],
      },
    });

    it('is deployed when it runs, and degraded with the text of what went wrong when it does not', async () => {
      expect(await watched(stage(), sandbox)).toMatchObject(result({ outcome: 'deployed' }));
      const bad = scriptFunctions(sandbox, ({ what }) =>
        what === 'status' ? instance({ running: false, error: 'no class a.B for hunter2' }) : undefined,
      );
      const config = { parallelism: 1, userConfig: { password: { $secret: 'word' } } };
      expect(await watched(stage({ config }), bad.functions)).toMatchObject(
        result({
          outcome: 'degraded',
          answer: { status: 204, code: 'UNHEALTHY', reason: '0 of 1 instances run: no class a.B for ***' },
          packageSha256: expect.any(String) as unknown,
        }),
      );
    });

    it('is of unknown outcome when that cannot be read', async () => {
      const silent = scriptFunctions(sandbox, ({ what }) => (what === 'status' ? 'cut' : undefined));
      expect(await watched(stage(), silent.functions)).toMatchObject(
        result({ outcome: 'unknown', answer: { code: 'OUTCOME_UNKNOWN' } }),
      );
    });

    it('stays stopped when it was, and is said to be', async () => {
      await deploy(stage());
      const stopped = scriptFunctions(sandbox, ({ what }) =>
        what === 'status' ? instance({ running: false }) : undefined,
      );
      const ending = await watched(stage({ config: { parallelism: 1, timeoutMs: 7 } }), stopped.functions);
      expect(ending).toMatchObject(result({ outcome: 'deployed', stopped: true }));
      expect(stopped.verbs()).toBe('get status update get packageDigest status');
    });

    it('stays stopped when it is created anew', async () => {
      await deploy(stage());
      await sandbox.stop(stage().ref);
      const gate = createHealthGate({ functions: sandbox, limits: LIMITS });
      const kept = { backlog: 0, consumers: [] };
      const admin: NonNullable<DeployContext['admin']> = {
        subscriptions: async () => ({ known: true, value: new Map([[NAME, kept]]) }),
      };
      const change = stage({ config: { retainOrdering: true }, deployment: { allowRecreate: true } });
      expect(await deploy(change, sandbox, { gate, admin, deadlineMs: 5000 })).toMatchObject(
        result({ outcome: 'deployed', stopped: true }),
      );
    });

    it('is looked at also when someone else has written it, but not when it was proven before', async () => {
      await deploy(stage());
      const cluster = scriptFunctions(sandbox, () => undefined);
      expect(await watched(stage(), cluster.functions)).toMatchObject(result({ outcome: 'unchanged' }));
      expect(cluster.verbs()).toBe('get packageDigest status status');
      const { contentHash } = stage({ release: 1, deployment: { state: 'deployed' } }).body;
      const packageSha256 = createHash('sha256').update('package').digest('hex');
      const succeeded = {
        release: 1,
        operation: 'apply',
        contentHash,
        packageSha256,
        target: TARGET.fingerprint,
      };
      const proven = scriptFunctions(sandbox, () => undefined);
      const here = { succeeded } as NonNullable<Scene['here']>;
      expect(await watched(stage({ here }), proven.functions)).toMatchObject(
        result({ outcome: 'unchanged' }),
      );
      expect(proven.verbs()).toBe('get');
      const ids = { project: 'pricing', environment: 'test', release: 3 };
      const repair = { kind: 'release', ...ids, releaseKind: 'repair' } as ReleaseDocument;
      reads.put(releaseId(ids), repair);
      await watched(stage({ here }), proven.functions);
      expect(proven.verbs()).toBe('get get status status');
      reads.put(releaseId(ids), { ...repair, releaseKind: 'commit' });
      proven.asked.length = 0;
      // What was taken over as it ran was seen by nobody.
      stage({ release: 1, deployment: { state: 'unchanged', imported: true } });
      await watched(stage({ here }), proven.functions);
      expect(proven.verbs()).toBe('get status status');
      proven.asked.length = 0;
      stage({ release: 1, deployment: { state: 'deployed', stopped: true } });
      await watched(stage({ here }), proven.functions);
      expect(proven.verbs()).toBe('get status status');
    });
  });

  it('deletes, also what is gone', async () => {
    const gone: Scene = {
      message: {
        operation: 'delete',
        contentHash: null,
        configs: [{ type: 'function', tenant: 'public', namespace: 'default', name: 'enrich' }],
      },
      deployment: { operation: 'delete', contentHash: null },
    };
    await deploy(stage());
    expect(await deploy(stage(gone))).toMatchObject(result({ outcome: 'deleted', answer: { status: 204 } }));
    expect(await deploy(stage(gone))).toMatchObject(result({ outcome: 'deleted', answer: { status: 404 } }));
  });

  it('waits for the documents, and lets go when the deployer stops', async () => {
    const assignment = stage();
    reads.reach(0);
    setTimeout(() => reads.reach(7), 100);
    expect(await deploy(assignment)).toMatchObject(result({ outcome: 'deployed' }));
    reads.fail(Object.assign(new Error('no store'), { code: 'ENGINE_UNAVAILABLE' }));
    await expect(deploy(assignment, sandbox, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      code: 'CLOSED',
    });
  });

  it('cuts a long reason', async () => {
    const verbose = scriptFunctions(sandbox, ({ what }) =>
      what === 'create' ? { status: 400, reason: 'x'.repeat(9000) } : undefined,
    );
    const ending = await deploy(stage(), verbose.functions);
    expect(ending.kind === 'result' && ending.result.answer?.reason).toHaveLength(2000);
  });
});

describe('a deployment message', () => {
  const message = (body: unknown, more: object = {}) => ({
    id: '1',
    key: NAME,
    properties: { effect: '0/7/0' },
    publishTime: 0,
    payload: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
    ...more,
  });
  const body = {
    environment: 'test',
    project: 'pricing',
    release: 1,
    index: 0,
    of: 1,
    operation: 'apply',
    contentHash: 'h',
    configs: [BASE],
  };

  it('is read with the position of its record', () => {
    expect(readAssignment(message(body), 'test')).toMatchObject({
      effect: '0/7/0',
      position: 7,
      function: NAME,
    });
  });

  it.each([
    ['no JSON', message(Buffer.from('{')), 'INVALID_JSON'],
    ['no effect', message(body, { properties: {} }), 'UNKNOWN_DEPLOYMENT'],
    ['an effect that is none', message(body, { properties: { effect: 'x/7/0' } }), 'UNKNOWN_DEPLOYMENT'],
    ['no release', message({ ...body, release: undefined }), 'UNKNOWN_DEPLOYMENT'],
    ['no project', message({ environment: 'test', configs: [BASE] }), 'UNKNOWN_DEPLOYMENT'],
    ['another environment', message({ ...body, environment: 'prod' }), 'UNKNOWN_DEPLOYMENT'],
    ['no config', message({ ...body, configs: [] }), 'UNKNOWN_DEPLOYMENT'],
    ['two configs', message({ ...body, configs: [BASE, BASE] }), 'UNKNOWN_DEPLOYMENT'],
    ['a config without a name', message({ ...body, configs: [{ type: 'function' }] }), 'UNKNOWN_DEPLOYMENT'],
    ['another key', message(body, { key: 'public/default/other' }), 'UNKNOWN_DEPLOYMENT'],
  ])('with %s is none', (_case, faulty, code) => {
    expect(readAssignment(faulty, 'test')).toMatchObject({ problem: { code } });
  });
});
