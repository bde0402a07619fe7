import { hashOf } from '../../src/core/canonical.js';
import { admit, EMPTY_JOURNAL } from '../../src/core/journal.js';
import { replyOf } from '../../src/core/reply.js';
import type { JournalRecord } from '../../src/core/types.js';
import type { Bus, ReceivedMessage } from '../../src/ports/bus.js';
import type { DocumentStore } from '../../src/ports/documents.js';
import { foldRecord, touchedIds, type Versioned } from '../../src/projections/fold.js';
import type { Sent } from './crash-load.js';

/** A journal as its rule reads it. */
export interface CountedJournal {
  readonly records: readonly JournalRecord[];
  readonly terms: number;
  readonly voidRecords: number;
}

/** Everything that a topic holds. */
export async function messagesOf(bus: Bus, topic: string): Promise<ReceivedMessage[]> {
  const reader = await bus.openReader(topic, { start: 'earliest' });
  const messages: ReceivedMessage[] = [];
  for (;;) {
    const some = await reader.receive({ max: 1_000, waitMs: 2_000 });
    if (some.length === 0) break;
    messages.push(...some);
  }
  await reader.close();
  return messages;
}

/** Makes a bus keep what a topic gets: messages that every subscription has acknowledged may go. */
export async function keepMessagesOf(bus: Bus, topic: string): Promise<void> {
  const consumer = await bus.openConsumer(topic, { subscription: 'crash-checks', type: 'Failover' });
  await consumer.close();
}

/** The records that count. That they are contiguous and chained is what makes them count: a gap would void all behind it. */
export function countedJournal(messages: readonly ReceivedMessage[]): CountedJournal {
  let state = EMPTY_JOURNAL;
  const records: JournalRecord[] = [];
  let [terms, voidRecords] = [0, 0];
  for (const message of messages) {
    const admission = admit(state, message);
    switch (admission.kind) {
      case 'mark':
        terms += 1;
        break;
      case 'records':
        records.push(...admission.lines.map(({ record }) => record));
        break;
      case 'void':
        voidRecords += admission.records ? 1 : 0;
        continue;
    }
    state = admission.state;
  }
  return { records, terms, voidRecords };
}

/** What is wrong with the answers: each must be in the journal once, and always the same. */
export function answerFaults(sent: readonly Sent[], records: readonly JournalRecord[]): string[] {
  const faults: string[] = [];
  const byId = new Map<string, JournalRecord[]>();
  for (const record of records) byId.set(record.command.id, [...(byId.get(record.command.id) ?? []), record]);
  for (const { command, replies } of sent) {
    const [first] = replies;
    const of = `${command.command} ${command.id}`;
    const found = byId.get(command.id) ?? [];
    const kept = found.filter(({ outcome }) => outcome === 'ok' || outcome === 'rejected');
    if (kept.length > 1) faults.push(`${of} is decided ${kept.length} times`);
    if (replies.some((reply) => !isSame(reply, first)))
      faults.push(`${of} has different answers: ${JSON.stringify(replies)}`);
    if (first === undefined || (first.status !== 'ok' && first.status !== 'rejected')) {
      if (first !== undefined) faults.push(`${of} ended as ${first.status}: ${JSON.stringify(first.error)}`);
      continue;
    }
    const [record] = kept;
    if (record === undefined) faults.push(`${of} was answered ${first.status} and is not in the journal`);
    else if (!isSame(replyOf(record), first))
      faults.push(`${of} was answered otherwise than it is recorded at ${record.position}`);
  }
  return faults;
}

/** Where the stored documents differ from the journal folded from nothing. */
export async function documentFaults(
  store: DocumentStore,
  records: readonly JournalRecord[],
): Promise<string[]> {
  const folded = new Map<string, Versioned>();
  for (const record of records) {
    const before = new Map(touchedIds(record).map((id) => [id, folded.get(id)]));
    for (const [id, version] of foldRecord(record, before)) folded.set(id, version);
  }
  const documents = await store.open((await store.current()) ?? '');
  const outside = /^(checkpoint|writer|index:|attempt:)/;
  const stored = new Map<string, unknown>();
  for (const { id, body } of await documents.range({ start: '', end: '\uffff', limit: 1_000_000 }))
    if (!outside.test(id)) stored.set(id, body);
  const faults: string[] = [];
  for (const [id, { position, document }] of folded) {
    const body = document === undefined ? { deleted: true, position } : { ...document, position };
    if (!isSame(stored.get(id), body))
      faults.push(`${id} is ${JSON.stringify(stored.get(id))}, folded ${JSON.stringify(body)}`);
  }
  for (const id of stored.keys()) if (!folded.has(id)) faults.push(`${id} comes from no record`);
  return faults;
}

/** Effects that were not published exactly once and in the order of their numbers. */
export function effectFaults(
  messages: readonly ReceivedMessage[],
  records: readonly JournalRecord[],
): string[] {
  const faults: string[] = [];
  const owed: string[] = [];
  for (const { position, events } of records) {
    for (const event of events) {
      if (event.type !== 'release-committed') continue;
      if (event.effects.first !== owed.length + 1)
        faults.push(`release ${event.release} has effect ${event.effects.first} after ${owed.length}`);
      for (const index of event.entries.keys()) owed.push(`0/${position}/${index}`);
    }
  }
  const published = messages.map(({ properties }) => properties['effect'] ?? '?');
  const twice = published.filter((effect, index) => published.indexOf(effect) !== index);
  if (twice.length > 0) faults.push(`published twice: ${twice.join(', ')}`);
  const missing = owed.filter((effect) => !published.includes(effect));
  if (missing.length > 0) faults.push(`not published: ${missing.join(', ')}`);
  if (twice.length + missing.length === 0 && !isSame(published, owed))
    faults.push('published in another order than numbered');
  return faults;
}

/** Releases that wait for outcomes. */
export async function openReleases(store: DocumentStore): Promise<string[]> {
  const documents = await store.open((await store.current()) ?? '');
  const found = [
    ...(await documents.range({ start: 'release:', end: 'release:\uffff', limit: 100_000 })),
    ...(await documents.range({ start: 'deployment:', end: 'deployment:\uffff', limit: 100_000 })),
  ];
  return found
    .filter(({ body }) => ['committed', 'deploying'].includes(String(body['state'])))
    .map(({ id, body }) => `${id} is ${String(body['state'])}`);
}

/** The same JSON: what comes over HTTP has other prototypes under Jest. */
function isSame(one: unknown, other: unknown): boolean {
  return one !== undefined && other !== undefined && hashOf(one) === hashOf(other);
}
