import { join } from 'node:path';
import type { Context } from '../../src/cli/context.js';
import { runCli } from '../../src/cli/main.js';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import { backend } from '../support/backends.js';
import { functionConfig } from '../support/configs.js';
import { countedJournal, documentFaults, messagesOf } from '../support/crash-checks.js';
import { jobsOf } from '../support/jobs.js';
import { openPulsarRun, type PulsarRun } from '../support/pulsar-checks.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');

backend(
  'a service on Pulsar and CouchDB that has lost a piece',
  missing.length === 0,
  `${missing.join(', ')} not set`,
  () => {
    jest.setTimeout(180_000);
    const settings = pulsarSettings();
    const artifactPathOrUrl = join(process.cwd(), 'examples/packages/enrich.py');
    const configs = (name: string): object => ({ configs: [functionConfig(name, { artifactPathOrUrl })] });
    let service: TestService | undefined;
    let run: PulsarRun;

    const start = async (): Promise<TestService> => (service = await startTestService(settings));
    const stop = async (): Promise<void> => {
      await service?.stop();
      service = undefined;
    };
    const running = (): TestService => {
      if (service === undefined) throw new Error('the service was not started');
      return service;
    };
    const effects = async (): Promise<string[]> =>
      (await messagesOf(run.bus, running().config.topics.deployments)).map(
        ({ properties }) => properties['effect'] ?? '',
      );
    /** Where the documents differ from the journal folded from nothing. */
    const faults = async (): Promise<string[]> =>
      documentFaults(
        run.store,
        countedJournal(await messagesOf(run.bus, running().config.topics.journal)).records,
      );
    const verified = async (): Promise<unknown> => jobsOf(running().url).run({ kind: 'verify' });
    const clean = { state: 'done', report: { clean: true, faults: [], compared: { differing: 0 } } };
    const namespace =
      settings['STAGELINE_TOPIC_JOURNAL']?.replace('persistent://', '').split('/').slice(0, 2).join('/') ??
      '';

    beforeAll(async () => {
      await initTopics(loadConfig({ env: settings, cwd: process.cwd() }));
      run = await openPulsarRun(settings);
      await start();
      await running().ready();
      await running().send('stage-configs', configs('a'));
      await running().send('commit-staged-to-test', {});
      await running().finished('release:default:test:00000001', 60_000);
    });
    afterAll(async () => {
      await stop();
      await run.close();
    });

    it('verifies, and rebuilds beside what is in use while commands go on', async () => {
      expect(await verified()).toMatchObject(clean);
      const before = await run.store.current();
      const load = { stop: false };
      const replies: unknown[] = [];
      const worker = async (number: number): Promise<void> => {
        for (let count = 0; !load.stop; count += 1)
          replies.push(await running().send('stage-configs', configs(`w${number}-${count % 5}`)));
      };
      const workers = Promise.all([1, 2, 3].map(worker));
      expect(await jobsOf(running().url).run({ kind: 'rebuild' })).toMatchObject({
        state: 'done',
        report: { previous: before, switched: true, compared: { differing: 0, unsettled: 0 } },
      });
      const answered = replies.length;
      while (replies.length < answered + 6) await new Promise((resolve) => setTimeout(resolve, 10));
      load.stop = true;
      await workers;
      for (const reply of replies) expect(reply).toMatchObject({ status: 'ok' });
      expect(await run.store.current()).not.toBe(before);
      expect(await faults()).toEqual([]);
      expect(await verified()).toMatchObject(clean);
    });

    it('is switched over by a rebuild in an instance that does not write', async () => {
      const standby = await startTestService({ ...settings, STAGELINE_DATA_DIR: dataDir() });
      try {
        await standby.ready();
        const before = await run.store.current();
        expect(await jobsOf(standby.url).run({ kind: 'rebuild' })).toMatchObject({
          state: 'done',
          report: { previous: before, switched: true, compared: { differing: 0 } },
        });
        expect(await running().send('stage-configs', configs('b'))).toMatchObject({ status: 'ok' });
        expect(await run.store.current()).not.toBe(before);
      } finally {
        await standby.stop();
      }
      await running().ready();
      expect(await verified()).toMatchObject(clean);
    });

    it('folds its documents anew when the database is dropped under it, and publishes no deployment again', async () => {
      const before = await effects();
      expect(before).toHaveLength(1);
      await run.store.drop((await run.store.current()) ?? '');
      expect(await running().send('stage-configs', configs('c'))).toMatchObject({ status: 'ok' });
      await running().ready();
      expect(await faults()).toEqual([]);
      expect(await verified()).toMatchObject(clean);
      expect(await effects()).toEqual(before);
    });

    it('folds them anew when all of CouchDB is gone while it stands still, and publishes no deployment again', async () => {
      const before = await effects();
      await stop();
      for (const name of await run.store.list()) await run.store.drop(name);
      const pointer = `${settings['STAGELINE_COUCHDB_URL']}/${settings['STAGELINE_COUCHDB_DATABASE']}`;
      expect((await fetch(pointer, { method: 'DELETE' })).ok).toBe(true);
      await start();
      await running().ready();
      expect(await faults()).toEqual([]);
      expect(await effects()).toEqual(before);
      expect(await running().send('stage-configs', configs('d'))).toMatchObject({ status: 'ok' });
    });

    it('does not start while its journal is not kept for ever, says what to do, and starts once it is', async () => {
      await stop();
      const retention = (minutes: number, megabytes: number): Promise<unknown> =>
        run.admin('POST', `namespaces/${namespace}/retention`, {
          retentionTimeInMinutes: minutes,
          retentionSizeInMB: megabytes,
        });
      await retention(60, 100);
      await start();
      const why = await refusal(running());
      expect(why).toMatch(/retention/);
      await retention(-1, -1);
      await running().ready();
      expect(await running().send('stage-configs', configs('e'))).toMatchObject({ status: 'ok' });
    });

    it('is not verified from outside while a writer is at work', async () => {
      const err: string[] = [];
      const context: Context = {
        sources: { env: settings, cwd: process.cwd() },
        out: () => undefined,
        err: (line) => err.push(line),
        write: async () => undefined,
        stdin: async () => '',
        loadService: () => import('../../src/main.js'),
        stop: () => new AbortController().signal,
      };
      expect(await runCli(['verify', '--offline'], context)).toBe(5);
      expect(err.join('\n')).toMatch(/Writer .* is at work/);
      await stop();
      expect(await runCli(['verify', '--offline'], context)).toBe(0);
    });
  },
);

/** Waits until the writer says why it does not start. */
async function refusal(running: TestService): Promise<string> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const response = await fetch(`${running.url}/readyz`);
    const { checks } = (await response.json()) as { checks: { name: string; ok: boolean; detail: string }[] };
    const writer = checks.find(({ name, ok }) => name === 'writer' && !ok);
    if (writer !== undefined && /journal|retention/i.test(writer.detail)) return writer.detail;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the writer does not say why');
}
