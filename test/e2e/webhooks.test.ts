import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import type { Reply } from '../../src/core/types.js';
import { backend } from '../support/backends.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { until } from '../support/until.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');

backend('webhooks over Pulsar', missing.length === 0, `${missing.join(', ')} not set`, () => {
  jest.setTimeout(120_000);
  let receiver: WebhookReceiver;
  let service: TestService;
  let env: Record<string, string>;
  const pushers: TestService[] = [];

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    const keys = join(dataDir(), 'webhook.keys');
    writeFileSync(keys, `${randomBytes(48).toString('base64')}\n`, { mode: 0o600 });
    env = {
      ...pulsarSettings(),
      STAGELINE_WEBHOOK_KEYS_FILE: keys,
      STAGELINE_WEBHOOK_URL_ALLOW: receiver.origin,
    };
    await initTopics(loadConfig({ env, cwd: process.cwd() }));
    service = await startTestService({ ...env, STAGELINE_PARTS: 'http,processor,router,deployer' });
    await service.ready();
    for (let number = 0; number < 2; number++)
      pushers.push(await startTestService({ ...env, STAGELINE_PARTS: 'webhooks' }));
  });
  afterAll(async () => {
    await Promise.all([service, ...pushers].map((each) => each.stop()));
    await receiver.close();
  });

  const ids = (): string[] => receiver.received.map(({ body }) => (JSON.parse(body) as Reply).id);
  const send = async (): Promise<string> => (await service.send('un-stage', { all: true })).id;

  it('go on where another instance stops, and lose nothing', async () => {
    const answer = await fetch(`${service.url}/v2/topic`, {
      method: 'POST',
      body: JSON.stringify({
        TopicFullName: env['STAGELINE_TOPIC_REPLIES'],
        Webhooks: [{ url: `${receiver.origin}/in`, subscription: 'board', initialPosition: 'earliest' }],
      }),
    });
    expect(answer.status).toBe(201);
    const { Webhooks } = (await answer.json()) as { Webhooks: { signingSecret: string }[] };
    const sent: string[] = [];
    for (let number = 0; number < 10; number++) sent.push(await send());
    await until(async () => sent.every((id) => ids().includes(id)), 30_000);
    for (const { body, headers } of receiver.received)
      expect(
        new Verifier(Webhooks[0]?.signingSecret ?? '').verify(body, headers as Record<string, string>),
      ).toBeTruthy();

    // One has the subscription, the other one waits for it: whichever it is.
    for (const pusher of [...pushers]) {
      await pusher.stop();
      pushers.splice(pushers.indexOf(pusher), 1);
      for (let number = 0; number < 5; number++) sent.push(await send());
      if (pushers.length === 0) pushers.push(await startTestService({ ...env, STAGELINE_PARTS: 'webhooks' }));
      await until(async () => sent.every((id) => ids().includes(id)), 60_000);
    }
    const first = sent.map((id) => ids().indexOf(id));
    expect(first).toEqual([...first].sort((a, b) => a - b));
  });
});
