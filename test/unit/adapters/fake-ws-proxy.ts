import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

/** A WebSocket proxy that does nothing by itself. */
export interface FakeProxy {
  readonly url: string;
  /** The paths and queries that were opened. */
  readonly opened: string[];
  /** What came in, parsed. */
  readonly frames: Record<string, unknown>[];
  readonly sockets: WebSocket[];
  /** Sends to the newest socket. */
  send(frame: object): void;
  close(): Promise<void>;
}

export interface FakeProxyOptions {
  /** @defaultValue true */
  readonly answersPings?: boolean;
  /** Answers an upgrade with this status instead, and never where it does not call back. @defaultValue 101 */
  readonly verify?: (request: IncomingMessage, answer: (status: number, page?: string) => void) => void;
  /** What to do with each frame. */
  readonly onFrame?: (frame: Record<string, unknown>, socket: WebSocket) => void;
}

/** Starts a fake proxy on loopback. */
export async function startFakeProxy(options: FakeProxyOptions = {}): Promise<FakeProxy> {
  const opened: string[] = [];
  const frames: Record<string, unknown>[] = [];
  const sockets: WebSocket[] = [];
  const { verify } = options;
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    autoPong: options.answersPings ?? true,
    ...(verify === undefined
      ? {}
      : {
          verifyClient: (
            { req }: { req: IncomingMessage },
            done: (ok: boolean, status?: number, page?: string) => void,
          ) => {
            verify(req, (status, page) => done(status === 101, status, page));
          },
        }),
  });
  server.on('connection', (socket, request) => {
    opened.push(request.url ?? '');
    sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
      frames.push(frame);
      options.onFrame?.(frame, socket);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    opened,
    frames,
    sockets,
    send: (frame) => sockets.at(-1)?.send(JSON.stringify(frame)),
    async close() {
      for (const socket of sockets) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A delivery as the proxy sends it. */
export function delivery(messageId: string, payload: Buffer = Buffer.from(messageId)): object {
  return {
    messageId,
    payload: payload.toString('base64'),
    properties: {},
    publishTime: '2026-11-22T10:11:12.345+01:00',
    redeliveryCount: 0,
  };
}

/** Waits until something holds; fails after five seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it did not come true within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
