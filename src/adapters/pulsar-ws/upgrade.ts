import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { AppError } from '../../errors.js';
import type { Shown } from '../../ports/credentials.js';

/** How long a socket that nobody waits for any more may take to open, so that it can be closed. */
const ABANDON_MS = 60_000;

export interface UpgradeOptions<T> {
  readonly url: string;
  /** What is opened, for messages: `the producer on persistent://…`. */
  readonly what: string;
  readonly shown?: Shown | undefined;
  readonly timeoutMs: number;
  /** Called as the socket opens, before anything can arrive: attach the listeners here. */
  readonly onOpen: (socket: WebSocket) => T;
}

/** Opens a WebSocket, and resolves to what `onOpen` makes of it. Rejects with LEASE_HELD where the name is taken (409), otherwise with ENGINE_UNAVAILABLE. */
export function upgrade<T>({ url, what, shown, timeoutMs, onOpen }: UpgradeOptions<T>): Promise<T> {
  const at = `${what} at ${new URL(url).origin}`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      ...shown?.tls,
      rejectUnauthorized: true,
      // Not in the address, which is written to access logs.
      ...(shown?.authorization === undefined ? {} : { headers: { authorization: shown.authorization } }),
    });
    let waitedFor = true;
    const fail = (error: AppError): void => {
      clearTimeout(timer);
      waitedFor = false;
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(unavailable(`${at} was not opened within ${timeoutMs} ms`));
      // A proxy that is cut off while it opens a producer keeps the producer, and its name, for minutes or for ever:
      // so it may finish, and is told then that nobody wants it.
      setTimeout(() => socket.terminate(), ABANDON_MS).unref();
    }, timeoutMs);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Several addresses of one host fail as an AggregateError, whose message is empty.
      fail(unavailable(`${at} cannot be opened: ${error.message || (error.code ?? error.name)}`, error));
    });
    socket.once('unexpected-response', (_request, response) => {
      void readRefusal(response).then((reason) => {
        fail(refused(response.statusCode ?? 0, `${at}: ${reason}`));
        socket.terminate();
      });
    });
    socket.once('open', () => {
      clearTimeout(timer);
      if (!waitedFor) {
        socket.close(1000);
        return;
      }
      resolve(onOpen(socket));
    });
  });
}

/** A name or an exclusive subscription that is taken is answered 409; so is an incompatible schema. */
function refused(status: number, detail: string): AppError {
  if (status === 409 && !/schema/i.test(detail)) return new AppError('LEASE_HELD', detail);
  return unavailable(detail, { status });
}

/** The status with which an upgrade was refused; undefined where it failed otherwise. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || typeof error.cause !== 'object' || error.cause === null) return undefined;
  const { status } = error.cause as { readonly status?: unknown };
  return typeof status === 'number' ? status : undefined;
}

function unavailable(detail: string, cause?: unknown): AppError {
  return new AppError('ENGINE_UNAVAILABLE', detail, { cause });
}

/** What the server says in an answer that is no upgrade: its status, and what its error page says. */
async function readRefusal(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > 64 * 1024) break;
    }
  } catch {
    // The status alone says enough.
  }
  const text = Buffer.concat(chunks).toString('utf8').replaceAll('&quot;', '"');
  const reason = /"errorMsg":"([^"]*)"/.exec(text) ?? /<th>MESSAGE:<\/th><td>([^<]*)/.exec(text);
  return `${response.statusCode ?? 0} ${reason?.[1] ?? text.slice(0, 300)}`.trim();
}
