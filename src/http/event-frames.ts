import type { JournalRecord } from '../core/types.js';
import { cloudEventsOf, type EventFilter } from './cloud-events.js';

/** What a stream wants, with a key that is equal for equal filters. */
export interface StreamFilter extends EventFilter {
  readonly key: string;
}

export function streamFilter(projects: readonly string[], types: readonly string[]): StreamFilter {
  const sets = { projects: new Set(projects), types: new Set(types) };
  const key = JSON.stringify([[...sets.projects].sort(), [...sets.types].sort()]);
  return { ...sets, key };
}

/** A record's message is made once for all streams with the same filter. */
const frames = new WeakMap<JournalRecord, Map<string, string>>();

/** The server-sent event of a record; '' where none of its events passes the filter. */
export function frameOf(record: JournalRecord, filter: StreamFilter): string {
  let known = frames.get(record);
  if (known === undefined) {
    known = new Map();
    frames.set(record, known);
  }
  let frame = known.get(filter.key);
  if (frame === undefined) {
    const events = cloudEventsOf(record, filter);
    frame = events.length === 0 ? '' : `id: ${record.position}\ndata: ${JSON.stringify(events)}\n\n`;
    known.set(filter.key, frame);
  }
  return frame;
}
