import { isAborted } from '../../core/pause.js';
import type { ReceivedMessage } from '../../ports/bus.js';
import type { Shows } from '../../core/topic-access.js';
import type { Source } from './source.js';

/** What one answer holds at most, and how long it is waited for. */
const LIMITS = { messages: 1_000, bytes: 8 * 1024 * 1024, perMessageMs: 30_000, totalMs: 60_000 };

export interface Batch {
  readonly size: number;
  /** The batch ends when nothing comes for so long. */
  readonly perMessageMs: number;
}

/** What is to be acknowledged, and what the client may see. */
export interface Polled {
  readonly taken: readonly ReceivedMessage[];
  readonly shown: readonly ReceivedMessage[];
}

/** Collects a batch; what it holds and how long it takes has an end, whatever was asked for. */
export async function collect(
  source: Source,
  { size, perMessageMs }: Batch,
  { shows, signal }: { readonly shows: Shows; readonly signal: AbortSignal },
): Promise<Polled> {
  const wanted = Math.min(size, LIMITS.messages);
  const end = performance.now() + LIMITS.totalMs;
  const taken: ReceivedMessage[] = [];
  const shown: ReceivedMessage[] = [];
  let bytes = 0;
  while (shown.length < wanted && bytes < LIMITS.bytes && !isAborted(signal)) {
    const waitMs = Math.min(perMessageMs, LIMITS.perMessageMs, end - performance.now());
    if (waitMs < 0) break;
    const messages = await source.receive({
      max: wanted - shown.length,
      maxBytes: LIMITS.bytes - bytes,
      waitMs,
    });
    if (messages.length === 0) break;
    if (source.remembers) taken.push(...messages);
    for (const message of messages) {
      if (shows?.(message) === false) continue;
      bytes += message.payload.length;
      shown.push(message);
    }
  }
  return { taken, shown };
}
