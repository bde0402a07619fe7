import type { History, HistoryPoint, PastDocuments } from '../core/history.js';
import type { RecordLine } from '../core/journal.js';
import { pause } from '../core/pause.js';
import type { StartPoint } from '../core/start-point.js';
import { AppError } from '../errors.js';
import type { JournalItem } from '../feed/follow-journal.js';
import { createMemoryDocuments, type MemoryDocuments } from '../projections/memory-documents.js';
import type { JournalSource } from './journal-source.js';
import { oneAtATime } from './one-at-a-time.js';
import { pastLoad } from './past-load.js';

/** Questions that wait while one is answered. */
const MAX_WAITING = 8;
/** Folded states kept, so that the next page does not fold again. */
const MAX_KEPT = 2;
const KEEP_MS = 60_000;
/** How long a position that is not there yet is waited for. */
const REACH_MS = 2_000;
/** Whoever else works in this process gets a turn after so long. */
const TURN_MS = 10;

export interface HistoryOptions {
  readonly source: JournalSource;
  readonly signal: AbortSignal;
  /** A folded state is dropped when nobody has asked for it for so long, in milliseconds. @defaultValue 60000 */
  readonly keepMs?: number;
}

/** A folded state, and from where the journal goes on behind it. */
interface Kept {
  readonly key: string;
  readonly past: PastDocuments;
  readonly documents: MemoryDocuments;
  readonly next: StartPoint | undefined;
}

/**
 * Answers what is asked of the past by folding the journal in memory up to there: only the documents asked for, one
 * question at a time. The last states stay for a while; a later position goes on from there.
 */
export function createHistory({ source, signal, keepMs = KEEP_MS }: HistoryOptions): History {
  const turn = oneAtATime(MAX_WAITING);
  const kept = new Map<Kept, NodeJS.Timeout>();

  const forget = (state: Kept): void => {
    clearTimeout(kept.get(state));
    kept.delete(state);
  };
  /** The newest is the last in the map. */
  const keep = (state: Kept): void => {
    forget(state);
    kept.set(state, setTimeout(() => forget(state), keepMs).unref());
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) forget(oldest);
  };
  signal.addEventListener('abort', () => [...kept.keys()].forEach(forget), { once: true });

  /** The nearest state to go on from. */
  const nearest = (key: string, point: HistoryPoint): Kept | undefined => {
    const usable = [...kept.keys()].filter(
      ({ key: other, past }) =>
        other === key && ('position' in point ? past.position <= point.position : past.time <= point.time),
    );
    return usable.reduce<Kept | undefined>(
      (best, one) => (best === undefined || one.past.position >= best.past.position ? one : best),
      undefined,
    );
  };

  /** A position may be decided and not read back yet. */
  const reach = async (position: number): Promise<void> => {
    const end = Date.now() + REACH_MS;
    for (let head = source.head(); head !== undefined && position > head; head = source.head()) {
      if (Date.now() > end || signal.aborted) throw unknownPosition(position, head);
      await pause(10, signal);
    }
  };

  const stateAt = async (point: HistoryPoint, prefixes: readonly string[]): Promise<PastDocuments> => {
    if ('position' in point) await reach(point.position);
    const key = JSON.stringify(prefixes);
    const from = nearest(key, point);
    const state =
      from !== undefined && 'position' in point && from.past.position === point.position
        ? from
        : await foldOn(source, { from, point, prefixes, signal });
    keep(state);
    return state.past;
  };

  return { stateAt: (point, prefixes) => turn(() => stateAt(point, prefixes)) };
}

interface FoldOn {
  readonly from: Kept | undefined;
  readonly point: HistoryPoint;
  readonly prefixes: readonly string[];
  readonly signal: AbortSignal;
}

/** Folds from a state, which stays as it is, up to a point. */
async function foldOn(source: JournalSource, { from, point, prefixes, signal }: FoldOn): Promise<Kept> {
  const documents = createMemoryDocuments({
    wanted: (id) => prefixes.some((prefix) => id.startsWith(prefix)),
    ...(from === undefined ? {} : { from: from.documents }),
  });
  const through = 'position' in point ? point.position : undefined;
  const beyond = ({ record }: RecordLine): boolean =>
    'position' in point ? record.position > point.position : record.time > point.time;
  let next = from?.next;
  const reached = new AbortController();
  let turnBegan = Date.now();
  const take = async (item: JournalItem): Promise<void> => {
    if (item.kind !== 'records') return;
    for (const line of item.lines) {
      if (beyond(line)) {
        reached.abort();
        return;
      }
      documents.fold(line.record);
      const { position, time } = line.record;
      next = { startId: item.startId, state: { ...item.state, position, time, hash: line.hash } };
    }
    if (Date.now() - turnBegan < TURN_MS) return;
    await new Promise(setImmediate);
    turnBegan = Date.now();
  };
  try {
    const ended = AbortSignal.any([signal, reached.signal]);
    if (through !== 0) await source.read({ from: next, through, signal: ended }, take);
  } catch (error) {
    if (signal.aborted || !reached.signal.aborted) throw error;
  }
  const { position = 0, time = '' } = next?.state ?? {};
  const past = { position, time, load: pastLoad(documents) };
  return { key: JSON.stringify(prefixes), past, documents, next };
}

function unknownPosition(position: number, head: number): AppError {
  return new AppError(
    'UNKNOWN_POSITION',
    `Position ${position} is not in the journal, which ends at ${head}; ask for one that is.`,
  );
}
