import { hasCode } from '../errors.js';
import type { Functions, WorkloadRef } from '../ports/functions.js';
import { fieldsOf } from './pulsar-config.js';

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * The digest (hex) of the package that the cluster has for a workload, made from the bytes that it gives back; undefined
 * where it gives none. This is all that is known for sure of a package: no config, no version and no list says what it is.
 */
export async function packageInCluster(functions: Functions, ref: WorkloadRef): Promise<string | undefined> {
  try {
    const { status, body } = await functions.packageDigest(ref);
    const { sha256 } = fieldsOf(body);
    return status === 200 && typeof sha256 === 'string' && DIGEST.test(sha256) ? sha256 : undefined;
  } catch (error) {
    if (hasCode(error, 'CLUSTER_UNREACHABLE')) return undefined;
    throw error;
  }
}
