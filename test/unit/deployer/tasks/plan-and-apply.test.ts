import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxFunctions } from '../../../../src/adapters/sandbox/sandbox-functions.js';
import { hashOf } from '../../../../src/core/canonical.js';
import {
  artifactId,
  contentId,
  deploymentId,
  functionId,
  projectId,
  stagedId,
} from '../../../../src/core/ids.js';
import type { DeploymentState, Success, TaskDocument, WorkloadType } from '../../../../src/core/types.js';
import { deployOne } from '../../../../src/deployer/deploy-one.js';
import { readAssignment } from '../../../../src/deployer/deployment-message.js';
import { createPackageSource } from '../../../../src/deployer/package-source.js';
import { createSecrets } from '../../../../src/deployer/secrets.js';
import { checkDrift } from '../../../../src/deployer/tasks/check-drift.js';
import { planTask } from '../../../../src/deployer/tasks/plan-task.js';
import type { Functions } from '../../../../src/ports/functions.js';
import { createFakeLog } from '../../../support/fake-log.js';
import { createFakeReads } from '../../../support/fake-reads.js';
import { scriptFunctions } from '../scripted-functions.js';

const PROJECT = 'pricing';
const TARGET = { kind: 'sandbox', fingerprint: 'sandbox-1' } as const;
const TOPIC = 'persistent://public/default/in';
const REJECTION = { reason: 'leaks memory', by: 'olga', at: '2026-01-01T00:00:00.000Z' };
const WRITES = ['create', 'update', 'delete'];

interface Case {
  readonly type?: WorkloadType;
  readonly config?: Readonly<Record<string, unknown>>;
  /** What the cluster has besides, or instead. */
  readonly live?: Readonly<Record<string, unknown>>;
  /** Release 1 was recorded as a success. */
  readonly known?: boolean;
  /** How release 2 ended, if there was one. */
  readonly second?: DeploymentState;
  /** What was said to be bad: the package, or another release with this content. */
  readonly rejected?: 'artifact' | 'release';
}

