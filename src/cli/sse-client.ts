import { pause } from '../core/pause.js';
import { EXIT, Exit } from './exit.js';

/** One message of an event stream. */
export interface SseMessage {
  /** `message` unless the stream says otherwise. */
  readonly event: string;
  readonly data: string;
  /** The last id seen so far; empty if there was none. */
  readonly id: string;
}

/**
 * Reads an event stream as the HTML standard says: any line end, comments, fields of several lines. `onId` is told
 * every id, also one that comes without data.
 */
export async function* parseSse(
  chunks: AsyncIterable<Uint8Array>,
  onId: (id: string) => void = () => undefined,
): AsyncGenerator<SseMessage> {
  let id = '';
  let event = '';
  let data: string[] = [];
  for await (const line of lines(chunks)) {
    if (line === '') {
      if (id !== '') onId(id);
      if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n'), id };
      event = '';
      data = [];
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?::\x20?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

/** Lines ended by CRLF, LF or CR; what follows the last line end is not a line yet and is dropped at the end. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the very end may be the first half of a CRLF: it waits for the next chunk.
    const end = rest.endsWith('\r') ? rest.length - 1 : rest.length;
    const parts = rest.slice(0, end).split(/\r\n|\n|\r/);
    rest = (parts.pop() ?? '') + rest.slice(end);
    yield* parts;
  }
}

export interface FollowOptions {
  /** Opens the stream behind the last id seen; undefined at first. */
  readonly open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  readonly signal: AbortSignal;
  /** Told once for every stream that was cut and is now opened anew. */
  readonly onCut?: (reason: string) => void;
  /** A stream that is silent for longer, heartbeats included, counts as cut. @defaultValue 60000 */
  readonly idleMs?: number;
  /** Pause before the first new try; doubled up to 5 s. @defaultValue 250 */
  readonly retryMs?: number;
}

/** Follows a stream for as long as the signal allows, over cuts, without a gap. The first opening must succeed. */
export async function* followSse(options: FollowOptions): AsyncGenerator<SseMessage> {
  const { open, signal, onCut, idleMs = 60_000, retryMs = 250 } = options;
  let lastId: string | undefined;
  let opened = false;
  let wait = retryMs;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const watchdog = new AbortController();
    const wasSilent = (): boolean => watchdog.signal.aborted;
    let reason: string | undefined;
    try {
      const chunks = await open(lastId, AbortSignal.any([signal, watchdog.signal]));
      opened = true;
      reason = 'the connection was cut';
      const remember = (id: string): void => {
        lastId = id;
      };
      for await (const message of parseSse(watched(chunks, watchdog, idleMs), remember)) {
        wait = retryMs;
        yield message;
      }
      reason = 'the stream ended';
    } catch (error) {
      if (isOver()) return;
      // Refused, rather than cut: the same would be refused again.
      if (!opened || (error instanceof Exit && error.exitCode === EXIT.failed)) throw error;
      if (wasSilent()) reason = 'the stream was silent for too long';
    } finally {
      watchdog.abort();
    }
    if (reason !== undefined) onCut?.(reason);
    await pause(wait, signal);
    wait = Math.min(5000, wait * 2);
  }
}

async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  watchdog: AbortController,
  idleMs: number,
): AsyncGenerator<Uint8Array> {
  const start = (): NodeJS.Timeout => setTimeout(() => watchdog.abort(), idleMs);
  let timer = start();
  try {
    for await (const chunk of chunks) {
      clearTimeout(timer);
      yield chunk;
      timer = start();
    }
  } finally {
    clearTimeout(timer);
  }
}
