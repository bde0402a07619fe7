import { diffValues } from '../core/diff-values.js';
import type { ValueChange } from '../core/history.js';
import type { JournalRecord } from '../core/types.js';
import { AppError } from '../errors.js';
import type { Log } from '../ports/system.js';
import { createDecider, type DeciderOptions } from '../processor/decide.js';
import type { Head, Outcome } from '../processor/outcome.js';
import { createOverlay, type Overlay } from '../processor/overlay.js';
import { foldRecord, touchedIds } from '../projections/fold.js';
import type { JournalSource } from './journal-source.js';
import { createMemoryStore } from './memory-store.js';
import { readLines } from './read-lines.js';
import { recordedCommand } from './recorded-command.js';

/** Documents kept in the overlay besides the store in memory. */
const MAX_CACHED = 20_000;

/** What a command came to: as much of a record as rules decide. */
export interface Verdict {
  readonly outcome: string;
  readonly code?: string;
  readonly result?: unknown;
  readonly events: readonly unknown[];
}

/** A command that would now be decided otherwise. */
export interface Difference {
  readonly position: number;
  readonly time: string;
  readonly id: string;
  readonly command: string;
  readonly project: string;
  readonly actor: string;
  readonly recorded: Verdict;
  readonly now: Verdict;
  /** By JSON pointer into the two. */
  readonly values: readonly ValueChange[];
}

export interface RehearsalOptions {
  readonly source: JournalSource;
  /** Only commands from this position on are told; those before are the state that they meet. @defaultValue 1 */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limits: DeciderOptions['limits'];
  /** Where deployments leave, as long as the journal does not tell. */
  readonly deploymentsTopic: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onDifference: (difference: Difference) => void;
  readonly progress?: (position: number) => void;
}

export interface Rehearsal {
  /** Commands that were decided again. */
  readonly decided: number;
  readonly different: number;
  readonly through: number;
}

/**
 * Decides every recorded command again by the code at hand, in memory, each on the documents as they were recorded: what is
 * folded is what happened, not what would happen now. Ids, expectations, roles, schemas and decisions are the real ones; who
 * asked and when is taken from the record.
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const { from = 1, to, log, signal } = options;
  const documents = createMemoryStore('rehearsal');
  const overlay = createOverlay({ documents, maxCached: MAX_CACHED, log, signal });
  let current: JournalRecord | undefined;
  let topic = options.deploymentsTopic;
  const present = (): JournalRecord => {
    if (current === undefined) throw new AppError('INTERNAL', 'nothing is rehearsed at the moment');
    return current;
  };
  const decider = createDecider({
    overlay,
    limits: options.limits,
    // Read for each command anew.
    get deploymentsTopic() {
      return topic;
    },
    history: {
      stateAt: () => Promise.reject(new AppError('INTERNAL', 'a rehearsal asks nothing of the past')),
    },
    // A reply topic is for the installation to allow.
    replyTopicPrefixes: ['persistent://'],
    clock: { now: () => Date.parse(present().time) },
    ids: { uuid: () => present().command.id },
    log,
    whoAsks: () => ({ actor: present().actor }),
  });

  let head: Head = { position: 0, hash: null, time: '' };
  let [decided, different] = [0, 0];
  for await (const { lines } of readLines(options.source, { to, signal })) {
    for (const { record, hash } of lines) {
      current = record;
      topic = topicOf(record) ?? topic;
      if (record.position >= from) {
        decided += 1;
        const difference = await compare(record, async (incoming) => decider.decide(incoming, head));
        if (difference !== undefined) {
          different += 1;
          options.onDifference(difference);
        }
      }
      await fold(overlay, documents, record);
      head = { position: record.position, hash, time: record.time };
    }
    overlay.trim();
    options.progress?.(head.position);
    // Whoever waits for a signal gets it.
    await new Promise(setImmediate);
  }
  return { decided, different, through: head.position };
}

/** The topic that a record's effects leave on. */
function topicOf({ events }: JournalRecord): string | undefined {
  for (const event of events) {
    if ('effects' in event) return event.effects.topic;
    if ('topic' in event) return event.topic;
  }
  return undefined;
}

type Decide = (incoming: NonNullable<ReturnType<typeof recordedCommand>>) => Promise<Outcome>;

async function compare(record: JournalRecord, decide: Decide): Promise<Difference | undefined> {
  const incoming = recordedCommand(record);
  const recorded = verdictOf(record);
  const now: Verdict =
    incoming === undefined
      ? { outcome: 'invalid', code: 'UNKNOWN_COMMAND', events: [] }
      : verdictOn(await decide(incoming));
  const values = diffValues(recorded, now);
  if (values.length === 0) return undefined;
  const { position, time, command, actor } = record;
  const { id, command: name, project } = command;
  return { position, time, id, command: name, project, actor: actor.name, recorded, now, values };
}

function verdictOn(outcome: Outcome): Verdict {
  switch (outcome.kind) {
    case 'record':
      // As a reader of the journal would get it.
      return verdictOf(JSON.parse(outcome.line.toString()) as JournalRecord);
    case 'dead-letter':
      return { outcome: 'invalid', code: outcome.code, events: [] };
    case 'reply':
      return { outcome: `${outcome.reply.status}, without a record`, events: [] };
    case 'later':
      return { outcome: 'answered, without a record', events: [] };
  }
}

/** Words may change, so of an error the code counts. */
function verdictOf({ outcome, error, result, events }: JournalRecord): Verdict {
  return {
    outcome,
    ...(error === undefined ? {} : { code: error.code }),
    ...(result === undefined ? {} : { result }),
    events,
  };
}

/** What happened becomes what the next command meets. */
async function fold(
  overlay: Overlay,
  documents: ReturnType<typeof createMemoryStore>,
  record: JournalRecord,
): Promise<void> {
  const layer = overlay.begin();
  overlay.add(layer, record.position, foldRecord(record, await overlay.versions(touchedIds(record))));
  const revs = new Map<string, string>();
  for (const result of await documents.write(overlay.writes(1))) {
    if (!result.ok) throw new AppError('INTERNAL', `${result.id}: ${result.detail}`);
    revs.set(result.id, result.rev);
  }
  overlay.stored(1, revs);
}
