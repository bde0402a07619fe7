import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import type { Bus, ReceivedMessage, SubscriptionType } from '../../src/ports/bus.js';
import type { CrashJob } from '../support/level-crash-child.js';

const ROUNDS = 15;
const TYPES: readonly SubscriptionType[] = ['Failover', 'Key_Shared', 'Shared'];
const TOPICS = 'persistent://crash/test';
const CHILD = path.resolve('test/support/level-crash-child.ts');
/** How far a file of the child may grow in the test of a full disk, in blocks of 512 bytes (1,024 in some shells). */
const FILE_LIMIT_BLOCKS = 2048;

/** What the children said they could rely on. */
interface Reports {
  readonly sent: Map<string, string[]>;
  readonly acked: Set<string>;
  readonly documents: Map<string, number>;
  readonly failures: string[];
}

async function readReports(file: string): Promise<Reports> {
  const reports: Reports = { sent: new Map(), acked: new Set(), documents: new Map(), failures: [] };
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    const [what, subject = '', value = ''] = line.split(' ');
    const sent = reports.sent.get(subject) ?? [];
    if (what === 'sent') reports.sent.set(subject, sent);
    if (what === 'sent') sent.push(value);
    if (what === 'acked') reports.acked.add(subject);
    if (what === 'document') reports.documents.set(subject, Number(value));
    if (what === 'failed') reports.failures.push(subject);
  }
  return reports;
}

function lastEffectOf({ sent }: Reports): number {
  return Number(sent.get('effects')?.at(-1) ?? 0);
}

interface Child {
  /** Sets it to work; resolves when it has begun, or has ended. */
  start(job: CrashJob): Promise<void>;
  kill(): Promise<void>;
  readonly ended: Promise<unknown>;
}

/** Starts a child that waits for its job. `prefix` goes before the command in a shell. */
function startChild(prefix = ''): Child {
  const command = `${prefix} exec "${process.execPath}" --import tsx "${CHILD}"`;
  const child = spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  return {
    ended,
    start: async (job) => {
      const working = once(child.stdout, 'data');
      child.stdin.write(`${JSON.stringify(job)}\n`);
      await Promise.race([working, ended]);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function textOf({ payload }: ReceivedMessage): string {
  return payload.toString().split(' ')[0] ?? '';
}

async function readAll(bus: Bus, topic: string): Promise<string[]> {
  const reader = await bus.openReader(`${TOPICS}/${topic}`, { start: 'earliest' });
  const texts: string[] = [];
  for (;;) {
    const messages = await reader.receive({ max: 1000, waitMs: 100 });
    if (messages.length === 0) break;
    texts.push(...messages.map(textOf));
  }
  await reader.close();
  return texts;
}

async function drain(bus: Bus): Promise<string[]> {
  const options = { subscription: 'worker', type: 'Failover' } as const;
  const consumer = await bus.openConsumer(`${TOPICS}/work`, options);
  const texts: string[] = [];
  for (;;) {
    const messages = await consumer.receive({ max: 1000, waitMs: 200 });
    if (messages.length === 0) break;
    texts.push(...messages.map(textOf));
    for (const message of messages) await consumer.acknowledge(message);
  }
  await consumer.close();
  return texts;
}

/** The numbers behind each prefix of `prefix:number`, in the order found. */
function numbersByPrefix(texts: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const text of texts) {
    const [prefix = '', number] = text.split(':');
    const group = groups.get(prefix);
    if (group) group.push(Number(number));
    else groups.set(prefix, [Number(number)]);
  }
  return [...groups.values()];
}

function expectAscending(numbers: readonly number[]): void {
  expect(numbers.filter((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))).toEqual([]);
}

function missing(wanted: Iterable<string>, found: readonly string[]): string[] {
  const there = new Set(found);
  return [...wanted].filter((text) => !there.has(text));
}

async function expectNothingLost(dir: string, reports: Reports): Promise<void> {
  const bus = await createLevelBus({ dir });
  const store = await createLevelDocumentStore({ dir });

  const journal = await readAll(bus, 'journal');
  expect(missing(reports.sent.get('journal') ?? [], journal)).toEqual([]);
  for (const numbers of numbersByPrefix(journal)) expect(numbers).toEqual(numbers.map((_, index) => index));

  const effects = await readAll(bus, 'effects');
  expect(effects).toEqual(effects.map((_, index) => String(index + 1)));
  expect(effects.length).toBeGreaterThanOrEqual(lastEffectOf(reports));

  const delivered = await drain(bus);
  const owed = (reports.sent.get('work') ?? []).filter((text) => !reports.acked.has(text));
  expect(missing(owed, delivered)).toEqual([]);
  for (const numbers of numbersByPrefix(delivered)) expectAscending(numbers);

  const documents = await store.open((await store.current()) ?? '');
  const found = await documents.get([...reports.documents.keys()]);
  for (const [id, value] of reports.documents) {
    const body = found.get(id)?.body;
    if (id === 'counter') expect(body?.['value']).toBeGreaterThanOrEqual(value);
    else expect(body).toEqual({ batch: value });
  }
  await bus.close();
  await store.close();
}

describe('the embedded engines', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'stageline-crash-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it(`keep what they answered for when they are killed ${ROUNDS} times`, async () => {
    const file = path.join(dir, 'reports');
    let next = startChild();
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = next;
      next = startChild();
      const type = TYPES[round % TYPES.length] ?? 'Failover';
      const lastEffect = lastEffectOf(await readReports(file));
      await child.start({ dir, reports: file, round, type, lastEffect });
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 300));
      await child.kill();
    }
    await next.kill();
    const reports = await readReports(file);
    expect(reports.failures).toEqual([]);
    expect(reports.acked.size).toBeGreaterThan(ROUNDS);
    await expectNothingLost(dir, reports);
  });

  it('say so when the disk takes no more, and keep what they answered for', async () => {
    const file = path.join(dir, 'reports');
    const child = startChild(`trap '' XFSZ; ulimit -f ${FILE_LIMIT_BLOCKS};`);
    await child.start({ dir, reports: file, round: 0, type: 'Failover', lastEffect: 0 });
    await child.ended;
    const reports = await readReports(file);
    expect(reports.failures).toEqual(['ENGINE_UNAVAILABLE']);
    expect(reports.sent.get('journal')?.length).toBeGreaterThan(100);
    await expectNothingLost(dir, reports);
  });
});
