import type { AnyCommand } from '../core/decision.js';
import { createBell } from '../core/bell.js';
import { isAborted, untilAborted } from '../core/pause.js';
import type { Consumer, ReceivedMessage } from '../ports/bus.js';

/** A command as it came in. The writer's own come without a message. */
export type Incoming =
  | {
      readonly via: 'commands' | 'results';
      readonly message: ReceivedMessage;
      readonly consumer: Consumer;
      readonly topic: string;
    }
  | { readonly via: 'internal'; readonly definition: AnyCommand; readonly params: Record<string, unknown> };

/** Commands kept ready at most, by number and bytes. */
const MAX_READY = 2_000;
const MAX_READY_BYTES = 16 * 1024 * 1024;

export interface Inbox {
  /** Reads a consumer until the signal; rejects when the consumer is lost. */
  readFrom(
    source: { consumer: Consumer; via: 'commands' | 'results'; topic: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** Puts one of the writer's own commands before everything else. */
  put(incoming: Incoming): void;
  /** What has arrived, up to `max`; waits for the first up to `waitMs`, and no longer than until the signal. */
  take(max: number, waitMs: number, signal?: AbortSignal): Promise<Incoming[]>;
  size(): number;
}

/** One queue for everything the writer decides: whatever arrives while a batch is decided is the next batch. */
export function createInbox(): Inbox {
  const own: Incoming[] = [];
  const ready: Incoming[] = [];
  let bytes = 0;
  const arrived = createBell();
  const room = createBell();

  return {
    async readFrom({ consumer, via, topic }, signal) {
      while (!isAborted(signal)) {
        const received = consumer.receive({ max: 500, maxBytes: 4 * 1024 * 1024, waitMs: 500 });
        const messages = (await untilAborted(signal, received)) ?? [];
        for (const message of messages) {
          ready.push({ via, message, consumer, topic });
          bytes += message.payload.length;
        }
        if (messages.length > 0) arrived.ring();
        while ((ready.length > MAX_READY || bytes > MAX_READY_BYTES) && !isAborted(signal)) {
          await room.wait(500, signal);
        }
      }
    },
    put(incoming) {
      own.push(incoming);
      arrived.ring();
    },
    async take(max, waitMs, signal) {
      if (own.length + ready.length === 0) {
        await arrived.wait(waitMs, signal);
      }
      const taken = own.splice(0, max);
      taken.push(...ready.splice(0, max - taken.length));
      for (const item of taken) if (item.via !== 'internal') bytes -= item.message.payload.length;
      room.ring();
      return taken;
    },
    size: () => own.length + ready.length,
  };
}
