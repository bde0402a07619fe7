import type { Stored } from '../../ports/bus.js';
import type { Entry } from './bus-codec.js';
import { decode, idOf, messageKey, numberOf, sequenceKey, stamp, timeOf } from './bus-codec.js';
import type { Database, Operation } from './database.js';
import { SEPARATOR } from './database.js';
import { createRecent, type ReadLimits } from './recent.js';

const READ_CHUNK = 256;
/** What a message is taken to weigh until one was read. */
const FIRST_GUESS_BYTES = 1024 * 1024;

/** A message on its way to the disk. */
export interface Append {
  readonly log: TopicLog;
  readonly value: Buffer;
  /** Producer name and sequence id, where the producer is deduplicated. */
  readonly sequence: { readonly name: string; readonly number: number } | undefined;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: unknown) => void;
  /** Its number in the topic, once it has one; 0 for a duplicate. */
  number: number;
}

/** The messages of one topic. What is not committed cannot be read. */
export interface TopicLog {
  readonly name: string;
  readonly durable: boolean;
  /** Number of the oldest message kept; `tail` + 1 if none is. */
  readonly first: number;
  /** Number of the newest committed message; 0 if there never was one. */
  readonly tail: number;
  /** Gives a message its number, or finds that it is a duplicate. */
  place(append: Append, operations: Operation[]): void;
  /** These are on disk. */
  commit(appends: readonly Append[]): void;
  /** Messages from that number on; at once if they are held in memory. */
  read(from: number, limits: ReadLimits): Entry[] | Promise<Entry[]>;
  /** The messages of these numbers; those that are gone are left out, and those beyond the limit. */
  readMany(numbers: readonly number[], limits: ReadLimits): Entry[] | Promise<Entry[]>;
  /** Highest stored sequence id of a producer. */
  sequenceOf(producer: string): Promise<number | undefined>;
  /** Calls back after every commit, until the returned function is called. */
  listen(listener: () => void): () => void;
  /** Deletes the messages up to that number, but never the newest: the numbers go on from it. */
  trim(upTo: number): Promise<void>;
}

function keysOf(topic: string): { gt: string; lt: string } {
  const prefix = `m${SEPARATOR}${topic}`;
  return { gt: `${prefix}${SEPARATOR}`, lt: `${prefix}\x01` };
}

function numberOfKey(key: string): number {
  return numberOf(key.slice(key.lastIndexOf(SEPARATOR) + 1));
}

async function ends(db: Database, topic: string): Promise<{ first: number; tail: number; time: number }> {
  const range = keysOf(topic);
  const [newest] = await db.keys({ ...range, reverse: true, limit: 1 }).all();
  const [oldest] = await db.keys({ ...range, limit: 1 }).all();
  const value = newest === undefined ? undefined : await db.get(newest);
  if (newest === undefined || oldest === undefined || !value) return { first: 1, tail: 0, time: 0 };
  return { first: numberOfKey(oldest), tail: numberOfKey(newest), time: timeOf(value) };
}

/** Opens the log of a topic; `durable` as its name says. */
export async function openTopicLog(db: Database, name: string, durable: boolean): Promise<TopicLog> {
  const found = durable ? await ends(db, name) : { first: 1, tail: 0, time: 0 };
  let { first, tail, time } = found;
  let placed = tail;
  let typicalBytes = FIRST_GUESS_BYTES;
  const recent = createRecent();
  const listeners = new Set<() => void>();
  const sequences = new Map<string, number>();

  /**
   * Reads in chunks of about the bytes that are wanted. Messages are asked for by number, not by iterator: one of
   * classic-level holds what it read last until JavaScript collects it, which can take gigabytes.
   */
  const readFromDisk = async (numbers: readonly number[], limits: ReadLimits): Promise<Entry[]> => {
    const entries: Entry[] = [];
    let bytes = 0;
    for (let at = 0; at < numbers.length && bytes < limits.bytes;) {
      const fitting = Math.ceil((limits.bytes - bytes) / (typicalBytes + 1));
      const chunk = numbers.slice(at, at + Math.min(READ_CHUNK, fitting));
      at += chunk.length;
      const values = await db.getMany(chunk.map((number) => messageKey(name, number)));
      const found = values.flatMap((value, index) => (value ? [decode(chunk[index] ?? 0, value)] : []));
      const read = found.reduce((sum, entry) => sum + entry.bytes, 0);
      if (found.length > 0) typicalBytes = read / found.length;
      bytes += read;
      entries.push(...found);
    }
    return entries;
  };

  const readRange = (from: number, limits: ReadLimits): Promise<Entry[]> => {
    const length = Math.min(limits.max, tail - from + 1);
    return readFromDisk(
      Array.from({ length }, (_, index) => from + index),
      limits,
    );
  };

  const isDuplicate = (append: Append, operations: Operation[]): boolean => {
    if (!append.sequence) return false;
    const { name: producer, number } = append.sequence;
    const highest = sequences.get(producer);
    if (highest !== undefined && number <= highest) return true;
    sequences.set(producer, number);
    operations.push({ type: 'put', key: sequenceKey(name, producer), value: Buffer.from(String(number)) });
    return false;
  };

  return {
    name,
    durable,
    get first() {
      return first;
    },
    get tail() {
      return tail;
    },
    place: (append, operations) => {
      if (isDuplicate(append, operations)) return;
      placed += 1;
      time = Math.max(time, Date.now());
      append.number = placed;
      stamp(append.value, time);
      if (durable) operations.push({ type: 'put', key: messageKey(name, placed), value: append.value });
    },
    commit: (appends) => {
      for (const { number, value } of appends) {
        if (number === 0) continue;
        tail = number;
        if (listeners.size > 0) recent.push(decode(number, value));
      }
      if (!durable) first = recent.oldest ?? tail + 1;
      for (const { number, resolve } of appends) {
        resolve(number === 0 ? { id: '', duplicate: true } : { id: idOf(number), duplicate: false });
      }
      for (const listener of [...listeners]) listener();
    },
    read: (from, limits) => {
      const start = Math.max(from, first);
      if (start > tail) return [];
      return recent.from(start, limits) ?? (durable ? readRange(start, limits) : []);
    },
    readMany: (numbers, limits) => {
      const held = numbers.map((number) => recent.one(number)).filter((entry) => entry !== undefined);
      return held.length === numbers.length || !durable ? held : readFromDisk(numbers, limits);
    },
    sequenceOf: async (producer) => {
      const known = sequences.get(producer);
      if (known !== undefined) return known;
      const stored = durable ? await db.get(sequenceKey(name, producer)) : undefined;
      if (stored === undefined) return undefined;
      const number = Number(stored.toString());
      sequences.set(producer, number);
      return number;
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        recent.clear();
        if (!durable) first = tail + 1;
      };
    },
    trim: async (upTo) => {
      const last = Math.min(upTo, tail - 1);
      if (!durable || last < first) return;
      const from = first;
      first = last + 1;
      await db.clear({ gte: messageKey(name, from), lte: messageKey(name, last) });
    },
  };
}
