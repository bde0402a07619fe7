import { pause } from '../core/pause.js';
import type { Beat } from '../core/types.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import type { Bus, Producer } from '../ports/bus.js';
import type { Clock, Log } from '../ports/system.js';
import type { TopicAdmin } from '../ports/topic-admin.js';
import { hearBeats } from './beats.js';

/** The fixed name under which the journal's one producer is open. */
export const JOURNAL_PRODUCER = 'stageline-writer';

const TRY_EVERY_MS = 1_000;
/** So long without a beat, and a standby takes the lease by force. */
const SILENCE_MS = 10_000;
const UNLOAD_EVERY_MS = 10_000;

export interface LeaseOptions {
  readonly bus: Bus;
  readonly admin: TopicAdmin | undefined;
  readonly journalTopic: string;
  readonly beatsTopic: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told once when another instance has the lease, and with each of its beats. */
  readonly onStandby: (beat: Beat | undefined) => void;
}

/**
 * Waits until the journal's producer is ours. A holder that stopped keeps its name for minutes, and an unload alone does
 * not free it: only after ten seconds without a beat the name is tried in a loop while the topic is unloaded. Taking it
 * from a holder that is well does no harm, since the log decides who won.
 */
export async function takeLease(options: LeaseOptions): Promise<Producer> {
  const listening = new AbortController();
  const signal = AbortSignal.any([options.signal, listening.signal]);
  let lastBeat = options.clock.now();
  let heard: Promise<void> | undefined;
  let unloaded = 0;
  try {
    while (!options.signal.aborted) {
      const asked = options.clock.now();
      try {
        return await options.bus.openProducer(options.journalTopic, {
          name: JOURNAL_PRODUCER,
          exclusive: true,
          sendTimeoutMs: 10_000,
        });
      } catch (error) {
        if (!hasCode(error, 'LEASE_HELD') && !hasCode(error, 'ENGINE_UNAVAILABLE')) throw error;
        if (hasCode(error, 'ENGINE_UNAVAILABLE'))
          options.log.warn({ reason: messageOf(error) }, 'bus-does-not-answer');
        // No beat can be heard while the bus does not answer: that silence is not the holder's.
        if (hasCode(error, 'ENGINE_UNAVAILABLE') && asked - lastBeat <= SILENCE_MS)
          lastBeat = options.clock.now();
        if (heard === undefined && hasCode(error, 'LEASE_HELD')) {
          options.log.info({}, 'lease-held-by-another-instance');
          options.onStandby(undefined);
          heard = hearBeats({ ...options, topic: options.beatsTopic, signal }, (beat) => {
            lastBeat = options.clock.now();
            options.onStandby(beat);
          });
        }
        const silent = options.clock.now() - lastBeat > SILENCE_MS;
        if (
          silent &&
          hasCode(error, 'LEASE_HELD') &&
          options.admin !== undefined &&
          options.clock.now() - unloaded > UNLOAD_EVERY_MS
        ) {
          unloaded = options.clock.now();
          options.log.warn({ silentMs: unloaded - lastBeat }, 'lease-taken-by-force');
          void options.admin.unload(options.journalTopic).catch((fault: unknown) => {
            options.log.warn({ reason: messageOf(fault) }, 'journal-not-unloaded');
          });
        }
        await pause(silent ? 20 : TRY_EVERY_MS, options.signal);
      }
    }
    throw new AppError('CLOSED', 'stopped while waiting for the lease');
  } finally {
    listening.abort();
    await heard;
  }
}
