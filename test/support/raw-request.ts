import { connect } from 'node:net';

/** What came back on a connection. */
export interface RawAnswer {
  /** Undefined where nothing came. */
  readonly status: number | undefined;
  /** Header lines as they stood there. */
  readonly head: string;
  /** Without what frames it, up to its end. */
  readonly body: string;
  /** False where its chunks hold what is none. */
  readonly isFramed: boolean;
  readonly endedBy: 'service' | 'us' | 'time';
}

export interface RawRequest {
  readonly port: number;
  /** A loopback address to come from. */
  readonly from: string;
  readonly bytes: Buffer;
  /** Goes after so long, whatever has come. */
  readonly leavesAfterMs?: number | undefined;
  /** Says after so long that nothing more will come: a request that is not whole is then known for one. */
  readonly endsAfterMs?: number | undefined;
  readonly limitMs: number;
}

/** An answer before the answer, as to `Expect: 100-continue`. */
const INTERIM = /^HTTP\/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n/;
const MAX_KEPT = 64 * 1024;

/** Writes bytes to a connection of their own and reads what comes, whether they are a request or not. */
export function askRaw({
  port,
  from,
  bytes,
  leavesAfterMs,
  endsAfterMs,
  limitMs,
}: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let kept = 0;
    let endedBy: RawAnswer['endedBy'] = 'service';
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    const after = (ms: number | undefined, what: () => void): NodeJS.Timeout | undefined =>
      ms === undefined ? undefined : setTimeout(what, ms);
    const leave = (by: 'us' | 'time') => (): void => {
      endedBy = by;
      socket.destroy();
    };
    const timers = [
      after(leavesAfterMs, leave('us')),
      after(endsAfterMs, () => socket.end()),
      after(limitMs, leave('time')),
    ];
    socket.on('data', (chunk: Buffer) => {
      if (kept < MAX_KEPT) chunks.push(chunk);
      kept += chunk.length;
    });
    // A service that refuses a body while it still comes may cut the connection: what it said before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const timer of timers) clearTimeout(timer);
      const text = Buffer.concat(chunks).toString('latin1').replace(INTERIM, '');
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
      const at = text.indexOf('\r\n\r\n');
      resolve({
        status: status === undefined ? undefined : Number(status),
        head: text.slice(0, at < 0 ? text.length : at),
        ...bodyOf(text.slice(0, at), at < 0 ? '' : text.slice(at + 4)),
        endedBy,
      });
    });
    socket.write(bytes);
  });
}

function bodyOf(head: string, rest: string): Pick<RawAnswer, 'body' | 'isFramed'> {
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? [];
  if (length !== undefined) return { body: rest.slice(0, Number(length)), isFramed: true };
  if (!/^transfer-encoding: chunked/im.test(head)) return { body: rest, isFramed: true };
  let body = '';
  for (let at = 0; at < rest.length;) {
    const [line, size] = /^([0-9a-f]+)\r\n/.exec(rest.slice(at, at + 12)) ?? [];
    // The last piece of what was kept, or came, may end anywhere.
    if (line === undefined || size === undefined) return { body, isFramed: rest.length - at < 12 };
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) break;
    body += rest.slice(at + line.length, at + line.length + bytes);
    at += line.length + bytes + 2;
  }
  return { body, isFramed: true };
}
