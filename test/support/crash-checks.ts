import { hashOf } from '../../src/core/canonical.js';
import { belongsToFold } from '../../src/core/ids.js';
import { admit, EMPTY_JOURNAL } from '../../src/core/journal.js';
import { replyOf } from '../../src/core/reply.js';
import type { JournalRecord, Reply } from '../../src/core/types.js';
import type { Bus, ReceivedMessage } from '../../src/ports/bus.js';
import type { DocumentStore } from '../../src/ports/documents.js';
import { createMemoryDocuments, type MemoryDocuments } from '../../src/projections/memory-documents.js';
import type { Sent } from './crash-load.js';

/** A journal as its rule reads it. */
export interface CountedJournal {
  readonly records: readonly JournalRecord[];
  readonly terms: number;
  readonly voidRecords: number;
}

/** Everything that a topic holds; it has ended when nothing comes for so long. */
export async function messagesOf(bus: Bus, topic: string, waitMs = 2_000): Promise<ReceivedMessage[]> {
  const reader = await bus.openReader(topic, { start: 'earliest' });
  const messages: ReceivedMessage[] = [];
  for (;;) {
    const some = await reader.receive({ max: 1_000, waitMs });
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

/** Records by the id of their command. */
export function recordsById(records: readonly JournalRecord[]): ReadonlyMap<string, JournalRecord[]> {
  const byId = new Map<string, JournalRecord[]>();
  for (const record of records) {
    const known = byId.get(record.command.id);
    if (known === undefined) byId.set(record.command.id, [record]);
    else known.push(record);
  }
  return byId;
}

/** A refusal of an id that another command has taken. */
export function isRefusedId({ error }: Pick<Reply, 'error'>): boolean {
  return error?.code === 'ID_REUSED';
}

/** What is wrong with the answers: each must be in the journal once, and always the same. */
export function answerFaults(sent: readonly Sent[], records: readonly JournalRecord[]): string[] {
  const byId = recordsById(records);
  return sent.flatMap((entry) => {
    const of = `${entry.command.command} ${entry.command.id}`;
    return faultsOfAnswers(entry, byId.get(entry.command.id) ?? []).map((fault) => `${of} ${fault}`);
  });
}

function faultsOfAnswers({ expected, reuses, replies }: Sent, records: readonly JournalRecord[]): string[] {
  const [first] = replies;
  if (first === undefined) return ['has no answer'];
  if (reuses) {
    // It takes no id: sent again it is refused anew, at another position.
    return replies.flatMap((reply) =>
      !isRefusedId(reply)
        ? [`has a used id and was answered ${JSON.stringify(reply)}`]
        : recordFaults(
            reply,
            records.find(({ position }) => position === reply.position),
          ),
    );
  }
  const kept = records.filter(
    (record) => ['ok', 'rejected'].includes(record.outcome) && !isRefusedId(record),
  );
  if (expected !== 'record') {
    const statuses = expected === 'invalid' ? ['invalid'] : ['ok', 'rejected'];
    return [
      ...(kept.length > 0 ? [`leaves no record and is at ${String(kept[0]?.position)}`] : []),
      ...replies
        .filter(({ status }) => !statuses.includes(status))
        .map((reply) => `was answered ${JSON.stringify(reply)}`),
    ];
  }
  const [record] = kept;
  const positions = kept.map(({ position }) => position);
  const different = replies.find((reply) => !isSame(reply, first));
  return [
    ...(kept.length > 1 ? [`is decided ${kept.length} times: at ${positions.join(', ')}`] : []),
    ...(different === undefined
      ? []
      : [`has different answers: ${JSON.stringify(first)} and ${JSON.stringify(different)}`]),
    ...(first.status === 'ok' || first.status === 'rejected'
      ? recordFaults(first, record)
      : [`ended as ${first.status}: ${JSON.stringify(first.error)}`]),
  ];
}

function recordFaults(reply: Reply, record: JournalRecord | undefined): string[] {
  if (record === undefined) return [`was answered ${reply.status} and is not in the journal`];
  return isSame(replyOf(record), reply)
    ? []
    : [`was answered otherwise than it is recorded at ${record.position}`];
}

/** A journal folded from nothing, in memory. */
export function foldedDocuments(records: readonly JournalRecord[]): MemoryDocuments {
  const folded = createMemoryDocuments();
  for (const record of records) folded.fold(record);
  return folded;
}

const PAGE = 5_000;

/** Where the stored documents differ from the journal folded from nothing. */
export async function documentFaults(
  store: DocumentStore,
  records: readonly JournalRecord[],
  folded: MemoryDocuments = foldedDocuments(records),
): Promise<string[]> {
  const documents = await store.open((await store.current()) ?? '');
  const faults: string[] = [];
  const stored = new Set<string>();
  for (let start = ''; ;) {
    const page = await documents.range({ start, end: '\uffff', limit: PAGE });
    for (const { id, body } of page) {
      if (!belongsToFold(id)) continue;
      stored.add(id);
      const version = folded.get(id);
      if (version === undefined) {
        faults.push(`${id} comes from no record`);
        continue;
      }
      const { position, document } = version;
      const made = document === undefined ? { deleted: true, position } : { ...document, position };
      if (!isSame(body, made))
        faults.push(`${id} is ${JSON.stringify(body)}, folded up to ${position} ${JSON.stringify(made)}`);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    start = `${last.id}\u0000`;
  }
  for (const [id, { position }] of folded.entries())
    if (!stored.has(id)) faults.push(`${id} is not stored, folded up to ${position} it is there`);
  return faults;
}

/** The ids of all effects that a journal owes, in the order of their numbers. */
export function owedEffects(records: readonly JournalRecord[]): { owed: string[]; faults: string[] } {
  const faults: string[] = [];
  const owed: string[] = [];
  for (const { position, events } of records) {
    for (const event of events) {
      if (event.type !== 'release-committed' && event.type !== 'wave-started') continue;
      if (event.effects.first !== owed.length + 1)
        faults.push(`release ${event.release} has effect ${event.effects.first} after ${owed.length}`);
      const isWave = event.type === 'wave-started';
      const from = isWave ? event.from : 0;
      const count = isWave ? event.count : (event.waves?.[0] ?? event.entries.length);
      for (let index = from; index < from + count; index += 1) owed.push(`0/${position}/${index}`);
    }
  }
  return { owed, faults };
}

/** Effects that were not published exactly once and in the order of their numbers; those at the end may be missing while they are on their way. */
export function effectFaults(
  messages: readonly ReceivedMessage[],
  records: readonly JournalRecord[],
  { onTheirWay = false } = {},
): string[] {
  const { owed, faults } = owedEffects(records);
  const published = messages.map(({ properties }) => properties['effect'] ?? '?');
  const seen = new Set<string>();
  const twice = published.filter((effect) => seen.size === seen.add(effect).size);
  if (twice.length > 0) faults.push(`published twice: ${twice.join(', ')}`);
  const due = onTheirWay ? owed.slice(0, published.length) : owed;
  const missing = due.filter((effect) => !seen.has(effect));
  if (missing.length > 0) faults.push(`not published: ${missing.join(', ')}`);
  if (twice.length + missing.length === 0 && !isSame(published, due))
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
export function isSame(one: unknown, other: unknown): boolean {
  return one !== undefined && other !== undefined && hashOf(one) === hashOf(other);
}
