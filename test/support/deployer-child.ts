/** A deployer over real servers that is killed once a cluster has what it deployed and before it has said so. */
import { createPulsarCluster } from '../../src/adapters/pulsar-admin/cluster.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import type { AnyDocument } from '../../src/core/types.js';
import { createLimiter } from '../../src/deployer/limiter.js';
import { createPackageSource } from '../../src/deployer/package-source.js';
import { runDeployer, type DeployerOptions } from '../../src/deployer/run-deployer.js';
import { createSecrets } from '../../src/deployer/secrets.js';
import { createFakeLog } from './fake-log.js';
import { createFakeReads } from './fake-reads.js';

/** What a deployer is told, as JSON. */
export interface DeployerJob {
  readonly adminUrl: string;
  readonly wsUrl: string;
  readonly topic: string;
  readonly resultsTopic: string;
  readonly artifacts: string;
  readonly documents: readonly (readonly [id: string, document: AnyDocument])[];
}

/** The deployer of a job, up to what the caller adds. */
export function deployerOf(job: DeployerJob): Omit<DeployerOptions, 'signal'> {
  const log = createFakeLog();
  const reads = createFakeReads();
  for (const [id, document] of job.documents) reads.put(id, document);
  reads.reach(1_000_000);
  return {
    bus: createPulsarWsBus({ url: job.wsUrl, log }),
    environment: 'test',
    topic: job.topic,
    resultsTopic: job.resultsTopic,
    functions: createPulsarCluster({ adminUrl: job.adminUrl }).functions,
    fingerprint: 'a-cluster',
    reads,
    packages: createPackageSource({ roots: [job.artifacts], allow: [] }),
    secrets: createSecrets({ environment: 'test' }),
    limiter: createLimiter({ max: 2 }),
    deadLetter: async (_message, _topic, problem) => {
      process.stderr.write(`dead letter: ${problem.reason}\n`);
    },
    log,
    concurrency: 2,
    deadlineMs: 60_000,
  };
}

async function runUntilKilled(): Promise<void> {
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  await runDeployer({
    ...deployerOf(JSON.parse(text) as DeployerJob),
    signal: new AbortController().signal,
    reach: (point) => {
      if (point === 'deployed') process.kill(process.pid, 'SIGKILL');
    },
  });
}

if (process.argv[1]?.endsWith('deployer-child.ts') === true) void runUntilKilled();
