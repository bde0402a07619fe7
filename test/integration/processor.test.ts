import { randomUUID } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import { CHECKPOINT_ID } from '../../src/core/ids.js';
import { parseLines, readLine } from '../../src/core/journal.js';
import type { DeadLetter, JournalRecord } from '../../src/core/types.js';
import type { ReceivedMessage } from '../../src/ports/bus.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';

const COMMANDS = 'persistent://ops/stageline/commands';
const JOURNAL = 'persistent://ops/stageline/journal';
const DEAD_LETTERS = 'persistent://ops/stageline/dead-letters';

const config = (name: string, more: object = {}) => ({
  type: 'function',
  artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
  tenant: 'public',
  namespace: 'default',
  name,
  className: 'enrich.Enrich',
  inputs: ['orders'],
  ...more,
});

/** Everything that a topic of a stopped service holds. */
async function messagesOf(dir: string, topic: string): Promise<ReceivedMessage[]> {
  const bus = await createLevelBus({ dir });
  const reader = await bus.openReader(topic, { start: 'earliest' });
  const messages: ReceivedMessage[] = [];
  for (;;) {
    const some = await reader.receive({ max: 1_000, waitMs: 100 });
    if (some.length === 0) break;
    messages.push(...some);
  }
  await reader.close();
  await bus.close();
  return messages;
}

async function journalOf(dir: string): Promise<JournalRecord[]> {
  const messages = await messagesOf(dir, JOURNAL);
  return messages.flatMap((message) =>
    message.properties['type'] === 'records'
      ? parseLines(message.payload).map((line) => readLine(line).record)
      : [],
  );
}

/** The documents of the current database, without those outside the fold. */
async function documentsOf(dir: string): Promise<Record<string, unknown>> {
  const store = await createLevelDocumentStore({ dir });
  const documents = await store.open((await store.current()) ?? '');
  const all = await documents.range({ start: '', end: '\uffff', limit: 100_000 });
  await store.close();
  const outside = /^(checkpoint|writer|index:|attempt:)/;
  return Object.fromEntries(all.filter(({ id }) => !outside.test(id)).map(({ id, body }) => [id, body]));
}

