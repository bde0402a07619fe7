import { peopleOf } from '../core/authorise.js';
import type { FoldContext, FoldEvent, Projection } from '../core/projection.js';
import type { AnyDocument, JournalRecord } from '../core/types.js';
import { apiToken } from './api-token.js';
import { answered } from './answered.js';
import { approval } from './approval.js';
import { artifact } from './artifact.js';
import { audit } from './audit.js';
import { content } from './content.js';
import { deployment } from './deployment.js';
import { drift } from './drift.js';
import { drifted } from './drifted.js';
import { effects } from './effects.js';
import { environment } from './environment.js';
import { functionProjection } from './function.js';
import { plan } from './plan.js';
import { planned } from './planned.js';
import { project } from './project.js';
import { proof } from './proof.js';
import { release } from './release.js';
import { stageSet } from './stage-set.js';
import { staged } from './staged.js';
import { task } from './task.js';
import { webhookSubscriptions } from './webhook-subscriptions.js';

/** Raised with every change of what the fold makes out of a journal: documents of another version are folded anew. */
export const FOLD_VERSION = 3;

/** One projection for each kind of document. */
export const PROJECTIONS: readonly Projection[] = [
  functionProjection,
  content,
  stageSet,
  staged,
  release,
  deployment,
  proof,
  environment,
  project,
  effects,
  task,
  plan,
  planned,
  drift,
  drifted,
  apiToken,
  webhookSubscriptions,
  approval,
  artifact,
  answered,
  audit,
];

/** A document with the position of the last record that changed it; `undefined` for a deleted one. */
export interface Versioned {
  readonly position: number;
  readonly document: AnyDocument | undefined;
}

/** One event's part for one document. */
interface Step {
  readonly projection: Projection;
  readonly event: FoldEvent;
  readonly id: string;
  readonly part: unknown;
}

/** A record is taken apart once, although its ids are asked for before it is folded. */
const taken = new WeakMap<JournalRecord, readonly Step[]>();

/** What a record does to documents, in order. The record is folded as an event of its own first: from it come its audit and its answer. */
function stepsOf(record: JournalRecord): readonly Step[] {
  const known = taken.get(record);
  if (known !== undefined) return known;
  const steps: Step[] = [];
  const take = (event: FoldEvent): void => {
    for (const projection of PROJECTIONS) {
      for (const [id, part] of projection.touches(event)) steps.push({ projection, event, id, part });
    }
  };
  take({ type: 'command-recorded', record });
  record.events.forEach(take);
  taken.set(record, steps);
  return steps;
}

/** What a record's events touch, each id once: follows from the record alone. */
export function touchedIds(record: JournalRecord): string[] {
  return [...new Set(stepsOf(record).map(({ id }) => id))];
}

/**
 * The documents that a record changes, out of those it touches. The position is compared once for each of them: one that
 * is at the record's position or behind it stays as it is. Then all events of the record are folded, in order.
 */
export function foldRecord(
  record: JournalRecord,
  documents: Pick<ReadonlyMap<string, Versioned | undefined>, 'get'>,
): Map<string, Versioned> {
  const { position, time } = record;
  const context = { position, time, actor: record.actor.name, people: peopleOf(record.actor) };
  const working = new Map<string, AnyDocument | undefined>();
  const changed = new Map<string, Versioned>();
  let event: FoldEvent | undefined;
  let at: (FoldContext & { readonly event: FoldEvent }) | undefined;
  for (const step of stepsOf(record)) {
    const { id } = step;
    const before = documents.get(id);
    if (before !== undefined && before.position >= position) continue;
    if (at === undefined || event !== step.event) {
      event = step.event;
      at = { ...context, event };
    }
    const known = before?.document;
    const document = step.projection.apply(working.has(id) ? working.get(id) : known, step.part, at);
    working.set(id, document);
    if (document !== known) changed.set(id, { position, document });
    else changed.delete(id);
  }
  return changed;
}

/** Where documents lie that nothing but the journal changes. */
export interface FoldTarget {
  get(id: string): Versioned | undefined;
  set(id: string, version: Versioned): void;
}

/**
 * Folds a record straight into its documents, for a replay that owns them: what `foldRecord` says, without the bookkeeping
 * of who stores it when. Records come in order, each once; a document that is further on stays as it is.
 */
export function foldInto(record: JournalRecord, documents: FoldTarget): void {
  const { position, time } = record;
  const actor = record.actor.name;
  const people = peopleOf(record.actor);
  const one = (event: FoldEvent): void => {
    const at = { position, time, actor, people, event };
    for (const projection of PROJECTIONS) {
      for (const [id, part] of projection.touches(event)) {
        const before = documents.get(id);
        if (before !== undefined && before.position > position) continue;
        const document = projection.apply(before?.document, part, at);
        if (document !== before?.document) documents.set(id, { position, document });
      }
    }
  };
  one({ type: 'command-recorded', record });
  for (const event of record.events) one(event);
}
