import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createPulsarTopicAdmin } from '../../src/adapters/pulsar-admin/topic-admin.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import { backend } from '../support/backends.js';
import { dataDir } from '../support/stageline-process.js';
import { deadLettersContract } from './dead-letters.js';

const { PULSAR_TEST_WS_URL: wsUrl = '', PULSAR_TEST_ADMIN_URL: adminUrl = '' } = process.env;

deadLettersContract('embedded', () => createLevelBus({ dir: dataDir() }), 200);

backend(
  'dead letters on Pulsar over WebSocket',
  wsUrl !== '' && adminUrl !== '',
  'PULSAR_TEST_WS_URL and PULSAR_TEST_ADMIN_URL name no broker',
  () => {
    beforeAll(() =>
      createPulsarTopicAdmin({ adminUrl }).provision([
        { tenant: 'contract', namespace: 'plain', keepForEver: false, deduplicate: false, topics: [] },
      ]),
    );
    deadLettersContract('pulsar-ws', async () => createPulsarWsBus({ url: wsUrl }), 1_000);
  },
);
