import type { Config, EnvironmentConfig } from '../config.js';
import type { Check } from '../core/status.js';
import { targetOf } from '../core/environments.js';
import { limitCluster } from '../deployer/limited-cluster.js';
import { createLimiter, type Limiter } from '../deployer/limiter.js';
import type { TargetKind } from '../core/types.js';
import { runDriftSchedule } from '../deployer/drift-schedule.js';
import { createInspect } from '../deployer/inspect.js';
import { createPackageSource } from '../deployer/package-source.js';
import { runDeployer, type DeployerOptions } from '../deployer/run-deployer.js';
import { createSecrets } from '../deployer/secrets.js';
import type { Bus } from '../ports/bus.js';
import type { Cluster } from '../ports/cluster.js';
import type { TicketSigner } from '../ports/identity.js';
import { keyFile } from '../sealing/key-file.js';
import { readPrivateKeys } from '../sealing/keys.js';
import { createDeployTokens } from './deploy-tokens.js';
import { openCluster } from './engines.js';
import { signResults } from './signed-results.js';

export interface DeployersOptions extends Pick<
  DeployerOptions,
  'bus' | 'reads' | 'deadLetter' | 'log' | 'reach' | 'signal'
> {
  readonly config: Config;
  /** Signs what deployers report; absent where nobody is asked who they are. */
  readonly serviceTickets?: TicketSigner | undefined;
}

export interface Deployers {
  readonly running: Promise<void>[];
  /** What there is to say of them in the status. */
  checks(): Check[];
  close(): Promise<void>;
}

/** Starts a deployer for each environment that this process deploys to. */
export async function startDeployers({
  config,
  serviceTickets,
  ...shared
}: DeployersOptions): Promise<Deployers> {
  const mine = config.environments.filter(({ name }) => config.parts.includes(`deployer:${name}`));
  const packages = createPackageSource({ roots: config.artifactRoots, allow: config.urlAllow });
  const { keysFile } = config.sealing;
  const sealingKeys =
    keysFile === undefined ? undefined : keyFile(keysFile, 'STAGELINE_SEALING_KEYS_FILE', readPrivateKeys);
  const limiterOf = createLimiters(config);
  const clusters = await Promise.all(mine.map((environment) => openCluster(config, environment)));
  const busOf = ({ name }: EnvironmentConfig): Bus => {
    if (serviceTickets === undefined) return shared.bus;
    const actor = { name: `deployer:${name}`, roles: ['service'] };
    return signResults(shared.bus, { topic: config.topics.results, actor, signer: serviceTickets });
  };
  const running = mine.map((environment, index) => {
    const { functions } = clusters[index] as Cluster;
    const limiter = limiterOf(environment);
    // Whatever asks it of something shares its limit: deployments, plans, drift, backlogs.
    const cluster = limitCluster(clusters[index] as Cluster, limiter);
    const { fingerprint } = targetOf(environment);
    const { runtime } = environment;
    return runDeployer({
      ...shared,
      bus: busOf(environment),
      environment: environment.name,
      fingerprint,
      topic: config.topics.environmentPrefix + environment.name,
      resultsTopic: config.topics.results,
      functions,
      admin: cluster.admin,
      limiter,
      inspect: createInspect({ cluster, reads: shared.reads, fingerprint, runtime }),
      packages,
      secrets: createSecrets({
        environment: environment.name,
        dir: config.secretsDir,
        variable: config.secretVariable,
        sealingKeys,
      }),
      secretRules: config.limits.secretRules,
      namespaces: config.limits.namespaces,
      log: shared.log.child({ part: 'deployer' }),
      ...config.deployer,
      ...healthOf(config, functions.kind),
    });
  });
  const schedules = mine.flatMap((environment) => {
    const { name, drift } = environment;
    if (drift === undefined) return [];
    const { fingerprint } = targetOf(environment);
    const { everyMinutes, repair = false } = drift;
    const log = shared.log.child({ part: 'deployer' });
    const resultsTopic = config.topics.results;
    return [
      runDriftSchedule({
        ...shared,
        bus: busOf(environment),
        log,
        resultsTopic,
        environment: name,
        fingerprint,
        everyMinutes,
        repair,
      }),
    ];
  });
  const tokens = createDeployTokens({ ...shared, environments: mine });
  return {
    running: [...running, ...schedules, tokens.run()],
    checks: () => tokens.checks(),
    async close() {
      await Promise.allSettled(clusters.map(({ functions }) => functions.close()));
    },
  };
}

/** One for each cluster: environments with the same admin URL load the same workers. Each sandbox is a cluster of its own. */
function createLimiters(config: Config): (environment: EnvironmentConfig) => Limiter {
  const limiters = new Map<string, Limiter>();
  return (environment) => {
    const { kind, fingerprint } = targetOf(environment);
    const cluster = kind === 'sandbox' ? environment.name : fingerprint;
    const limiter = limiters.get(cluster) ?? createLimiter({ max: config.deployer.concurrency });
    limiters.set(cluster, limiter);
    return limiter;
  };
}

/** A sandbox says at once what it will ever say. */
function healthOf({ health }: Config, kind: TargetKind): Pick<DeployerOptions, 'health'> {
  if (health.bakeMs === 0) return {};
  return { health: kind === 'sandbox' ? { ...health, settleMs: 0, bakeMs: 0 } : health };
}
