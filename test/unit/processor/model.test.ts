import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { hashOf, sha256 } from '../../../src/core/canonical.js';
import { parseLine, readLine } from '../../../src/core/journal.js';
import type { AnyDocument, JournalRecord, Reply } from '../../../src/core/types.js';
import { validator } from '../../../src/core/validate.js';
import type { Incoming } from '../../../src/processor/inbox.js';
import { ownCommand } from '../../../src/processor/own-command.js';
import { foldRecord, touchedIds, type Versioned } from '../../../src/projections/fold.js';
import { arrived, createDecidedWorld, type Decided, type DecidedWorld } from '../../support/decided-world.js';
import type { Ask, Verdict } from '../../support/model-asks.js';
import { createModel, type Model } from '../../support/model-state.js';
import { commandOf } from '../../support/model-commands.js';
import { histories, settle, type Step } from '../../support/model-steps.js';
import { viewOfDocuments, viewOfModel } from '../../support/model-view.js';
import { judge } from '../../support/model.js';
import { TOPIC } from '../../support/world.js';

const RUNS = Number(process.env['STAGELINE_TEST_RUNS'] ?? 80);
const LENGTH = 120;
/** Looking for a smaller example ends then. */
const LIMIT_MS = 120_000;

/** What was sent under an id, and what became of it. */
interface Sent {
  readonly id: string;
  readonly text: string;
  readonly project: string;
  readonly ask: Ask;
  readonly expect: Expectation | undefined;
  readonly via: Step['via'];
  readonly dryRun: boolean;
}
interface Expectation {
  readonly id: string;
  readonly position: number;
}

/** A model, and the product beside it. */
interface Pair {
  readonly model: Model;
  readonly world: DecidedWorld;
  readonly sent: Sent[];
  /** The first replies, by the id that they took. */
  readonly answered: Map<string, { readonly text: string; readonly reply: Reply }>;
}

