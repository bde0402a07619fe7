import { createAdaptiveLimit } from './adaptive-limit.js';

/** Requests weigh differently on a worker: one that carries a package holds a web thread while it calls back into the same pool. */
export type RequestKind = 'read' | 'write' | 'package';

/** How a cluster took a request: well, with a plea to wait, or not at all (timed out, cut, failed inside). */
export type Strain = 'none' | 'busy' | 'stuck';

export interface Limiter {
  /** Runs a request when there is room. `strainOf` judges its result, or what it threw. */
  run<T>(kind: RequestKind, work: () => Promise<T>, strainOf: StrainOf<T>): Promise<T>;
  /** How many of a kind may be in flight now. @defaultValue 'write' */
  limit(kind?: RequestKind): number;
}

/** Judges how a request ended. */
export interface StrainOf<T> {
  result(result: T): Strain;
  error(error: unknown): Strain;
}

export interface LimiterOptions {
  /**
   * Writes in flight at most. Over all deployers of a cluster it must stay well below its web threads
   * (`numHttpServerThreads`, 8 on a small broker): writes call back into the same pool, and when they fill it, all of them
   * hang for 60 s, and the functions worker may then stop the whole broker (tried on 4.0.8 with 8 threads: 5 updates at
   * once went well, 6 hung for three minutes, 8 never came back).
   */
  readonly max: number;
  /** Of these with a package at most. @defaultValue half of `max`, but not below 4 */
  readonly maxPackages?: number;
  /**
   * Reads at most, beside the writes: they are answered out of memory, without a call back. Two, before and after it,
   * belong to each write. @defaultValue three times `max`
   */
  readonly maxReads?: number;
  /** Milliseconds. @defaultValue performance.now */
  readonly now?: () => number;
}

/** Where every kind begins. */
const START = 2;
const KINDS = ['read', 'write', 'package'] as const;

/**
 * Bounds what is in flight to one cluster, and learns the bounds: one for reads, one for writes, and within that a lower
 * one for writes that carry a package. What gets stuck halves all of them.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const {
    max,
    maxPackages = Math.max(4, Math.floor(max / 2)),
    maxReads = 3 * max,
    now = () => performance.now(),
  } = options;
  const tops = { read: maxReads, write: max, package: Math.min(max, maxPackages) };
  const limitOf = (kind: RequestKind) =>
    createAdaptiveLimit({ max: tops[kind], start: Math.min(START, tops[kind]), now });
  const limits = { read: limitOf('read'), write: limitOf('write'), package: limitOf('package') };
  /** Packages count as writes too. */
  const running = { read: 0, write: 0, package: 0 };
  const waiting = { read: [], write: [], package: [] } as Record<RequestKind, (() => void)[]>;

  /** Where that many packages go well, as many lighter writes do. */
  const limit = (kind: RequestKind): number =>
    kind === 'write' ? Math.max(limits.write.now(), limits.package.now()) : limits[kind].now();

  const hasRoom = (kind: RequestKind): boolean =>
    running[kind] < limit(kind) && (kind !== 'package' || running.write < limit('write'));

  const count = (kind: RequestKind, by: 1 | -1): void => {
    running[kind] += by;
    if (kind === 'package') running.write += by;
  };

  const startWaiting = (): void => {
    for (const kind of KINDS)
      while (hasRoom(kind)) {
        const next = waiting[kind].shift();
        if (next === undefined) break;
        count(kind, 1);
        next();
      }
  };

  const learn = (kind: RequestKind, begun: number, strain: Strain): void => {
    if (strain === 'none') limits[kind].went(now() - begun);
    else for (const each of KINDS) limits[each].failed(begun, strain === 'stuck' && each === kind);
  };

  return {
    async run(kind, work, strainOf) {
      await new Promise<void>((start) => {
        waiting[kind].push(start);
        startWaiting();
      });
      const begun = now();
      try {
        const result = await work();
        learn(kind, begun, strainOf.result(result));
        return result;
      } catch (error) {
        const strain = strainOf.error(error);
        if (strain !== 'none') learn(kind, begun, strain);
        throw error;
      } finally {
        count(kind, -1);
        startWaiting();
      }
    },
    limit: (kind = 'write') => limit(kind),
  };
}
