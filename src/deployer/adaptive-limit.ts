/** How many may be in flight, learnt from how long they take and what they end in. */
export interface AdaptiveLimit {
  now(): number;
  /** One went well. */
  went(ms: number): void;
  /** One that was begun then did not; `stuck` where the bound itself is to blame. */
  failed(begun: number, stuck: boolean): void;
}

export interface AdaptiveLimitOptions {
  readonly max: number;
  readonly start: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Below this a latency counts as flat whatever it was before. */
const NOISE_MS = 50;
/** A better latency counts by so much of it. */
const LUCK = 4;
const FLAT = 3;
const STEEP = 6;
/** How long the bound at which the cluster got stuck is not tried again. */
const REMEMBER_MS = 600_000;

/**
 * One more while latency stays near the best that was seen, one less when it climbs, half when a request times out, is
 * cut or ends in a 5xx. There is no warning before a worker gets stuck, so the bound at which it did is not tried again
 * for ten minutes.
 */
export function createAdaptiveLimit({ max, start, now }: AdaptiveLimitOptions): AdaptiveLimit {
  let limit = Math.min(max, start);
  let best: number | undefined;
  let ratios: number[] = [];
  let lastHalved = -Infinity;
  /** Nothing has gone wrong yet: it grows twice as fast. */
  let isFresh = true;
  let stuckAt = { limit: Infinity, until: -Infinity };

  return {
    now: () => limit,
    went(ms) {
      // The best ages, so that a cluster that became slower for good is not taken for overloaded for ever; and one lucky
      // answer does not make it.
      const before = best ?? Math.max(ms, NOISE_MS);
      best = Math.max(NOISE_MS, ms < before ? before + (ms - before) / LUCK : before * 1.01);
      ratios.push(ms / before);
      if (ratios.length < limit * (isFresh ? 1 : 2)) return;
      const median = ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 1;
      ratios = [];
      const ceiling = now() < stuckAt.until ? Math.max(1, Math.min(max, stuckAt.limit - 1)) : max;
      if (median <= FLAT) limit = Math.min(ceiling, limit + 1);
      else if (median >= STEEP) {
        limit = Math.max(1, limit - 1);
        isFresh = false;
      }
    },
    failed(begun, stuck) {
      // Requests that were in flight together fail together: that counts once.
      if (begun <= lastHalved) return;
      lastHalved = now();
      ratios = [];
      isFresh = false;
      if (stuck) stuckAt = { limit, until: lastHalved + REMEMBER_MS };
      limit = Math.max(1, Math.floor(limit / 2));
    },
  };
}
