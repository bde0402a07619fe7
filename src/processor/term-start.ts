import { markMessage, type JournalMessage, type JournalState } from '../core/journal.js';
import { isAborted, pause } from '../core/pause.js';
import type { Beat, EnvironmentSetting } from '../core/types.js';
import { AppError, hasCode } from '../errors.js';
import type { JournalFollower, JournalItem } from '../feed/journal-follower.js';
import type { Bus, Producer } from '../ports/bus.js';
import type { DocumentStore } from '../ports/documents.js';
import type { Clock, Ids, Log } from '../ports/system.js';
import { foldRecord, touchedIds } from '../projections/fold.js';
import { environmentCommands } from './environments.js';
import type { Incoming } from './inbox.js';

import { createKeeper, indexedFrom, type Keeper } from './keeper.js';
import { newDocuments, openDocuments, type OpenedDocuments } from './open-documents.js';
import { createOverlay, type Layer, type Overlay } from './overlay.js';

const MAX_CACHED = 20_000;
const MAX_UNSTORED = 20_000;
/** A journal that says nothing for so long while the mark is awaited does not answer. */
const MARK_MS = 15_000;

export interface ProcessorTopics {
  readonly commands: string;
  readonly results: string;
  readonly journal: string;
  readonly beats: string;
  readonly replies: string;
  readonly deadLetters: string;
  readonly deployments: string;
}

export interface TermOptions {
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly follower: JournalFollower;
  readonly topics: ProcessorTopics;
  /** The lease: the journal's one producer. */
  readonly producer: Producer;
  /** This writer's random id. */
  readonly writer: string;
  readonly environments: readonly EnvironmentSetting[];
  readonly limits: {
    readonly maxBytes: number;
    readonly maxDepth: number;
    readonly maxRecordBytes: number;
    readonly maxConfigs: number;
  };
  readonly replyTopicPrefixes: readonly string[];
  /** One command at a time, each noted before: after failures, until the queue has been empty once. */
  readonly careful: boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Asks for a clean end. */
  readonly signal: AbortSignal;
}

/** A term whose mark counts, with the documents folded up to it. */
export interface TermStart {
  /** The journal as of the mark: its epoch and writer are ours. */
  readonly state: JournalState;
  readonly opened: OpenedDocuments;
  readonly overlay: Overlay;
  readonly keeper: Keeper;
  readonly firstCommands: readonly Incoming[];
  append(message: JournalMessage): void;
  close(): Promise<void>;
}

export interface TermHooks {
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => void;
  readonly doing: (what: Beat['doing']) => void;
  /** Everything up to a position is stored. */
  readonly onStored: (position: number) => void;
  /** A batch of this writer has come back: returns its layer. */
  readonly onOwn: (state: JournalState, publishTime: number) => Layer;
}

/** Opens the documents, folds what the journal has beyond them, appends the mark and reads until it counts. */
export async function beginTerm(options: TermOptions, hooks: TermHooks): Promise<TermStart> {
  const { producer, follower, log } = options;
  const { signal, fail } = hooks;
  const onLost = (): void =>
    fail(
      producer.lost.reason instanceof Error
        ? producer.lost.reason
        : new AppError('LEASE_LOST', 'the lease was lost'),
    );
  producer.lost.addEventListener('abort', onLost, { once: true });

  let opened = await openDocuments(options.store, log);
  let expected = opened.checkpoint?.state.position ?? 0;
  for (;;) {
    const attempt = await foldToMark(options, hooks, opened).catch((error: unknown) => {
      // The journal does not fit the documents: they are folded anew, into a new database.
      if (!hasCode(error, 'JOURNAL_UNUSABLE') || opened.checkpoint === undefined || signal.aborted)
        throw error;
      log.warn({ reason: (error as Error).message }, 'checkpoint-does-not-fit-the-journal');
      return undefined;
    });
    if (attempt === undefined) {
      expected = opened.checkpoint?.state.position ?? 0;
      opened = await newDocuments(options.store, log);
      continue;
    }
    if (attempt.state.position < expected) {
      await attempt.close();
      await options.store.drop(opened.documents.name);
      throw new AppError(
        'JOURNAL_UNUSABLE',
        `The journal ends at position ${attempt.state.position}, the documents had reached ${expected}: it was cut or exchanged. Restore it before starting.`,
      );
    }
    await options.store.setCurrent(opened.documents.name);
    const firstCommands = await environmentCommands(attempt.overlay, options.environments);
    const close = async (): Promise<void> => {
      producer.lost.removeEventListener('abort', onLost);
      await attempt.close();
    };
    return { ...attempt, firstCommands, close };
  }

  async function foldToMark(
    options_: TermOptions,
    hooks_: TermHooks,
    into: OpenedDocuments,
  ): Promise<Omit<TermStart, 'firstCommands'>> {
    const overlay = createOverlay({ documents: into.documents, maxCached: MAX_CACHED, log, signal });
    const keeper = createKeeper({
      documents: into.documents,
      overlay,
      checkpointRev: into.checkpointRev,
      log,
      signal,
      onStored: hooks_.onStored,
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
      producer.send(message).catch(fail);
    };
    const mark = (): void => {
      progress = options_.clock.now();
      const time = new Date(options_.clock.now()).toISOString();
      append(markMessage({ epoch: follower.state().epoch + 1, writer: options_.writer, time }));
    };

    const listen = async (item: JournalItem): Promise<void> => {
      if (signal.aborted) return;
      switch (item.kind) {
        case 'started':
          mark();
          return;
        case 'mark':
          if (item.mark.writer === options_.writer) {
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
          if (item.writer !== options_.writer) return;
          if (own !== undefined)
            throw new AppError('LEASE_LOST', `an append of this writer is void: ${item.reason}`);
          // Marks came after the checkpoint: now the last epoch is known.
          mark();
          return;
        case 'records': {
          const layer =
            own === undefined ? await foldItem(overlay, item) : hooks_.onOwn(item.state, item.publishTime);
          const at = { database: into.documents.name, startId: item.startId, state: item.state };
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
    const unsubscribe = follower.subscribe((item) =>
      listen(item)
        .finally(() => (progress = Math.max(progress, options_.clock.now())))
        .catch((error: unknown) => {
          rejectMark(error);
          if (own !== undefined) fail(error);
        }),
    );
    const onAbort = (): void =>
      rejectMark(new AppError('CLOSED', 'the term ended before its mark came back'));
    const ended = AbortSignal.any([signal, options_.signal]);
    ended.addEventListener('abort', onAbort, { once: true });
    let progress = Infinity;
    const watch = setInterval(() => {
      if (options_.clock.now() - progress > MARK_MS)
        rejectMark(new AppError('ENGINE_UNAVAILABLE', 'the journal does not give the mark back'));
    }, 1_000);
    hooks_.doing('folding');
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
      if (state.position > (into.checkpoint?.state.position ?? 0)) await keeper.drained();
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
}

/** Folds committed records of earlier terms on a layer of their own. */
async function foldItem(overlay: Overlay, item: JournalItem & { kind: 'records' }): Promise<Layer> {
  const layer = overlay.begin();
  for (const { record } of item.lines) {
    overlay.add(layer, record.position, foldRecord(record, await overlay.versions(touchedIds(record))));
  }
  layer.position = item.state.position;
  overlay.trim();
  return layer;
}
