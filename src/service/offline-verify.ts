import type { Config } from '../config.js';
import { pause } from '../core/pause.js';
import type { VerifyReport } from '../core/verify-report.js';
import { AppError } from '../errors.js';
import { verify } from '../history/verify.js';
import type { Bus } from '../ports/bus.js';
import type { DocumentStore } from '../ports/documents.js';
import type { JobProgress } from '../ports/jobs.js';
import type { Log } from '../ports/system.js';
import { hearBeats } from '../processor/beats.js';
import { openScratch } from './scratch.js';
import { systemClock as clock } from './system.js';

/** The journal topic has ended where nothing comes for so long. */
const QUIET_MS = { embedded: 300, pulsar: 5_000 } as const;
/** A writer says something every two seconds. */
const LISTEN_MS = 5_000;

export interface OfflineVerifyOptions {
  readonly config: Config;
  readonly bus: Bus;
  readonly store: DocumentStore;
  /** @defaultValue none */
  readonly heads?: ReadonlyMap<number, string>;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

/** Verifies journal and documents without a service: nothing may write them meanwhile. */
export async function offlineVerify(options: OfflineVerifyOptions): Promise<VerifyReport> {
  const { config, heads = new Map<number, string>() } = options;
  const embedded = config.bus.kind === 'embedded';
  // The embedded bus is locked by whoever writes; a broker serves everybody.
  if (!embedded) await refuseWriter(options);
  return verify({
    ...options,
    heads,
    clock,
    journalTopic: config.topics.journal,
    scratch: openScratch,
    idleMs: embedded ? QUIET_MS.embedded : QUIET_MS.pulsar,
  });
}

async function refuseWriter({ config, bus, log, signal }: OfflineVerifyOptions): Promise<void> {
  const listening = new AbortController();
  const either = AbortSignal.any([listening.signal, signal]);
  let writer: string | undefined;
  const heard = hearBeats({ bus, topic: config.topics.beats, clock, log, signal: either }, (beat) => {
    writer = beat.writer;
    listening.abort();
  });
  await pause(LISTEN_MS, either);
  listening.abort();
  await heard;
  if (writer === undefined) return;
  throw new AppError('LEASE_HELD', `Writer ${writer} is at work: leave --offline out, or stop the service.`);
}
