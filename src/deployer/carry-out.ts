import type { Ended } from './applied.js';
import type { Desired, Live, Plan } from './plan.js';
import {
  extraAfterInterruption,
  removeKeepingBacklog,
  type RecreateOptions,
  type Removed,
} from './recreate.js';
import type { Write } from './writes.js';

/** What is noted on the way. */
interface CarryProgress {
  wrote: boolean;
  unknown: Write | undefined;
  removed: Removed | undefined;
}

/** A re-creation is a deletion, done here, and a creation. */
export async function carryOut(
  {
    desired,
    plan,
    live,
  }: {
    readonly desired: Desired;
    readonly plan: Exclude<Plan, { operation: 'none' | 'refuse' }>;
    readonly live: Live;
  },
  options: RecreateOptions,
  progress: CarryProgress,
): Promise<Write | Ended> {
  if (desired.operation === 'delete' || plan.operation === 'update' || plan.operation === 'delete')
    return plan as Write;
  const create = { ...plan, operation: 'create' } as const;
  if (plan.operation === 're-create' && live !== undefined) {
    const removed = await removeKeepingBacklog({ desired, live }, options, () => {
      // From here on it is in between, whatever ends this.
      progress.unknown = create;
      progress.wrote = true;
    });
    if ('outcome' in removed) return removed;
    progress.removed = removed;
  }
  const extra = progress.removed?.extra ?? (await extraAfterInterruption(desired, options));
  return { ...create, config: { ...create.config, ...extra } };
}
