import type { Claim } from '../core/chain/claims.js';
import { readCheckpoint } from '../core/checkpoint.js';
import { createDifferenceList, type ComparedDocuments } from '../core/document-difference.js';
import { endOf } from '../core/ids.js';
import type { VerifyReport } from '../core/verify-report.js';
import type { Bus } from '../ports/bus.js';
import type { Documents, DocumentStore } from '../ports/documents.js';
import type { JobProgress } from '../ports/jobs.js';
import type { Clock, Log } from '../ports/system.js';
import { FOLD_VERSION } from '../projections/fold.js';
import { compareDocuments } from './compare-documents.js';
import { inspectDatabase, type InspectedDatabase } from './databases.js';
import { foldAnew, type FoldAnew } from './fold-anew.js';
import { awaitPositions } from './await-positions.js';
import { createHearing, reached, reachedBy } from './live-documents.js';
import { createMeter } from './progress.js';
import { readMessages } from './read-messages.js';
import { verifyJournal, type VerifiedJournal } from './verify-journal.js';

/** The documents in use may be so far ahead of the fold when they are compared. */
const CLOSE = 500;
const MAX_ROUNDS = 10;
const INDEX_PAGE = 500;

/** An empty database for the time of a verification. */
export interface Scratch {
  readonly documents: Documents;
  drop(): Promise<void>;
}

export interface VerifyOptions {
  readonly bus: Bus;
  readonly journalTopic: string;
  readonly store: DocumentStore;
  readonly scratch: () => Promise<Scratch>;
  /** Hashes that records must have, by position, from where nobody who can write the journal can write. */
  readonly heads: ReadonlyMap<number, string>;
  /** A service is at work meanwhile: the last position that it knows to be committed. Absent: nothing changes. */
  readonly running?: (() => number) | undefined;
  /** The topic has ended where nothing comes for so long, in milliseconds. */
  readonly idleMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

/** Reads the whole journal, checks its chain, folds it into a database of its own and compares all documents with that. */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const { store, signal, log, running } = options;
  const current = await store.current();
  const live = current === undefined ? undefined : await inspectDatabase(store, current);
  const scratch = await options.scratch();
  const messages = readMessages({ ...options, topic: options.journalTopic });
  let journal: VerifiedJournal | undefined;
  const fold = foldAnew({
    documents: scratch.documents,
    checkpoint: undefined,
    checkpointRev: undefined,
    log,
    signal,
    onUnfoldable: ({ position }, reason) => journal?.unfoldable(position, reason),
  });
  try {
    const claims = [...(await claimsOf(live)), ...headClaims(options.heads)];
    const reading = createMeter('reading', options.clock);
    let end = Math.max(live?.checkpoint?.state.position ?? 0, running?.() ?? 0);
    const onProgress = (position: number): void => {
      end = Math.max(end, position);
      options.onProgress(reading.at(position, end));
    };
    const read = verifyJournal({ ...options, messages, claims, fold, onProgress });
    journal = read;
    const notCompared = whyNot(live);
    const compared =
      live === undefined || notCompared !== undefined
        ? undefined
        : await compare(options, { live: live.documents, folded: scratch.documents, fold, journal: read });
    await read.readTo(running?.());
    await read.finish();
    const { faulty, faults } = read.faults();
    const { differing = 0, unsettled = 0 } = compared ?? {};
    return {
      clean: faulty + differing + unsettled === 0,
      position: read.position(),
      ...read.counts(),
      faulty,
      faults,
      ...(live === undefined ? {} : { database: live.documents.name }),
      ...(compared === undefined ? {} : { compared }),
      ...(notCompared === undefined ? {} : { notCompared }),
    };
  } finally {
    await messages.close();
    await fold.close();
    await scratch.drop();
  }
}

/** Why documents cannot be compared with what this release folds. */
function whyNot(live: InspectedDatabase | undefined): string | undefined {
  if (live?.checkpoint === undefined) return 'there are none yet';
  const { database, fold } = live.checkpoint;
  if (database !== live.documents.name) return `their checkpoint belongs to ${database}`;
  if (fold === FOLD_VERSION) return undefined;
  return `fold ${fold} made them, this release has fold ${FOLD_VERSION}: it folds them anew when it starts`;
}

interface Sides {
  readonly live: Documents;
  readonly folded: Documents;
  readonly fold: FoldAnew;
  readonly journal: VerifiedJournal;
}

/** Folds to where the documents in use are, and compares. */
async function compare(
  options: VerifyOptions,
  { live, folded, fold, journal }: Sides,
): Promise<ComparedDocuments> {
  const { running, clock } = options;
  for (let round = 1, wanted = await reachedBy(live, options); round <= MAX_ROUNDS; round += 1) {
    if (await journal.readTo(wanted)) break;
    const now = await reachedBy(live, options);
    if (now - wanted < CLOSE) break;
    wanted = now;
  }
  await fold.stored();
  const hear = running === undefined ? async (position: number) => position : createHearing(running, options);
  const meter = createMeter('comparing', clock);
  const list = createDifferenceList();
  const outcome = await compareDocuments({
    ...options,
    folded,
    live,
    liveReached: running === undefined ? undefined : () => reached(live, fold.position(), options),
    position: fold.position,
    foldOn: (awaited) =>
      awaitPositions(fold, awaited, async (position) => {
        await journal.readTo(await hear(position));
      }),
    onDifference: list.add,
    onProgress: (documents) => options.onProgress(meter.at(documents)),
  });
  return { ...outcome, ...list.told() };
}

/** What the documents in use know of the journal: their checkpoint, and every thousandth position. */
async function claimsOf(live: InspectedDatabase | undefined): Promise<Claim[]> {
  if (live === undefined) return [];
  const claims: Claim[] = [];
  const claim = (by: string, state: { position: number; hash: string | null } | undefined): void => {
    if (state !== undefined && state.hash !== null && state.position > 0)
      claims.push({ position: state.position, hash: state.hash, by, trusted: false });
  };
  claim('the checkpoint of the documents', live.checkpoint?.state);
  for (let start = 'index:'; ;) {
    const page = await live.documents.range({ start, end: endOf('index:'), limit: INDEX_PAGE });
    for (const { id, body } of page) claim(`the document ${id}`, readCheckpoint(body)?.state);
    const last = page.at(-1);
    if (last === undefined || page.length < INDEX_PAGE) return claims;
    start = `${last.id}\u0000`;
  }
}

function headClaims(heads: ReadonlyMap<number, string>): Claim[] {
  return [...heads].map(([position, hash]) => ({
    position,
    hash,
    by: `the head of position ${position}`,
    trusted: true,
  }));
}
