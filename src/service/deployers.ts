import type { Config } from '../config.js';
import { targetOf } from '../core/environments.js';
import type { TargetKind } from '../core/types.js';
import { createPackageSource } from '../deployer/package-source.js';
import { runDeployer, type DeployerOptions } from '../deployer/run-deployer.js';
import { createSecrets } from '../deployer/secrets.js';
import { openCluster } from './engines.js';

export interface DeployersOptions extends Pick<
  DeployerOptions,
  'bus' | 'reads' | 'deadLetter' | 'log' | 'reach' | 'signal'
> {
  readonly config: Config;
}

/** Starts a deployer for each environment that this process deploys to. */
export async function startDeployers({
  config,
  ...shared
}: DeployersOptions): Promise<{ readonly running: Promise<void>[]; close(): Promise<void> }> {
  const mine = config.environments.filter(({ name }) => config.parts.includes(`deployer:${name}`));
  const packages = createPackageSource({ roots: config.artifactRoots, allow: config.urlAllow });
  const secrets = createSecrets(config.secretsDir === undefined ? {} : { dir: config.secretsDir });
  const clusters = await Promise.all(mine.map((environment) => openCluster(config, environment)));
  const running = mine.map((environment, index) =>
    runDeployer({
      ...shared,
      environment: environment.name,
      fingerprint: targetOf(environment).fingerprint,
      topic: config.topics.environmentPrefix + environment.name,
      resultsTopic: config.topics.results,
      functions: (clusters[index] as (typeof clusters)[number]).functions,
      admin: (clusters[index] as (typeof clusters)[number]).admin,
      packages,
      secrets,
      log: shared.log.child({ part: 'deployer' }),
      ...config.deployer,
      ...healthOf(config, (clusters[index] as (typeof clusters)[number]).functions.kind),
    }),
  );
  return {
    running,
    async close() {
      await Promise.allSettled(clusters.map(({ functions }) => functions.close()));
    },
  };
}

/** A sandbox says at once what it will ever say. */
function healthOf({ health }: Config, kind: TargetKind): Pick<DeployerOptions, 'health'> {
  if (health.bakeMs === 0) return {};
  return { health: kind === 'sandbox' ? { ...health, settleMs: 0, bakeMs: 0 } : health };
}
