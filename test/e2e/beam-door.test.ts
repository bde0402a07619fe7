import { randomUUID } from 'node:crypto';
import { createPulsarTopicAdmin } from '../../src/adapters/pulsar-admin/topic-admin.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import { backend } from '../support/backends.js';
import { startBeamDoor, type BeamDoor } from '../support/beam-door.js';

const { PULSAR_TEST_WS_URL: wsUrl = '', PULSAR_TEST_ADMIN_URL: adminUrl = '' } = process.env;
const NAMESPACE = { tenant: 'contract', namespace: 'plain' };
const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, at) => `m${from + at}`);

backend(
  'the door for scripts of Pulsar Beam, over Pulsar',
  wsUrl !== '' && adminUrl !== '',
  'PULSAR_TEST_WS_URL and PULSAR_TEST_ADMIN_URL name no broker',
  () => {
    let door: BeamDoor;
    let topic: string;
    const at = (way: string): string => `/v2/${way}/p/contract/plain/${topic}`;
    const put = async (...texts: readonly string[]): Promise<void> => {
      for (const body of texts) expect((await door.ask(at('firehose'), { body })).status).toBe(200);
    };
    const named = { SubscriptionName: 'my-subscription', SubscriptionInitialPosition: 'earliest' };

    beforeAll(async () => {
      const plan = [{ ...NAMESPACE, keepForEver: false, deduplicate: false, topics: [] }];
      await createPulsarTopicAdmin({ adminUrl }).provision(plan);
      door = await startBeamDoor(
        {},
        {
          bus: createPulsarWsBus({ url: wsUrl }),
          opened: [{ prefix: 'persistent://contract/', publish: 'viewer', consume: 'viewer' }],
          limits: { settleMs: 200, busyMs: 2_000, maxOpen: 10, maxOpenEach: 10 },
        },
      );
    }, 30_000);
    afterAll(() => door.close());
    beforeEach(() => {
      topic = randomUUID();
    });

    it('polls one exclusive subscription again and again, each message once', async () => {
      await put(...numbers(12));
      const seen: string[] = [];
      for (let round = 0; round < 12; round += 1) {
        const { status, text } = await door.ask(`${at('poll')}?batchSize=1&perMessageTimeoutMs=5000`, {
          headers: named,
        });
        expect(status).toBe(200);
        const { messages } = JSON.parse(text) as { messages: { payload: string; eventTime: string }[] };
        expect(messages[0]?.eventTime).toBe('2026-01-02T00:00:00.000Z');
        seen.push(...messages.map(({ payload }) => Buffer.from(payload, 'base64').toString()));
      }
      expect(seen).toEqual(numbers(12));
    }, 60_000);

    it('resumes a stream without a name by Last-Event-ID', async () => {
      await put(...numbers(6));
      const first = await door.stream(at('sse'), { SubscriptionInitialPosition: 'earliest' });
      const seen = await first.waitFor(6);
      first.close();
      const second = await door.stream(at('sse'), { 'Last-Event-ID': seen[2]?.id ?? '' });
      expect((await second.waitFor(3)).map(({ data }) => data)).toEqual(numbers(3, 3));
    }, 60_000);

    it('gives a client that vanished its messages again, and not those that had settled', async () => {
      await put(...numbers(3));
      const first = await door.stream(at('sse'), named);
      await first.waitFor(3);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await put(...numbers(3, 3));
      await first.waitFor(6);
      first.close();
      const second = await door.stream(at('sse'), named);
      expect(second.status).toBe(200);
      const again = (await second.waitFor(3)).map(({ data }) => data);
      expect(again).toEqual(numbers(3, 3));
    }, 60_000);

    it('tells an exclusive subscription that is taken with 409, and leaves none behind without a name', async () => {
      await door.stream(at('sse'), named);
      expect((await door.ask(at('sse'), { headers: named })).status).toBe(409);
      const unnamed = await door.stream(at('sse'));
      unnamed.close();
      const response = await fetch(`${adminUrl}/admin/v2/persistent/contract/plain/${topic}/stats`);
      const { subscriptions } = (await response.json()) as {
        subscriptions: Record<string, { durable?: boolean; isDurable?: boolean }>;
      };
      const durable = Object.entries(subscriptions).filter(
        ([, { isDurable, durable }]) => isDurable ?? durable ?? true,
      );
      expect(durable.map(([name]) => name)).toEqual(['my-subscription']);
    }, 60_000);
  },
);
