import type { AppError } from '../../errors.js';
import type { DocumentWrite, WriteResult } from '../../ports/documents.js';
import type { Couch } from './request.js';
import { resultsOf } from './rows.js';

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_DOCUMENTS = 1_000;

/** Sends documents to one database. */
export type BulkWrite = (writes: readonly DocumentWrite[]) => Promise<WriteResult[]>;

interface Encoded {
  readonly id: string;
  readonly json: string;
}

/** Why CouchDB would not take this write. Checked here, since it would refuse all documents of the request with it. */
function refusalOf({ id, body }: DocumentWrite): string | undefined {
  if (id === '') return 'The id is empty.';
  if (id.startsWith('_')) return `The id ${id} begins with an underscore.`;
  const reserved = Object.keys(body).find((field) => field.startsWith('_'));
  return reserved === undefined ? undefined : `The field ${reserved} begins with an underscore.`;
}

function encode({ id, rev, body }: DocumentWrite): Encoded {
  return { id, json: JSON.stringify({ _id: id, ...(rev === undefined ? {} : { _rev: rev }), ...body }) };
}

/** Cuts documents into requests of bounded size. */
function cut(documents: readonly Encoded[]): Encoded[][] {
  const requests: Encoded[][] = [];
  let bytes = Infinity;
  for (const document of documents) {
    const size = Buffer.byteLength(document.json);
    const last = requests.at(-1);
    if (last && last.length < MAX_DOCUMENTS && bytes + size <= MAX_BYTES) {
      last.push(document);
      bytes += size;
    } else {
      requests.push([document]);
      bytes = size;
    }
  }
  return requests;
}

/** Makes the writer of a database. `noDatabase` is the error for one that is gone. */
export function createBulkWrite(couch: Couch, database: string, noDatabase: () => AppError): BulkWrite {
  const refused = ({ id }: Encoded, detail: string): WriteResult => ({
    id,
    ok: false,
    reason: 'refused',
    detail,
  });

  /** CouchDB refuses a request as a whole for one document that it cannot read: halves find that one. */
  const sendHalves = async (documents: readonly Encoded[]): Promise<WriteResult[]> => {
    const middle = documents.length >>> 1;
    const first = await send(documents.slice(0, middle));
    return [...first, ...(await send(documents.slice(middle)))];
  };

  async function send(documents: readonly Encoded[]): Promise<WriteResult[]> {
    const json = `{"docs":[${documents.map((document) => document.json).join(',')}]}`;
    const answer = await couch({ method: 'POST', database, path: '_bulk_docs', json });
    if (answer.ok) {
      return resultsOf(
        documents.map(({ id }) => id),
        answer.body,
      );
    }
    if (answer.status === 404) throw noDatabase();
    if (documents.length > 1) return sendHalves(documents);
    return documents.map((document) => refused(document, answer.reason));
  }

  return async (writes) => {
    const results = new Map<number, WriteResult>();
    const indices: number[] = [];
    const documents: Encoded[] = [];
    writes.forEach((write, index) => {
      const detail = refusalOf(write);
      if (detail !== undefined) {
        results.set(index, { id: write.id, ok: false, reason: 'refused', detail });
        return;
      }
      indices.push(index);
      documents.push(encode(write));
    });
    let sent = 0;
    for (const request of cut(documents)) {
      for (const result of await send(request)) {
        results.set(indices[sent] ?? -1, result);
        sent += 1;
      }
    }
    return writes.map((_, index) => results.get(index)).filter((result) => result !== undefined);
  };
}
