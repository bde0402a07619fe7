import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { hashOf } from '../../../src/core/canonical.js';
import type { DeadLetter, Reply } from '../../../src/core/types.js';
import { countedJournal } from '../../support/crash-checks.js';
import {
  createDisk,
  live,
  liveThrough,
  storedOn,
  TOPICS,
  type Disk,
  type Workload,
} from '../../support/crash-prefix.js';
import { FIXED, randomWorkload } from '../../support/crash-workload.js';
import { createFuse } from '../../support/fuse.js';
import { messagesOn } from '../../support/memory-bus.js';
import { histories } from '../../support/model-steps.js';

const RUNS = Number(process.env['STAGELINE_TEST_RUNS'] ?? 40);
/** Another draw of workloads and deaths for every run, said where one fails. */
const SEED = Number(process.env['STAGELINE_TEST_SEED'] ?? Date.now() % 1_000_000_007);
/** Lives wait for their store and for each other's turns: many go side by side. */
const ABREAST = 24;

/** What must be the same, however often the process died. */
interface Left {
  /** Records that count, as they stand in the journal. */
  readonly records: readonly string[];
  /** Documents by id, as hashes. */
  readonly documents: Readonly<Record<string, string>>;
  /** Everything that left, in order. */
  readonly effects: readonly string[];
  /** Different answers, by command. */
  readonly replies: Readonly<Record<string, readonly string[]>>;
  readonly deadLetters: readonly string[];
}

/** Not of the fold: how far it is, who writes, what was tried. */
const OUTSIDE = /^(checkpoint|writer|index:|attempt:)/;

function leftOn(disk: Disk): Left {
  const on = (topic: string): string[] =>
    messagesOn(disk.bus, topic).map(({ payload }) => payload.toString());
  const { records } = countedJournal(messagesOn(disk.bus, TOPICS.journal));
  const recorded = new Set(records.map(({ command }) => command.id));
  const replies = new Map<string, Set<string>>();
  for (const text of on(TOPICS.replies)) {
    const reply = JSON.parse(text) as Reply;
    const { id, status } = reply;
    // What leaves no record is decided anew when it comes again, on what there is then.
    const told = recorded.has(id) ? text : `${id} is ${status === 'invalid' ? 'invalid' : 'answered'}`;
    replies.set(id, (replies.get(id) ?? new Set()).add(told));
  }
  return {
    records: records.map((record) => JSON.stringify(record)),
    documents: Object.fromEntries(
      [...storedOn(disk)].filter(([id]) => !OUTSIDE.test(id)).map(([id, body]) => [id, hashOf(body)]),
    ),
    effects: messagesOn(disk.bus, TOPICS.deployments).map(
      ({ payload, properties }) => `${properties['effect'] ?? ''} ${payload.toString()}`,
    ),
    replies: Object.fromEntries([...replies].map(([id, told]) => [id, [...told].sort()] as const)),
    deadLetters: [
      ...new Set<string>(
        on(TOPICS.deadLetters).map((text) => {
          const { code, topic, messageId } = JSON.parse(text) as DeadLetter;
          return `${topic} ${messageId} ${code}`;
        }),
      ),
    ].sort(),
  };
}

/** The undisturbed run, and how many durable writes it took. */
async function undisturbed(workload: Workload, portion: number): Promise<{ left: Left; writes: number }> {
  const disk = createDisk(workload);
  const fuse = createFuse(Infinity);
  await live(disk, { fuse, portion });
  return { left: leftOn(disk), writes: fuse.spent() };
}

/** Runs so many side by side. */
async function abreast<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: ABREAST }, lane));
}

/** Where two runs differ, each thing with what it is and what it should be. */
function differences(after: Left, left: Left): string[] {
  return (Object.keys(left) as (keyof Left)[]).flatMap((part) => {
    const is = new Map<string, unknown>(Object.entries(after[part]));
    const should = new Map<string, unknown>(Object.entries(left[part]));
    return [...new Set([...is.keys(), ...should.keys()])].flatMap((key) =>
      isDeepStrictEqual(is.get(key), should.get(key))
        ? []
        : [`${part} ${key} is ${JSON.stringify(is.get(key))}, should be ${JSON.stringify(should.get(key))}`],
    );
  });
}

describe('a process that dies after any prefix of its durable writes', () => {
  jest.setTimeout(600_000);

  it('leaves a fixed workload as if it had never died, whichever write was its last', async () => {
    const portion = 3;
    const { left, writes } = await undisturbed(FIXED, portion);
    expect({ records: left.records.length, effects: left.effects.length }).toEqual({
      records: 26,
      effects: 12,
    });
    expect(Object.keys(left.replies)).toHaveLength(28);
    const faults: string[] = [];
    await abreast([...Array.from({ length: writes }).keys()], async (last) => {
      const disk = await liveThrough(FIXED, { deaths: [{ writes: last, lost: 0 }], portion });
      faults.push(...differences(leftOn(disk), left).map((fault) => `after ${last} writes: ${fault}`));
    });
    expect(faults).toEqual([]);
  });

  it('leaves random workloads as if it had never died, however often that was and whatever power it took along', async () => {
    const deaths = fc.array(fc.record({ writes: fc.nat(250), lost: fc.oneof(fc.constant(0), fc.nat(12)) }), {
      minLength: 1,
      maxLength: 3,
    });
    const cases = fc.sample(
      fc.record({ history: histories(40), deaths, portion: fc.integer({ min: 1, max: 8 }) }),
      { numRuns: RUNS, seed: SEED },
    );
    const faults: unknown[] = [];
    let died = 0;
    await abreast(cases, async ({ history, ...disturbed }) => {
      const workload = randomWorkload(history);
      const { left, writes } = await undisturbed(workload, disturbed.portion);
      died += disturbed.deaths[0] !== undefined && disturbed.deaths[0].writes < writes ? 1 : 0;
      const after = leftOn(await liveThrough(workload, disturbed));
      const found = differences(after, left);
      if (found.length > 0) faults.push({ found, ...disturbed });
    });
    expect({ seed: SEED, faults: faults.slice(0, 1) }).toEqual({ seed: SEED, faults: [] });
    expect(died).toBeGreaterThan(RUNS / 4);
  });
});
