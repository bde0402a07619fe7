import type { FoldEvent, Projection } from '../core/projection.js';
import type { AnyDocument, JournalRecord } from '../core/types.js';
import { answered } from './answered.js';
import { audit } from './audit.js';
import { content } from './content.js';
import { deployment } from './deployment.js';
import { effects } from './effects.js';
import { environment } from './environment.js';
import { functionProjection } from './function.js';
import { project } from './project.js';
import { proof } from './proof.js';
import { release } from './release.js';
import { stageSet } from './stage-set.js';
import { staged } from './staged.js';

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
  answered,
  audit,
];

/** A document with the position of the last record that changed it; `undefined` for a deleted one. */
export interface Versioned {
  readonly position: number;
  readonly document: AnyDocument | undefined;
}

/** A record is folded as an event of its own first: from it come its audit and its answer. */
function eventsOf(record: JournalRecord): FoldEvent[] {
  return [{ type: 'command-recorded', record }, ...record.events];
}

/** What a record's events touch, each id once: follows from the record alone. */
export function touchedIds(record: JournalRecord): string[] {
  const context = { position: record.position, time: record.time, actor: record.actor.name };
  const ids = new Set<string>();
  for (const event of eventsOf(record)) {
    for (const { ids: touched } of PROJECTIONS) {
      for (const id of touched(event, context)) ids.add(id);
    }
  }
  return [...ids];
}

/**
 * The documents that a record changes, out of those it touches. The position is compared once for each of them: one that
 * is at the record's position or behind it stays as it is. Then all events of the record are folded, in order.
 */
export function foldRecord(
  record: JournalRecord,
  documents: ReadonlyMap<string, Versioned | undefined>,
): Map<string, Versioned> {
  const { position, time } = record;
  const context = { position, time, actor: record.actor.name };
  const working = new Map<string, AnyDocument | undefined>();
  const skipped = new Set<string>();
  for (const event of eventsOf(record)) {
    const at = { ...context, event };
    for (const projection of PROJECTIONS) {
      for (const id of projection.ids(event, context)) {
        if (skipped.has(id)) continue;
        const before = documents.get(id);
        if (before !== undefined && before.position >= position) {
          skipped.add(id);
          continue;
        }
        const document = working.has(id) ? working.get(id) : before?.document;
        working.set(id, projection.evolve(id, document, at));
      }
    }
  }
  const changed = new Map<string, Versioned>();
  for (const [id, document] of working) {
    if (document !== documents.get(id)?.document) changed.set(id, { position, document });
  }
  return changed;
}
