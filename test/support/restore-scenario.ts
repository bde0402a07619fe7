import { randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig, type Config } from '../../src/config.js';
import { hashOf, sha256 } from '../../src/core/canonical.js';
import type { JournalRecord } from '../../src/core/types.js';
import { backupSource } from '../../src/history/line-source.js';
import { readLines } from '../../src/history/read-lines.js';
import { createMemoryDocuments } from '../../src/projections/memory-documents.js';
import { openBus, openStore } from '../../src/service/engines.js';
import { run, type Ran } from '../unit/cli/run-cli.js';
import { startTestService, type TestService } from './service.js';

type Env = Readonly<Record<string, string>>;

/** Where the scenario takes place. */
export interface RestorePlace {
  /** Settings of an installation that is empty, with topics of the same names; nothing of those before is used any more. */
  empty(): Promise<Env>;
  /** The bus loses everything, the documents stay. */
  loseJournal(env: Env): Promise<void>;
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'stageline-backup-'));
const configOf = (env: Env): Config => loadConfig({ env, cwd: process.cwd() });
const functionOf = (name: string, parallelism = 1): object => ({
  type: 'function',
  artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
  tenant: 'public',
  namespace: 'default',
  name,
  className: 'enrich.Enrich',
  inputs: ['orders'],
  parallelism,
});

/** The hashes of all stored documents of a stopped service, stones included. */
async function storedIn(env: Env): Promise<Record<string, string>> {
  const store = await openStore(configOf(env));
  try {
    const documents = await store.open((await store.current()) ?? '');
    const all = await documents.range({ start: '', end: '\uffff', limit: 100_000 });
    const inside = all.filter(({ id }) => !/^(checkpoint|writer|index:|attempt:|_)/.test(id));
    return Object.fromEntries(inside.map(({ id, body }) => [id, hashOf(body)]));
  } finally {
    await store.close();
  }
}

/** The same, folded out of a backup by itself. */
async function foldedFrom(file: string): Promise<Record<string, string>> {
  const documents = createMemoryDocuments();
  for await (const { lines } of readLines(backupSource(() => createReadStream(file))))
    for (const { record } of lines) documents.fold(record);
  return Object.fromEntries(
    [...documents.entries()]
      .sort()
      .map(([id, { position, document }]) => [
        id,
        hashOf(document === undefined ? { deleted: true, position } : { ...document, position }),
      ]),
  );
}

/** The backup as it would have been behind a position. */
function cutBehind(file: string, position: number): string {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, position + 1);
  const trailer = { records: position, lastPosition: position, lastHash: sha256(lines.at(-1) ?? '') };
  const cut = join(folder(), 'cut.ndjson');
  writeFileSync(cut, `${lines.join('\n')}\n${JSON.stringify(trailer)}\n`);
  return cut;
}

/** Ids of the effects that ever went out. */
async function publishedOn(env: Env): Promise<string[]> {
  const config = configOf(env);
  const bus = await openBus(config, pino({ level: 'silent' }));
  try {
    const reader = await bus.openReader(config.topics.deployments, { start: 'earliest' });
    const ids: string[] = [];
    for (;;) {
      const waitMs = bus.kind === 'embedded' ? 200 : 2_000;
      const messages = await reader.receive({ max: 100, waitMs });
      if (messages.length === 0) return ids;
      ids.push(...messages.map(({ properties }) => properties['effect'] ?? ''));
    }
  } finally {
    await bus.close();
  }
}

/** How far the effects are noted in the journal to be published. */
async function noted({ url }: TestService): Promise<number> {
  const journal = await (await fetch(`${url}/v1/journal`)).text();
  const records = journal
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalRecord);
  const events = records.flatMap(({ events: all }) => all);
  return Math.max(0, ...events.map((event) => (event.type === 'effects-published' ? event.through : 0)));
}

async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const found = await what();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('not in time');
}

interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** Tests that a journal survives a backup and a restore, and that nothing is deployed a second time by it. */
export function restoreScenario(place: RestorePlace): void {
  const services: TestService[] = [];
  const start = async (env: Env): Promise<TestService> => {
    const service = await startTestService(env);
    services.push(service);
    return service;
  };
  afterEach(async () => {
    for (const service of services.splice(0)) await service.stop();
  });
  const cli = (env: Env, ...args: string[]): Promise<Ran> => run(args, { env, cwd: process.cwd() });

  it('gives identical documents, and holds what may be out already until a person says so', async () => {
    const first = await place.empty();
    const live = await start(first);
    await live.send('stage-configs', { configs: [functionOf('a'), functionOf('b')] });
    await live.send('commit-staged-to-test', {});
    await live.finished('release:default:test:00000001');
    await until(async () => (await noted(live)) === 2 || undefined);
    await live.send('stage-configs', { configs: [functionOf('a', 2)] });
    const commit = { id: randomUUID() };
    const committed = await live.send('commit-staged-to-test', { note: 'second' }, commit);
    expect(committed).toMatchObject({ status: 'ok' });
    const position = committed.position;
    await live.finished('release:default:test:00000002');

    // Taken while the service runs.
    const whole = join(folder(), 'whole.ndjson');
    expect(await cli({}, 'backup', whole, '--url', live.url)).toMatchObject({ code: 0 });
    await live.stop();

    const full = join(folder(), 'full.ndjson');
    expect(await cli(first, 'backup', full, '--offline')).toMatchObject({ code: 0 });
    const before = await storedIn(first);
    expect(Object.keys(before).length).toBeGreaterThan(15);

    // All of it, elsewhere.
    const second = await place.empty();
    expect(await cli(second, 'restore', full)).toMatchObject({ code: 0 });
    const copy = await start(second);
    await copy.ready();
    await copy.stop();
    expect(await storedIn(second)).toEqual(before);
    expect(await foldedFrom(full)).toEqual(before);
    expect(await publishedOn(second)).toEqual([]);

    // As it was when the second release was committed, and nobody had noted that it went out.
    const third = await place.empty();
    const cut = cutBehind(whole, position);
    expect(await cli(third, 'restore', cut)).toMatchObject({ code: 0 });
    const again = await cli(third, 'restore', cut);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('JOURNAL_NOT_EMPTY')]);

    const held = async (service: TestService): Promise<string | undefined> => {
      const { checks } = (await (await fetch(`${service.url}/readyz`)).json()) as Readiness;
      return checks.find(({ name, ok }) => name === 'effects' && !ok)?.detail;
    };
    const restored = await start(third);
    expect(await until(() => held(restored))).toMatch(/release 2 of default to test .*restored/);
    // The same id gets the reply that it got before the journal was lost.
    expect(await restored.send('commit-staged-to-test', { note: 'second' }, commit)).toEqual(committed);
    await restored.stop();
    expect(await storedIn(third)).toEqual(await foldedFrom(cut));

    // Still so behind a checkpoint.
    const later = await start(third);
    expect(await until(() => held(later))).toMatch(/restored/);
    expect(await later.read('release:default:test:00000002')).toMatchObject({ state: 'committed' });
    // What is committed behind it waits too.
    const other = { project: 'pricing' };
    await later.send('stage-configs', { configs: [functionOf('c')] }, other);
    const behind = await later.send('commit-staged-to-test', {}, other);
    expect(behind).toMatchObject({ status: 'ok' });
    expect(await later.send('release-effects', { environment: 'test', release: 2 })).toMatchObject({
      status: 'ok',
    });
    expect(await later.finished('release:default:test:00000002')).toMatchObject({ state: 'succeeded' });
    expect(await later.finished('release:pricing:test:00000001')).toMatchObject({ state: 'succeeded' });
    await later.ready();
    await later.stop();
    const effects = await publishedOn(third);
    expect(effects.map((id) => Number(id.split('/')[1]))).toEqual([position, position, behind.position]);
  });

  it('refuses a backup that ends before the documents, unless they are dropped', async () => {
    const env = await place.empty();
    const live = await start(env);
    await live.send('stage-configs', { configs: [functionOf('a')] });
    await live.send('stage-configs', { configs: [functionOf('b')] });
    await live.stop();
    const full = join(folder(), 'full.ndjson');
    expect(await cli(env, 'backup', full, '--offline')).toMatchObject({ code: 0 });
    const cut = cutBehind(full, 2);

    const lost = await cli(env, 'restore', cut);
    expect([lost.code, lost.err]).toEqual([1, expect.stringContaining('--drop-documents')]);
    // A journal that is there keeps its documents, whatever is asked.
    const early = await cli(env, 'restore', cut, '--drop-documents');
    expect([early.code, early.err]).toEqual([1, expect.stringContaining('JOURNAL_NOT_EMPTY')]);
    const before = await storedIn(env);
    expect(Object.keys(before).length).toBeGreaterThan(3);

    await place.loseJournal(env);
    expect((await cli(env, 'restore', cut)).code).toBe(1);
    expect(await storedIn(env)).toEqual(before);
    expect(await cli(env, 'restore', cut, '--drop-documents')).toMatchObject({ code: 0 });
    const again = await start(env);
    await again.ready();
    await again.stop();
    expect(await storedIn(env)).toEqual(await foldedFrom(cut));
  });

  it('starts with no journal whose restore did not come to its end', async () => {
    const records: JournalRecord[] = [];
    const source = await place.empty();
    const live = await start(source);
    await live.send('stage-configs', { configs: [functionOf('a')] });
    await live.stop();
    const full = join(folder(), 'full.ndjson');
    await cli(source, 'backup', full, '--offline');
    for await (const { lines } of readLines(backupSource(() => createReadStream(full))))
      records.push(...lines.map(({ record }) => record));

    const env = await place.empty();
    const config = configOf(env);
    const bus = await openBus(config, pino({ level: 'silent' }));
    const { markMessage, recordsMessage, encodeRecord } = await import('../../src/core/journal.js');
    const producer = await bus.openProducer(config.topics.journal, {});
    const writer = 'cut-short';
    await producer.send(
      markMessage({ epoch: 1, writer, time: new Date().toISOString(), restored: records.length }),
    );
    const [first] = records;
    if (first === undefined) throw new Error('the journal is empty');
    await producer.send(recordsMessage([encodeRecord(first).line], { epoch: 1, writer }));
    await producer.close();
    await bus.close();

    const service = await start(env);
    const fault = await until(async () => {
      const { checks } = (await (await fetch(`${service.url}/readyz`)).json()) as Readiness;
      return checks.find(({ detail }) => detail.includes('did not come to its end'))?.detail;
    });
    expect(fault).toContain(`restored to position 1 of ${records.length}`);
  });
}
