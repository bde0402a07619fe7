import { pause } from '../core/pause.js';
import { AppError, hasCode } from '../errors.js';
import type { Functions, WorkloadRef } from '../ports/functions.js';
import type { Reading } from './subscriptions.js';
import { readStatus, type FunctionStatus } from './function-status.js';
import {
  judgeHealth,
  type Expected,
  type Health,
  type HealthLimits,
  type Sample,
  type Since,
} from './health.js';
import { createSlots } from './slots.js';

/** What waits for a function; undefined where it is not known. */
export type BacklogOf = (reading: Reading) => Promise<number | undefined>;

export interface HealthGate {
  /** How it is now; undefined if that cannot be had. */
  status(ref: WorkloadRef): Promise<FunctionStatus | undefined>;
  /** Looks at what was written until it is known how it runs. Rejects with CLOSED when the signal ends it. */
  watch(
    ref: WorkloadRef,
    expected: Expected,
    signal: AbortSignal,
  ): Promise<Exclude<Health, { verdict: 'look-again' }>>;
}

export interface HealthGateOptions {
  readonly functions: Functions;
  readonly limits: HealthLimits;
  readonly backlogOf?: BacklogOf;
  /** Milliseconds. @defaultValue performance.now */
  readonly now?: () => number;
}

/** Between two looks at least. */
const LOOK_MS = 200;

/**
 * Functions that are looked at side by side. One: reads are bounded too, and looks that hang would leave no room for those
 * that a write needs.
 */
const LANES = 1;
/** Requests in a row without an answer after which nobody whose time is over is asked for again. */
const MOST_UNANSWERED = 8;

/**
 * Watches any number of functions at once: nothing is held while one waits. Where the cluster does not answer, a function
 * whose time is over is not asked for again: hundreds of requests that time out would take hours.
 */
export function createHealthGate(options: HealthGateOptions): HealthGate {
  const { functions, limits, backlogOf, now = () => performance.now() } = options;
  const inTurn = createSlots(LANES);
  /** Requests in a row without an answer, for whatever function. */
  let unanswered = 0;

  const status = async (ref: WorkloadRef): Promise<FunctionStatus | undefined> => {
    try {
      const answer = await functions.status(ref);
      unanswered = 0;
      return readStatus(answer);
    } catch (error) {
      if (!hasCode(error, 'CLUSTER_UNREACHABLE')) throw error;
      unanswered += 1;
      return undefined;
    }
  };

  const look = async (ref: WorkloadRef, { reading }: Expected, watched: Watched): Promise<Sample> => {
    const atMs = (): number => now() - watched.started;
    const isVain = (): boolean =>
      atMs() >= limits.limitMs && (watched.isDark || unanswered >= MOST_UNANSWERED);
    const found = await inTurn(async () => {
      refuseWhenEnded(watched.signal);
      return isVain() ? undefined : status(ref);
    });
    const backlog =
      backlogOf === undefined || reading === undefined || limits.backlogGrowth === 0 || found === undefined
        ? undefined
        : await inTurn(async () => {
            refuseWhenEnded(watched.signal);
            return backlogOf(reading);
          });
    // When it was known, not when it was asked: so it has baked no shorter than it should.
    return { atMs: atMs(), status: found, ...(backlog === undefined ? {} : { backlog }) };
  };

  return {
    status,
    async watch(ref, expected, signal) {
      const started = now();
      let since: Since;
      let waitMs = limits.settleMs;
      let isDark = false;
      for (;;) {
        if (waitMs > 0) await pause(waitMs, signal);
        refuseWhenEnded(signal);
        const sample = await look(ref, expected, { started, signal, isDark });
        isDark = sample.status === undefined;
        const health = judgeHealth({ since, sample }, expected, limits);
        if (health.verdict !== 'look-again') return health;
        since = health.since;
        waitMs = nextLook(since, sample, limits);
      }
    },
  };
}

interface Watched {
  readonly started: number;
  readonly signal: AbortSignal;
  /** The look before had no status. */
  readonly isDark: boolean;
}

function refuseWhenEnded(signal: AbortSignal): void {
  if (signal.aborted)
    throw new AppError('CLOSED', 'The deployer stops; how the function runs is looked at again.');
}

/** When the time is up, if all goes well; sooner when it does not run yet. */
function nextLook(since: Since, sample: Sample, { bakeMs, limitMs }: HealthLimits): number {
  if (since !== undefined) return Math.max(LOOK_MS / 4, since.atMs + bakeMs - sample.atMs);
  const untilLimit = limitMs - sample.atMs;
  const soon = Math.max(LOOK_MS, Math.min(2000, sample.atMs / 2));
  return untilLimit > 0 ? Math.min(soon, untilLimit) : soon;
}
