import { AppError } from '../errors.js';
import type { ClusterAnswer, Functions } from '../ports/functions.js';
import { failed, type Ended } from './applied.js';
import { classify } from './classify.js';
import type { Fields } from './fields.js';
import type { Desired } from './plan.js';
import type { Reading, SubscriptionReads, SubscriptionsSeen } from './subscriptions.js';

export interface RecreateOptions {
  readonly functions: Functions;
  /** Without it nothing that reads topics is re-created: nobody could say what became of its backlog. */
  readonly admin?: SubscriptionReads;
  readonly signal: AbortSignal;
  /** How long an instance may take to stop, and to start. @defaultValue 30000 */
  readonly stopMs?: number;
  /** After a request that workers carry out later. @defaultValue 1000 */
  readonly settleMs?: number;
}

/**
 * A re-creation that was begun: all that it takes to bring it to its end, whichever turn notices that the deletion went
 * through.
 */
export interface Recreation {
  /** As it was read before anything was changed. */
  readonly live: Fields;
  /** What it reads, and what waited there; absent for a source. */
  readonly read?: { readonly reading: Reading; readonly before: SubscriptionsSeen };
  /** It was stopped on purpose, and is to be so again. Decided once: later on it is stopped by the re-creation. */
  readonly wasStopped: boolean;
  /** In words: what nobody can know. */
  readonly note?: string;
  /** Who read for it when it was told to keep its subscriptions; absent as long as nobody has told it. */
  connected?: readonly string[];
  /** How far it has come at least; what was asked for may have been done. */
  stage: 'begun' | 'stopping' | 'deleting';
  /** Set once it is known to be gone. */
  removed?: Removed;
}

/** What a deletion has left behind. */
export interface Removed {
  /** In words: subscriptions that went with it. */
  readonly lost: readonly string[];
  /** Fields that the creation needs besides those asked for. */
  readonly extra: Fields;
  /** Why it is not known what became of its subscriptions. */
  readonly unseen?: string;
}

export type Apply = Extract<Desired, { operation: 'apply' }>;

/** It is not re-created, and why. */
export const refusal = (reason: string, answer?: ClusterAnswer): Ended =>
  failed({ status: answer?.status ?? 0, reason }, { verdict: 'refused', code: 'CLUSTER_REFUSED' });

/** Rejects where the same may go well later: the whole is begun anew then. */
export function throwIfLater(answer: ClusterAnswer): void {
  const { verdict } = classify(answer);
  if (verdict === 'retry' || verdict === 'not-ready')
    throw new AppError('CLUSTER_UNREACHABLE', answer.reason);
}
