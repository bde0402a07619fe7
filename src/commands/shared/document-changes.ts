import type { Load, SeenDocument } from '../../core/decision.js';
import { diffValues } from '../../core/diff-values.js';
import type { ValueChange } from '../../core/history.js';
import { redact } from '../../core/redact.js';
import { FRAME_BYTES, PAGE_BYTES, visibleSections, type PageOptions } from './project-pages.js';

/** What became of one document between two positions. */
export interface DocumentChange {
  readonly id: string;
  /** Created and deleted as the project sees it: a function that another project takes is deleted here. */
  readonly change: 'created' | 'changed' | 'deleted';
  /** Position of the last record that changed it; of a deleted one the last that is known. */
  readonly position: number;
  /** What differs; absent where that alone would not fit into a reply. */
  readonly values?: readonly ValueChange[];
  /** Bytes of what was left out. */
  readonly omittedBytes?: number;
}

export interface ChangesPage {
  readonly changes: readonly DocumentChange[];
  /** Where the next page begins; undefined after the last. */
  readonly next?: { readonly section: string; readonly after: string };
}

/** One page of what differs between two states, within the limits of documents and bytes. */
export async function readChanges(before: Load, after: Load, options: PageOptions): Promise<ChangesPage> {
  const changes: DocumentChange[] = [];
  let bytes = FRAME_BYTES;
  let next = { section: options.from?.section ?? '', after: options.from?.after ?? '' };
  for (const { name, read } of visibleSections(options)) {
    for await (const [left, right] of pairs(read(before), read(after))) {
      const change = changeOf(left, right);
      if (change === undefined) continue;
      const more = bytesOf(change);
      if (changes.length > 0 && (changes.length >= options.limit || bytes + more > PAGE_BYTES))
        return { changes, next };
      changes.push(change);
      bytes += more;
      next = { section: name, after: change.id };
    }
  }
  return { changes };
}

type Pair = readonly [SeenDocument | undefined, SeenDocument | undefined];

/** Two lists in the order of their ids, side by side. */
async function* pairs(
  before: AsyncGenerator<SeenDocument, void>,
  after: AsyncGenerator<SeenDocument, void>,
): AsyncGenerator<Pair> {
  const take = async (from: AsyncGenerator<SeenDocument, void>): Promise<SeenDocument | undefined> => {
    const next = await from.next();
    return next.done === true ? undefined : next.value;
  };
  let [left, right] = [await take(before), await take(after)];
  while (left !== undefined || right !== undefined) {
    if (right === undefined || (left !== undefined && left.id < right.id)) {
      yield [left, undefined];
      left = await take(before);
    } else if (left === undefined || right.id < left.id) {
      yield [undefined, right];
      right = await take(after);
    } else {
      yield [left, right];
      [left, right] = [await take(before), await take(after)];
    }
  }
}

function changeOf(
  before: SeenDocument | undefined,
  after: SeenDocument | undefined,
): DocumentChange | undefined {
  const { id, position } = (after ?? before) as SeenDocument;
  if (before?.position === after?.position) return undefined;
  // Secrets are masked by their keys, and a pointer stands apart from its value: so they are masked before.
  const values = diffValues(
    before === undefined ? undefined : redact(before.document),
    after === undefined ? undefined : redact(after.document),
  );
  const change = before === undefined ? 'created' : after === undefined ? 'deleted' : 'changed';
  const told: DocumentChange = { id, change, position, values };
  const omittedBytes = bytesOf(told);
  return omittedBytes > PAGE_BYTES - FRAME_BYTES ? { id, change, position, omittedBytes } : told;
}

function bytesOf(change: DocumentChange): number {
  return Buffer.byteLength(JSON.stringify(change)) + 1;
}
