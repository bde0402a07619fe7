import * as http from 'node:http';
import * as https from 'node:https';
import { AppError, hasCode, messageOf } from '../errors.js';
import { shownUrl, type UrlGuard } from '../outbound/url-guard.js';

/** What the receiver answered with, where it asks for that to be published (Pulsar Beam's `TopicFn`). */
export interface Answer {
  readonly topic: string;
  readonly body: Buffer;
}

/** What became of one request. */
export type Posted =
  | { readonly kind: 'taken'; readonly answer?: Answer }
  /** The same again would fail again. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs?: number };

export interface PostLimits {
  /** Without a byte for so long it has failed. */
  readonly idleMs: number;
  /** From beginning to end. */
  readonly totalMs: number;
  /** Largest answer that is published. */
  readonly maxAnswerBytes: number;
}

export interface Post {
  post(headers: Readonly<Record<string, string>>, body: Buffer, signal: AbortSignal): Promise<Posted>;
  /** Closes its connections. */
  close(): void;
}

/** As Pulsar Beam: a receiver that cannot work with a message says 422, and has had it. */
const TAKEN_ALL_THE_SAME = 422;
/** Passing states of a receiver: a timeout, too early, too many requests. */
const PASSING = [408, 425, 429];
const MAX_RETRY_AFTER_MS = 300_000;

/** Posts to one URL, through the guard, over connections that are kept. Never rejects. */
export function createPost(url: string, guard: UrlGuard, limits: PostLimits): Post {
  const agentOptions = { keepAlive: true, maxSockets: 16, timeout: limits.idleMs };
  const isHttps = url.startsWith('https:');
  const agent = isHttps ? new https.Agent(agentOptions) : new http.Agent(agentOptions);

  const send = (
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<Posted> =>
    new Promise((resolve, reject) => {
      // The connection goes to an address that this check has seen.
      const { url: target, lookup } = guard.check(url);
      const options = {
        method: 'POST',
        agent,
        lookup,
        headers: { ...headers },
        signal,
        timeout: limits.idleMs,
      };
      const request = (isHttps ? https.request : http.request)(target, options);
      request.on('timeout', () => request.destroy(new Error(`no byte for ${limits.idleMs} ms`)));
      request.on('error', reject);
      request.on('response', (response) => {
        const outcome = judge(response, target);
        const topic = outcome.kind === 'taken' ? response.headers['topicfn'] : undefined;
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (topic !== undefined) chunks.push(chunk);
          if (bytes <= limits.maxAnswerBytes) return;
          // It is taken, whatever else it says; an answer that is too large is not published.
          resolve(outcome);
          request.destroy();
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve(
            topic === undefined || chunks.length === 0
              ? outcome
              : { kind: 'taken', answer: { topic: String(topic), body: Buffer.concat(chunks) } },
          ),
        );
      });
      request.end(body);
    });

  return {
    async post(headers, body, signal) {
      const ending = AbortSignal.any([signal, AbortSignal.timeout(limits.totalMs)]);
      try {
        return await send(headers, body, ending);
      } catch (error) {
        const kind = error instanceof AppError && hasCode(error, 'WEBHOOK_REFUSED') ? 'refused' : 'failed';
        return { kind, reason: ending.aborted ? `no answer in ${limits.totalMs} ms` : messageOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

function judge({ statusCode: status = 0, headers }: http.IncomingMessage, url: URL): Posted {
  if ((status >= 200 && status < 300) || status === TAKEN_ALL_THE_SAME) return { kind: 'taken' };
  const reason = `${shownUrl(url)} answers ${status}`;
  if (status >= 300 && status < 400)
    return { kind: 'refused', reason: `${reason}; redirects are not followed: set the URL that it leads to` };
  if (status < 500 && !PASSING.includes(status)) return { kind: 'refused', reason };
  const seconds = Number(headers['retry-after']);
  if (!(seconds > 0)) return { kind: 'failed', reason };
  return { kind: 'failed', reason, retryAfterMs: Math.min(seconds * 1_000, MAX_RETRY_AFTER_MS) };
}
