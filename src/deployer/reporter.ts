import { v5 as uuidv5 } from 'uuid';
import { hashOf } from '../core/canonical.js';
import type { DeploymentResult } from '../core/types.js';
import { pause } from '../core/pause.js';
import type { OutgoingMessage } from '../ports/bus.js';
import type { Log } from '../ports/system.js';

/** One outcome on its way to the journal. */
export interface Report {
  readonly project: string;
  readonly environment: string;
  readonly release: number;
  readonly effect: string;
  readonly result: DeploymentResult;
  /** Called when the result is stored. */
  readonly done: () => Promise<void>;
}

export interface Reporter {
  /** Takes an outcome; it is sent at once, or when a second has passed since the last ones were. */
  add(report: Report): void;
  /** Sends what is left; resolves when it is stored and acknowledged. */
  flush(): Promise<void>;
}

export interface ReporterOptions {
  /** Stores a message on the results topic. */
  readonly send: (message: OutgoingMessage) => Promise<void>;
  readonly log: Log;
  /** When a result cannot be stored or acknowledged; nothing is sent after that. */
  readonly onFailure: (error: unknown) => void;
  /** @defaultValue 1000 */
  readonly everyMs?: number;
}

/** Names the ids of deployers' commands. Never to be changed: the same outcomes must give the same id. */
const NAMESPACE = 'b4c9b3b0-5f0c-4d5b-9d0f-2f6f0a3c8a51';
/** A command may have 300 KiB and 1,000 results. */
const MAX_BYTES = 200 * 1024;
const MAX_RESULTS = 1000;

/** Collects outcomes, and sends those of a release together: at most once a second, so that the journal is not one record a function. */
export function createReporter(options: ReporterOptions): Reporter {
  const { everyMs = 1000 } = options;
  let pending: Report[] = [];
  let sending: Promise<void> | undefined;
  let sentAt = -Infinity;
  let hurry = new AbortController();
  let failed = false;

  const sendPending = async (): Promise<void> => {
    const reports = pending;
    pending = [];
    sentAt = performance.now();
    await Promise.all(
      batches(reports).map(async (batch) => {
        const [first] = batch;
        if (first === undefined) return;
        await options.send(commandOf(batch, first));
        options.log.info(
          { project: first.project, release: first.release, results: batch.length },
          'results-sent',
        );
        await Promise.all(batch.map(({ done }) => done()));
      }),
    );
  };

  const loop = async (): Promise<void> => {
    try {
      while (pending.length > 0) {
        await pause(Math.max(0, sentAt + everyMs - performance.now()), hurry.signal);
        await sendPending();
      }
    } catch (error) {
      failed = true;
      pending = [];
      options.onFailure(error);
    } finally {
      sending = undefined;
    }
  };

  return {
    add(report) {
      if (failed) return;
      pending.push(report);
      sending ??= loop();
    },
    async flush() {
      hurry.abort();
      await sending;
      hurry = new AbortController();
    },
  };
}

/** By project and release, and cut so that each fits into a command. */
function batches(reports: readonly Report[]): Report[][] {
  const open = new Map<string, { batch: Report[]; bytes: number }>();
  const all: Report[][] = [];
  for (const report of reports) {
    const key = `${report.project}\n${report.release}`;
    const bytes = Buffer.byteLength(JSON.stringify(report.result));
    let last = open.get(key);
    if (last === undefined || last.bytes + bytes > MAX_BYTES || last.batch.length >= MAX_RESULTS) {
      last = { batch: [], bytes: 0 };
      open.set(key, last);
      all.push(last.batch);
    }
    last.batch.push(report);
    last.bytes += bytes;
  }
  return all;
}

function commandOf(batch: readonly Report[], { project, environment, release }: Report): OutgoingMessage {
  const results = batch.map(({ result }) => result).sort(byFunction);
  const told = batch.map(({ effect, result }) => `${effect} ${hashOf(result)}`).sort();
  const command = {
    // The same report made again is the same command, to the letter: no clock, and an order of its own. One that was made
    // after the cluster has answered otherwise is another, of which nothing is taken but that it came.
    id: uuidv5(told.join('\n'), NAMESPACE),
    command: 'record-deployment',
    project,
    params: { environment, release, results },
  };
  return { key: project, payload: Buffer.from(JSON.stringify(command)) };
}

function byFunction(a: Report['result'], b: Report['result']): number {
  return a.function < b.function ? -1 : 1;
}
