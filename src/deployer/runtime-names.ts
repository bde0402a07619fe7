import { createHash } from 'node:crypto';
import type { WorkloadRef } from '../ports/functions.js';

/** What runs the instances of a cluster's functions. */
export type TargetRuntime = 'thread' | 'process' | 'kubernetes';

const LONGEST_JOB_NAME = 53;
const HASH_LENGTH = 8;

/** The name of a function's job in Kubernetes, as Pulsar makes it: the same for a-b/c/d and a/b-c/d. */
export function jobName({ tenant, namespace, name }: WorkloadRef): string {
  const base = `${tenant}-${namespace}-${name}`;
  const plain = `pf-${base}`;
  const valid = plain.toLowerCase().replaceAll(/[^a-z0-9\-.]/g, '-');
  if (valid === plain) return plain;
  return `${valid}-${createHash('sha1').update(base).digest('hex').slice(0, HASH_LENGTH)}`;
}

/** Why the runtime cannot take a function of that name; undefined if it can. */
export function nameFault(ref: WorkloadRef, runtime: TargetRuntime | undefined): string | undefined {
  if ([ref.tenant, ref.namespace, ref.name].some((part) => part.includes(':')))
    return 'A name with a colon cannot be deleted again (apache/pulsar #9946); choose another name.';
  if (runtime !== 'kubernetes') return undefined;
  const job = jobName(ref);
  if (job.length > LONGEST_JOB_NAME)
    return `On Kubernetes it would run as ${job}, which has ${job.length} characters; ${LONGEST_JOB_NAME} are allowed. Choose a shorter name.`;
  // The stateful set's name; its labels cut and replace what does not suit them.
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(job))
    return `On Kubernetes it would run as ${job}, which is no name there. Choose another name.`;
  return undefined;
}
