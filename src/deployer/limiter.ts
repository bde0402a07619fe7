/** Requests weigh differently on a worker: one that carries a package holds a web thread while it calls back into the same pool. */
export type RequestKind = 'read' | 'write' | 'package';

/** How a cluster took a request: well, with a plea to wait, or not at all (timed out, cut, failed inside). */
export type Strain = 'none' | 'busy' | 'stuck';

export interface Limiter {
  /** Runs a request when there is room. `strainOf` judges its result; one that throws was stuck. */
  run<T>(kind: RequestKind, work: () => Promise<T>, strainOf: (result: T) => Strain): Promise<T>;
  /** How many may be in flight now. */
  limit(): number;
}

export interface LimiterOptions {
  /**
   * In flight at most. Over all deployers of a cluster it must stay well below its web threads (`numHttpServerThreads`,
   * 8 on a small broker): writes call back into the same pool, and when they fill it, all of them hang for 60 s, and the
   * functions worker may then stop the whole broker (tried on 4.0.8 with 8 threads: 5 updates at once went well, 6 and 7
   * hung now and then, 8 killed it).
   */
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
/** How long the bound at which the cluster got stuck is not tried again. */
const REMEMBER_MS = 600_000;

/**
 * Bounds what is in flight to one cluster, and learns the bound: one more while latency stays near the best that was
 * seen, one less when it climbs, half when a request times out, is cut or ends in a 5xx. There is no warning before a
 * worker gets stuck, so the bound at which it did is not tried again for ten minutes.
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
  let stuck = { at: Infinity, until: -Infinity };

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
    const ceiling = now() < stuck.until ? Math.max(1, Math.min(max, stuck.at - 1)) : max;
    if (median <= FLAT) limit = Math.min(ceiling, limit + 1);
    else if (median >= STEEP) limit = Math.max(1, limit - 1);
  };

  const halve = (started: number, strain: Strain): void => {
    // Requests that were in flight together fail together: that counts once.
    if (started <= lastHalved) return;
    lastHalved = now();
    ratios = [];
    if (strain === 'stuck') stuck = { at: limit, until: lastHalved + REMEMBER_MS };
    limit = Math.max(1, Math.floor(limit / 2));
  };

  return {
    async run(kind, work, strainOf) {
      await new Promise<void>((start) => {
        waiting.push({ kind, start });
        startWaiting();
      });
      const started = now();
      try {
        const result = await work();
        const strain = strainOf(result);
        if (strain === 'none') learn(kind, now() - started);
        else halve(started, strain);
        return result;
      } catch (error) {
        halve(started, 'stuck');
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
