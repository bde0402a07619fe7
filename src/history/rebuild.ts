import { createDifferenceList, type ComparedDocuments } from '../core/document-difference.js';
import type { RebuildReport } from '../core/rebuild-report.js';
import { AppError } from '../errors.js';
import type { Documents, DocumentStore } from '../ports/documents.js';
import type { JobProgress, RebuildRequest } from '../ports/jobs.js';
import type { Clock, Log } from '../ports/system.js';
import { awaitPositions } from './await-positions.js';
import { compareDocuments } from './compare-documents.js';
import { inspectDatabase } from './databases.js';
import { foldAnew, type FoldAnew } from './fold-anew.js';
import type { JournalSource } from './journal-source.js';
import { createHearing, reached } from './live-documents.js';
import { createMeter, type Meter } from './progress.js';
import { openRebuildTarget } from './rebuild-target.js';

/** The fold has caught up when it is so close behind the journal's end. */
const CLOSE = 200;
const MAX_ROUNDS = 20;
/** Messages of records that count for nothing, one behind the other: no service leaves so many. */
const MAX_VOID = 100;

export interface RebuildOptions {
  readonly store: DocumentStore;
  readonly source: JournalSource;
  /** The last position known to be committed. */
  readonly head: () => number;
  /** Has the writer go on with a database; resolves when it is the current one. */
  readonly switchTo: (database: string, signal: AbortSignal) => Promise<void>;
  readonly request: RebuildRequest;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told which database is written. */
  readonly onTarget: (database: string) => void;
  readonly onProgress: (progress: JobProgress) => void;
}

/**
 * Folds the journal into a database beside the one in use while commands go on, compares the two, and has the writer switch
 * over. What was folded stays when it is cancelled or killed, and is gone on with when a rebuild is asked for again.
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildReport> {
  const { store, signal, log } = options;
  const target = await openRebuildTarget({ ...options, fresh: options.request.fresh === true });
  const { documents } = target;
  options.onTarget(documents.name);
  const previous = await store.current();
  const live = previous === undefined ? undefined : (await inspectDatabase(store, previous))?.documents;
  const fold = foldAnew({ ...target, log, signal });
  let compared: ComparedDocuments | undefined;
  try {
    const folding = createMeter('folding', options.clock);
    await catchUp(options, fold, folding);
    if (fold.position() === 0)
      throw new AppError('JOURNAL_UNUSABLE', 'The journal holds no record yet: there is nothing to fold.');
    if (live !== undefined) compared = await compare(options, { live, folded: documents, fold });
    await catchUp(options, fold, folding);
  } finally {
    await fold.close();
  }
  const report = {
    database: documents.name,
    ...(previous === undefined ? {} : { previous }),
    from: target.checkpoint?.state.position ?? 0,
    position: fold.position(),
    ...(compared === undefined ? {} : { compared }),
  };
  if (options.request.switch === false) return { ...report, switched: false };
  await target.ready();
  options.onProgress(createMeter('switching', options.clock).at(report.position, report.position));
  await options.switchTo(documents.name, signal);
  log.info({ database: documents.name, previous }, 'documents-switched');
  return { ...report, switched: true };
}

/** Folds until the journal's end is near, and stores. */
async function catchUp(options: RebuildOptions, fold: FoldAnew, meter: Meter): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await readInto(options, fold, { through: options.head(), meter });
    if (options.head() - fold.position() <= CLOSE) break;
  }
  await fold.stored();
}

async function readInto(
  { source, signal, onProgress, head }: RebuildOptions,
  fold: FoldAnew,
  { through, meter }: { readonly through: number; readonly meter?: Meter },
): Promise<void> {
  if (through <= fold.position()) return;
  let voids = 0;
  let messages = 0;
  await source.read({ from: fold.place(), through, signal }, async (item) => {
    if (item.kind === 'void' && item.records) voids += 1;
    if (voids > MAX_VOID) {
      throw new AppError(
        'JOURNAL_UNUSABLE',
        `Nothing counts behind position ${fold.position()} of the journal, which goes on to ${head()}: "stageline verify" says what is wrong with it.`,
      );
    }
    if (item.kind !== 'records') return;
    voids = 0;
    messages += 1;
    await fold.take(item);
    if (messages % 100 === 0 && meter !== undefined) onProgress(meter.at(fold.position(), head()));
  });
  if (meter !== undefined) onProgress(meter.at(fold.position(), head()));
}

interface Sides {
  readonly live: Documents;
  readonly folded: Documents;
  readonly fold: FoldAnew;
}

async function compare(options: RebuildOptions, { live, folded, fold }: Sides): Promise<ComparedDocuments> {
  const hear = createHearing(options.head, options);
  const meter = createMeter('comparing', options.clock);
  const list = createDifferenceList();
  const outcome = await compareDocuments({
    ...options,
    folded,
    live,
    liveReached: () => reached(live, fold.position(), options),
    position: fold.position,
    foldOn: (awaited) =>
      awaitPositions(fold, awaited, async (position) =>
        readInto(options, fold, { through: await hear(position) }),
      ),
    onDifference: list.add,
    onProgress: (count) => options.onProgress(meter.at(count)),
  });
  return { ...outcome, ...list.told() };
}
