import { AppError, hasCode } from '../../errors.js';
import type { Credentials } from '../../ports/credentials.js';
import type { Documents, DocumentStore } from '../../ports/documents.js';
import { createCouchDocuments, noDatabase } from './databases.js';
import { createCouch, type Couch, type CouchAnswer } from './request.js';

export interface CouchDbDocumentStoreOptions {
  /** Address of the server; may hold a user and a password, which no message ever shows. */
  readonly url: string;
  /** What is shown beside that. */
  readonly credentials?: Credentials | undefined;
  /** Database that holds the pointer; the others are named `<database>-<name>`. */
  readonly database: string;
  /** A request that is not answered by then fails. @defaultValue 30000 */
  readonly requestTimeoutMs?: number;
}

const NAME = /^[a-z][a-z0-9-]*$/;
const POINTER = 'pointer';
const POINTER_ATTEMPTS = 5;
const DEFAULT_TIMEOUT_MS = 30_000;

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new AppError(
    'INVALID_CONFIG',
    `'${name}' is no name of a database: use small letters, digits and hyphens.`,
  );
}

/**
 * The document store on CouchDB. Nothing is asked of the server before the first call.
 *
 * Calls reject with ENGINE_UNAVAILABLE when the server does not answer in time, has an error, or refuses the user.
 */
export async function createCouchDbDocumentStore(
  options: CouchDbDocumentStoreOptions,
): Promise<DocumentStore> {
  const { url, credentials, database, requestTimeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const server = createCouch({ url, credentials, requestTimeoutMs });
  let closed = false;
  const couch: Couch = async (request) => {
    if (closed) throw new AppError('CLOSED', 'The document store is closed.');
    return server(request);
  };
  const pointers = createCouchDocuments(couch, database, database);
  const prefix = `${database}-`;

  const documents = (name: string): Documents => createCouchDocuments(couch, `${prefix}${name}`, name);

  const refusedBy = (answer: Extract<CouchAnswer, { ok: false }>, name: string): AppError =>
    answer.status === 404
      ? noDatabase(name)
      : new AppError('ENGINE_UNAVAILABLE', `CouchDB refused ${prefix}${name}: ${answer.reason}`);

  const make = async (full: string): Promise<'made' | 'there'> => {
    const answer = await couch({ method: 'PUT', database: full });
    if (answer.ok) return 'made';
    if (answer.status === 412) return 'there';
    if (answer.status === 400)
      throw new AppError('INVALID_CONFIG', `CouchDB takes no database ${full}: ${answer.reason}`);
    throw new AppError('ENGINE_UNAVAILABLE', `CouchDB refused to make ${full}: ${answer.reason}`);
  };

  /** Whoever may use the database with the pointer may use what it points to: new databases are for server admins alone. */
  const copySecurity = async (full: string): Promise<void> => {
    const found = await couch({ method: 'GET', database, path: '_security' });
    // Without the first database, or on a server that knows no users, there is nothing to copy.
    if (!found.ok || isEmpty(found.body)) return;
    const json = JSON.stringify(found.body);
    const answer = await couch({ method: 'PUT', database: full, path: '_security', json });
    if (!answer.ok)
      throw new AppError(
        'ENGINE_UNAVAILABLE',
        `CouchDB took no _security for ${full}: ${answer.reason}. Set it as that of ${database}.`,
      );
  };

  const mustExist = async (name: string): Promise<void> => {
    checkName(name);
    const answer = await couch({ method: 'GET', database: `${prefix}${name}` });
    if (!answer.ok) throw refusedBy(answer, name);
  };

  /** Points at a database; true if nobody else wrote the pointer meanwhile. */
  const point = async (name: string): Promise<boolean> => {
    const known = (await pointers.get([POINTER])).get(POINTER);
    const write = { id: POINTER, body: { current: name }, ...(known ? { rev: known.rev } : {}) };
    const [result] = await pointers.write([write]);
    return result?.ok === true;
  };

  /** Only a server admin may make a database, and needs to once: where it is there, it is not asked for. */
  const pointOrMake = async (name: string): Promise<boolean> => {
    try {
      return await point(name);
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND')) throw error;
      await make(database);
      return point(name);
    }
  };

  return {
    kind: 'couchdb',
    current: async () => {
      try {
        const current = (await pointers.get([POINTER])).get(POINTER)?.body['current'];
        return typeof current === 'string' ? current : undefined;
      } catch (error) {
        if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    setCurrent: async (name) => {
      await mustExist(name);
      for (let attempt = 0; attempt < POINTER_ATTEMPTS; attempt += 1) {
        if (await pointOrMake(name)) return;
      }
      throw new AppError('CONFLICT', `The pointer in ${database} is being changed by someone else.`);
    },
    open: async (name) => {
      await mustExist(name);
      return documents(name);
    },
    create: async (name) => {
      checkName(name);
      if ((await make(`${prefix}${name}`)) === 'there') {
        throw new AppError('CONFLICT', `There is a database ${name} already.`);
      }
      await copySecurity(`${prefix}${name}`);
      return documents(name);
    },
    drop: async (name) => {
      await mustExist(name);
      const answer = await couch({ method: 'DELETE', database: `${prefix}${name}` });
      if (!answer.ok) throw refusedBy(answer, name);
    },
    list: async () => {
      const query = { startkey: prefix, endkey: `${prefix}\uffff` };
      const answer = await couch({ method: 'GET', database: '_all_dbs', query });
      if (!answer.ok || !Array.isArray(answer.body)) {
        throw new AppError('ENGINE_UNAVAILABLE', 'CouchDB refused to list its databases.');
      }
      return (answer.body as string[])
        .filter((full) => full.startsWith(prefix))
        .map((full) => full.slice(prefix.length))
        .filter((name) => NAME.test(name))
        .sort();
    },
    close: async () => {
      closed = true;
    },
  };
}

/** CouchDB's answer where nobody has said anything. */
function isEmpty(security: unknown): boolean {
  return typeof security !== 'object' || security === null || Object.keys(security).length === 0;
}
