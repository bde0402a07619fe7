import { randomBytes } from 'node:crypto';
import { isAborted, pause } from '../core/pause.js';
import type { Beat } from '../core/types.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import { sendBeats } from './beats.js';
import { checkEnvironments } from './environments.js';
import { takeLease } from './lease.js';
import { runTerm, type TermStanding } from './term.js';
import type { TermOptions } from './term-options.js';

/** Failed terms in a row after which commands go one at a time. */
const CAREFUL_AFTER = 3;
/** A term ended by one of these says nothing about the commands in it. */
const ENGINE_FAULTS = ['ENGINE_UNAVAILABLE', 'LEASE_LOST', 'CONFLICT', 'CLOSED'] as const;

export type ProcessorOptions = Omit<TermOptions, 'producer' | 'writer' | 'careful' | 'database'>;

export interface ProcessorStanding {
  readonly state: 'leading' | 'standby' | 'starting';
  readonly writer: string;
  readonly term: TermStanding | undefined;
  /** The holder's last beat, on a standby. */
  readonly beat: Beat | undefined;
  /** Why there is no term, and since when. */
  readonly fault: AppError | undefined;
  readonly since: number;
}

export interface Processor {
  /** Resolves after a clean end. */
  readonly done: Promise<void>;
  standing(): ProcessorStanding;
}

/** Holds terms one after another until the signal: whatever goes wrong, the memory is dropped and a new term is begun. */
export function startProcessor(options: ProcessorOptions): Processor {
  const { log, signal } = options;
  let state: ProcessorStanding['state'] = 'starting';
  let writer = '';
  let term: (() => TermStanding) | undefined;
  let beat: Beat | undefined;
  let fault: AppError | undefined;
  let since = options.clock.now();
  /** The database that the last term was to be followed by. Tried once: whoever asked for it sees what came of it. */
  let database: string | undefined;
  /** Whether the last term came as far as taking commands. */
  const last = { worked: false };

  const oneTerm = async (careful: boolean): Promise<void> => {
    last.worked = false;
    let switchTo = database;
    database = undefined;
    const faults = (await options.admin?.journalFaults(options.topics.journal)) ?? [];
    if (faults.length > 0) throw new AppError('JOURNAL_UNUSABLE', faults.join(' '));
    await checkEnvironments(options.store, options.environments);
    const producer = await takeLease({
      ...options,
      journalTopic: options.topics.journal,
      beatsTopic: options.topics.beats,
      onStandby: (heard) => {
        state = 'standby';
        beat = heard ?? beat;
        fault = undefined;
        // Another writer has begun: it knows nothing of the switch, and whoever asked for it asks again.
        if (heard !== undefined && heard.writer !== writer) switchTo = undefined;
      },
    });
    options.reach('lease-taken');
    const beating = new AbortController();
    writer = randomBytes(9).toString('base64url');
    state = 'leading';
    const beats = sendBeats({ ...options, topic: options.topics.beats, signal: beating.signal }, () => {
      const at = term?.();
      return { epoch: at?.epoch ?? 0, writer, doing: at?.doing ?? 'starting', head: at?.committed ?? 0 };
    });
    try {
      const settings = { ...options, producer, writer, careful, database: switchTo };
      database = await runTerm(settings, (standing) => (term = standing));
    } finally {
      last.worked = term?.().worked === true;
      // What ended an earlier term is over; what ends this one is told when it has ended.
      if (last.worked) fault = undefined;
      term = undefined;
      beating.abort();
      await Promise.allSettled([producer.close(), beats]);
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    let failedWorking = 0;
    while (!isAborted(signal)) {
      try {
        await oneTerm(failedWorking >= CAREFUL_AFTER);
        failures = 0;
        failedWorking = 0;
      } catch (error) {
        if (isAborted(signal) && hasCode(error, 'CLOSED')) return;
        // A term that took commands was a start that went well; only a fault that is not the engines' can be a command's.
        failures = last.worked ? 1 : failures + 1;
        const engines = ENGINE_FAULTS.some((code) => hasCode(error, code));
        if (last.worked && !engines) failedWorking += 1;
        fault =
          error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error });
        since = options.clock.now();
        state = 'starting';
        log.error({ err: error, failures }, 'term-ended');
        await pause(Math.min(engines ? 5_000 : 30_000, 250 * 2 ** failures), signal);
      }
    }
  };

  return {
    done: run(),
    standing: () => {
      const now = term?.();
      // What ended the last term is told until this one works.
      return { state, writer, term: now, beat, fault: now?.worked === true ? undefined : fault, since };
    },
  };
}
