import { hashOf } from '../core/canonical.js';
import { differingValues, type DocumentDifference } from '../core/document-difference.js';
import { belongsToFold } from '../core/ids.js';
import { isAborted } from '../core/pause.js';
import { AppError } from '../errors.js';
import type { Documents, StoredDocument } from '../ports/documents.js';
import type { Log } from '../ports/system.js';
import { patiently } from '../processor/patience.js';
import type { Awaited } from './fold-anew.js';
import { walkDocuments } from './walk-documents.js';

/** Documents that look different are looked at again when so many have come together. */
const MAX_SUSPECTS = 1_000;
/** How often what changes meanwhile is looked at again. */
const MAX_ROUNDS = 5;

type Body = Readonly<Record<string, unknown>>;

/** What the fold made of a document when it reached the position awaited; absent where it never did. */
export interface Met {
  readonly same: boolean;
  readonly body: Body;
}

export interface CompareOptions {
  /** Folded from the journal and nothing else. */
  readonly folded: Documents;
  /** The ones in use. */
  readonly live: Documents;
  /** Somebody writes the ones in use meanwhile: resolves when they have reached what is folded. Absent: they stand still. */
  readonly liveReached?: (() => Promise<void>) | undefined;
  /** The position that is folded. */
  readonly position: () => number;
  /** Folds on until the documents are at the positions named, and compares them there. */
  readonly foldOn: (awaited: ReadonlyMap<string, Awaited>) => Promise<ReadonlyMap<string, Met>>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of every difference. */
  readonly onDifference: (difference: DocumentDifference) => void;
  readonly onProgress: (documents: number) => void;
}

export interface Compared {
  /** Documents compared. */
  readonly documents: number;
  /** Those that had changed each time they were looked at: nothing is said of them. */
  readonly unsettled: number;
}

/**
 * Compares the documents in use with those folded from the journal, each by its position and the hash of its body. What
 * seems to differ is looked at again, since the ones in use may go on changing: one that is ahead of the fold is compared
 * where the fold meets it.
 */
export async function compareDocuments(options: CompareOptions): Promise<Compared> {
  const { folded, live, liveReached, signal } = options;
  let documents = 0;
  let unsettled = 0;
  let suspects = new Set<string>();
  let ahead = new Map<string, Awaited>();
  const read = (from: Documents, ids: readonly string[]): Promise<Map<string, StoredDocument>> =>
    patiently(options, () => from.get(ids));

  const tell = (id: string, expected: Body | undefined, found: Body | undefined): void => {
    const difference = differenceOf(id, expected, found);
    if (difference !== undefined) options.onDifference(difference);
  };

  /** Tells what differs as of the position that is folded, and notes what is ahead of it. */
  const lookAgain = async (ids: readonly string[]): Promise<void> => {
    await liveReached?.();
    const [made, now] = [await read(folded, ids), await read(live, ids)];
    for (const id of ids) {
      const found = now.get(id)?.body;
      if (found !== undefined && positionOf(found) > options.position())
        ahead.set(id, { position: positionOf(found), hash: hashOf(found) });
      else tell(id, made.get(id)?.body, found);
    }
  };

  /** Folds on to what is ahead; returns the ids that have changed once more meanwhile. */
  const meet = async (): Promise<string[]> => {
    const wanted = ahead;
    ahead = new Map();
    const met = await options.foldOn(wanted);
    const different = [...wanted.keys()].filter((id) => met.get(id)?.same !== true);
    await liveReached?.();
    const [made, now] = [await read(folded, different), await read(live, different)];
    const changed: string[] = [];
    for (const id of different) {
      const found = now.get(id)?.body;
      if (found !== undefined && hashOf(found) !== wanted.get(id)?.hash) changed.push(id);
      else tell(id, met.get(id)?.body ?? made.get(id)?.body, found);
    }
    return changed;
  };

  const settle = async (): Promise<void> => {
    let ids = [...suspects];
    suspects = new Set();
    await lookAgain(ids);
    // Documents that stand still are compared as of one position, so the fold must not leave it before the end.
    for (let round = 1; ahead.size > 0 && liveReached !== undefined; round += 1) {
      ids = await meet();
      if (round === MAX_ROUNDS) unsettled += ids.length;
      else await lookAgain(ids);
    }
  };

  const pairs = walkDocuments({ left: folded, right: live, wanted: belongsToFold, read: options });
  for await (const { id, left, right } of pairs) {
    if (isAborted(signal)) throw new AppError('CLOSED', 'comparing was ended');
    documents += 1;
    if (documents % 1_000 === 0) options.onProgress(documents);
    if (!isSame(left?.body, right?.body)) suspects.add(id);
    if (suspects.size >= MAX_SUSPECTS) await settle();
  }
  await settle();
  if (ahead.size > 0) await meet();
  options.onProgress(documents);
  return { documents, unsettled };
}

function isSame(one: Body | undefined, other: Body | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  // The same text tells it for less; the hash tells it whatever the order of keys.
  return JSON.stringify(one) === JSON.stringify(other) || hashOf(one) === hashOf(other);
}

/** The position that a body names; 0 if it names none. */
function positionOf({ position }: Body): number {
  return typeof position === 'number' ? position : 0;
}

function differenceOf(
  id: string,
  expected: Body | undefined,
  found: Body | undefined,
): DocumentDifference | undefined {
  if (expected === undefined && found === undefined) return undefined;
  if (expected === undefined)
    return { id, kind: 'unexpected', position: 0, found: positionOf(found as Body) };
  const position = positionOf(expected);
  if (found === undefined) return { id, kind: 'missing', position };
  if (isSame(expected, found)) return undefined;
  const at = { id, position, found: positionOf(found) };
  const kind = position === at.found ? 'other-content' : 'other-position';
  return { ...at, kind, ...differingValues(expected, found) };
}