function idOf(number: number): string {
  return `0193a5a0-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** The command of a step, as it would be sent now. */
function toSend(step: Step, { model, sent }: Pair): Sent {
  const earlier = step.again === undefined ? undefined : sent[step.again.pick % Math.max(1, sent.length)];
  if (earlier !== undefined && step.again?.same === true) return earlier;
  const { project, ask } = settle(model, step.project, step.draft);
  if (ask.kind === 'published')
    return { id: '', text: '', project, ask, expect: undefined, via: 'commands', dryRun: false };
  const documents = [...model.changed, ['stage-set:default:nowhere', 0] as const];
  const [expected, at] = documents[(step.expect?.pick ?? 0) % documents.length] ?? ['', 0];
  const off = at === 0 ? 1 : at - 1;
  const expect =
    step.expect === undefined ? undefined : { id: expected, position: step.expect.off ? off : at };
  const id = earlier?.id ?? idOf(sent.length + 1);
  const text = JSON.stringify({
    ...{ id, project, ...commandOf(ask) },
    ...(step.dryRun ? { dryRun: true } : {}),
    ...(expect === undefined ? {} : { expect: { [expect.id]: expect.position } }),
  });
  const via = ask.kind === 'record' ? step.via : 'commands';
  return { id, text, project, ask, expect, via, dryRun: step.dryRun };
}

/** What the model says about a command: a verdict, and whether it is the first answer to its id. */
function verdictOf({ model, answered }: Pair, { id, text, project, ask, expect }: Sent): Verdict | Reply {
  const known = answered.get(id);
  if (known?.text === text) return known.reply;
  const moved = expect !== undefined && (model.changed.get(expect.id) ?? 0) !== expect.position;
  // Where both speak against a command, the expectation is told.
  if (known !== undefined) return { status: 'rejected', code: moved ? 'EXPECTATION_FAILED' : 'ID_REUSED' };
  const verdict = judge(model, project, ask);
  return moved && verdict.status !== 'invalid' ? { status: 'rejected', code: 'EXPECTATION_FAILED' } : verdict;
}

async function decide(pair: Pair, asked: Sent, incoming: Incoming): Promise<void> {
  const { model, world, answered } = pair;
  const verdict = verdictOf(pair, asked);
  const decided = await world.decide(incoming);
  if ('id' in verdict) {
    // The same id again: the first reply, and no record.
    expect(decided.reply).toEqual(verdict);
    expect(decided.record).toBeUndefined();
    return;
  }
  compare(decided, verdict);
  const recorded = verdict.status !== 'invalid' && !asked.dryRun;
  expect(decided.record !== undefined).toBe(recorded);
  if (!recorded) return;
  model.position += 1;
  if (verdict.status === 'ok') verdict.apply();
  if (asked.ask.kind !== 'published' && !answered.has(asked.id))
    answered.set(asked.id, { text: asked.text, reply: decided.reply as Reply });
}

function compare({ status, code, reply, record }: Decided, verdict: Verdict): void {
  const wanted = verdict.status === 'ok' ? undefined : verdict.code;
  expect({ status, code }).toEqual({ status: verdict.status, code: wanted });
  if (verdict.status === 'ok') expect((reply ?? record)?.result).toMatchObject(verdict.told);
}

/** A batch: what it asks for is said before any of it is decided. */
async function batch(pair: Pair, steps: readonly Step[]): Promise<void> {
  const { world, sent } = pair;
  const asked = steps.map((step) => {
    const one = toSend(step, pair);
    if (one.ask.kind !== 'published') sent.push(one);
    return { one, incoming: incomingOf(one) };
  });
  await world.prepare(asked.map(({ incoming }) => incoming));
  for (const { one, incoming } of asked) {
    await decide(pair, one, incoming);
    expectAlike(pair);
  }
  world.endBatch();
  await world.store(steps.at(-1)?.stores ?? 0);
}

/** The product shows what the model shows. The plain comparison goes first: an expectation takes its time. */
function expectAlike({ model, world }: Pair): void {
  const shown = {
    position: world.head().position,
    changed: [...model.changed.keys()].map((id) => [id, world.versions.get(id)?.position]),
    view: viewOfDocuments(documentsOf(world)),
  };
  const wanted = { position: model.position, changed: [...model.changed], view: viewOfModel(model) };
  if (!isDeepStrictEqual(shown, wanted)) expect(shown).toEqual(wanted);
}

function incomingOf({ ask, text, via }: Sent): Incoming {
  return ask.kind === 'published'
    ? ownCommand(noteEffectsPublished, { topic: TOPIC, through: ask.through })
    : arrived(text, via);
}

function documentsOf({ versions }: DecidedWorld): Map<string, AnyDocument> {
  return new Map(
    [...versions].flatMap(([id, { document }]) => (document === undefined ? [] : [[id, document] as const])),
  );
}

/** A history, run through product and model side by side. */
async function run(history: readonly Step[]): Promise<Pair> {
  const pair: Pair = {
    model: createModel(),
    world: await createDecidedWorld(),
    sent: [],
    answered: new Map(),
  };
  const first: Step = {
    ...{ project: 'default', via: 'commands', dryRun: false, expect: undefined, again: undefined },
    ...{ ends: false, stores: 0 },
    draft: {
      kind: 'environments',
      environments: [
        { name: 'test', target: 'sandbox' },
        { name: 'prod', target: 'sandbox' },
      ],
    },
  };
  await batch(pair, [first]);
  for (let start = 0; start < history.length;) {
    const end = history.findIndex(({ ends }, index) => index >= start && ends);
    const next = end === -1 ? history.length : end + 1;
    await batch(pair, history.slice(start, next));
    start = next;
  }
  return pair;
}

/** The hash of every document, deleted ones too. */
function hashes(versions: ReadonlyMap<string, Versioned>): Record<string, string> {
  return Object.fromEntries(
    [...versions].map(([id, { position, document }]) => [
      id,
      hashOf({ position, document: document ?? null }),
    ]),
  );
}

function foldAll(
  records: readonly JournalRecord[],
  from?: ReadonlyMap<string, Versioned>,
): Map<string, Versioned> {
  const versions = new Map(from);
  for (const record of records) {
    // Only what the record says that it touches is there to be read.
    const touched = new Map(touchedIds(record).map((id) => [id, versions.get(id)]));
    for (const [id, version] of foldRecord(record, touched)) {
      expect(touched.has(id)).toBe(true);
      versions.set(id, version);
    }
  }
  return versions;
}

const recordFaults = validator('record.json');
const documentFaults = validator('documents.json');
const replyFaults = validator('reply.json');

function checkSchemas({ records, versions }: DecidedWorld): void {
  for (const record of records)
    expect([record.position, recordFaults(record)]).toEqual([record.position, []]);
  for (const [id, { document }] of versions)
    expect([id, document === undefined ? [] : documentFaults(document)]).toEqual([id, []]);
}

/** Every line names the hash of the one before, and effects and releases are numbered without a gap. */
function checkNumbers({ lines, records }: DecidedWorld): void {
  let before: string | null = null;
  let effect = 1;
  const releases = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const record = records[index];
    expect({ position: record?.position, prev: record?.prev }).toEqual({ position: index + 1, prev: before });
    before = sha256(line);
    for (const event of record?.events ?? []) {
      if (event.type === 'wave-started') {
        expect(event.effects.first).toBe(effect);
        effect += event.count;
      }
      if (event.type !== 'release-committed') continue;
      const key = `${event.project} ${event.environment}`;
      const number = (releases.get(key) ?? 0) + 1;
      expect({ first: event.effects.first, release: event.release }).toEqual({
        first: effect,
        release: number,
      });
      effect += event.waves?.[0] ?? event.entries.length;
      releases.set(key, number);
    }
  }
}

/** The ids that `get-all-data` shows a project, page by page. */
async function pagesOf(world: DecidedWorld, project: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: unknown; ;) {
    const params = { limit: 3, ...(cursor === undefined ? {} : { cursor }) };
    const text = JSON.stringify({ id: idOf(0), command: 'get-all-data', project, params });
    const { reply, record } = await world.decide(arrived(text, 'commands'));
    expect({ record, faults: replyFaults(reply) }).toEqual({ record: undefined, faults: [] });
    const page = reply?.result as { documents: { id: string }[]; cursor?: string };
    ids.push(...page.documents.map(({ id }) => id));
    cursor = page.cursor;
    if (cursor === undefined) return ids;
  }
}

/** The ids that belong to a project. */
function ownIds(documents: ReadonlyMap<string, AnyDocument>, project: string): string[] {
  return [...documents].flatMap(([id, document]) => {
    if (document.kind === 'environment') return [id];
    const kinds = ['function', 'stage-set', 'staged', 'release', 'deployment'];
    return kinds.includes(document.kind) && 'project' in document && document.project === project ? [id] : [];
  });
}

describe('the product beside a small model of its rules', () => {
  jest.setTimeout(600_000);

  it('decides every command alike and shows the same state after it', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(histories(LENGTH), async (history) => {
        await run(history);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS },
    );
  });

  it('makes records that give the same documents when they are read again, however often', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(histories(LENGTH), fc.nat(), async (history, drawn) => {
        const { world } = await run(history);
        const live = hashes(world.versions);
        checkSchemas(world);
        checkNumbers(world);
        const read = world.lines.map((line) => readLine(parseLine(line)).record);
        const folded = foldAll(read);
        expect(hashes(folded)).toEqual(live);
        // Each record once more, and everything from some record on once more.
        for (const record of read) expect(foldRecord(record, folded).size).toBe(0);
        const from = drawn % (read.length + 1);
        expect(hashes(foldAll(read.slice(from), folded))).toEqual(live);
        expect(hashes(foldAll(read.slice(Math.floor(from / 2)), foldAll(read.slice(0, from))))).toEqual(live);
        for (const project of ['default', 'pricing', 'third'])
          expect((await pagesOf(world, project)).sort()).toEqual(ownIds(documentsOf(world), project).sort());
      }),
      { numRuns: Math.ceil(RUNS / 3), interruptAfterTimeLimit: LIMIT_MS },
    );
  });

  it('touches no document that it does not say it touches, and leaves few of those as they are', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(histories(LENGTH), async (history) => {
        const { world } = await run(history);
        const versions = new Map<string, Versioned>();
        for (const record of world.records) {
          const changed = foldRecord(record, versions);
          const touched = touchedIds(record);
          expect([...changed.keys()].filter((id) => !touched.includes(id))).toEqual([]);
          const idle = touched.filter((id) => !changed.has(id)).map((id) => id.split(':')[0]);
          // A used id keeps its answer; an old outcome says nothing about what is newer, or is not there any more.
          const late = record.events.some(({ type }) =>
            ['deployment-recorded', 'effects-skipped', 'deployments-cancelled', 'wave-started'].includes(
              type,
            ),
          );
          const may = late ? ['proof', 'function', 'environment'] : ['answered'];
          expect(idle.filter((kind) => !may.includes(kind ?? ''))).toEqual([]);
          for (const [id, version] of changed) versions.set(id, version);
        }
      }),
      { numRuns: Math.ceil(RUNS / 6), interruptAfterTimeLimit: LIMIT_MS },
    );
  });
});
