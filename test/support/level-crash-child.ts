/**
 * Works on the embedded engines until it is killed; the test that starts it is test/integration/level-crash.test.ts.
 *
 * Waits for one line on standard input, the job; then appends to the job's file a line for each thing that it may rely
 * on from then on: `sent TOPIC TEXT`, `acked TEXT` (before it acknowledges), `document ID VALUE`, `failed CODE`. The
 * first line on standard output says that it is at work.
 */
import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import type { Bus, Producer, SubscriptionType } from '../../src/ports/bus.js';
import type { DocumentStore } from '../../src/ports/documents.js';

/** What the child is to do. */
export interface CrashJob {
  readonly dir: string;
  /** File for its reports. */
  readonly reports: string;
  /** Names what this child writes. */
  readonly round: number;
  readonly type: SubscriptionType;
  /** The last sequence id that a child before said to be stored. */
  readonly lastEffect: number;
}

const TOPICS = 'persistent://crash/test';
const IN_FLIGHT = 32;
const PADDING = 'x'.repeat(500);

let reports: number | undefined;

function report(line: string): void {
  if (reports !== undefined) writeSync(reports, `${line}\n`);
}

/** Sends `prefix:0`, `prefix:1`, … with many in flight. */
async function append(producer: Producer, topic: string, prefix: string): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    for (;;) {
      const text = `${prefix}:${next}`;
      const key = String(next % 5);
      next += 1;
      await producer.send({ payload: Buffer.from(`${text} ${PADDING}`), key });
      report(`sent ${topic} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
}

/** Acknowledges everything but each seventh message. */
async function consume(bus: Bus, type: SubscriptionType): Promise<void> {
  const consumer = await bus.openConsumer(`${TOPICS}/work`, { subscription: 'worker', type });
  for (;;) {
    for (const message of await consumer.receive({ max: 20, waitMs: 1000 })) {
      const [text = ''] = message.payload.toString().split(' ');
      if (Number(text.split(':')[1]) % 7 === 0) continue;
      report(`acked ${text}`);
      await consumer.acknowledge(message);
    }
  }
}

/** Numbered effects, sent as the dispatcher does it, but several in flight. */
async function publish(bus: Bus, lastEffect: number): Promise<void> {
  const options = { name: 'effects', initialSequenceId: lastEffect };
  const producer = await bus.openProducer(`${TOPICS}/effects`, options);
  let next = lastEffect + 1;
  for (;;) {
    const numbers = Array.from({ length: 8 }, (_, index) => next + index);
    await Promise.all(numbers.map((number) => producer.send({ payload: Buffer.from(String(number)) })));
    next += numbers.length;
    report(`sent effects ${next - 1}`);
  }
}

/** New documents by the dozen, and one that is replaced again and again. */
async function write(store: DocumentStore, round: number): Promise<void> {
  const current = await store.current();
  const documents = current === undefined ? await store.create('main') : await store.open(current);
  if (current === undefined) await store.setCurrent('main');
  let counter = (await documents.get(['counter'])).get('counter');
  for (let batch = 0; ; batch += 1) {
    const value = Number(counter?.body['value'] ?? 0) + 1;
    const ids = Array.from({ length: 12 }, (_, index) => `document:${round}/${batch}/${index}`);
    const rev = counter === undefined ? {} : { rev: counter.rev };
    const results = await documents.write([
      ...ids.map((id) => ({ id, body: { batch } })),
      { id: 'counter', body: { value }, ...rev },
    ]);
    for (const result of results) {
      if (!result.ok) throw new Error(result.detail);
      report(`document ${result.id} ${result.id === 'counter' ? value : batch}`);
    }
    counter = { id: 'counter', rev: results.at(-1)?.ok === true ? String(value) : '', body: { value } };
  }
}

async function work({ dir, round, type, lastEffect }: CrashJob): Promise<void> {
  const bus = await createLevelBus({ dir });
  const store = await createLevelDocumentStore({ dir });
  const journal = await bus.openProducer(`${TOPICS}/journal`, { name: 'journal', exclusive: true });
  const queue = await bus.openProducer(`${TOPICS}/work`);
  process.stdout.write('working\n');
  await Promise.all([
    append(journal, 'journal', String(round)),
    append(queue, 'work', String(round)),
    consume(bus, type),
    publish(bus, lastEffect),
    write(store, round),
  ]);
}

createInterface({ input: process.stdin }).once('line', (line) => {
  const job = JSON.parse(line) as CrashJob;
  reports = openSync(job.reports, 'a');
  work(job).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    report(`failed ${code}`);
    process.exit(1);
  });
});
