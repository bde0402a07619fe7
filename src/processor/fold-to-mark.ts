import { createBell } from '../core/bell.js';
import { markMessage, type JournalMessage, type JournalState } from '../core/journal.js';
import { isAborted, pause } from '../core/pause.js';
import type { Beat } from '../core/types.js';
import { AppError } from '../errors.js';
import type { JournalItem } from '../feed/follow-journal.js';
import { FOLD_VERSION, foldRecord, touchedIds } from '../projections/fold.js';
import { createKeeper, indexedFrom } from './keeper.js';
import type { OpenedDocuments } from './open-documents.js';
import { createOverlay, type Layer, type Overlay } from './overlay.js';
import type { TermOptions, TermStart } from './term-options.js';

/** Documents kept in memory besides layers. */
const MAX_CACHED = 20_000;
/** Documents folded and not stored at most. */
const MAX_UNSTORED = 20_000;
/** The message that a start point names is there at once, or the reader is slow, or stands behind the end. */
const START_MS = 5_000;
/** A journal that says nothing for so long while the mark is awaited does not answer. */
const MARK_MS = 15_000;

/** A term's start without what its environments ask for. */
export type FoldedToMark = Omit<TermStart, 'firstCommands'>;

export interface TermHooks {
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => void;
  readonly doing: (what: Beat['doing']) => void;
  /** The documents do not answer, or do again. */
  readonly waiting: (yes: boolean) => void;
  /** Everything up to a position is stored. */
  readonly onStored: (position: number) => void;
  /** A batch of this writer has come back: returns its layer. */
  readonly onOwn: (state: JournalState, publishTime: number) => Layer;
}

/** Folds what the journal has beyond the documents, appends the mark and reads until it counts. */
export async function foldToMark(
  options: TermOptions,
  hooks: TermHooks,
  into: OpenedDocuments,
): Promise<FoldedToMark> {
  const { producer, follower, log } = options;
  const { signal, fail } = hooks;
  const overlay = createOverlay({
    documents: into.documents,
    maxCached: MAX_CACHED,
    log,
    signal,
    waiting: hooks.waiting,
  });
  const keeper = createKeeper({
    documents: into.documents,
    overlay,
    checkpointRev: into.checkpointRev,
    log,
    signal,
    reach: options.reach,
    onStored: hooks.onStored,
    waiting: hooks.waiting,
  });
  keeper.run().catch(fail);
  let own: JournalState | undefined;
  let resolveMark: (state: JournalState) => void = () => undefined;
  let rejectMark: (error: unknown) => void = () => undefined;
  const marked = new Promise<JournalState>((resolve, reject) => {
    resolveMark = resolve;
    rejectMark = reject;
  });
  marked.catch(() => undefined);
  const append = (message: JournalMessage): void => {
    producer.send(message).then(() => {
      if (own !== undefined) options.reach('batch-appended');
    }, fail);
  };
  const mark = (): void => {
    progress = options.clock.now();
    const time = new Date(options.clock.now()).toISOString();
    append(markMessage({ epoch: follower.state().epoch + 1, writer: options.writer, time }));
    options.reach('mark-appended');
  };

  const listen = async (item: JournalItem): Promise<void> => {
    if (signal.aborted) return;
    switch (item.kind) {
      case 'started':
        if (progress === Infinity) mark();
        return;
      case 'mark':
        if (item.mark.writer === options.writer) {
          own = item.state;
          resolveMark(item.state);
        } else if (own !== undefined) {
          throw new AppError('LEASE_LOST', `writer ${item.mark.writer} has begun epoch ${item.mark.epoch}`);
        }
        return;
      case 'void':
        if (item.orphan) {
          throw new AppError(
            'JOURNAL_UNUSABLE',
            'The journal does not begin with position 1: it was trimmed. Restore it, and keep its retention at -1/-1.',
          );
        }
        if (item.writer !== options.writer) return;
        if (own !== undefined)
          throw new AppError('LEASE_LOST', `an append of this writer is void: ${item.reason}`);
        // Marks came after the checkpoint: now the last epoch is known.
        mark();
        return;
      case 'records': {
        const layer =
          own === undefined
            ? await foldItem(overlay, item, signal)
            : hooks.onOwn(item.state, item.publishTime);
        if (own !== undefined) options.reach('batch-committed');
        // The term ended meanwhile: what was folded belongs to nobody.
        if (isAborted(signal)) return;
        const { startId, state } = item;
        const at = { database: into.documents.name, fold: FOLD_VERSION, startId, state };
        keeper.committed({
          documents: layer.changes.size,
          state: item.state,
          startId: item.startId,
          indexed: indexedFrom(item.lines, at),
        });
        while (own === undefined && overlay.pending() > MAX_UNSTORED && !isAborted(signal))
          await pause(5, signal);
      }
    }
  };
  const unsubscribe = follower.subscribe((item) => {
    listening += 1;
    return listen(item)
      .finally(() => {
        listening -= 1;
        if (progress !== Infinity) progress = Math.max(progress, options.clock.now());
      })
      .catch((error: unknown) => {
        rejectMark(error);
        if (own !== undefined) fail(error);
      });
  });
  const onAbort = (): void => rejectMark(new AppError('CLOSED', 'the term ended before its mark came back'));
  const ended = AbortSignal.any([signal, options.signal]);
  ended.addEventListener('abort', onAbort, { once: true });
  // The lease may be lost already, while the documents were opened.
  if (isAborted(ended)) onAbort();
  let progress = Infinity;
  const begun = options.clock.now();
  let listening = 0;
  const watch = setInterval(() => {
    // A reader behind the end of the topic stays silent, as a slow one does: the mark tells which it is, since it comes first.
    if (progress === Infinity && options.clock.now() - begun > START_MS) mark();
    // While documents are waited for, the journal is not at fault.
    if (listening > 0) progress = Math.max(progress, options.clock.now());
    if (progress !== Infinity && options.clock.now() - progress > MARK_MS)
      rejectMark(new AppError('ENGINE_UNAVAILABLE', 'the journal does not give the mark back'));
  }, 1_000);
  hooks.doing('folding');
  follower.start(into.checkpoint, (error) => {
    rejectMark(error);
    if (own !== undefined) fail(error);
  });
  overlay.checkpointStored(into.checkpoint?.state.position ?? 0);
  if (into.checkpoint === undefined) mark();
  const close = async (): Promise<void> => {
    unsubscribe();
    ended.removeEventListener('abort', onAbort);
    clearInterval(watch);
  };
  try {
    const state = await marked;
    clearInterval(watch);
    await Promise.race([keeper.drained(), createBell().wait(undefined, ended)]);
    if (isAborted(ended)) throw new AppError('CLOSED', 'the term ended before its documents were stored');
    return {
      state,
      opened: into,
      overlay,
      keeper,
      append,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Folds committed records of earlier terms on a layer of their own. */
async function foldItem(
  overlay: Overlay,
  item: JournalItem & { kind: 'records' },
  signal: AbortSignal,
): Promise<Layer> {
  // One request for all of them; what is asked for below is then in memory.
  await overlay.versions([...new Set(item.lines.flatMap(({ record }) => touchedIds(record)))]);
  const layer = overlay.begin();
  for (const { record } of item.lines) {
    if (isAborted(signal)) return layer;
    overlay.add(layer, record.position, foldRecord(record, await overlay.versions(touchedIds(record))));
  }
  layer.position = item.state.position;
  overlay.trim();
  return layer;
}
