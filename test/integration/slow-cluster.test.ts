import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxFunctions } from '../../src/adapters/sandbox/sandbox-functions.js';
import { pause } from '../../src/core/pause.js';
import type { DeploymentResult } from '../../src/core/types.js';
import { applyDeployment } from '../../src/deployer/apply.js';
import { limitFunctions } from '../../src/deployer/limited-functions.js';
import { createLimiter } from '../../src/deployer/limiter.js';
import type { Desired } from '../../src/deployer/plan.js';
import { AppError } from '../../src/errors.js';
import type { ClusterAnswer, Functions, WorkloadRef } from '../../src/ports/functions.js';

/** Real time runs a hundred times slower: what is 60 s for a cluster is 600 ms here. */
const SCALE = 100;
const COUNT = 40;
const WRITES = 4;
const PACKAGE = Buffer.from('package');
const SHA256 = createHash('sha256').update(PACKAGE).digest('hex');

interface Write {
  readonly name: string;
  /** The cluster did it. */
  readonly applied: boolean;
  /** Whoever sent it heard nothing. */
  readonly unheard: boolean;
}

/** What may happen to a cluster. */
interface Trouble {
  slowDown(times: number): void;
  stopFor(ms: number): void;
}

/**
 * A cluster that can become slow, or stop answering: a request that comes then is still done, half of them before and half
 * after whoever sent it has given up, as with a stuck worker.
 */
function troubled(behind: Functions, begin: (cluster: Trouble) => void) {
  const writes: Write[] = [];
  let begun = 0;
  let inFlight = 0;
  let most = 0;
  let latencyMs = 50;
  let stuckUntil = 0;
  const TIMEOUT_MS = 65_000;

  const sleep = (ms: number): Promise<void> => pause(ms / SCALE);
  const ask = async (
    name: string | undefined,
    work: () => Promise<ClusterAnswer>,
  ): Promise<ClusterAnswer> => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    if (name !== undefined && ++begun === COUNT / 4) begin(trouble);
    try {
      const leftMs = stuckUntil - Date.now();
      if (leftMs <= 0) {
        await sleep(latencyMs);
        const answer = await work();
        if (name !== undefined) writes.push({ name, applied: answer.status < 300, unheard: false });
        return answer;
      }
      // Every other write is carried out all the same.
      const isDone = name !== undefined && writes.length % 2 === 0;
      if (name !== undefined) writes.push({ name, applied: isDone, unheard: true });
      if (isDone) await work();
      await sleep(Math.min(TIMEOUT_MS, leftMs * SCALE));
      throw new AppError('CLUSTER_UNREACHABLE', 'no answer in time');
    } finally {
      inFlight -= 1;
    }
  };
  const functions: Functions = {
    ...behind,
    get: (ref) => ask(undefined, () => behind.get(ref)),
    create: (upsert) => ask(upsert.ref.name, () => behind.create(upsert)),
    update: (upsert) => ask(upsert.ref.name, () => behind.update(upsert)),
  };
  const trouble: Trouble = {
    slowDown(times) {
      latencyMs *= times;
    },
    stopFor(ms) {
      stuckUntil = Date.now() + ms / SCALE;
    },
  };
  return { functions, writes, most: () => most };
}

const refOf = (index: number): WorkloadRef => ({
  type: 'function',
  tenant: 'public',
  namespace: 'default',
  name: `f${index}`,
});

describe('a cluster that fails in the middle of a release', () => {
  let dir = '';
  let sandbox: Functions;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-slow-'));
    sandbox = await createSandboxFunctions({ dir });
  });
  afterEach(async () => {
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  const desired = (index: number, revision: number): Desired => ({
    operation: 'apply',
    ref: refOf(index),
    config: {
      tenant: 'public',
      namespace: 'default',
      name: `f${index}`,
      className: 'a.B',
      runtime: 'JAVA',
      inputSpecs: { [`persistent://public/default/in-${index}`]: {} },
      userConfig: { revision: `r${revision}` },
    },
    package: { kind: 'data', fileName: 'a.jar', body: PACKAGE, sha256: SHA256 },
    samePackage: revision > 0,
  });

  /** Deploys all functions; something happens to the cluster with the write of the tenth. */
  async function release(revision: number, trouble: (cluster: Trouble) => void) {
    const cluster = troubled(sandbox, trouble);
    const limiter = createLimiter({ max: WRITES });
    const functions = limitFunctions(cluster.functions, limiter);
    const signal = new AbortController().signal;
    const outcomes = await Promise.all(
      Array.from({ length: COUNT }, async (_, index): Promise<DeploymentResult['outcome']> => {
        const { outcome } = await applyDeployment(desired(index, revision), {
          functions,
          signal,
          deadlineMs: 300_000 / SCALE,
          retryMs: 5,
        });
        return outcome;
      }),
    );
    return { cluster, outcomes, limiter };
  }

  /** Every outcome is what the cluster has; nothing was written again that was there already. */
  async function expectTruth(
    revision: number,
    { cluster, outcomes }: Awaited<ReturnType<typeof release>>,
  ): Promise<void> {
    expect(outcomes).toHaveLength(COUNT);
    for (const [index, outcome] of outcomes.entries()) {
      const { body } = await sandbox.get(refOf(index));
      const has = (body as { userConfig?: { revision?: string } } | undefined)?.userConfig?.revision;
      expect([index, outcome, has]).toEqual([index, 'deployed', `r${revision}`]);
      const applied = cluster.writes.filter(({ name, applied: was }) => was && name === `f${index}`);
      expect([index, applied.length]).toEqual([index, 1]);
    }
    // Three reads beside each write.
    expect(cluster.most()).toBeLessThanOrEqual(4 * WRITES);
  }

  it.each([
    ['creations', 0],
    ['updates', 1],
  ])('by becoming ten times slower ends in a true state: %s', async (_what, revision) => {
    if (revision > 0) await release(0, () => undefined);
    await expectTruth(revision, await release(revision, (cluster) => cluster.slowDown(10)));
  });

  it.each([
    ['creations', 0],
    ['updates', 1],
  ])(
    'by not answering for 60 s ends in a true state, with no function deployed twice: %s',
    async (_what, revision) => {
      if (revision > 0) await release(0, () => undefined);
      const ended = await release(revision, (cluster) => cluster.stopFor(60_000));
      expect(ended.cluster.writes.some(({ unheard }) => unheard)).toBe(true);
      await expectTruth(revision, ended);
    },
  );
});
