import { renameSync } from 'node:fs';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import type { ProvisionStep } from '../../src/ports/topic-admin.js';
import type { ServiceStatus } from '../../src/core/status.js';
import { functionConfig } from './configs.js';
import { SUPERUSER } from './secured-broker.js';
import type { SecuredRig } from './secured-rig.js';
import { startTestService } from './service.js';
import { until } from './until.js';

/** What `init` with roles makes true, tried as each of them. */
export function initPermissions(rig: () => SecuredRig): void {
  describe('after init with roles', () => {
    const own = (name: string): string => `persistent://ops/stageline/${name}`;
    const envOf = async (role: string): Promise<Record<string, string>> => ({
      STAGELINE_BUS: 'pulsar-ws',
      STAGELINE_PULSAR_WS_URL: rig().broker.wsUrl,
      STAGELINE_PULSAR_ADMIN_URL: rig().broker.adminUrl,
      STAGELINE_PULSAR_TLS_CA_FILE: rig().broker.authority.caFile,
      STAGELINE_PULSAR_TOKEN_FILE: await rig().broker.tokenFile(role),
      STAGELINE_PULSAR_ROLE: 'writer',
      STAGELINE_PULSAR_COMMANDS_ROLES: 'caller',
      STAGELINE_PULSAR_READER_ROLES: 'auditor',
      STAGELINE_PULSAR_DEPLOYER_ROLES: 'prod=deployer-prod',
    });
    const initAs = async (role: string): Promise<ProvisionStep[]> =>
      initTopics(loadConfig({ env: await envOf(role), cwd: process.cwd() }));
    const may = async (role: string, how: 'send' | 'read', topic: string): Promise<boolean> => {
      const bus = await rig().busAs(role);
      const opening = how === 'send' ? bus.openProducer(topic) : bus.openReader(topic, { start: 'earliest' });
      const opened = await opening.catch((error: unknown) => {
        expect((error as Error).message).toContain('403 Not authorized');
        return undefined;
      });
      await bus.close();
      return opened !== undefined;
    };

    it('only the processor writes the journal; a second role sends commands', async () => {
      const steps = await initAs(SUPERUSER);
      expect(steps.filter(({ done }) => done === 'failed' || done === 'warning')).toEqual([]);
      expect(steps).toContainEqual({
        what: `produce and consume on ${own('journal')} for writer`,
        done: 'granted',
      });
      const again = await initAs(SUPERUSER);
      expect(new Set(again.map(({ done }) => done))).toEqual(new Set(['present']));

      expect(await may('writer', 'send', own('journal'))).toBe(true);
      expect(await may('writer', 'send', 'non-persistent://ops/stageline/beats')).toBe(true);
      for (const role of ['caller', 'auditor', 'deployer-prod', 'stranger'])
        expect([role, await may(role, 'send', own('journal'))]).toEqual([role, false]);
      expect(await may('caller', 'send', own('commands'))).toBe(true);
      expect(await may('caller', 'read', own('journal'))).toBe(false);
      expect(await may('auditor', 'read', own('journal'))).toBe(true);
      expect(await may('auditor', 'send', own('commands'))).toBe(false);
      const environment = (name: string): string => `persistent://ops/deployment-automation/${name}`;
      expect(await may('deployer-prod', 'read', environment('prod'))).toBe(true);
      expect(await may('deployer-prod', 'read', environment('test'))).toBe(false);
      expect(await may('deployer-prod', 'send', environment('results'))).toBe(true);
    });

    it('what others were granted on the journal is taken back, and what a namespace grants is told', async () => {
      const grant = async (path: string, role: string): Promise<void> => {
        const answer = await fetch(
          `${rig().broker.settings['STAGELINE_PULSAR_ADMIN_URL'] ?? ''}/admin/v2/${path}/permissions/${role}`,
          {
            method: 'POST',
            headers: {
              authorization: `Bearer ${await rig().broker.token(SUPERUSER)}`,
              'content-type': 'application/json',
            },
            body: '["produce","consume"]',
          },
        );
        expect(answer.status).toBe(204);
      };
      await grant('persistent/ops/stageline/journal', 'intruder');
      await grant('namespaces/ops/stageline', 'everywhere');
      expect(await may('intruder', 'send', own('journal'))).toBe(true);
      const steps = (await initAs(SUPERUSER)).filter(({ done }) => done !== 'present');
      expect(steps).toEqual([
        { what: `produce on ${own('journal')} for intruder`, done: 'revoked' },
        {
          what: `who may write ${own('journal')}`,
          done: 'warning',
          why: expect.stringMatching(
            /^everywhere may write it by a permission on the whole namespace/,
          ) as string,
        },
      ]);
      expect(await may('intruder', 'send', own('journal'))).toBe(false);
      expect(await may('intruder', 'read', own('journal'))).toBe(true);
      expect(await may('everywhere', 'send', own('journal'))).toBe(true);
    });

    it('the service runs as its own role, and goes on when its token has changed', async () => {
      const env = await envOf('writer');
      const service = await startTestService(env);
      const epoch = async (): Promise<number> => {
        const status = (await (await fetch(`${service.url}/v1/status`)).json()) as ServiceStatus;
        return status.lease.state === 'leading' ? status.lease.epoch : 0;
      };
      await service.ready();
      const stage = (name: string) => service.send('stage-configs', { configs: [functionConfig(name)] });
      expect(await stage('before')).toMatchObject({ status: 'ok' });
      const before = await epoch();
      renameSync(await rig().broker.tokenFile('writer', 7200), env['STAGELINE_PULSAR_TOKEN_FILE'] ?? '');
      await until(async () => (await epoch()) > before, 30_000);
      await service.ready();
      expect(await stage('after')).toMatchObject({ status: 'ok' });
      await service.stop();
    });

    it('a role that may not administrate is told so', async () => {
      await expect(initAs('caller')).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringMatching(/answered 40[13]: .*admin role of tenant ops/) as string,
      });
    });
  });
}
