import nano from 'nano';
import { Agent } from 'undici';
import { tlsAdvice } from '../../core/tls-fault.js';
import { AppError, messageOf } from '../../errors.js';
import type { Credentials, Shown } from '../../ports/credentials.js';
import { rightMissing } from './rights.js';

/** A request to CouchDB, its body made ready as JSON. */
export interface CouchRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly database?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly json?: string;
}

/** What CouchDB said: a body, or why it refused. */
export type CouchAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly status: number; readonly reason: string };

/** Sends a request. Rejects with ENGINE_UNAVAILABLE when there is no answer, a server error, or no permission. */
export type Couch = (request: CouchRequest) => Promise<CouchAnswer>;

export interface CouchOptions {
  readonly url: string;
  /** Beside what the URL holds; a user of theirs comes before one in the URL. */
  readonly credentials?: Credentials | undefined;
  readonly requestTimeoutMs: number;
}

/** Refusals that say something about the request; all others say something about the server. */
const ABOUT_THE_REQUEST = new Set([400, 404, 409, 412, 413, 415]);

interface Endpoint {
  /** Without credentials, so that it may be shown. */
  readonly shown: string;
  readonly authorization: string | undefined;
}

function endpointOf(text: string): Endpoint {
  if (!URL.canParse(text)) throw new AppError('INVALID_CONFIG', 'The URL of CouchDB is no URL.');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AppError('INVALID_CONFIG', 'The URL of CouchDB must begin with http:// or https://.');
  }
  const shown = `${url.origin}${url.pathname}`;
  if (url.username === '') return { shown, authorization: undefined };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { shown, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function statusOf(error: unknown): number | undefined {
  const known = typeof error === 'object' && error !== null && 'statusCode' in error;
  return known && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** The driver for one set of credentials. */
function createServer({ shown, authorization }: Endpoint, { tls, ...credentials }: Shown): nano.ServerScope {
  const header = credentials.authorization ?? authorization;
  const configuration: nano.Configuration & { readonly parseUrl: boolean } = {
    url: shown,
    parseUrl: false,
    ...(header === undefined ? {} : { headers: { Authorization: header } }),
    ...(tls.ca === undefined ? {} : { agentOptions: trusting(tls.ca) }),
  };
  return nano(configuration);
}

/** As nano's documentation has it, and its types do not: an agent, not its class. */
function trusting(ca: string): NonNullable<nano.Configuration['agentOptions']> {
  const agent: unknown = new Agent({ connect: { ca } });
  return agent as NonNullable<nano.Configuration['agentOptions']>;
}

const NOTHING: Shown = { tls: {}, version: '', what: 'no credentials' };

/**
 * Makes the way to a CouchDB server. Connections are kept open and shared, as Node's fetch does it.
 *
 * Errors are made anew: those of nano carry the request with all documents in it.
 */
export function createCouch({ url, credentials, requestTimeoutMs }: CouchOptions): Couch {
  const endpoint = endpointOf(url);
  let current: { readonly version: string; readonly server: nano.ServerScope } | undefined;

  const unavailable = (detail: string): AppError =>
    new AppError('ENGINE_UNAVAILABLE', `CouchDB at ${endpoint.shown} ${detail}`);

  const serverNow = async (): Promise<nano.ServerScope> => {
    const shown = await (credentials?.current() ?? NOTHING);
    if (current?.version !== shown.version)
      current = { version: shown.version, server: createServer(endpoint, shown) };
    return current.server;
  };

  return async (request) => {
    const { method, database, path, query, json } = request;
    const server = await serverNow().catch((error: unknown) => {
      throw unavailable(`cannot be asked: ${messageOf(error)}`);
    });
    const signal = AbortSignal.timeout(requestTimeoutMs);
    const options: nano.RequestOptions & { readonly signal: AbortSignal } = {
      method,
      signal,
      ...(database === undefined ? {} : { db: database }),
      ...(path === undefined ? {} : { path }),
      ...(query === undefined ? {} : { qs: query }),
      ...(json === undefined ? {} : { body: Buffer.from(json) }),
    };
    try {
      const body: unknown = await server.request(options);
      // A body that is cut off or no JSON comes as an empty string.
      if (body === null || typeof body !== 'object')
        throw unavailable('sent an answer that is cut off or no JSON.');
      return { ok: true, body };
    } catch (error) {
      if (error instanceof AppError) throw error;
      const status = statusOf(error);
      if (status === undefined) {
        const why = signal.aborted ? `nothing came within ${requestTimeoutMs} ms` : messageOf(error);
        const advice = credentials === undefined ? '' : tlsAdvice(error, credentials.caSetting);
        throw unavailable(`does not answer: ${why}${advice}`);
      }
      if (ABOUT_THE_REQUEST.has(status)) return { ok: false, status, reason: messageOf(error) };
      const reason = messageOf(error);
      throw unavailable(`answered ${status}: ${reason}${rightMissing(request, status, reason)}`);
    }
  };
}
