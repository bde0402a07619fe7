import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasCode } from '../errors.js';
import type { StreamLimits } from './deps.js';

export interface OpenStreamOptions {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly limits: Pick<StreamLimits, 'stalledMs' | 'recheckMs'>;
  readonly contentType: string;
  /** Rejects with UNAUTHENTICATED or DENIED once the caller may not read on: a token may expire, or be revoked, while the stream is open. */
  readonly recheck: () => Promise<unknown>;
}

/** A response that is written directly, until somebody ends it. */
export interface OpenStream {
  readonly out: ServerResponse;
  /** The client has gone. */
  readonly gone: AbortSignal;
  /** Aborted by `abort`, when the client has gone, and when its caller may not read on. */
  readonly signal: AbortSignal;
  abort(): void;
}

/** Takes the response over and sends its headers. */
export function openStream({ request, reply, limits, contentType, recheck }: OpenStreamOptions): OpenStream {
  const gone = new AbortController();
  const ending = new AbortController();
  reply.hijack();
  const { raw } = reply;
  const looking = setInterval(() => {
    recheck().catch((error: unknown) => {
      if (hasCode(error, 'UNAUTHENTICATED') || hasCode(error, 'DENIED')) ending.abort();
    });
  }, limits.recheckMs).unref();
  const onClose = (): void => {
    clearInterval(looking);
    gone.abort();
    ending.abort();
  };
  raw.once('close', onClose);
  if (raw.destroyed) onClose();
  // A client that takes nothing gets no heartbeat either, so its socket is idle and can be told by that.
  request.raw.socket.setTimeout(limits.stalledMs, () => request.raw.socket.destroy());
  const headers = {
    ...reply.getHeaders(),
    'content-type': contentType,
    'cache-control': 'no-cache, no-transform',
    // Proxies such as nginx pass messages on at once.
    'x-accel-buffering': 'no',
  };
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.writeHead(200);
  return { out: raw, gone: gone.signal, signal: ending.signal, abort: () => ending.abort() };
}
