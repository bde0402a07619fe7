import type { PlanNotice } from '../../core/types.js';
import type { Live } from '../plan.js';
import type { Fields } from '../pulsar-config.js';
import type { WorkloadRef } from '../../ports/functions.js';

/** A function as far as it is known before it is planned. */
export interface PlanSubject {
  readonly ref: WorkloadRef;
  /** `tenant/namespace/name`. */
  readonly function: string;
  /** What it is to be, secrets in place, in Pulsar's own fields; undefined for a deletion, and where it cannot be made out. */
  readonly config: Fields | undefined;
  /** Where its package is. */
  readonly artifact: string | undefined;
  /** What the cluster has. */
  readonly live: Live;
}

/** What an inspection found about one function. */
export interface Findings {
  readonly notices: readonly PlanNotice[];
  /** It is stopped, as far as that is known. */
  readonly stopped?: boolean;
  /** Messages that wait in its subscriptions. */
  readonly backlog?: number;
}

/** Looks at all functions of a plan before they are planned: pre-flight, contract between functions, backlog. By function name. */
export type Inspect = (
  subjects: readonly PlanSubject[],
  context: { readonly project: string; readonly environment: string; readonly signal: AbortSignal },
) => Promise<ReadonlyMap<string, Findings>>;
