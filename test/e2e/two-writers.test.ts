import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import { backend } from '../support/backends.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { startServiceProcess, type ServiceProcess } from '../support/stageline-process.js';

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');

interface Status {
  readonly lease: { readonly state: string; readonly epoch: number };
}

backend(
  'two writers on one partition of Pulsar',
  missing.length === 0,
  `${missing.join(', ')} not set`,
  () => {
    jest.setTimeout(120_000);
    const settings = pulsarSettings();
    const services: ServiceProcess[] = [];

    const lease = async (service: ServiceProcess): Promise<Status['lease']> =>
      ((await (await fetch(`${service.url}/v1/status`)).json()) as Status).lease;
    const stage = async (
      service: ServiceProcess,
      name: string,
      id = randomUUID(),
    ): Promise<{ status: string; position: number }> => {
      const config = {
        type: 'function',
        tenant: 'public',
        namespace: 'default',
        name,
        className: 'enrich.Enrich',
        inputs: ['orders'],
      };
      const artifactPathOrUrl = join(process.cwd(), 'examples/packages/enrich.py');
      const body = JSON.stringify({
        id,
        command: 'stage-configs',
        params: { configs: [{ ...config, artifactPathOrUrl }] },
      });
      const response = await fetch(`${service.url}/v1/commands?waitMs=40000`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      return (await response.json()) as { status: string; position: number };
    };

    beforeAll(async () => {
      await initTopics(loadConfig({ env: settings, cwd: process.cwd() }));
      services.push(await startServiceProcess(settings));
      services.push(await startServiceProcess(settings));
    });

    afterAll(async () => {
      await Promise.all(services.map((service) => service.stop('SIGKILL')));
    });

    it('one works, the other stands by; both answer', async () => {
      const [first, second] = services as [ServiceProcess, ServiceProcess];
      expect(await lease(first)).toMatchObject({ state: 'leading', epoch: 1 });
      expect(await lease(second)).toMatchObject({ state: 'standby' });
      expect(await stage(first, 'a')).toMatchObject({ status: 'ok' });
      const through = await stage(second, 'b');
      expect(through).toMatchObject({ status: 'ok' });
      const read = await fetch(
        `${second.url}/v1/documents/function:public/default/b?after=${through.position}`,
      );
      expect(read.status).toBe(200);
    });

    it('the other takes over when the first is killed, and knows what was answered', async () => {
      const [first, second] = services as [ServiceProcess, ServiceProcess];
      const id = randomUUID();
      const before = await stage(first, 'c', id);
      expect(before.status).toBe('ok');
      await first.stop('SIGKILL');
      expect(await stage(second, 'd')).toMatchObject({ status: 'ok' });
      expect(await lease(second)).toMatchObject({ state: 'leading', epoch: 2 });
      expect(await stage(second, 'c', id)).toEqual(before);
    });

    it('a third takes the lease from a holder that stopped answering, and the holder comes back to nothing', async () => {
      const second = services[1] as ServiceProcess;
      const third = await startServiceProcess(settings);
      services.push(third);
      second.child.kill('SIGSTOP');
      expect(await stage(third, 'e')).toMatchObject({ status: 'ok' });
      expect(await lease(third)).toMatchObject({ state: 'leading', epoch: 3 });
      second.child.kill('SIGCONT');
      expect(await stage(third, 'f')).toMatchObject({ status: 'ok' });
      expect(await stage(second, 'g')).toMatchObject({ status: 'ok' });
      expect(await lease(third)).toMatchObject({ state: 'leading', epoch: 3 });
    });
  },
);
