import type { WebSocket } from 'ws';
import { AppError } from '../../errors.js';
import type { Shown } from '../../ports/credentials.js';
import { startHeartbeat } from './heartbeat.js';
import { upgrade } from './upgrade.js';

/** How long a server may take to answer that it closes. */
const CLOSE_LIMIT_MS = 2000;

export interface SocketOptions {
  readonly url: string;
  /** What the socket is, for messages: `the producer on persistent://…`. */
  readonly what: string;
  /** Nothing where the server wants nothing. */
  readonly shown: Shown | undefined;
  readonly openTimeoutMs: number;
  readonly pingMs: number;
  readonly onText: (text: string) => void;
  /** Called once, when nothing can come or go any more: with the fault, or with CLOSED after close(). */
  readonly onEnd: (reason: AppError) => void;
}

/** A socket that is open or over; it never reconnects. */
export interface Socket {
  /** Resolves when the frame is handed to the operating system. */
  send(frame: string): Promise<void>;
  /** Why nothing can be sent any more; undefined while it is open. */
  readonly ended: AppError | undefined;
  /** Aborted with the fault that ended it; never by close(). */
  readonly lost: AbortSignal;
  /** Gives the socket up for that fault. */
  fail(reason: AppError): void;
  /** The same, and says goodbye first: what it holds, such as a producer's name, is then free at once. */
  retire(reason: AppError): void;
  /** Stops or resumes reading, so that what is not taken stays with the server. */
  setPaused(paused: boolean): void;
  close(): Promise<void>;
}

/** Opens a socket of the WebSocket API. */
export function openSocket(options: SocketOptions): Promise<Socket> {
  return upgrade({
    url: options.url,
    what: options.what,
    shown: options.shown,
    timeoutMs: options.openTimeoutMs,
    onOpen: (socket) => manage(socket, options),
  });
}

/** Watches over an open socket. */
function manage(socket: WebSocket, { what, pingMs, onText, onEnd }: SocketOptions): Socket {
  const lost = new AbortController();
  let ended: AppError | undefined;

  const end = (reason: AppError): boolean => {
    if (ended !== undefined) return false;
    ended = reason;
    heartbeat.stop();
    onEnd(reason);
    return true;
  };
  const fail = (reason: AppError): void => {
    if (!end(reason)) return;
    socket.terminate();
    lost.abort(reason);
  };
  const heartbeat = startHeartbeat(socket, pingMs, () => {
    fail(new AppError('ENGINE_UNAVAILABLE', `${what} is lost: no pong within ${pingMs} ms`));
  });
  socket.on('message', (data: Buffer) => {
    heartbeat.heard();
    if (ended === undefined) onText(data.toString('utf8'));
  });
  // An error is always followed by the close, which then has no reason of its own.
  let trouble = '';
  socket.on('error', (error) => {
    trouble = error.message;
  });
  socket.on('close', (code, reason) => {
    const why = `${code} ${reason.length > 0 ? reason.toString('utf8') : trouble}`.trim();
    fail(new AppError('ENGINE_UNAVAILABLE', `${what} was cut off (${why})`));
  });

  return {
    lost: lost.signal,
    get ended() {
      return ended;
    },
    fail,
    retire(reason) {
      if (!end(reason)) return;
      void closeSocket(socket).then(() => lost.abort(reason));
    },
    send(frame) {
      return new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        socket.send(frame, (error) => {
          if (!(error instanceof Error)) resolve();
          else
            reject(
              ended ?? new AppError('ENGINE_UNAVAILABLE', `${what}: ${error.message}`, { cause: error }),
            );
        });
      });
    },
    setPaused(paused) {
      if (ended !== undefined || socket.isPaused === paused) return;
      heartbeat.setPaused(paused);
      if (paused) socket.pause();
      else socket.resume();
    },
    async close() {
      end(new AppError('CLOSED', `${what} is closed`));
      await closeSocket(socket);
    },
  };
}

/** Says goodbye and waits for the answer, but not for long. */
async function closeSocket(socket: WebSocket): Promise<void> {
  if (socket.readyState === socket.CLOSED) return;
  if (socket.isPaused) socket.resume();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.terminate(), CLOSE_LIMIT_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(1000);
  });
}