describe('what a plan says and what the deployment then does', () => {
  let dir = '';
  let sandbox: Functions;
  let next = 0;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-plan-'));
    sandbox = await createSandboxFunctions({ dir: join(dir, 'sandbox') });
    await writeFile(join(dir, 'a.jar'), 'package');
    await writeFile(join(dir, 'word'), 'hunter2\n');
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  const play = async ({
    type = 'function',
    config = {},
    live = {},
    known = true,
    second,
    rejected,
  }: Case) => {
    const name = `f${next++}`;
    const full = `public/default/${name}`;
    const ref = { type, tenant: 'public', namespace: 'default', name };
    const specs = { inputSpecs: { [TOPIC]: {} }, className: 'a.B' };
    const runtime = type === 'function' ? { runtime: 'JAVA' } : {};
    const content = { ...ref, artifactPathOrUrl: 'a.jar', ...runtime, ...specs, ...config };
    const data = { fileName: 'a.jar', body: Buffer.from('package') };
    await sandbox.create({ ref, config: { ...runtime, ...specs, ...config, ...live }, data });
    const { sha256 } = (await sandbox.packageDigest(ref)).body as { sha256: string };

    const contentHash = hashOf(content);
    const reads = createFakeReads();
    const made = { operation: 'apply', contentHash } as const;
    const succeeded: Success = { ...made, release: 1, packageSha256: sha256, target: TARGET.fingerprint };
    const newest = second === undefined ? 1 : 2;
    const deployment = (release: number, state: DeploymentState) =>
      reads.put(deploymentId({ project: PROJECT, environment: 'test', release }, full), {
        ...made,
        kind: 'deployment',
        project: PROJECT,
        environment: 'test',
        function: full,
        workload: type,
        index: 0,
        of: 1,
        target: 'sandbox',
        release,
        state,
        allowRecreate: true,
      });
    const stands = (release: number, state: DeploymentState) =>
      reads.put(functionId(full), {
        kind: 'function',
        function: full,
        project: PROJECT,
        workload: type,
        since: 1,
        staged: {},
        held: {},
        ...(rejected === 'release' ? { rejected: { [contentHash]: { 'prod/7': REJECTION } } } : {}),
        environments: {
          test: { ...made, release, state, target: TARGET, ...(known ? { succeeded } : {}) },
        },
      });
    reads.put(contentId(contentHash), { kind: 'content', hash: contentHash, config: content });
    reads.put(projectId(PROJECT), { kind: 'project', project: PROJECT, releases: { test: newest } });
    reads.put(stagedId(PROJECT, '', full), {
      ...made,
      kind: 'staged',
      project: PROJECT,
      stageSet: '',
      function: full,
      workload: type,
      base: {},
      stagedAt: 1,
    });
    if (rejected === 'artifact')
      reads.put(artifactId(sha256), { kind: 'artifact', sha256, rejected: REJECTION });
    deployment(1, 'deployed');
    if (second !== undefined) deployment(2, second);
    stands(newest, second ?? 'deployed');

    const { functions, verbs } = scriptFunctions(sandbox, () => undefined);
    const context = {
      functions,
      reads,
      packages: createPackageSource({ roots: [dir], allow: [] }),
      secrets: createSecrets({ environment: 'test', dir }),
      log: createFakeLog(),
      fingerprint: TARGET.fingerprint,
      deadlineMs: 1000,
      signal: new AbortController().signal,
    };
    const task = {
      ...{ project: PROJECT, environment: 'test', task: 'a', requested: 0, target: TARGET },
      ...{ stageSet: '', allowRecreate: [full] },
    } as unknown as TaskDocument;
    const [plan] = await planTask(task, { ...context, limitMs: 5000 });
    const drift = known ? await checkDrift(task, context) : undefined;

    deployment(newest + 1, 'committed');
    stands(newest + 1, 'committed');
    reads.reach(50);
    const body = {
      ...{ environment: 'test', project: PROJECT, release: newest + 1, index: 0, of: 1, ...made },
      configs: [content],
    };
    const payload = Buffer.from(JSON.stringify(body));
    const message = { id: '1', key: full, properties: { effect: '0/7/0' }, publishTime: 0, payload };
    const assignment = readAssignment(message, 'test');
    if ('problem' in assignment) throw new Error(assignment.problem.reason);
    const ending = await deployOne(assignment, context);
    const wrote = verbs()
      .split(' ')
      .filter((verb) => WRITES.includes(verb));
    return {
      planned: plan?.operation,
      notices: plan?.notices,
      restarts: plan?.restarts,
      outcome: ending.kind === 'result' ? ending.result.outcome : ending.kind,
      wrote,
      drifted: drift?.functions,
    };
  };
  const NOTHING = { planned: 'unchanged', notices: [], restarts: false, outcome: 'unchanged', wrote: [] };

  it('leaves alone where a subscription began, and its default name', async () => {
    const began = { type: 'sink', live: { sourceSubscriptionPosition: 'Earliest' } } as const;
    expect(await play(began)).toEqual({ ...NOTHING, drifted: [] });
    const named = await play({ live: { subName: `public/default/f${next}` } });
    expect(named).toEqual({ ...NOTHING, drifted: [] });
  });

  it('does not send a package that the cluster has, whoever sent it', async () => {
    expect(await play({ known: false })).toMatchObject(NOTHING);
    expect(await play({ second: 'failed' })).toMatchObject(NOTHING);
  });

  it('takes a success for the last where what came after was overtaken before it began', async () => {
    expect(await play({ second: 'superseded' })).toMatchObject(NOTHING);
  });

  it('finds no change in a secret that is not read back', async () => {
    const inputSpecs = { [TOPIC]: { consumerProperties: { password: { $secret: 'word' } } } };
    const live = { inputSpecs: { [TOPIC]: { consumerProperties: { password: 'hunter2' } } } };
    expect(await play({ config: { inputSpecs }, live })).toEqual({ ...NOTHING, drifted: [] });
  });

  it('blocks a package that was rejected, which its deployment refuses', async () => {
    const found = await play({ rejected: 'artifact', live: { parallelism: 2 } });
    expect(found).toMatchObject({ planned: 'blocked', outcome: 'failed', wrote: [] });
    expect(found.notices).toEqual([
      {
        code: 'ARTIFACT_REJECTED',
        blocks: true,
        detail: expect.stringMatching(/rejected by olga at .*: leaks memory; .*allow-artifact/) as string,
      },
    ]);
  });

  it('blocks the content of a rejected release, which its commit refuses', async () => {
    const found = await play({ rejected: 'release', live: { parallelism: 2 } });
    expect(found.planned).toBe('blocked');
    expect(found.notices).toEqual([
      {
        code: 'RELEASE_REJECTED',
        blocks: true,
        detail: expect.stringMatching(/release prod\/7, rejected by olga at .*allow-release/) as string,
      },
    ]);
  });

  it('says and does the same about what differs', async () => {
    expect(await play({ live: { parallelism: 2 } })).toMatchObject({
      planned: 'update',
      restarts: true,
      outcome: 'deployed',
      wrote: ['update'],
    });
  });
});
