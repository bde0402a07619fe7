import { join } from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import { backend } from '../support/backends.js';
import {
  answerFaults,
  countedJournal,
  documentFaults,
  effectFaults,
  keepMessagesOf,
  messagesOf,
  openReleases,
} from '../support/crash-checks.js';
import { startCrashLoad, type CrashLoad } from '../support/crash-load.js';
import { createCrashService, type CrashService } from '../support/crash-service.js';
import { everyReleaseIsDeployed, notReady, watchReadiness } from '../support/readiness-watch.js';
import { mountSmallDisk } from '../support/small-disk.js';
import { until } from '../support/until.js';

const JOURNAL = 'persistent://ops/stageline/journal';
const DEPLOYMENTS = 'persistent://ops/deployment/pre-deployment-configs-output';

const disk = mountSmallDisk(64);

backend(
  'a disk that is full, under the embedded engines',
  disk !== undefined,
  'no file system can be mounted here: it needs root',
  () => {
    jest.setTimeout(90_000);
    const room = disk as NonNullable<typeof disk>;
    let service: CrashService | undefined;
    let load: CrashLoad | undefined;

    afterAll(async () => {
      await load?.finish(0).catch(() => undefined);
      await service?.end('SIGKILL');
      room.unmount();
    });

    it('answers nothing that is not stored, says so, and goes on when there is room again', async () => {
      const running = (service = await createCrashService({
        STAGELINE_DATA_DIR: room.dir,
        STAGELINE_LOG_LEVEL: 'warn',
      }));
      const before = await createLevelBus({ dir: room.dir });
      await keepMessagesOf(before, DEPLOYMENTS);
      await before.close();
      running.start();
      await running.ready();
      const artifact = join(process.cwd(), 'examples/packages/enrich.py');
      const loading = (load = startCrashLoad({ url: () => running.url, seed: 3, inFlight: 16, artifact }));

      for (const leave of [300_000, 0]) {
        const answers = loading.answers();
        await until(() => loading.answers() > answers + 100);
        room.fill(leave);
        const watch = watchReadiness(running.url, () => loading.answers());
        await until(async () => (await notReady(running.url)).some((reason) => /No space left/.test(reason)));
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        expect((await notReady(running.url)).join()).toMatch(/No space left/);
        room.empty();
        const full = loading.answers();
        await until(() => loading.answers() > full + 50, 30_000);
        await until(async () => (await notReady(running.url)).length === 0, 30_000);
        await watch.stop();
        expect(watch.report().lies).toEqual([]);
      }
      await loading.finish(30_000);
      await until(() => everyReleaseIsDeployed(running.url), 30_000);
      expect(await running.end('SIGTERM')).toBe(0);

      const bus = await createLevelBus({ dir: room.dir });
      const store = await createLevelDocumentStore({ dir: room.dir });
      const { records } = countedJournal(await messagesOf(bus, JOURNAL));
      expect(answerFaults(loading.sent, records)).toEqual([]);
      expect(await documentFaults(store, records)).toEqual([]);
      expect(effectFaults(await messagesOf(bus, DEPLOYMENTS), records)).toEqual([]);
      expect(await openReleases(store)).toEqual([]);
      await store.close();
      await bus.close();
    });
  },
);
