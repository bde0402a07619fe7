import type { ClusterAnswer, Functions } from '../ports/functions.js';
import { liveOf } from './confirm.js';
import { planWithEvidence, type Evident } from './evidence.js';
import type { Desired, Live } from './plan.js';
import type { Recreation } from './recreation.js';
import type { Write } from './writes.js';

interface SoFar {
  readonly unknown: Write | undefined;
  readonly recreation: Recreation | undefined;
}

/** A creation may have been sent: what is there now may be what it made. */
export const isCreated = ({ recreation, unknown: open }: SoFar): boolean =>
  recreation === undefined ? open?.operation === 'create' : recreation.removed !== undefined;

/**
 * The plan for what was read; undefined where the answer does not say what is there. What was created is not deleted again,
 * whatever the cluster left out, and nothing that was deployed before says anything of it.
 */
export async function planNow(
  {
    desired,
    read,
    progress,
  }: { readonly desired: Desired; readonly read: ClusterAnswer; readonly progress: SoFar },
  functions: Functions,
): Promise<(Evident & { readonly live: Live }) | undefined> {
  const live = liveOf(read, desired);
  if (live === null) return undefined;
  if (desired.operation === 'delete' || live === undefined || !isCreated(progress))
    return { live, ...(await planWithEvidence(desired, live, functions)) };
  const config = { ...desired.config, ...progress.recreation?.removed?.extra };
  const created = { ...desired, config, allowRecreate: false, lastApplied: undefined };
  return { live, ...(await planWithEvidence(created, liveOf(read, created) ?? live, functions)) };
}
