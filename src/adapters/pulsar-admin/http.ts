import * as http from 'node:http';
import * as https from 'node:https';
import { tlsAdvice } from '../../core/tls-fault.js';
import { withoutTrailingSlashes } from '../../core/trailing-slashes.js';
import { AppError, hasCode, messageOf } from '../../errors.js';
import type { Credentials, CredentialsOf, Shown } from '../../ports/credentials.js';
import type { ClusterAnswer } from '../../ports/functions.js';
import type { RequestBody } from './multipart.js';
import { createRedirectRule } from './redirects.js';
import { tenantOf } from './tenant-of.js';

export interface AdminHttpOptions {
  /** Base URL of the REST Admin API, such as `http://127.0.0.1:8080`. */
  readonly adminUrl: string;
  /**
   * For the whole request; a body adds a second for each MiB. Above the 60 s after which a stuck worker answers 500, so
   * that a request which still holds one of its threads is not sent again. @defaultValue 65000
   */
  readonly requestTimeoutMs?: number;
  /** Hosts (`host` or `host:port`), besides the admin URL's, that a redirect may lead to. @defaultValue none */
  readonly allowedHosts?: readonly string[];
  /**
   * What is shown for what belongs to a tenant, or to none, asked for with each request; a token goes to the admin URL's
   * host and the allowed hosts only. When it rejects, nothing is sent.
   */
  readonly credentials?: CredentialsOf | undefined;
  /** Said where the answer is that credentials are wanted, and none were shown. */
  readonly noCredentials?: string;
}

export interface AdminRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the root, encoded. */
  readonly path: string;
  readonly body?: RequestBody;
  /** For the body of a success, piece by piece, instead of keeping it: called anew for each try. */
  readonly consume?: () => (chunk: Buffer) => void;
  /** Instead of the limit for all requests. */
  readonly timeoutMs?: number;
  /** Asked for with this tenant's credentials, instead of those of the tenant whose path it is. */
  readonly tenant?: string;
}

export interface AdminHttp {
  /**
   * Any HTTP answer; rejects with CLUSTER_UNREACHABLE where none came, and with TOKEN_MISSING where there is nothing to
   * show. A path that means another one (`..`) is answered with 400, and not sent. Where the server does not know who
   * asks, a token from an issuer is got anew, once.
   */
  request(request: AdminRequest): Promise<ClusterAnswer>;
  close(): void;
}

const MAX_HOPS = 5;
const NO_TOKEN =
  'asked without a token: none is set for this environment, see tokenFile in STAGELINE_ENVIRONMENTS';
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const BYTES_PER_MS = 1024 * 1.024;

/**
 * The REST Admin API over kept connections. Redirects are followed here, not by a library: Pulsar answers 307 to send a
 * caller to another worker, and libraries then drop the token, or send it to any host.
 */
