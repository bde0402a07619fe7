import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { AppError } from '../../errors.js';

export interface UpgradeOptions {
  readonly url: string;
  /** What is opened, for messages: `the producer on persistent://…`. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Attaches the listeners, before anything can arrive. */
  readonly attach: (socket: WebSocket) => void;
}

/** Opens a WebSocket. Rejects with LEASE_HELD where the name is taken (409), otherwise with ENGINE_UNAVAILABLE. */
export function upgrade({ url, what, timeoutMs, attach }: UpgradeOptions): Promise<WebSocket> {
  const at = `${what} at ${new URL(url).origin}`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const fail = (error: AppError): void => {
      clearTimeout(timer);
      reject(error);
      socket.terminate();
    };
    const timer = setTimeout(() => {
      fail(unavailable(`${at} was not opened within ${timeoutMs} ms`));
    }, timeoutMs);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Several addresses of one host fail as an AggregateError, whose message is empty.
      fail(unavailable(`${at} cannot be opened: ${error.message || (error.code ?? error.name)}`, error));
    });
    socket.once('unexpected-response', (_request, response) => {
      void readRefusal(response).then((reason) =>
        fail(refused(response.statusCode ?? 0, `${at}: ${reason}`)),
      );
    });
    socket.once('open', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    attach(socket);
  });
}

/** A name or an exclusive subscription that is taken is answered 409; so is an incompatible schema. */
function refused(status: number, detail: string): AppError {
  if (status === 409 && !/schema/i.test(detail)) return new AppError('LEASE_HELD', detail);
  return unavailable(detail);
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
  const text = Buffer.concat(chunks).toString('utf8');
  const reason = /<th>MESSAGE:<\/th><td>([^<]*)/.exec(text)?.[1] ?? text.slice(0, 300);
  return `${response.statusCode ?? 0} ${reason}`.trim();
}
