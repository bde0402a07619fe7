import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import { stageConfigs } from '../../src/commands/stage-configs.js';
import { keptPayload } from '../../src/core/kept-payload.js';
import { isObject } from '../../src/core/merge-patch.js';
import type { DeadLetter, JournalRecord, Reply } from '../../src/core/types.js';
import type { OutgoingMessage } from '../../src/ports/bus.js';
import { PROJECTIONS } from '../../src/projections/fold.js';
import { fn, functionConfig } from '../support/configs.js';
import { countedJournal, documentFaults, messagesOf } from '../support/crash-checks.js';
import { seeded } from '../support/crash-commands.js';
import type { Poison, Via } from '../support/poison-draw.js';
import { hugePoison, poisonOf } from '../support/poison.js';
import { startTestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';

const SEED = Number(process.env['STAGELINE_TEST_SEED'] ?? Date.now() % 1_000_000_007);
const COUNT = 10 * Number(process.env['STAGELINE_TEST_RUNS'] ?? 1_000);
/** Bad messages that lie on the topics at once. */
const ROUND = 2_500;
/** A good message after so many bad ones. */
const GOOD_EVERY = 12;
/** What the bus takes at most, less the room for a key. */
const LARGEST = 5 * 1024 * 1024;
const TOPICS = {
  commands: 'persistent://ops/stageline/commands',
  results: 'persistent://ops/deployment-automation/results',
  journal: 'persistent://ops/stageline/journal',
  replies: 'persistent://ops/stageline/replies',
  deadLetters: 'persistent://ops/stageline/dead-letters',
};

/** A message as it was sent: a bad one, or a good one between them. */
type Sent = Poison & { readonly messageId: string };

/** A good command, for each topic. */
function good(via: Via, number: number): Poison {
  const id = `0193a5a0-0000-7000-8000-${String(number).padStart(12, '0')}`;
  const asked =
    via === 'commands'
      ? { command: 'stage-configs', params: { configs: [functionConfig(`good-${number}`)] } }
      : {
          command: 'record-deployment',
          params: {
            environment: 'test',
            release: 1,
            results: [{ function: fn('first'), outcome: 'failed' }],
          },
        };
  const payload = Buffer.from(JSON.stringify({ id, ...asked }));
  return { kind: 'good', via, payload, id, key: 'default', properties: {}, fate: 'refused', code: undefined };
}

async function sendAll(dir: string, messages: readonly Poison[]): Promise<Sent[]> {
  const bus = await createLevelBus({ dir });
  const producers = {
    commands: await bus.openProducer(TOPICS.commands),
    results: await bus.openProducer(TOPICS.results),
  };
  const sent = await Promise.all(
    messages.map(async (message) => {
      const { payload, properties, key } = message;
      const out: OutgoingMessage = { payload, properties, ...(key === undefined ? {} : { key }) };
      return { ...message, messageId: (await producers[message.via].send(out)).id };
    }),
  );
  await bus.close();
  return sent;
}

/** Starts the service on what lies on its topics and stops it when so many commands are acknowledged. */
async function workOff(dir: string, commands: number): Promise<void> {
  let acknowledged = 0;
  const running = await startTestService(
    { STAGELINE_DATA_DIR: dir },
    { reach: (point) => (acknowledged += point === 'acknowledged' ? 1 : 0) },
  );
  try {
    for (const end = Date.now() + 60_000; acknowledged < commands && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(acknowledged).toBe(commands);
    await running.ready();
  } finally {
    await running.stop();
  }
}

/** Everything that came of it. */
async function outcome(dir: string) {
  const bus = await createLevelBus({ dir });
  const store = await createLevelDocumentStore({ dir });
  const read = async (topic: string) => messagesOf(bus, topic, 100);
  const json = async (topic: string): Promise<unknown[]> =>
    (await read(topic)).map(({ payload }) => JSON.parse(payload.toString()) as unknown);
  const journal = countedJournal(await read(TOPICS.journal));
  const found = {
    journal,
    replies: (await json(TOPICS.replies)) as Reply[],
    letters: (await json(TOPICS.deadLetters)) as DeadLetter[],
    documentFaults: await documentFaults(store, journal.records),
  };
  await store.close();
  await bus.close();
  return found;
}

type Outcome = Awaited<ReturnType<typeof outcome>>;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** What became of a message otherwise than it should. */
function faultsOf(sent: readonly Sent[], { journal, replies, letters }: Outcome): string[] {
  const repliesTo = groupBy(replies, ({ id }) => id);
  const lettersOf = groupBy(letters, ({ topic, messageId }) => `${topic} ${messageId}`);
  const recordsOf = groupBy(journal.records, ({ command }) => command.id);
  return sent.flatMap((message) => {
    const { kind, via, messageId, id, fate, code, payload } = message;
    const answers = repliesTo.get(id) ?? [];
    const dead = lettersOf.get(`${TOPICS[via]} ${messageId}`) ?? [];
    const kept = keptPayload(payload).payload.subarray(0, code === 'SECRET_LITERAL' ? 0 : 256 * 1024);
    const is = {
      answers: answers.map(({ status, error }) => `${status} ${error?.code ?? ''}`),
      letters: dead.map((letter) => letter.code),
      payloads: dead.map((letter) => letter.payload === kept.toString('base64')),
      records: (recordsOf.get(id) ?? []).length,
    };
    const answered =
      { invalid: 'invalid', unread: undefined }[fate as string] ?? (code === undefined ? 'ok' : 'rejected');
    const isDead = fate === 'unread' || fate === 'invalid';
    const should = {
      answers: fate === 'unread' ? [] : [`${answered} ${code ?? ''}`],
      letters: isDead ? [code] : [],
      payloads: isDead ? [true] : [],
      records: fate === 'refused' ? 1 : 0,
    };
    const text = payload.subarray(0, 300).toString();
    return JSON.stringify(is) === JSON.stringify(should)
      ? []
      : [`${kind} on ${via}: ${JSON.stringify(is)}, should be ${JSON.stringify(should)}: ${text}`];
  });
}

/** Whether things stand in the order in which their messages were sent. */
function inOrder(sent: readonly Sent[], ids: readonly string[]): boolean {
  const places = new Map(ids.map((id, place) => [id, place]));
  const found = sent.map(({ id }) => places.get(id) ?? -1);
  return found.every((place, index) => place > (found[index - 1] ?? -1));
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const shape = (): string[][] => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).map(String));

describe('bad messages between good ones', () => {
  jest.setTimeout(600_000);

  it('are answered where they can be and dead letters where not, one by one, and stop nobody', async () => {
    const before = shape();
    const random = seeded(SEED);
    const dir = dataDir();
    const first = await startTestService({ STAGELINE_DATA_DIR: dir });
    await first.send('stage-configs', { configs: [functionConfig('first')] });
    await first.send('commit-staged-to-test', {});
    await first.finished('release:default:test:00000001');
    await first.stop();

    let rounds = 0;
    for (let done = 0; done < COUNT; done += ROUND) {
      const messages: Poison[] = [];
      for (let number = done; number < Math.min(COUNT, done + ROUND); number += 1) {
        messages.push(poisonOf(random, number));
        if (number % GOOD_EVERY === 0)
          messages.push(good(number % 3 === 0 ? 'results' : 'commands', number + 1));
      }
      messages.splice(Math.floor(random() * messages.length), 0, hugePoison(random, LARGEST));
      messages.splice(Math.floor(random() * messages.length), 0, hugePoison(random, 300 * 1024 + 1));
      const sent = await sendAll(dir, messages);
      await workOff(dir, sent.length);
      rounds += 1;
      const found = await outcome(dir);
      expect({ seed: SEED, faults: faultsOf(sent, found).slice(0, 5) }).toEqual({ seed: SEED, faults: [] });
      for (const via of ['commands', 'results'] as const) {
        const answered = sent.filter((message) => message.via === via && message.fate !== 'unread');
        const recorded = answered.filter(({ fate }) => fate === 'refused');
        expect(
          inOrder(
            answered,
            found.replies.map(({ id }) => id),
          ),
        ).toBe(true);
        expect(
          inOrder(
            recorded,
            found.journal.records.map(({ command }) => command.id),
          ),
        ).toBe(true);
      }
      expect(found.documentFaults).toEqual([]);
      // One term each time the service was started: none ended early.
      expect(found.journal.terms).toBe(1 + rounds);
      expect(JSON.stringify(found)).not.toMatch(/hunter2/);
    }
    expect(shape()).toEqual(before);
  });
});

type Method = (...args: readonly unknown[]) => unknown;

/** Makes a method fail where `hits` says so of one of its arguments: it throws, or its promise rejects. */
function plant(on: object, method: string, hits: (argument: unknown) => boolean): void {
  const target = on as Record<string, Method>;
  const real = target[method] as Method;
  jest.spyOn(target, method).mockImplementation((...args) => {
    if (!args.some(hits)) return real(...args);
    const fault = new TypeError(`planted in ${method}`);
    if (method === 'load') return Promise.reject(fault);
    throw fault;
  });
}

const noted =
  (note: string) =>
  (argument: unknown): boolean =>
    isObject(argument) && argument['note'] === note;

function projectionOf(kind: string): object {
  return PROJECTIONS.find((projection) => projection.kind === kind) as object;
}

describe('bodies that make the code throw', () => {
  jest.setTimeout(120_000);
  afterEach(() => jest.restoreAllMocks());

  const stage = (number: number, note: string): Poison => {
    const made = good('commands', number);
    const command = JSON.parse(made.payload.toString()) as { params: object };
    const payload = Buffer.from(JSON.stringify({ ...command, params: { ...command.params, note } }));
    return { ...made, kind: note, payload };
  };
  const statuses = (found: Outcome, sent: readonly Sent[]): string[] =>
    sent.map(({ id, kind }) => {
      const answers = found.replies.filter((reply) => reply.id === id);
      return [kind, ...answers.map(({ status, error }) => `${status} ${error?.code ?? ''}`.trim())].join(
        ': ',
      );
    });

  it('are answered `failed` in a record without events, and everybody else is served', async () => {
    for (const method of ['check', 'load', 'decide']) plant(stageConfigs, method, noted(method));
    plant(projectionOf('stage-set'), 'apply', noted('fold'));
    const dir = dataDir();
    const notes = ['good', 'check', 'good', 'load', 'good', 'decide', 'good', 'fold', 'good'];
    const sent = await sendAll(
      dir,
      notes.map((note, index) => stage(index + 1, note)),
    );
    await workOff(dir, sent.length);
    const found = await outcome(dir);
    expect(statuses(found, sent)).toEqual(
      notes.map((note) => (note === 'good' ? 'good: ok' : `${note}: failed INTERNAL`)),
    );
    expect(
      inOrder(
        sent,
        found.replies.map(({ id }) => id),
      ),
    ).toBe(true);
    const failed = found.journal.records.filter((record) => record.outcome === 'failed');
    expect(failed.map(({ command, events }) => [command.params['note'], events])).toEqual(
      ['check', 'load', 'decide', 'fold'].map((note) => [note, []]),
    );
    expect(found.letters).toEqual([]);
    expect(found.journal.terms).toBe(1);
    // A bug is told in the log alone.
    expect(JSON.stringify(found)).not.toMatch(/planted/);
  });

  it('are given up undecided after three tries where even that fails, and everybody else is served', async () => {
    let tries = 0;
    plant(projectionOf('audit'), 'apply', (argument) => {
      const record = argument as Partial<JournalRecord> | undefined;
      const hit = record?.command?.params['note'] === 'record';
      tries += hit && record.outcome === 'failed' ? 1 : 0;
      return hit;
    });
    const dir = dataDir();
    const notes = ['good', 'good', 'record', 'good', 'good'];
    const sent = await sendAll(
      dir,
      notes.map((note, index) => stage(index + 1, note)),
    );
    await workOff(dir, sent.length);
    const found = await outcome(dir);
    // A term that ends between a reply and its acknowledgement has the next one answer again, alike.
    const answers = statuses(found, sent).map((all) => [...new Set(all.split(': '))].join(': '));
    expect(answers).toEqual([
      ...['good: ok', 'good: ok', 'record: failed UNDECIDED', 'good: ok', 'good: ok'],
    ]);
    expect(found.letters.map(({ code, messageId }) => [code, messageId])).toEqual([
      ['UNDECIDED', sent[2]?.messageId],
    ]);
    // Three terms in a row fail with everything that came along, then it is tried alone, three times.
    expect({ tries, terms: found.journal.terms }).toEqual({ tries: 6, terms: 7 });
    expect(found.documentFaults).toEqual([]);
  });
});
