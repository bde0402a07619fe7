import type { CouchRequest } from './request.js';

/** Which right is missing where CouchDB refuses whoever asks, to be put behind what it says. */
export function rightMissing(request: CouchRequest, status: number, reason: string): string {
  if (status !== 401 && status !== 403) return '';
  if (/name or password/i.test(reason))
    return ' Look at STAGELINE_COUCHDB_USER and STAGELINE_COUCHDB_PASSWORD_FILE, or at the user in STAGELINE_COUCHDB_URL.';
  const deed = deedOf(request);
  if (deed !== undefined)
    return ` To ${deed} the user must be a server admin of CouchDB ([admins] in its configuration).`;
  return ` The user must be a member of database ${request.database ?? ''}: add it to members in its _security.`;
}

/** What only server admins may do. */
function deedOf({ method, database, path }: CouchRequest): string | undefined {
  if (database === '_all_dbs') return 'list databases';
  if (path !== undefined && path !== '_security') return undefined;
  if (method === 'PUT') return path === undefined ? 'make a database' : 'say who may use it';
  return method === 'DELETE' ? 'delete a database' : undefined;
}