describe('the processor on the embedded engines', () => {
  let service: TestService | undefined;
  const start = async (env: Record<string, string>): Promise<TestService> =>
    (service = await startTestService(env));

  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });

  it('gives the first reply to the same id again, also after a restart, and refuses another command under it', async () => {
    const dir = dataDir();
    const id = randomUUID();
    let running = await start({ STAGELINE_DATA_DIR: dir });
    const first = await running.send('stage-configs', { configs: [config('a')] }, { id });
    expect(first).toMatchObject({ status: 'ok', result: { staged: 1 } });
    expect(await running.send('stage-configs', { configs: [config('a')] }, { id })).toEqual(first);
    await running.stop();

    running = await start({ STAGELINE_DATA_DIR: dir });
    expect(await running.send('stage-configs', { configs: [config('a')] }, { id })).toEqual(first);
    expect(await running.send('stage-configs', { configs: [config('b')] }, { id })).toMatchObject({
      status: 'rejected',
      error: { code: 'ID_REUSED' },
    });
    expect(await running.send('stage-configs', { configs: [config('a')] }, { id })).toEqual(first);
    await running.stop();
    const records = await journalOf(dir);
    expect(records.filter(({ command }) => command.id === id).map(({ outcome }) => outcome)).toEqual([
      'ok',
      'rejected',
    ]);
  });

  it('goes on from its checkpoint, and folds the same documents anew when they are gone', async () => {
    const dir = dataDir();
    let running = await start({ STAGELINE_DATA_DIR: dir });
    await running.send('stage-configs', { configs: [config('a'), config('b')] });
    await running.send('commit-staged-to-test', {});
    await running.finished('release:default:test:00000001');
    await running.send('un-stage', { names: ['public/default/a'] });
    await running.stop();
    const before = await documentsOf(dir);
    expect(Object.keys(before).length).toBeGreaterThan(10);

    running = await start({ STAGELINE_DATA_DIR: dir });
    await running.ready();
    await running.stop();
    expect(await documentsOf(dir)).toEqual(before);

    rmSync(join(dir, 'documents'), { recursive: true });
    running = await start({ STAGELINE_DATA_DIR: dir });
    await running.ready();
    await running.stop();
    expect(await documentsOf(dir)).toEqual(before);
  });

  it('does not publish deployments again when the documents are folded anew', async () => {
    const dir = dataDir();
    let running = await start({ STAGELINE_DATA_DIR: dir });
    await running.send('stage-configs', { configs: [config('a')] });
    await running.send('commit-staged-to-test', {});
    await running.finished('release:default:test:00000001');
    await running.stop();
    const topic = running.config.topics.deployments;
    rmSync(join(dir, 'documents'), { recursive: true });
    running = await start({ STAGELINE_DATA_DIR: dir });
    await running.send('commit-staged-to-test', { note: 'again' });
    expect(await running.finished('release:default:test:00000002')).toMatchObject({
      state: 'succeeded',
      counts: { unchanged: 1 },
    });
    await running.stop();
    expect(
      (await messagesOf(dir, topic))
        .map(({ properties }) => properties['effect'])
        .filter((effect) => effect === '0/3/0').length,
    ).toBeLessThanOrEqual(1);
  });

  it('refuses to start on a journal that is shorter than its documents', async () => {
    const dir = dataDir();
    let running = await start({ STAGELINE_DATA_DIR: dir });
    await running.send('stage-configs', { configs: [config('a')] });
    await running.stop();
    cpSync(join(dir, 'bus'), join(dir, 'bus-before'), { recursive: true });
    running = await start({ STAGELINE_DATA_DIR: dir });
    await running.send('stage-configs', { configs: [config('b')] });
    await running.send('stage-configs', { configs: [config('c')] });
    await running.stop();
    rmSync(join(dir, 'bus'), { recursive: true });
    cpSync(join(dir, 'bus-before'), join(dir, 'bus'), { recursive: true });

    running = await start({ STAGELINE_DATA_DIR: dir });
    await expectNotReady(running, 'writer', /ends at position \d+, the documents had reached \d+/);
  });

  it('does not count what a writer without the lease appends, says so, and goes on', async () => {
    const dir = dataDir();
    let running = await start({ STAGELINE_DATA_DIR: dir });
    await running.send('stage-configs', { configs: [config('a')] });
    await running.stop();
    const [last] = (await messagesOf(dir, JOURNAL))
      .filter(({ properties }) => properties['type'] === 'records')
      .slice(-1);
    const bus = await createLevelBus({ dir });
    const producer = await bus.openProducer(JOURNAL);
    await producer.send({ payload: last!.payload, properties: last!.properties });
    await producer.send({
      payload: last!.payload,
      properties: { ...last!.properties, epoch: '99', writer: 'nobody' },
    });
    await producer.send({ payload: Buffer.from('rubbish') });
    await bus.close();

    running = await start({ STAGELINE_DATA_DIR: dir });
    expect(await running.send('stage-configs', { configs: [config('b')] })).toMatchObject({ status: 'ok' });
    await expectNotReady(running, 'journal', /2 void messages/);
    await running.stop();
    const positions = (await journalOf(dir)).map(({ position }) => position);
    expect(new Set(positions).size).toBe(positions.length - 2);
  });

  it('takes no lease with other environments than those in force, and says what to do', async () => {
    const dir = dataDir();
    let running = await start({ STAGELINE_DATA_DIR: dir });
    await running.send('stage-configs', { configs: [config('a')] });
    await running.stop();
    running = await start({
      STAGELINE_DATA_DIR: dir,
      STAGELINE_ENVIRONMENTS: '[{"name":"test","adminUrl":"http://127.0.0.1:1"},{"name":"prod"}]',
    });
    await expectNotReady(
      running,
      'writer',
      /"test" deploys to the sandbox, configured is http:\/\/127\.0\.0\.1:1.*set-environments/,
    );
  });

  it('adds environments that are new in the configuration', async () => {
    const dir = dataDir();
    let running = await start({ STAGELINE_DATA_DIR: dir });
    await running.stop();
    running = await start({
      STAGELINE_DATA_DIR: dir,
      STAGELINE_ENVIRONMENTS: '[{"name":"test"},{"name":"staging"},{"name":"prod"}]',
    });
    await running.send('stage-configs', { configs: [config('a')] });
    expect(await running.send('commit-staged-to-staging', {})).toMatchObject({
      status: 'rejected',
      error: { code: 'NOT_PROVEN_IN_TEST' },
    });
    expect(await running.send('commit-staged-to-prod', {})).toMatchObject({
      status: 'rejected',
      error: { code: 'NOT_PROVEN_IN_STAGING' },
    });
  });

  it('answers a dry run and changes nothing; keeps expectations', async () => {
    const dir = dataDir();
    const running = await start({ STAGELINE_DATA_DIR: dir });
    expect(await running.send('stage-configs', { configs: [config('a')] }, { dryRun: true })).toMatchObject({
      status: 'ok',
      dryRun: true,
      result: { staged: 1 },
    });
    expect(await running.read('stage-set:default:main')).toBeUndefined();
    const staged = await running.send(
      'stage-configs',
      { configs: [config('a')] },
      { expect: { 'stage-set:default:main': 0 } },
    );
    expect(staged.status).toBe('ok');
    expect(
      await running.send(
        'stage-configs',
        { configs: [config('b')] },
        { expect: { 'stage-set:default:main': 0 } },
      ),
    ).toMatchObject({
      status: 'rejected',
      error: { code: 'EXPECTATION_FAILED', errors: [{ pointer: '/expect/stage-set:default:main' }] },
    });
    expect(
      (
        await running.send(
          'stage-configs',
          { configs: [config('b')] },
          { expect: { 'stage-set:default:main': staged.position } },
        )
      ).status,
    ).toBe('ok');
  });

  it('dead-letters what it cannot read, answers what it can, and decides everything behind it', async () => {
    const dir = dataDir();
    const running = await start({ STAGELINE_DATA_DIR: dir });
    await running.stop();
    const bus = await createLevelBus({ dir });
    const producer = await bus.openProducer(COMMANDS);
    const ids = Array.from({ length: 3 }, () => randomUUID());
    for (const payload of [
      'not json',
      Buffer.from([0xff, 0xfe]),
      '{"command":"un-stage","params":{}}',
      JSON.stringify({ id: ids[0], command: 'drop-everything', params: {} }),
      JSON.stringify({ id: ids[1], command: 'stage-configs', params: { configs: 7 } }),
      JSON.stringify({ id: ids[2], command: 'stage-configs', params: { configs: [config('a')] } }),
    ]) {
      await producer.send({ key: 'default', payload: Buffer.from(payload as string) });
    }
    await bus.close();
    const again = await start({ STAGELINE_DATA_DIR: dir });
    await again.send('un-stage', { all: true });
    await again.stop();

    const letters = (await messagesOf(dir, DEAD_LETTERS)).map(
      ({ payload }) => JSON.parse(payload.toString()) as DeadLetter,
    );
    expect(letters.map(({ code }) => code)).toEqual([
      'INVALID_JSON',
      'INVALID_JSON',
      'INVALID_COMMAND',
      'UNKNOWN_COMMAND',
      'INVALID_COMMAND',
    ]);
    const recorded = (await journalOf(dir)).map(({ command }) => command.id);
    expect(recorded).toContain(ids[2]);
    expect(recorded).not.toContain(ids[0]);
    expect(recorded).not.toContain(ids[1]);
  });

  it('puts no secret into the journal, the documents or a reply', async () => {
    const dir = dataDir();
    const running = await start({ STAGELINE_DATA_DIR: dir });
    const reply = await running.send('stage-configs', {
      configs: [config('a', { userConfig: { password: 'hunter2-hunter2' } })],
    });
    expect(reply).toMatchObject({
      status: 'invalid',
      error: { code: 'SECRET_LITERAL', errors: [{ pointer: '/params/configs/0/userConfig/password' }] },
    });
    await running.stop();
    const everything = JSON.stringify([reply, await journalOf(dir), await documentsOf(dir)]);
    expect(everything).not.toContain('hunter2');
  });

  it('writes the checkpoint for the database it belongs to', async () => {
    const dir = dataDir();
    const running = await start({ STAGELINE_DATA_DIR: dir });
    const reply = await running.send('stage-configs', { configs: [config('a')] });
    await running.stop();
    const store = await createLevelDocumentStore({ dir });
    const documents = await store.open((await store.current()) ?? '');
    const checkpoint = (await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID);
    await store.close();
    expect(checkpoint?.body).toMatchObject({ database: documents.name, state: { position: reply.position } });
  });
});

/** Waits until a check of readiness fails and says what is expected. */
async function expectNotReady(service: TestService, name: string, detail: RegExp): Promise<void> {
  let said = '';
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const response = await fetch(`${service.url}/readyz`);
    const { checks } = (await response.json()) as { checks: { name: string; ok: boolean; detail: string }[] };
    said = checks.find((one) => one.name === name && !one.ok)?.detail ?? said;
    if (detail.test(said)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(said).toMatch(detail);
}
