import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import { functionConfig } from '../support/configs.js';
import { countedJournal, documentFaults, keepMessagesOf } from '../support/crash-checks.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import {
  JOURNAL,
  messagesOn,
  positionsIn,
  tamper,
  type EditableMessage,
} from '../support/tampered-journal.js';

const artifactPathOrUrl = join(process.cwd(), 'examples/packages/enrich.py');
const configs = (name: string): object => ({ configs: [functionConfig(name, { artifactPathOrUrl })] });
const DEPLOYMENTS = 'persistent://ops/deployment/pre-deployment-configs-output';

/** Data of a stopped service that has deployed a release. */
async function stopped(): Promise<string> {
  const dir = dataDir();
  const bus = await createLevelBus({ dir });
  await keepMessagesOf(bus, DEPLOYMENTS);
  await bus.close();
  const service = await startTestService({ STAGELINE_DATA_DIR: dir });
  await service.send('stage-configs', configs('a'));
  await service.send('commit-staged-to-test', {});
  await service.finished('release:default:test:00000001');
  await service.stop();
  return dir;
}

/** What has left the service, and what is wrong with its documents. */
async function left(dir: string): Promise<{ effects: string[]; faults: string[] }> {
  const effects = (await messagesOn(dir, DEPLOYMENTS)).map(({ properties }) => properties['effect'] ?? '');
  const { records } = countedJournal(await messagesOn(dir, JOURNAL));
  const store = await createLevelDocumentStore({ dir });
  const faults = await documentFaults(store, records);
  await store.close();
  return { effects, faults };
}

describe('a service that has lost a piece', () => {
  jest.setTimeout(60_000);
  let service: TestService | undefined;
  const start = async (dir: string): Promise<TestService> =>
    (service = await startTestService({ STAGELINE_DATA_DIR: dir }));
  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });

  it.each([
    ['the documents', async (dir: string) => rmSync(join(dir, 'documents'), { recursive: true })],
    [
      'the database in use, and not the pointer to it',
      async (dir: string) => {
        const store = await createLevelDocumentStore({ dir });
        await store.drop((await store.current()) ?? '');
        await store.close();
      },
    ],
  ])(
    'folds its documents anew when it has lost %s, and publishes no deployment again',
    async (_what, lose) => {
      const dir = await stopped();
      const before = await left(dir);
      expect(before).toEqual({ effects: ['0/3/0'], faults: [] });
      await lose(dir);
      const running = await start(dir);
      await running.ready();
      expect(await running.send('stage-configs', configs('b'))).toMatchObject({ status: 'ok' });
      await running.stop();
      expect(await left(dir)).toEqual(before);
    },
  );

  it.each([
    [
      'its end, although the documents had reached it',
      (messages: readonly EditableMessage[], index: number) => messages.slice(0, index),
      /ends at position 1, the documents had reached \d+: it was cut or exchanged\. Restore it/,
    ],
    [
      'its beginning, although the documents are behind it',
      (messages: readonly EditableMessage[], index: number) => messages.slice(index),
      /does not begin with its first mark: it was trimmed\. Restore it, and keep its retention at -1\/-1/,
    ],
  ])(
    'does not start on a journal that has lost %s, says so, and publishes nothing',
    async (_what, cut, why) => {
      const dir = await stopped();
      await tamper(dir, (messages) =>
        cut(
          messages,
          messages.findIndex((message) => positionsIn(message).includes(2)),
        ),
      );
      const running = await start(dir);
      expect(await refusal(running)).toMatch(why);
      await running.stop();
      expect((await left(dir)).effects).toEqual(['0/3/0']);
    },
  );

  it('does not start on a journal that has lost its beginning when the documents are gone too', async () => {
    const dir = await stopped();
    rmSync(join(dir, 'documents'), { recursive: true });
    await tamper(dir, (messages) => messages.slice(1));
    expect(await refusal(await start(dir))).toMatch(/was trimmed\. Restore it/);
  });
});

/** Waits until the writer says why it does not start. */
async function refusal(running: TestService): Promise<string> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const response = await fetch(`${running.url}/readyz`);
    const { checks } = (await response.json()) as { checks: { name: string; ok: boolean; detail: string }[] };
    const writer = checks.find(({ name, ok }) => name === 'writer' && !ok);
    if (writer !== undefined && /journal/i.test(writer.detail)) return writer.detail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the writer does not say why');
}
