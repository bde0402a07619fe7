import { MAX_AUDIT_LIMIT, type AuditPage } from '../core/audit-page.js';
import { pause } from '../core/pause.js';
import type { Reply } from '../core/types.js';
import type { DocumentPage, PositionedDocument } from '../ports/reads.js';
import { formatDuration } from './duration.js';
import { EXIT, Exit } from './exit.js';
import { createTransport, refusal, type Answer, type TransportOptions } from './transport.js';

/** A command as it goes over the wire. Sent again, it is the same text with the same id. */
export interface CommandEnvelope {
  readonly id: string;
  readonly command: string;
  readonly project: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly dryRun?: true;
}

export interface AuditLogQuery {
  /** Parameters of GET /v1/audit. */
  readonly filters: Readonly<Record<string, string>>;
  /** At most so many entries. */
  readonly limit: number;
}

export interface JournalRange {
  /** The first position. */
  readonly from: number;
  /** The last position; up to where the journal ends now if absent. */
  readonly to?: number | undefined;
  readonly signal: AbortSignal;
}

export interface JournalStream {
  /** The last position that comes. */
  readonly to: number;
  /** The name of the journal. */
  readonly origin: string;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface EventsQuery {
  /** Records above this position; from now on if absent. */
  readonly from?: string;
  readonly lastEventId?: string;
  readonly project?: string;
  readonly types?: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * The service's HTTP API. Every call rejects with an Exit: 3 if there is no answer after three more tries, 1 with the
 * problem if the service refuses, 124 if a reply does not come in time.
 */
export interface Client {
  readonly url: string;
  /** Sends a command and waits for its reply, whatever its status. */
  send(command: CommandEnvelope, timeoutMs: number): Promise<Reply>;
  /** The reply to an id, or undefined while there is none. */
  reply(id: string): Promise<Reply | undefined>;
  /** A document, or undefined. With `after`, as it is once the documents have reached that position. */
  document(id: string, after?: number): Promise<PositionedDocument | undefined>;
  /** All documents whose id starts with `prefix`, page by page. */
  documents(prefix: string): AsyncGenerator<PositionedDocument>;
  /** The audit log, page by page; of the last page no more entries than are wanted. */
  auditPages(query: AuditLogQuery): AsyncGenerator<AuditPage>;
  /** What a path under v1/ answers with; any other answer than that ends the command. */
  read<T>(path: string): Promise<T>;
  /** Posts to a path under v1/. Sent again after a network error. */
  post<T>(path: string, body?: object): Promise<T>;
  /** Deletes what is at a path under v1/. */
  delete<T>(path: string): Promise<T>;
  /** Opens the event stream once. */
  events(query: EventsQuery): Promise<AsyncIterable<Uint8Array>>;
  /** Records of the journal, byte for byte, once: the stream is complete if it reaches `to`. */
  journal(range: JournalRange): Promise<JournalStream>;
}

const REPLY_STATUSES: readonly unknown[] = ['ok', 'rejected', 'invalid', 'denied', 'failed'];
const WAIT_MS = 10_000;
/** What has to be looked for on a topic can take so long. */
const LONG_READ_MS = 60_000;
const PAGE = 500;

export function createClient(url: string, options: TransportOptions = {}): Client {
  const transport = createTransport(url, options);

  const asked = async <T>(path: string, method: 'GET' | 'POST' | 'DELETE', body?: object): Promise<T> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await transport.call(`v1/${path}`, { method, ...sent, waitMs: LONG_READ_MS });
    if (answer.status !== 200) throw refusal(url, answer);
    return answer.body as T;
  };

  const post = (command: CommandEnvelope, waitMs: number): Promise<Answer> =>
    transport.call(`v1/commands?waitMs=${waitMs}`, {
      method: 'POST',
      body: JSON.stringify(command),
      waitMs,
    });

  return {
    url,

    async send(command, timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      const left = (): number => Math.max(0, deadline - Date.now());
      let answer = await post(command, Math.min(WAIT_MS, timeoutMs));
      for (let waitMs = 100; ; waitMs = Math.min(1000, waitMs * 2)) {
        if (isReply(answer.body)) return answer.body;
        if (answer.status !== 202 && answer.status !== 404) throw refusal(url, answer);
        if (left() === 0) throw noReply(command, timeoutMs);
        if (answer.status === 404) {
          // Whoever took it is gone and it is not in the journal: the same id makes sending it again safe.
          answer = await post(command, Math.min(WAIT_MS, left()));
          if (answer.status === 404) throw refusal(url, answer);
        } else {
          await pause(Math.min(waitMs, left()));
          answer = await transport.call(`v1/commands/${command.id}`);
        }
      }
    },

    async reply(id) {
      const answer = await transport.call(`v1/commands/${encodeURIComponent(id)}`);
      if (isReply(answer.body)) return answer.body;
      if (answer.status === 202 || answer.status === 404) return undefined;
      throw refusal(url, answer);
    },

    async document(id, after) {
      const query = after === undefined ? '' : `?after=${after}`;
      const answer = await transport.call(`v1/documents/${encodeURIComponent(id)}${query}`);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw refusal(url, answer);
      return answer.body as PositionedDocument;
    },

    async *documents(prefix) {
      let cursor: string | undefined;
      do {
        const query = new URLSearchParams({
          prefix,
          limit: String(PAGE),
          ...(cursor === undefined ? {} : { cursor }),
        });
        const answer = await transport.call(`v1/documents?${query.toString()}`);
        if (answer.status !== 200) throw refusal(url, answer);
        const page = answer.body as DocumentPage;
        yield* page.documents;
        cursor = page.cursor;
      } while (cursor !== undefined);
    },

    async *auditPages({ filters, limit }) {
      let cursor: string | undefined;
      let left = limit;
      do {
        const query = new URLSearchParams({
          ...filters,
          limit: String(Math.min(left, MAX_AUDIT_LIMIT)),
          ...(cursor === undefined ? {} : { cursor }),
        });
        const answer = await transport.call(`v1/audit?${query.toString()}`);
        if (answer.status !== 200) throw refusal(url, answer);
        const page = answer.body as AuditPage;
        yield page;
        left -= page.entries.length;
        cursor = page.cursor;
      } while (cursor !== undefined && left > 0);
    },

    read: (path) => asked(path, 'GET'),
    post: (path, body) => asked(path, 'POST', body),
    delete: (path) => asked(path, 'DELETE'),

    async events({ from, lastEventId, project, types, signal }) {
      const query = new URLSearchParams();
      if (from !== undefined) query.set('from', from);
      if (project !== undefined) query.set('project', project);
      for (const type of types ?? []) query.append('type', type);
      const { body } = await transport.stream(`v1/events?${query.toString()}`, {
        signal,
        ...(lastEventId === undefined ? {} : { lastEventId }),
      });
      return body;
    },

    async journal({ from, to, signal }) {
      const query = new URLSearchParams({
        from: String(from),
        ...(to === undefined ? {} : { to: String(to) }),
      });
      const accept = 'application/x-ndjson';
      const { headers, body } = await transport.stream(`v1/journal?${query.toString()}`, { signal, accept });
      return {
        to: Number(headers.get('stageline-journal-to')),
        origin: headers.get('stageline-journal-origin') ?? '',
        body,
      };
    },
  };
}

function isReply(body: unknown): body is Reply {
  return (
    typeof body === 'object' && body !== null && 'status' in body && REPLY_STATUSES.includes(body.status)
  );
}

function noReply(command: CommandEnvelope, timeoutMs: number): Exit {
  return new Exit(
    EXIT.timeout,
    `no reply to ${command.command} in ${formatDuration(timeoutMs)}; it may still be carried out. ` +
      `"stageline get ${command.id}" shows the reply once there is one.`,
  );
}
