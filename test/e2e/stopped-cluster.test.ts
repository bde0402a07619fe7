import { basename, dirname } from 'node:path';
import { pause } from '../../src/core/pause.js';
import { backend } from '../support/backends.js';
import { startCountingProxy, type CountingProxy } from '../support/counting-proxy.js';
import { fetchedPulsar, startOwnBroker, type OwnBroker } from '../support/own-broker.js';
import { startTestService, type TestService } from '../support/service.js';

const fetched = fetchedPulsar();
const COUNT = 40;
/** Longer than a request is waited for (65 s): some are given up whose outcome is not known. */
const STOPPED_MS = 75_000;
const ENDS_WITHIN_MS = 5000;

backend(
  'a cluster that stops answering for more than a minute in the middle of a release',
  fetched !== undefined,
  'no Pulsar was fetched: node scripts/pulsar.mjs fetch',
  () => {
    jest.setTimeout(600_000);
    let broker: OwnBroker;
    let proxy: CountingProxy;
    let service: TestService;
    let deployed = 0;
    let onDeployed = (): void => undefined;

    beforeAll(async () => {
      broker = await startOwnBroker(fetched ?? '');
      proxy = await startCountingProxy(broker.settings['STAGELINE_PULSAR_ADMIN_URL'] ?? '');
      service = await startTestService(
        {
          STAGELINE_ARTIFACT_ROOTS: dirname(fetched ?? ''),
          STAGELINE_DEPLOYER_HEALTH_BAKE_MS: '0',
          STAGELINE_ENVIRONMENTS: JSON.stringify([{ name: 'test', adminUrl: proxy.url }]),
        },
        {
          reach: (point) => {
            if (point !== 'deployed') return;
            deployed += 1;
            onDeployed();
          },
        },
      );
      await service.ready();
    });
    afterAll(async () => {
      await service.stop();
      await proxy.close();
      await broker.resume().catch(() => undefined);
      await broker.stop();
    });

    const names = Array.from({ length: COUNT }, (_, index) => `f${index}`);
    const configOf = (name: string, revision: string): object => ({
      type: 'function',
      tenant: 'public',
      namespace: 'default',
      name,
      artifactPathOrUrl: basename(fetched ?? ''),
      className: 'org.apache.pulsar.functions.api.examples.ExclamationFunction',
      inputs: [`persistent://public/default/${name}-in`],
      output: `persistent://public/default/${name}-out`,
      userConfig: { revision },
    });

    /** Deploys them all; the cluster stops when ten are done, and goes on after a minute. */
    async function release(number: number, revision: string): Promise<void> {
      let stopped = Promise.resolve();
      const until = deployed + COUNT / 4;
      onDeployed = () => {
        if (deployed !== until) return;
        stopped = broker.pause().then(async () => {
          await pause(STOPPED_MS);
          await broker.resume();
          // Some of the time its functions worker takes the standstill for a fatal error and ends the whole broker.
          await pause(ENDS_WITHIN_MS);
          await broker.revive();
        });
      };
      const configs = names.map((name) => configOf(name, revision));
      expect(await service.send('stage-configs', { stageSet: 'main', configs }, PROJECT)).toMatchObject(OK);
      expect(await service.send('commit-staged-to-test', { stageSet: 'main' }, PROJECT)).toMatchObject(OK);
      const id = `release:pricing:test:${String(number).padStart(8, '0')}`;
      const document = await service.finished(id, 400_000);
      await stopped;
      expect(document['state']).toBe('succeeded');
    }

    it.each([
      [1, 'created'],
      [2, 'updated'],
    ])('ends with every function deployed once and known to be: release %i, %s', async (number, revision) => {
      const from = proxy.passed.length;
      await release(number, revision);
      const seen = proxy.passed.slice(from);
      // Some of it was not heard of.
      expect(seen.some(({ method, status }) => method !== 'GET' && status !== 200 && status !== 204)).toBe(
        true,
      );
      for (const name of names) {
        const path = `/admin/v3/functions/public/default/${name}`;
        const own = seen.filter((one) => one.path === path);
        // Once it was read back as it should be, nobody wrote it again.
        const there = own.findIndex(
          ({ method, status, text }) => method === 'GET' && status === 200 && text.includes(`"${revision}"`),
        );
        expect([name, there >= 0]).toEqual([name, true]);
        expect(own.slice(there).filter(({ method }) => method !== 'GET')).toEqual([]);
        const done = own.filter(({ method, status }) => method !== 'GET' && status >= 200 && status < 300);
        expect([name, done.length <= 1]).toEqual([name, true]);
        const live = (await (await fetch(proxy.url + path)).json()) as { userConfig?: { revision?: string } };
        expect([name, live.userConfig?.revision]).toEqual([name, revision]);
      }
    });
  },
);

const PROJECT = { project: 'pricing' };
const OK = { status: 'ok' };
