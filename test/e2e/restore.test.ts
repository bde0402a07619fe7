import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import { backend } from '../support/backends.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { restoreScenario } from '../support/restore-scenario.js';
import { dataDir } from '../support/stageline-process.js';

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');

backend(
  'backup and restore on Pulsar and the CouchDB protocol',
  missing.length === 0,
  `${missing.join(', ')} not set`,
  () => {
    jest.setTimeout(240_000);
    const settings = pulsarSettings();
    const tenant = settings['STAGELINE_TOPIC_JOURNAL']?.split('/')[2] ?? '';
    const admin = `${process.env['PULSAR_TEST_ADMIN_URL'] ?? ''}/admin/v2`;

    /** As if the cluster had been lost: every topic is gone, with its messages and producers' numbers. */
    async function loseTopics(): Promise<void> {
      for (const namespace of ['stageline', 'deployment', 'deployment-automation']) {
        const listed = await fetch(`${admin}/persistent/${tenant}/${namespace}`);
        if (listed.status === 404) continue;
        for (const topic of (await listed.json()) as string[]) {
          const gone = await fetch(`${admin}/${topic.replace('://', '/')}?force=true`, { method: 'DELETE' });
          expect([204, 404]).toContain(gone.status);
        }
      }
    }

    restoreScenario({
      async loseJournal(env) {
        await loseTopics();
        await initTopics(loadConfig({ env, cwd: process.cwd() }));
      },
      async empty() {
        await loseTopics();
        const env = {
          ...settings,
          STAGELINE_COUCHDB_DATABASE: `stageline-${randomBytes(4).toString('hex')}`,
          STAGELINE_DATA_DIR: dataDir(),
        };
        await initTopics(loadConfig({ env, cwd: process.cwd() }));
        return env;
      },
    });
  },
);
