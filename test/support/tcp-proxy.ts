import { connect, createServer, type Server, type Socket } from 'node:net';
import { quietPort } from './quiet-port.js';

/** What becomes of bytes on their way: black-holed ones wait, and arrive when the hole is closed, as TCP sends again. */
export type Weather =
  | { readonly kind: 'pass' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'black-hole' };

const PASS: Weather = { kind: 'pass' };

/** One client that is connected through the proxy. */
export interface ProxiedConnection {
  /** The first line that the client has sent, such as `GET /ws/v2/producer/… HTTP/1.1`. */
  firstLine(): string;
  /** Bytes of the client that have reached the server. */
  passed(): number;
  /** Bytes of the client that wait here. */
  waiting(): number;
  set(weather: Weather): void;
  /** Resets both sides. */
  cut(): void;
}

/** Stands between a client and a server and makes the network as bad as a test wants it. */
export interface TcpProxy {
  readonly port: number;
  /** The address of the server, as it is reached through here. */
  readonly url: string;
  /** What is open; with a pattern, those whose first line matches. */
  connections(firstLine?: RegExp): ProxiedConnection[];
  /** For what is open and for what comes; with a pattern, only for connections whose first line matches. */
  set(weather: Weather, firstLine?: RegExp): void;
  /** Resets everything that is open. */
  cut(): void;
  /** The next request that matches is answered, and the answer lost: its connection is cut instead. Resolves then. */
  loseAnswer(request: RegExp): Promise<void>;
  /** Resets everything that is open and takes nothing new until `accept`, as a server that is not there. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy in front of the server that an address names. */
export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const open = new Set<ProxiedConnection>();
  const rules: { weather: Weather; firstLine: RegExp | undefined }[] = [];
  const weatherFor = (line: string): Weather =>
    rules.findLast(({ firstLine }) => firstLine === undefined || firstLine.test(line))?.weather ?? PASS;
  const losses: { readonly request: RegExp; readonly lost: () => void }[] = [];
  let server: Server | undefined;

  const take = (client: Socket): void => {
    const upstream = connect({ host: target.hostname, port: Number(target.port), allowHalfOpen: true });
    client.on('data', (data: Buffer) => {
      const index = losses.findIndex(({ request }) => request.test(data.toString('latin1')));
      const [loss] = index === -1 ? [] : losses.splice(index, 1);
      if (loss === undefined) return;
      upstream.prependOnceListener('data', () => {
        connection.cut();
        loss.lost();
      });
    });
    const connection = proxied(client, upstream, weatherFor);
    open.add(connection);
    const closed = (): void => {
      if (client.closed && upstream.closed) open.delete(connection);
    };
    for (const socket of [client, upstream]) socket.on('close', closed);
  };
  const port = await quietPort();
  const listen = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = createServer({ allowHalfOpen: true, noDelay: true }, take);
      next.once('error', reject);
      next.listen(port, '127.0.0.1', () => {
        server = next;
        resolve();
      });
    });
  const stopListening = (): void => {
    server?.close();
    server = undefined;
  };
  const cut = (): void => {
    for (const connection of [...open]) connection.cut();
  };

  await listen();
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    port,
    url: url.href.replace(/\/$/, ''),
    connections: (firstLine) =>
      [...open].filter((connection) => firstLine === undefined || firstLine.test(connection.firstLine())),
    set(weather, firstLine) {
      if (firstLine === undefined) rules.length = 0;
      rules.push({ weather, firstLine });
      for (const connection of open) connection.set(weatherFor(connection.firstLine()));
    },
    cut,
    loseAnswer: (request) =>
      new Promise((resolve) => {
        losses.push({ request, lost: resolve });
      }),
    async refuse() {
      stopListening();
      cut();
    },
    async accept() {
      // The old listener may need a moment to be gone.
      for (const end = Date.now() + 10_000; server === undefined;) {
        await listen().catch(async (error: unknown) => {
          if (Date.now() > end) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        });
      }
    },
    async close() {
      stopListening();
      cut();
    },
  };
}

/** Carries the bytes of one connection both ways. */
function proxied(
  client: Socket,
  upstream: Socket,
  weatherFor: (firstLine: string) => Weather,
): ProxiedConnection {
  let line = '';
  let weather = weatherFor('');
  const now = (): Weather => weather;
  const forth = carry(client, upstream, now);
  const back = carry(upstream, client, now);
  const set = (next: Weather): void => {
    weather = next;
    forth.pump();
    back.pump();
  };
  // Before the bytes are carried on: whether they pass may depend on them.
  client.prependOnceListener('data', (data: Buffer) => {
    line = data.toString('latin1').split('\r\n', 1)[0] ?? '';
    weather = weatherFor(line);
  });
  return {
    firstLine: () => line,
    passed: forth.passed,
    waiting: forth.waiting,
    set,
    cut() {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    },
  };
}

interface Direction {
  readonly pump: () => void;
  readonly passed: () => number;
  readonly waiting: () => number;
}

interface Carried {
  readonly arrived: number;
  /** Undefined is the end of what is sent. */
  readonly bytes: Buffer | undefined;
  /** The sender is gone altogether. */
  readonly gone?: true;
}

/** Carries one direction, in order, as the weather of the moment allows. */
function carry(from: Socket, to: Socket, weather: () => Weather): Direction {
  const queue: Carried[] = [];
  let timer: NodeJS.Timeout | undefined;
  let passed = 0;

  const pump = (): void => {
    clearTimeout(timer);
    const today = weather();
    if (today.kind === 'black-hole') return;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const wait = today.kind === 'delay' ? next.arrived + today.ms - Date.now() : 0;
      if (wait > 0) {
        timer = setTimeout(pump, wait).unref();
        return;
      }
      queue.shift();
      if (next.gone === true) to.resetAndDestroy();
      else if (to.destroyed || to.writableEnded) continue;
      else if (next.bytes === undefined) to.end();
      else {
        passed += next.bytes.length;
        to.write(next.bytes);
      }
    }
  };
  const push = (carried: Omit<Carried, 'arrived'>): void => {
    queue.push({ ...carried, arrived: Date.now() });
    pump();
  };
  from.on('data', (bytes: Buffer) => push({ bytes }));
  from.on('end', () => push({ bytes: undefined }));
  // What an error leaves behind is a close.
  from.on('error', () => undefined);
  from.on('close', (failed) => {
    if (failed) push({ bytes: undefined, gone: true });
  });
  return {
    pump,
    passed: () => passed,
    waiting: () => queue.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0),
  };
}
