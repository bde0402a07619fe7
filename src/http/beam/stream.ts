import type { Writable } from 'node:stream';
import { isAborted, pause } from '../../core/pause.js';
import { messageOf } from '../../errors.js';
import type { ReceivedMessage } from '../../ports/bus.js';
import type { Log } from '../../ports/system.js';
import type { Shows } from '../../core/topic-access.js';
import { messageFrame } from './frames.js';
import type { Source } from './source.js';

/** How long a client waits before it comes again, in milliseconds. */
const RETRY_MS = 2_000;
const BATCH = { max: 100, maxBytes: 1024 * 1024 };
/** What is written and not acknowledged yet may be so much; then the stream waits. */
const MAX_HELD = 1_000;
const MAX_HELD_BYTES = 4 * 1024 * 1024;
/** A stream without messages looks after itself so often. */
const WAIT_MS = 5_000;

export interface MessageStreamOptions {
  readonly source: Source;
  /** Where the stream is written to. */
  readonly out: Writable;
  readonly shows: Shows;
  readonly heartbeatMs: number;
  /** What the socket has taken counts as received once the connection has outlived it by so long. */
  readonly settleMs: number;
  /** The client has gone. */
  readonly gone: AbortSignal;
  /** The stream is to end: the client has gone, or may not read on, or the service closes. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

interface Held {
  readonly messages: readonly ReceivedMessage[];
  readonly bytes: number;
  readonly dueAt: number;
}

/**
 * Writes messages as server-sent events until the signal, and closes their source. A client says nothing of what it
 * has read, and sockets take far more than it has: so a message is acknowledged when the socket has taken it and the
 * client is still there a while later. One that vanishes gets those again. Never rejects: the response has begun.
 */
export async function writeMessages(options: MessageStreamOptions): Promise<void> {
  const { source, out, shows, heartbeatMs, settleMs, gone, signal, log } = options;
  const held: Held[] = [];
  let writtenAt = performance.now();

  /** Resolves when the socket has taken it, or at the end. */
  const write = (chunk: Buffer | string): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      writtenAt = performance.now();
      out.write(chunk, done);
      if (isAborted(signal)) done();
    });

  /** Acknowledges what has been there for long enough; the time until there is more. */
  const settle = async (): Promise<number> => {
    for (;;) {
      const [first] = held;
      if (first === undefined) return WAIT_MS;
      const leftMs = first.dueAt - performance.now();
      if (leftMs > 0) return leftMs;
      held.shift();
      await source.acknowledge(first.messages);
    }
  };

  const isFull = (): boolean =>
    held.reduce((sum, { messages }) => sum + messages.length, 0) >= MAX_HELD ||
    held.reduce((sum, { bytes }) => sum + bytes, 0) >= MAX_HELD_BYTES;

  const passOn = async (messages: readonly ReceivedMessage[]): Promise<void> => {
    const frames = messages.filter((message) => shows?.(message) !== false).map(messageFrame);
    const chunk = Buffer.concat(frames);
    if (chunk.length > 0) await write(chunk);
    if (isAborted(signal) || !source.remembers) return;
    held.push({ messages, bytes: chunk.length, dueAt: performance.now() + settleMs });
  };

  const heart = setInterval(() => {
    if (out.writableNeedDrain || performance.now() - writtenAt < heartbeatMs / 2) return;
    void write(': heartbeat\n\n');
  }, heartbeatMs / 2);
  // A receive that waits answers when its source is closed.
  const end = (): void => void finish().catch(() => undefined);
  let finishing: Promise<void> | undefined;
  const finish = (): Promise<void> => (finishing ??= closeSource({ source, held, gone }));
  signal.addEventListener('abort', end, { once: true });

  try {
    if (isAborted(signal)) return;
    await write(`retry: ${RETRY_MS}\n\n: connected\n\n`);
    while (!isAborted(signal)) {
      const waitMs = Math.min(WAIT_MS, await settle());
      if (isFull()) await pause(waitMs, signal);
      else await passOn(await source.receive({ ...BATCH, waitMs }));
    }
  } catch (error) {
    if (!isAborted(signal)) log.warn({ reason: messageOf(error) }, 'beam-stream-cut');
  } finally {
    clearInterval(heart);
    signal.removeEventListener('abort', end);
    await finish().catch((error: unknown) =>
      log.warn({ reason: messageOf(error) }, 'beam-source-not-closed'),
    );
  }
}

/** Whoever is still there has got what the socket took. */
async function closeSource({
  source,
  held,
  gone,
}: {
  readonly source: Source;
  readonly held: readonly Held[];
  readonly gone: AbortSignal;
}): Promise<void> {
  try {
    if (!gone.aborted) for (const { messages } of held) await source.acknowledge(messages);
  } finally {
    await source.close();
  }
}