export function createAdminHttp(options: AdminHttpOptions): AdminHttp {
  const base = new URL(options.adminUrl);
  const timeoutMs = options.requestTimeoutMs ?? 65_000;
  const redirectTarget = createRedirectRule(base, options.allowedHosts ?? []);
  const { noCredentials = NO_TOKEN } = options;
  // Below Jetty's idle limit of 30 s: a connection that the server is about to close is not used again.
  const settings = { keepAlive: true, timeout: 15_000, maxSockets: 64 };
  const agents = { 'http:': new http.Agent(settings), 'https:': new https.Agent(settings) };

  const send = (url: URL, request: Sendable, deadline: number): Promise<RawAnswer> =>
    new Promise((resolve, reject) => {
      const secure = url.protocol === 'https:';
      const outgoing = (secure ? https : http).request(url, {
        method: request.method,
        agent: secure ? agents['https:'] : agents['http:'],
        // Connections with other certificates are others: the agent goes by them.
        ...(secure ? { ...request.shown?.tls, rejectUnauthorized: true } : {}),
        headers: {
          accept: 'application/json',
          ...(request.shown?.authorization === undefined
            ? {}
            : { authorization: request.shown.authorization }),
          ...(request.body === undefined
            ? {}
            : { 'content-type': request.body.contentType, 'content-length': request.body.bytes }),
        },
      });
      // A timer of our own: a signal for each request costs as much as the request.
      const timer = setTimeout(
        () => outgoing.destroy(new Error('no answer in time')),
        Math.max(1, deadline - Date.now()),
      );
      outgoing.on('close', () => clearTimeout(timer));
      outgoing.on('error', (error) => {
        const reset = (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        reject(Object.assign(error, { stale: outgoing.reusedSocket && reset }));
      });
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const consume = response.statusCode === 200 ? request.consume?.() : undefined;
        response.on('data', (chunk: Buffer) => {
          bytes += consume === undefined ? chunk.length : 0;
          if (consume !== undefined) consume(chunk);
          else if (bytes > MAX_ANSWER_BYTES) outgoing.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode = 0, headers, statusMessage = '' } = response;
          resolve({
            status: statusCode,
            statusMessage,
            headers,
            text: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      for (const chunk of request.body?.chunks ?? []) outgoing.write(chunk);
      outgoing.end();
    });

  const follow = async (request: Sendable): Promise<ClusterAnswer> => {
    const deadline =
      Date.now() + (request.timeoutMs ?? timeoutMs) + Math.ceil((request.body?.bytes ?? 0) / BYTES_PER_MS);
    let { url } = request;
    for (let hop = 0; ; hop++) {
      const answer = await send(url, request, deadline);
      if (answer.headers.location === undefined || ![301, 302, 307, 308].includes(answer.status))
        return parse(answer);
      const next = redirectTarget(url, answer.headers.location);
      if (typeof next === 'string') return { status: answer.status, reason: next };
      if (hop === MAX_HOPS)
        return { status: answer.status, reason: `More than ${MAX_HOPS} redirects, the last to ${next.host}` };
      url = next;
    }
  };

  const unreachable = (request: AdminRequest, what: string, cause: unknown): AppError =>
    new AppError('CLUSTER_UNREACHABLE', `${request.method} ${request.path} at ${base.host}: ${what}`, {
      cause,
    });

  /** What goes along with a request. An issuer that does not answer is a cluster that cannot be asked: later it can. */
  const showing = async (
    credentials: Credentials | undefined,
    asked: AdminRequest,
    refused?: string,
  ): Promise<Shown | undefined> => {
    try {
      return await credentials?.current(refused);
    } catch (error) {
      if (hasCode(error, 'TOKEN_MISSING')) throw error;
      throw unreachable(asked, messageOf(error), error);
    }
  };

  const ask = async (request: Sendable, credentials: Credentials | undefined): Promise<ClusterAnswer> => {
    try {
      return await follow(request).catch((error: unknown) => {
        // The server closed a kept connection just as it was used: nothing was read or changed by a GET.
        if (request.method === 'GET' && (error as { stale?: boolean }).stale === true) return follow(request);
        throw error;
      });
    } catch (error) {
      const advice = credentials === undefined ? '' : tlsAdvice(error, credentials.caSetting);
      throw unreachable(request, `${messageOf(error) || 'no connection'}${advice}`, error);
    }
  };

  /** What to know beside a refusal of whoever asked. */
  const saidOf = (answer: ClusterAnswer, shown: Shown | undefined): string | undefined => {
    const isNobody = shown?.authorization === undefined && shown?.tls.cert === undefined;
    if (answer.status === 401 && isNobody) return noCredentials;
    return isUnknown(answer) ? `shown was ${shown?.what ?? ''}` : undefined;
  };

  return {
    async request(asked) {
      const full = withoutTrailingSlashes(base.pathname) + asked.path;
      const url = new URL(full, base);
      // Whose path it is, and so which token goes along, is told by its text.
      if (url.origin !== base.origin || url.pathname + url.search !== full)
        return { status: 400, reason: `The path ${asked.path} means another one; it is not asked for.` };
      const credentials = options.credentials?.(asked.tenant ?? tenantOf(asked.path));
      let shown = await showing(credentials, asked);
      let answer = await ask({ ...asked, url, shown }, credentials);
      if (shown !== undefined && isUnknown(answer)) {
        const before = shown.version;
        shown = await showing(credentials, asked, before);
        if (shown?.version !== before) answer = await ask({ ...asked, url, shown }, credentials);
      }
      const said = saidOf(answer, shown);
      return said === undefined ? answer : { ...answer, reason: `${answer.reason} (${said})` };
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

interface Sendable extends AdminRequest {
  readonly url: URL;
  readonly shown: Shown | undefined;
}

interface RawAnswer {
  readonly status: number;
  readonly statusMessage: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** The server does not know who asks. What somebody may not do is refused with a reason of Pulsar's own (JSON). */
function isUnknown({ status, body }: ClusterAnswer): boolean {
  return status === 401 && body === undefined;
}

/** Pulsar answers errors with `{"reason": …}`, the web server under it with a page of HTML. */
function parse({ status, statusMessage, text }: RawAnswer): ClusterAnswer {
  if (text === '') return { status, reason: status < 300 ? '' : statusMessage };
  try {
    const body: unknown = JSON.parse(text);
    const reason = (body as { reason?: unknown } | null)?.reason;
    return { status, reason: typeof reason === 'string' ? reason : status < 300 ? '' : statusMessage, body };
  } catch {
    const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
    // Not cut here: half a secret is not known for one any more by whoever masks what he sent.
    return { status, reason: (title ?? text).trim() };
  }
}
