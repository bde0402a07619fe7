import type { DeploymentResult } from '../core/types.js';
import type { Log } from '../ports/system.js';

/** Counts what was done, and says it in one line when a while has passed. */
export interface Tally {
  add(outcome: DeploymentResult['outcome'], ms: number): void;
  /** Says it now, if there is something to say. */
  tell(): void;
}

/** `limit` tells how many requests the cluster is trusted with. */
export function createTally(log: Log, limit: () => number, everyMs = 10_000): Tally {
  let counts: Partial<Record<DeploymentResult['outcome'], number>> = {};
  let latencies: number[] = [];
  let since = 0;

  const tell = (): void => {
    if (latencies.length === 0) return;
    latencies.sort((a, b) => a - b);
    const at = (share: number): number => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
    const seconds = Math.max(0.001, (performance.now() - since) / 1000);
    const perSecond = Math.round((latencies.length / seconds) * 10) / 10;
    log.info(
      { ...counts, perSecond, p50Ms: at(0.5), p95Ms: at(0.95), requestsAtOnce: limit() },
      'deployments-so-far',
    );
    counts = {};
    latencies = [];
  };

  return {
    add(outcome, ms) {
      if (latencies.length === 0) since = performance.now() - ms;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      latencies.push(ms);
      if (performance.now() - since >= everyMs) tell();
    },
    tell,
  };
}
