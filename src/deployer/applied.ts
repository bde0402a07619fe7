import type { DeploymentResult, FieldChange } from '../core/types.js';
import type { Code } from '../errors.js';
import type { ClusterAnswer } from '../ports/functions.js';
import type { Classified } from './classify.js';
import { reportable } from './read-back.js';

/** What became of a deployment. */
export interface Applied {
  readonly outcome: Exclude<DeploymentResult['outcome'], 'superseded'>;
  readonly answer: { readonly status: number; readonly reason?: string; readonly code?: Code };
  readonly sentPackage: boolean;
  /** A write was sent that was applied, or may have been. */
  readonly wrote: boolean;
  /** It was not there, and a creation of this deployment was taken. */
  readonly created?: true;
  /** What was asked for and is not there. */
  readonly differences?: readonly FieldChange[];
}

/** An end, before it is said what was sent. */
export type Ended = Pick<Applied, 'outcome' | 'answer' | 'differences'>;

/** The cluster refused, or it is known that nothing was applied. */
export function failed({ status, reason }: ClusterAnswer, { code, hint }: Classified): Ended {
  return {
    outcome: 'failed',
    answer: { status, reason: hint === undefined ? reason : `${reason} (${hint})`, code },
  };
}

/** A write may have been applied, and nothing can be read that would tell. */
export function unknown(answer: ClusterAnswer, judged: Classified): Ended {
  return { ...failed(answer, judged), outcome: 'unknown' };
}

/** It is there as it was read; what differs all the same is named. */
export function there(
  outcome: Applied['outcome'],
  { status, reason = '' }: { readonly status: number; readonly reason?: string },
  differences: readonly FieldChange[],
): Ended {
  if (differences.length === 0) return { outcome, answer: reason === '' ? { status } : { status, reason } };
  const differs = `not as asked: ${differences.map(({ field }) => field).join(', ')}`;
  return {
    outcome: outcome === 'deleted' ? outcome : 'deployed-with-differences',
    answer: { status, reason: reason === '' ? differs : `${reason}; ${differs}` },
    differences: reportable(differences),
  };
}
