import { createBell } from '../core/bell.js';
import { headLine, makeHead, type HeadKey } from '../core/heads.js';
import type { JournalState } from '../core/journal.js';
import { isAborted, withLimit } from '../core/pause.js';
import type { JournalHead } from '../core/types.js';
import { AppError, messageOf } from '../errors.js';
import type { Clock, Log } from '../ports/system.js';
import type { JournalFollower } from './journal-follower.js';

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
/** An export that takes longer is given up and tried again: a mount may hang. */
const EXPORT_LIMIT_MS = 15_000;
/** How long a clean stop waits for the last head. */
const LAST_LIMIT_MS = 5_000;

/** Where heads go. */
export interface HeadsSink {
  /** The file or topic. */
  readonly target: string;
  /** What was exported last, as far as that can be known. */
  last(): Promise<JournalHead | undefined>;
  /** Resolves when the line is stored. */
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

/** Where an export of heads stands. */
export interface HeadsStanding {
  readonly target: string;
  /** The last head exported; 0 if there is none. */
  readonly position: number;
  readonly state: 'running' | 'waiting' | 'stopped';
  readonly why?: string;
  readonly since?: number;
}

export interface HeadsExporter {
  /** Exports on schedule until the signal; never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Exports the last head, if it can be done at once. */
  close(): Promise<void>;
  standing(): HeadsStanding;
}

export interface HeadsExporterOptions {
  readonly follower: JournalFollower;
  readonly sink: HeadsSink;
  /** Read anew until it can be read; resolves to undefined where heads are not signed. */
  readonly key: () => Promise<HeadKey | undefined>;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Exports the head of the journal, whenever it has moved, to a place where nobody who can write the journal can write. What
 * is exported was read from the journal itself. A head that contradicts the last one exported is not: the two are told.
 */
export function createHeadsExporter(options: HeadsExporterOptions): HeadsExporter {
  const { sink, clock, follower } = options;
  const log = options.log.child({ target: sink.target });
  const moved = createBell();
  let seen: JournalState | undefined;
  let last: JournalHead | undefined;
  let looked = false;
  let exporting: Promise<void> | undefined;
  let trouble: { readonly why: string; readonly since: number } | undefined;
  let stopped: { readonly why: string; readonly since: number } | undefined;
  let failures = 0;

  /** The journal that is read holds something else than what was exported. */
  const contradiction = (why: string): void => {
    if (stopped !== undefined) return;
    const detail = `${why} Compare the journal with the heads ("stageline verify --heads"); to begin anew, name another file or topic and start again.`;
    stopped = { why: detail, since: clock.now() };
    log.error({ reason: detail }, 'head-contradicts-journal');
  };

  const unsubscribe = follower.subscribe((item) => {
    if (item.kind === 'void') return;
    seen = item.state;
    if (last !== undefined && item.kind === 'records') {
      const { position, hash } = last;
      const line = item.lines.find(({ record }) => record.position === position);
      if (line !== undefined && line.hash !== hash) contradiction(otherHash(position));
    }
    moved.ring();
  });

  const isDue = (): boolean => seen !== undefined && seen.position > (last?.position ?? 0);

  const exportOnce = async (): Promise<void> => {
    const key = await options.key();
    if (!looked) {
      last = await sink.last();
      looked = true;
    }
    const state = seen;
    if (state === undefined) return;
    if (last !== undefined && last.origin !== state.origin) {
      contradiction(`The heads exported are of the journal ${last.origin}, this one is ${state.origin}.`);
    }
    if (last?.position === state.position && last.hash !== state.hash)
      contradiction(otherHash(last.position));
    if (stopped !== undefined || !isDue()) return;
    const head = makeHead(state, key);
    await sink.append(headLine(head));
    last = head;
  };

  /** Tries once; what goes wrong is kept to be told. */
  const attempt = async (limitMs: number): Promise<void> => {
    // One that hangs is still under way: another beside it would write the same head.
    exporting ??= exportOnce().finally(() => (exporting = undefined));
    try {
      await withLimit(
        exporting,
        limitMs,
        () => new AppError('ENGINE_UNAVAILABLE', `${sink.target} has not answered for ${limitMs} ms`),
      );
      if (failures > 0 && stopped === undefined)
        log.info({ position: last?.position ?? 0, failures }, 'heads-exported-again');
      failures = 0;
      trouble = undefined;
    } catch (error) {
      const why = `No head can be exported: ${messageOf(error)}. It is tried again.`;
      if (trouble?.why !== why) log.warn({ reason: messageOf(error) }, 'head-not-exported');
      trouble = { why, since: trouble?.since ?? clock.now() };
      failures += 1;
    }
  };

  return {
    async run(signal) {
      while (!isAborted(signal) && stopped === undefined) {
        if (seen === undefined) {
          await moved.wait(undefined, signal);
          continue;
        }
        await attempt(EXPORT_LIMIT_MS);
        const retryMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
        // Of an empty journal the first record is waited for.
        const waitMs = failures > 0 ? Math.min(retryMs, options.everyMs) : options.everyMs;
        if (failures === 0 && last === undefined) await moved.wait(undefined, signal);
        else await createBell().wait(waitMs, signal);
      }
    },
    async close() {
      if (stopped === undefined && isDue()) await attempt(LAST_LIMIT_MS);
      unsubscribe();
      await sink.close();
    },
    standing() {
      const facts = { target: sink.target, position: last?.position ?? 0 };
      if (stopped !== undefined) return { ...facts, state: 'stopped', ...stopped };
      if (trouble !== undefined) return { ...facts, state: 'waiting', ...trouble };
      if (seen !== undefined && seen.position < facts.position) {
        const why = `The last head exported is of position ${facts.position}, the journal as read here ends at ${seen.position}.`;
        return { ...facts, state: 'waiting', why };
      }
      return { ...facts, state: 'running' };
    },
  };
}

function otherHash(position: number): string {
  return `The journal's record at position ${position} has another hash than the head exported.`;
}
