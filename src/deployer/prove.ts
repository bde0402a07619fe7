import { cutText } from '../core/cut-text.js';
import type { DeploymentResult } from '../core/types.js';
import { hasCode, messageOf, type Code } from '../errors.js';
import type { WorkloadRef } from '../ports/functions.js';
import type { Log } from '../ports/system.js';
import type { Applied } from './applied.js';
import type { Expected } from './health.js';
import type { HealthGate } from './health-gate.js';

const REASON_LENGTH = 2000;
/** An outcome on its way to a result. */
export interface Outcome extends Pick<DeploymentResult, 'packageSha256' | 'stopped' | 'created'> {
  readonly outcome: DeploymentResult['outcome'];
  readonly answer: Applied['answer'];
  readonly sentPackage?: boolean;
  readonly differences?: Applied['differences'];
}

/** What the cluster has, before it is known how it runs. */
export interface Written {
  readonly kind: 'written';
  readonly outcome: Outcome;
  /** Absent where there is nothing to watch. */
  readonly watch?: Expected;
  readonly mask: (text: string) => string;
}

/** Watches what was written until it is known how it runs. */
export async function prove(
  ref: WorkloadRef,
  { outcome, watch, mask }: Written,
  { gate, log, signal }: { readonly gate?: HealthGate; readonly log: Log; readonly signal: AbortSignal },
): Promise<Outcome> {
  if (watch === undefined || gate === undefined) return outcome;
  const { status } = outcome.answer;
  try {
    const health = await gate.watch(ref, watch, signal);
    switch (health.verdict) {
      case 'healthy':
        return outcome;
      case 'stopped':
        return { ...outcome, stopped: true };
      case 'degraded':
        return {
          ...outcome,
          outcome: 'degraded',
          answer: { status, reason: mask(health.reason), code: 'UNHEALTHY' },
        };
      case 'unknown':
        return {
          ...outcome,
          outcome: 'unknown',
          answer: { status, reason: mask(health.reason), code: 'OUTCOME_UNKNOWN' },
        };
    }
  } catch (error) {
    if (hasCode(error, 'CLOSED')) throw error;
    log.error({ error: mask(messageOf(error)) }, 'health-gate-hit-a-fault');
    return { ...outcome, outcome: 'unknown', answer: { status, reason: FAULT, code: 'INTERNAL' } };
  }
}

/** What is said of a bug. */
export const FAULT = 'Something failed inside the deployer; its log says what.';
/** The result that is reported. */
export function resultOf(name: string, outcome: Outcome): DeploymentResult {
  const { answer, packageSha256, differences, stopped, created } = outcome;
  return {
    function: name,
    outcome: outcome.outcome,
    answer: {
      status: answer.status,
      ...(answer.reason === undefined ? {} : { reason: cutText(answer.reason, REASON_LENGTH) }),
      ...codeOf(answer),
    },
    ...(packageSha256 === undefined ? {} : { packageSha256 }),
    ...(differences === undefined ? {} : { differences: [...differences] }),
    ...(stopped === true ? { stopped } : {}),
    ...(created === true ? { created } : {}),
  };
}

const codeOf = ({ code }: Applied['answer']): { code?: Code } => (code === undefined ? {} : { code });
