import type { Documents, StoredDocument } from '../ports/documents.js';
import { patiently, type Patience } from '../processor/patience.js';

const PAGE = 200;
/** Above every id: they are ASCII. */
const END = '\uffff';

/** One id in two databases; undefined where it is not there. */
export interface Pair {
  readonly id: string;
  readonly left: StoredDocument | undefined;
  readonly right: StoredDocument | undefined;
}

export interface WalkOptions {
  readonly left: Documents;
  readonly right: Documents;
  readonly wanted: (id: string) => boolean;
  readonly read: Patience;
}

/** Walks two databases in the order of their ids, page by page. */
export async function* walkDocuments({ left, right, wanted, read }: WalkOptions): AsyncGenerator<Pair> {
  const [lefts, rights] = [documentsOf(left, read), documentsOf(right, read)];
  let [one, other] = [await next(lefts), await next(rights)];
  while (one !== undefined || other !== undefined) {
    const id = lower(one?.id, other?.id);
    const pair = { id, left: one?.id === id ? one : undefined, right: other?.id === id ? other : undefined };
    if (wanted(id)) yield pair;
    if (pair.left !== undefined) one = await next(lefts);
    if (pair.right !== undefined) other = await next(rights);
  }
}

async function next(documents: AsyncGenerator<StoredDocument>): Promise<StoredDocument | undefined> {
  const result = await documents.next();
  return result.done === true ? undefined : result.value;
}

/** By UTF-16 code unit, as the port orders them. */
function lower(one: string | undefined, other: string | undefined): string {
  if (one === undefined) return other as string;
  return other === undefined || one < other ? one : other;
}

async function* documentsOf(documents: Documents, read: Patience): AsyncGenerator<StoredDocument> {
  for (let start = ''; ;) {
    const from = start;
    const page = await patiently(read, () => documents.range({ start: from, end: END, limit: PAGE }));
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    start = `${last.id}\u0000`;
  }
}
