import { hasCode } from '../errors.js';
import type { Functions, LivePackage, WorkloadRef } from '../ports/functions.js';
import { planDeployment, type Desired, type Live, type Plan } from './plan.js';
import { fieldsOf } from './pulsar-config.js';
import { changesPackageOnly } from './writes.js';

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * The package that the cluster has for a workload, by the bytes that it gives back; undefined where it gives none. This is
 * all that is known for sure of a package: no config, no version and no list says what it is.
 */
export async function livePackage(functions: Functions, ref: WorkloadRef): Promise<LivePackage | undefined> {
  const { status, body } = await functions.packageDigest(ref);
  const { sha256, bytes } = fieldsOf(body);
  if (status !== 200 || typeof sha256 !== 'string' || !DIGEST.test(sha256)) return undefined;
  return { sha256, bytes: Number(bytes) };
}

/** The same, its digest alone; undefined also where the cluster cannot be reached. */
export async function packageInCluster(functions: Functions, ref: WorkloadRef): Promise<string | undefined> {
  try {
    return (await livePackage(functions, ref))?.sha256;
  } catch (error) {
    if (hasCode(error, 'CLUSTER_UNREACHABLE')) return undefined;
    throw error;
  }
}

/** A plan, and whether the cluster is known to have another package; false where it does not tell. */
export interface Evident {
  readonly plan: Plan;
  readonly otherPackage: boolean;
}

/**
 * The plan; where only the package may be another than the cluster's, the cluster is asked for it first. So what someone
 * has sent who could not report it, or a request that was cut, is not sent again: each update restarts the function.
 */
export async function planWithEvidence(desired: Desired, live: Live, functions: Functions): Promise<Evident> {
  const plan = planDeployment(desired, live);
  const asPlanned = { plan, otherPackage: false };
  if (desired.operation === 'delete' || plan.operation !== 'update' || desired.package?.kind !== 'data')
    return asPlanned;
  if (!changesPackageOnly(plan)) return asPlanned;
  const digest = await packageInCluster(functions, desired.ref);
  if (digest === undefined) return asPlanned;
  if (digest !== desired.package.sha256) return { plan, otherPackage: true };
  return { plan: planDeployment({ ...desired, samePackage: true }, live), otherPackage: false };
}
