import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import type { Reply } from '../../src/core/types.js';
import { countedJournal, messagesOf } from '../support/crash-checks.js';
import { createCrashService, type CrashService } from '../support/crash-service.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { sendTo } from '../support/writers.js';

const COMMANDS = 'persistent://ops/stageline/commands';
const JOURNAL = 'persistent://ops/stageline/journal';
const REPLIES = 'persistent://ops/stageline/replies';

const config = (name: string): object => ({
  type: 'function',
  artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
  tenant: 'public',
  namespace: 'default',
  name,
  className: 'enrich.Enrich',
  inputs: ['orders'],
});
const staging = (id: string, name: string): { readonly id: string } & Readonly<Record<string, unknown>> => ({
  id,
  project: 'default',
  command: 'stage-configs',
  params: { configs: [config(name)] },
});
const REUSED = { status: 'rejected', error: { code: 'ID_REUSED' } };

/** The outcomes that the journal of a stopped service holds under an id. */
async function outcomesOf(dir: string, id: string): Promise<string[]> {
  const bus = await createLevelBus({ dir });
  const { records } = countedJournal(await messagesOf(bus, JOURNAL));
  await bus.close();
  return records.filter(({ command }) => command.id === id).map(({ outcome }) => outcome);
}

describe('the same id again', () => {
  let service: TestService | undefined;
  let child: CrashService | undefined;
  const start = async (dir: string): Promise<TestService> =>
    (service = await startTestService({ STAGELINE_DATA_DIR: dir }));
  const stop = async (): Promise<void> => {
    await service?.stop();
    service = undefined;
  };

  afterEach(async () => {
    await stop();
    await child?.end('SIGKILL');
    child = undefined;
  });

  it('gets the first reply after a restart and after the documents were folded anew; another body is refused', async () => {
    const dir = dataDir();
    const accepted = staging(randomUUID(), 'a');
    const refused = { id: randomUUID(), command: 'un-stage', params: { all: true, stageSet: 'empty' } };
    let { url } = await start(dir);
    const replies = [await sendTo(url, accepted), await sendTo(url, refused)];
    expect(replies).toMatchObject([{ status: 'ok' }, { status: 'rejected' }]);
    const again = async (): Promise<void> => {
      expect([await sendTo(url, accepted), await sendTo(url, refused)]).toEqual(replies);
      expect(await sendTo(url, staging(accepted.id, 'other'))).toMatchObject(REUSED);
      expect(await sendTo(url, staging(refused.id, 'other'))).toMatchObject(REUSED);
      expect([await sendTo(url, accepted), await sendTo(url, refused)]).toEqual(replies);
    };
    await again();
    await stop();

    ({ url } = await start(dir));
    await again();
    await stop();

    rmSync(join(dir, 'documents'), { recursive: true });
    ({ url } = await start(dir));
    await again();
    await stop();
    const outcomes = await outcomesOf(dir, accepted.id);
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
  });

  it('gets the same reply while the first is in flight, and another body is refused', async () => {
    const dir = dataDir();
    const { url } = await start(dir);
    const command = staging(randomUUID(), 'a');
    const flying = Array.from({ length: 20 }, () => sendTo(url, command));
    const other = await sendTo(url, staging(command.id, 'other'));
    const [first, ...rest] = await Promise.all(flying);
    expect(first).toMatchObject({ status: 'ok' });
    for (const reply of rest) expect(reply).toEqual(first);
    // At the door while the first is in flight; in a reply when it has been answered.
    const { code, error = { code } } = other as { code?: string; error?: { code?: string } };
    expect(error).toMatchObject({ code: 'ID_REUSED' });
    await stop();
    // What is refused at the door leaves no record.
    const refused = 'status' in other && other.status === 'rejected' ? ['rejected'] : [];
    expect(await outcomesOf(dir, command.id)).toEqual(['ok', ...refused]);
  });

  it('gets the same reply within one batch, and another body is refused there', async () => {
    const dir = dataDir();
    const command = staging(randomUUID(), 'a');
    const bus = await createLevelBus({ dir });
    const producer = await bus.openProducer(COMMANDS);
    for (const sent of [command, command, staging(command.id, 'other'), command])
      await producer.send({ key: 'default', payload: Buffer.from(JSON.stringify(sent)) });
    await bus.close();
    const { url } = await start(dir);
    expect(await sendTo(url, staging(randomUUID(), 'last'))).toMatchObject({ status: 'ok' });
    await stop();

    const after = await createLevelBus({ dir });
    const replies = (await messagesOf(after, REPLIES))
      .map(({ payload }) => JSON.parse(payload.toString()) as Reply)
      .filter(({ id }) => id === command.id);
    await after.close();
    expect(replies).toHaveLength(4);
    const [first, second, third, fourth] = replies;
    expect(first).toMatchObject({ status: 'ok' });
    expect([second, fourth]).toEqual([first, first]);
    expect(third).toMatchObject(REUSED);
    expect(await outcomesOf(dir, command.id)).toEqual(['ok', 'rejected']);
  });

  it('is decided once when the process was killed while the first was in flight', async () => {
    const running = (child = await createCrashService({ STAGELINE_LOG_LEVEL: 'warn' }));
    running.start();
    await running.ready();
    const commands = Array.from({ length: 40 }, (_, index) => staging(randomUUID(), `f${index}`));
    const unanswered = commands.map((command) => sendTo(running.url, command).catch(() => undefined));
    await Promise.race(unanswered);
    await running.end('SIGKILL');
    const told = await Promise.all(unanswered);
    running.start();
    await running.ready();
    const again = await Promise.all(commands.map((command) => sendTo(running.url, command)));
    expect(await Promise.all(commands.map((command) => sendTo(running.url, command)))).toEqual(again);
    expect(again.map(({ status }) => status)).toEqual(commands.map(() => 'ok'));
    expect(told.map((reply, index) => reply ?? again[index])).toEqual(again);
    expect(await sendTo(running.url, staging(commands[0]?.id ?? '', 'other'))).toMatchObject(REUSED);
    expect(await running.end('SIGTERM')).toBe(0);
    for (const { id } of commands.slice(0, 3))
      expect((await outcomesOf(running.dataDir, id)).filter((outcome) => outcome === 'ok')).toHaveLength(1);
  });
});
