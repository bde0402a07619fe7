import { v5 as uuidv5 } from 'uuid';
import { hashOf } from '../core/canonical.js';
import { redactText } from '../core/redact-text.js';
import { redact } from '../core/redact.js';
import type { DeploymentResult } from '../core/types.js';
import type { OutgoingMessage } from '../ports/bus.js';
import type { Log } from '../ports/system.js';
import { createBatching, type Batching } from './batching.js';

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

export type Reporter = Batching<Report>;

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

/** Collects outcomes of deployments, and sends those of a release together. */
export function createReporter({ send, log, onFailure, everyMs }: ReporterOptions): Reporter {
  return createBatching<Report>({
    send,
    onFailure,
    everyMs,
    keyOf: ({ project, release }) => `${project}\n${release}`,
    commandOf,
    onSent: (batch, { project, release }) =>
      log.info({ project, release, results: batch.length }, 'results-sent'),
  });
}

function commandOf(batch: readonly Report[], { project, environment, release }: Report): OutgoingMessage {
  // Only what the config resolves to was masked by now: a cluster may quote other secrets, of its own too.
  const results = batch.map(({ result }) => redact(result, redactText)).sort(byFunction);
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
