import type { WebSocket } from 'ws';
import { AppError } from '../../errors.js';
import { startHeartbeat } from './heartbeat.js';
import type { Heartbeat } from './heartbeat.js';
import { upgrade } from './upgrade.js';

/** How long a server may take to answer that it closes. */
const CLOSE_LIMIT_MS = 2000;

export interface SocketOptions {
  readonly url: string;
  /** What the socket is, for messages: `the producer on persistent://…`. */
  readonly what: string;
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
  /** Stops or resumes reading, so that what is not taken stays with the server. */
  setPaused(paused: boolean): void;
  close(): Promise<void>;
}

/** Opens a socket of the WebSocket API. */
export async function openSocket(options: SocketOptions): Promise<Socket> {
  const lost = new AbortController();
  let ended: AppError | undefined;
  let socket: WebSocket | undefined = undefined;
  let heartbeat: Heartbeat | undefined = undefined;
  const { what, onText, onEnd } = options;

  const end = (reason: AppError): boolean => {
    if (ended !== undefined) return false;
    ended = reason;
    heartbeat?.stop();
    onEnd(reason);
    return true;
  };
  const fail = (reason: AppError): void => {
    if (!end(reason)) return;
    socket?.terminate();
    lost.abort(reason);
  };

  socket = await upgrade({
    url: options.url,
    what,
    timeoutMs: options.openTimeoutMs,
    attach(opening) {
      opening.on('message', (data: Buffer) => {
        heartbeat?.heard();
        if (ended === undefined) onText(data.toString('utf8'));
      });
      opening.on('close', (code, reason) => {
        const why = reason.length > 0 ? `${code} ${reason.toString('utf8')}` : String(code);
        fail(new AppError('ENGINE_UNAVAILABLE', `${what} was cut off (${why})`));
      });
    },
  });
  const open = socket;
  if (ended !== undefined) throw ended;
  heartbeat = startHeartbeat(open, options.pingMs, () => {
    fail(new AppError('ENGINE_UNAVAILABLE', `${what} is lost: no pong within ${options.pingMs} ms`));
  });

  return {
    lost: lost.signal,
    get ended() {
      return ended;
    },
    fail,
    send(frame) {
      return new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        open.send(frame, (error) => {
          if (!(error instanceof Error)) resolve();
          else
            reject(
              ended ?? new AppError('ENGINE_UNAVAILABLE', `${what}: ${error.message}`, { cause: error }),
            );
        });
      });
    },
    setPaused(paused) {
      if (ended !== undefined || open.isPaused === paused) return;
      heartbeat.setPaused(paused);
      if (paused) open.pause();
      else open.resume();
    },
    async close() {
      end(new AppError('CLOSED', `${what} is closed`));
      await closeSocket(open);
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
