import { isAborted, pause, untilAborted } from '../core/pause.js';
import type { Beat } from '../core/types.js';
import { messageOf } from '../errors.js';
import type { Bus } from '../ports/bus.js';
import type { Clock, Log } from '../ports/system.js';

const BEAT_EVERY_MS = 2_000;

export interface BeatOptions {
  readonly bus: Bus;
  readonly topic: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Sends a beat every two seconds until the signal. A beat that cannot be sent is only logged: the lease is judged by the journal. */
export async function sendBeats(options: BeatOptions, beat: () => Omit<Beat, 'time'>): Promise<void> {
  while (!isAborted(options.signal)) {
    try {
      const producer = await options.bus.openProducer(options.topic);
      try {
        while (!isAborted(options.signal) && !isAborted(producer.lost)) {
          const body: Beat = { ...beat(), time: new Date(options.clock.now()).toISOString() };
          await producer.send({ payload: Buffer.from(JSON.stringify(body)) });
          await pause(BEAT_EVERY_MS, options.signal);
        }
      } finally {
        await producer.close();
      }
    } catch (error) {
      options.log.warn({ reason: messageOf(error) }, 'beat-not-sent');
      await pause(BEAT_EVERY_MS, options.signal);
    }
  }
}

/** Listens for beats until the signal. */
export async function hearBeats(options: BeatOptions, heard: (beat: Beat) => void): Promise<void> {
  while (!isAborted(options.signal)) {
    try {
      const reader = await options.bus.openReader(options.topic, { start: 'latest' });
      try {
        while (!isAborted(options.signal)) {
          const received = reader.receive({ max: 10, waitMs: 1_000 });
          for (const message of (await untilAborted(options.signal, received)) ?? [])
            heard(JSON.parse(message.payload.toString('utf8')) as Beat);
        }
      } finally {
        await reader.close();
      }
    } catch (error) {
      options.log.warn({ reason: messageOf(error) }, 'beats-not-heard');
      await pause(BEAT_EVERY_MS, options.signal);
    }
  }
}
