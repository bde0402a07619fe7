import { v5 as uuidv5 } from 'uuid';
import { own } from '../core/own.js';
import { isAborted, pause } from '../core/pause.js';
import type { CheckDriftOnScheduleParams } from '../core/types.js';
import { messageOf } from '../errors.js';
import type { Bus, Producer } from '../ports/bus.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Log } from '../ports/system.js';

export interface DriftScheduleOptions {
  readonly bus: Bus;
  readonly reads: DocumentReads;
  /** Where deployers report to. */
  readonly resultsTopic: string;
  readonly environment: string;
  /** Fingerprint of the target. */
  readonly fingerprint: string;
  readonly everyMinutes: number;
  /** Put back what was deployed last. */
  readonly repair: boolean;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** @defaultValue Date.now */
  readonly now?: () => number;
}

/** Names the ids of these commands. Never to be changed: the same period must give the same id. */
const NAMESPACE = '0b1c3d5e-7f90-4a2b-8c4d-6e8f0a1b2c3d';
const MINUTE_MS = 60_000;
/** After a failure, and between looks at the clock: it may be set. */
const LOOK_MS = 30_000;

/**
 * Asks for a comparison once a period and project. Any number of deployers ask, and after every start: the command's id
 * follows from environment, target, project and period, so that all but the first of them count for nothing.
 */
export async function runDriftSchedule(options: DriftScheduleOptions): Promise<void> {
  const { log, signal, now = Date.now, everyMinutes, environment } = options;
  const periodMs = everyMinutes * MINUTE_MS;
  let asked = -1;
  while (!isAborted(signal)) {
    const period = Math.floor(now() / periodMs);
    if (period > asked) {
      try {
        const projects = await ask(period, options);
        asked = period;
        log.info({ environment, period, projects }, 'drift-check-asked-for');
      } catch (error) {
        log.warn({ environment, reason: messageOf(error) }, 'drift-check-not-asked-for');
      }
    }
    const left = (period + 1) * periodMs - now();
    await pause(Math.max(1, Math.min(LOOK_MS, left)), signal);
  }
}

async function ask(period: number, options: DriftScheduleOptions): Promise<number> {
  const { bus, reads, resultsTopic, environment } = options;
  const projects = await projectsIn(reads, environment);
  if (projects.length === 0) return 0;
  const producer = await bus.openProducer(resultsTopic);
  try {
    for (const project of projects) await send(producer, { project, period }, options);
  } finally {
    await producer.close();
  }
  return projects.length;
}

async function send(
  producer: Producer,
  { project, period }: { readonly project: string; readonly period: number },
  { environment, fingerprint, everyMinutes, repair }: DriftScheduleOptions,
): Promise<void> {
  const id = uuidv5([environment, fingerprint, project, everyMinutes, period, repair].join('\n'), NAMESPACE);
  const params: CheckDriftOnScheduleParams = { environment, ...(repair ? { repair } : {}) };
  const command = { id, command: 'check-drift-on-schedule', project, params };
  await producer.send({ key: project, payload: Buffer.from(JSON.stringify(command)) });
}

/** Projects that have ever released there. */
async function projectsIn(reads: DocumentReads, environment: string): Promise<string[]> {
  const projects: string[] = [];
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? {} : { cursor };
    const page = await reads.page({ prefix: 'project:', limit: 500, ...from });
    for (const { document } of page.documents)
      if (document.kind === 'project' && (own(document.releases, environment) ?? 0) > 0)
        projects.push(document.project);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return projects;
}
