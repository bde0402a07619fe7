import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import { backend } from '../support/backends.js';
import { largeStageSet } from '../support/large-stage-set.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');

backend(
  'a stage set of 5,000 functions on Pulsar and CouchDB',
  missing.length === 0,
  `${missing.join(', ')} not set`,
  () => {
    it('is filled by many calls, committed at once and deployed to the sandbox', async () => {
      const env = pulsarSettings();
      await initTopics(loadConfig({ env, cwd: process.cwd() }));
      const { release, set } = await largeStageSet(env);
      expect(release).toMatchObject({ state: 'succeeded', of: 5_000, counts: { deployed: 5_000 } });
      expect(set).toMatchObject({ counts: { apply: 5_000, delete: 0 } });
    }, 400_000);
  },
);
