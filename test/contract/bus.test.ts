import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createPulsarTopicAdmin } from '../../src/adapters/pulsar-admin/topic-admin.js';
import { createPulsarNativeBus, isPulsarNativeInstalled } from '../../src/adapters/pulsar-native/bus.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import type { NamespacePlan } from '../../src/ports/topic-admin.js';
import { backend } from '../support/backends.js';
import { busContract } from './bus.js';

const {
  PULSAR_TEST_URL: url = '',
  PULSAR_TEST_WS_URL: wsUrl = '',
  PULSAR_TEST_ADMIN_URL: adminUrl = '',
} = process.env;

/** The namespaces that the contract's topics lie in. */
const PLAN: NamespacePlan[] = [
  { tenant: 'contract', namespace: 'plain', keepForEver: false, deduplicate: false, topics: [] },
  { tenant: 'contract', namespace: 'dedup', keepForEver: false, deduplicate: true, topics: [] },
];

const provision = (): Promise<unknown> => createPulsarTopicAdmin({ adminUrl }).provision(PLAN);

describe('embedded', () => {
  const folders: string[] = [];
  afterAll(async () => {
    await Promise.all(folders.map((dir) => rm(dir, { recursive: true, force: true })));
  });
  busContract('embedded', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'stageline-bus-'));
    folders.push(dir);
    return createLevelBus({ dir });
  });
});

backend(
  'Pulsar over WebSocket',
  wsUrl !== '' && adminUrl !== '',
  'PULSAR_TEST_WS_URL and PULSAR_TEST_ADMIN_URL name no broker',
  () => {
    beforeAll(provision);
    busContract('pulsar-ws', async () => createPulsarWsBus({ url: wsUrl, negativeAckDelayMs: 300 }));
  },
);

backend(
  'Pulsar over the native client',
  url !== '' && adminUrl !== '' && isPulsarNativeInstalled(),
  'it needs PULSAR_TEST_URL, PULSAR_TEST_ADMIN_URL and the optional package pulsar-client',
  () => {
    beforeAll(provision);
    // pulsar-client 1.18 has no priorityLevel.
    busContract('pulsar-native', () => createPulsarNativeBus({ url, negativeAckDelayMs: 300 }), {
      priorities: false,
    });
  },
);
