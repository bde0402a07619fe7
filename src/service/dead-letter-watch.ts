import { readDeadLetter } from '../core/dead-letter.js';
import { isAborted, pause, untilAborted } from '../core/pause.js';
import { messageOf } from '../errors.js';
import type { Bus, Reader } from '../ports/bus.js';
import type { Log } from '../ports/system.js';

export interface DeadLetterWatchOptions {
  readonly bus: Bus;
  readonly topic: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told the code of each dead letter that comes from now on, whoever wrote it. */
  readonly onLetter: (code: string) => void;
}

/** Follows the dead letters until the signal; a reader that is lost is opened again behind the last one. */
export async function watchDeadLetters({
  bus,
  topic,
  log,
  signal,
  onLetter,
}: DeadLetterWatchOptions): Promise<void> {
  let after: string | undefined;
  for (let failures = 0; !isAborted(signal);) {
    let reader: Reader | undefined;
    try {
      reader = await bus.openReader(topic, { start: after === undefined ? 'latest' : { after } });
      while (!isAborted(signal)) {
        const received = reader.receive({ max: 100, maxBytes: 4 * 1024 * 1024, waitMs: 500 });
        for (const message of (await untilAborted(signal, received)) ?? []) {
          after = message.id;
          onLetter(readDeadLetter(message, topic).code);
        }
        failures = 0;
      }
    } catch (error) {
      if (failures === 0) log.warn({ reason: messageOf(error) }, 'dead-letters-not-counted');
      failures += 1;
      await pause(Math.min(30_000, 500 * 2 ** failures), signal);
    } finally {
      await reader?.close();
    }
  }
}
