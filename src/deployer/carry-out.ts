import type { Ended } from './applied.js';
import { afterDeletion, resumeRecreation } from './end-recreation.js';
import type { Desired, Live, Plan } from './plan.js';
import { beginRecreation, removeKeepingBacklog } from './recreate.js';
import type { Recreation, RecreateOptions } from './recreation.js';
import type { Write } from './writes.js';

/** What is noted on the way. */
interface CarryProgress {
  wrote: boolean;
  unknown: Write | undefined;
  recreation: Recreation | undefined;
}

interface CarryOptions extends RecreateOptions {
  /** Called before what is stopped is deleted to be created anew. */
  readonly look: () => Promise<void>;
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
  options: CarryOptions,
  progress: CarryProgress,
): Promise<Write | Ended> {
  if (desired.operation === 'delete' || plan.operation === 'update' || plan.operation === 'delete')
    return plan as Write;
  const create = { ...plan, operation: 'create' } as const;
  if (plan.operation === 're-create' && live !== undefined) {
    if (progress.recreation === undefined) {
      const begun = await beginRecreation({ desired, live }, options);
      if ('outcome' in begun) return begun;
      progress.recreation = begun;
    }
    if (progress.recreation.wasStopped) await options.look();
    // From here on it is in between, whatever ends this.
    progress.unknown = create;
    progress.wrote = true;
    const refused = await removeKeepingBacklog({ desired, live }, progress.recreation, options);
    if (refused !== undefined) return refused;
  }
  progress.recreation ??= await resumeRecreation(desired, options);
  const { recreation } = progress;
  if (recreation === undefined) return create;
  recreation.removed ??= await afterDeletion(desired, recreation, options);
  return { ...create, config: { ...create.config, ...recreation.removed.extra } };
}
