import type { Code } from '../errors.js';
import type { ClusterAnswer } from '../ports/functions.js';

/**
 * What an answer means.
 *
 * - `done`: written.
 * - `unchanged`: the cluster sees no change.
 * - `exists`, `missing`: the opposite operation is due.
 * - `retry`, `not-ready`: the same again later; the former may have been applied all the same.
 * - `briefly`: so it answers while it starts, but also when it is so: a few tries.
 * - `refused`: never again.
 */
export type Verdict =
  'done' | 'unchanged' | 'exists' | 'missing' | 'retry' | 'not-ready' | 'briefly' | 'refused';

/** An answer, understood. */
export interface Classified {
  readonly verdict: Verdict;
  /** For an outcome `failed`. */
  readonly code: Code;
  /** What to do, where the reason alone does not tell. */
  readonly hint?: string;
}

/**
 * How a rule is known: `provoked` on a real broker by test/e2e/cluster-answers.test.ts; `seen` on one, but not to be had at
 * will (races, starts, a worker that is stuck); `read` in the worker's source or in the rules of HTTP.
 */
export type Evidence = 'provoked' | 'seen' | 'read';

interface Rule extends Classified {
  readonly evidence: Evidence;
  /** A status, or a hundred of them. */
  readonly status: number | '2xx' | '3xx' | '5xx' | 'any';
  readonly reason?: RegExp;
}

const GRANT = 'grant functions on the namespace to the role of the token';

/** The first rule that fits counts: Pulsar uses 400 and 500 for everything, so the reason comes before the status. */
export const RULES: readonly Rule[] = [
  { status: '2xx', verdict: 'done', code: 'INTERNAL', evidence: 'provoked' },
  {
    status: 400,
    reason: /Update contains no change/,
    verdict: 'unchanged',
    code: 'CLUSTER_REFUSED',
    evidence: 'provoked',
  },
  {
    status: 400,
    reason: /^(Function|Source|Sink) \S+ already exists/,
    verdict: 'exists',
    code: 'CLUSTER_REFUSED',
    evidence: 'provoked',
  },
  {
    status: 400,
    reason: /^(Function|Source|Sink) \S+ doesn't exist/,
    verdict: 'missing',
    code: 'CLUSTER_REFUSED',
    evidence: 'provoked',
  },
  {
    status: 404,
    reason: /^(Function|Source|Sink) \S+ doesn't exist/,
    verdict: 'missing',
    code: 'CLUSTER_REFUSED',
    evidence: 'provoked',
  },
  {
    status: 400,
    reason: /out of date\. Please try again/,
    verdict: 'retry',
    code: 'CLUSTER_REFUSED',
    evidence: 'read',
  },
  // A worker whose web threads are all taken: a 500 for a creation, a 400 for an update, both after 60 s.
  {
    status: 'any',
    reason: /TimeoutException/,
    verdict: 'retry',
    code: 'CLUSTER_NOT_READY',
    evidence: 'seen',
  },
  {
    status: 'any',
    reason: /Leader not yet ready|Not the leader/i,
    verdict: 'not-ready',
    code: 'CLUSTER_NOT_READY',
    evidence: 'read',
  },
  {
    status: 'any',
    reason: /not done initializing/,
    verdict: 'not-ready',
    code: 'CLUSTER_NOT_READY',
    evidence: 'seen',
  },
  {
    status: 503,
    verdict: 'not-ready',
    code: 'CLUSTER_NOT_READY',
    evidence: 'read',
    hint: 'if it stays so, look at the worker and at its token',
  },
  {
    status: 400,
    reason: /^(Tenant|Namespace) does not exist/,
    verdict: 'briefly',
    code: 'CLUSTER_REFUSED',
    evidence: 'provoked',
  },
  {
    status: 401,
    reason: /not authorized/i,
    verdict: 'refused',
    code: 'CLUSTER_REFUSED',
    evidence: 'read',
    hint: GRANT,
  },
  {
    status: 401,
    verdict: 'refused',
    code: 'CLUSTER_REFUSED',
    evidence: 'read',
    hint: 'the cluster does not know who asks',
  },
  { status: 403, verdict: 'refused', code: 'CLUSTER_REFUSED', evidence: 'read', hint: GRANT },
  { status: '3xx', verdict: 'refused', code: 'CLUSTER_REFUSED', evidence: 'read' },
  {
    status: 500,
    reason: /^Package '.*' metadata already exists/,
    verdict: 'refused',
    code: 'CLUSTER_REFUSED',
    evidence: 'provoked',
    hint: 'a package of an earlier life is in the way; delete it with pulsar-admin packages',
  },
  { status: 408, verdict: 'retry', code: 'CLUSTER_NOT_READY', evidence: 'read' },
  { status: 429, verdict: 'not-ready', code: 'CLUSTER_NOT_READY', evidence: 'read' },
  { status: '5xx', verdict: 'retry', code: 'CLUSTER_NOT_READY', evidence: 'read' },
  { status: 'any', verdict: 'refused', code: 'CLUSTER_REFUSED', evidence: 'provoked' },
];

/** Understands an answer by its reason first. */
export function classify({ status, reason }: ClusterAnswer): Classified {
  const rule = RULES.find((each) => fits(each.status, status) && (each.reason?.test(reason) ?? true));
  return rule ?? { verdict: 'refused', code: 'CLUSTER_REFUSED' };
}

function fits(rule: Rule['status'], status: number): boolean {
  if (typeof rule === 'number') return rule === status;
  return rule === 'any' || Math.floor(status / 100) === Number(rule.charAt(0));
}
