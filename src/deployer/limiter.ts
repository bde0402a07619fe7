/** Requests weigh differently on a worker: one that carries a package holds a web thread while it calls back into the same pool. */
export type RequestKind = 'read' | 'write' | 'package';

export interface Limiter {
  /** Runs a request when there is room. `overloaded` says of its result whether the cluster had too much. */
  run<T>(kind: RequestKind, work: () => Promise<T>, overloaded: (result: T) => boolean): Promise<T>;
  /** How many may be in flight now. */
  limit(): number;
}

export interface LimiterOptions {
  /** In flight at most. */
  readonly max: number;
  /** With a package at most. @defaultValue 2 */
  readonly maxPackages?: number;
  /** @defaultValue 2 */
  readonly start?: number;
  /** Milliseconds. @defaultValue performance.now */
  readonly now?: () => number;
}

/** Below this a latency counts as flat whatever it was before. */
const NOISE_MS = 50;
const FLAT = 3;
const STEEP = 6;

/**
 * Bounds what is in flight to one cluster, and learns the bound: one more while latency stays near the best that was
 * seen, one less when it climbs, half when a request times out, is cut or ends in a 5xx.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { max, now = () => performance.now() } = options;
  const maxPackages = Math.min(max, options.maxPackages ?? 2);
  const waiting: { readonly kind: RequestKind; readonly start: () => void }[] = [];
  const best = new Map<RequestKind, number>();
  let limit = Math.min(max, options.start ?? 2);
  let running = 0;
  let packages = 0;
  let ratios: number[] = [];
  let lastHalved = -Infinity;

  const startWaiting = (): void => {
    while (running < limit) {
      // A package that must wait does not hold up the rest.
      const index = waiting.findIndex(({ kind }) => kind !== 'package' || packages < maxPackages);
      const [next] = index < 0 ? [] : waiting.splice(index, 1);
      if (next === undefined) return;
      running++;
      if (next.kind === 'package') packages++;
      next.start();
    }
  };

  const learn = (kind: RequestKind, ms: number): void => {
    // The best ages, so that a cluster that became slower for good is not taken for overloaded for ever.
    const before = best.get(kind) ?? Math.max(ms, NOISE_MS);
    best.set(kind, Math.max(NOISE_MS, Math.min(ms, before * 1.01)));
    ratios.push(ms / before);
    if (ratios.length < limit * 2) return;
    const median = ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 1;
    ratios = [];
    if (median <= FLAT) limit = Math.min(max, limit + 1);
    else if (median >= STEEP) limit = Math.max(1, limit - 1);
  };

  const halve = (started: number): void => {
    // Requests that were in flight together fail together: that counts once.
    if (started <= lastHalved) return;
    lastHalved = now();
    ratios = [];
    limit = Math.max(1, Math.floor(limit / 2));
  };

  return {
    async run(kind, work, overloaded) {
      await new Promise<void>((start) => {
        waiting.push({ kind, start });
        startWaiting();
      });
      const started = now();
      try {
        const result = await work();
        if (overloaded(result)) halve(started);
        else learn(kind, now() - started);
        return result;
      } catch (error) {
        halve(started);
        throw error;
      } finally {
        running--;
        if (kind === 'package') packages--;
        startWaiting();
      }
    },
    limit: () => limit,
  };
}
