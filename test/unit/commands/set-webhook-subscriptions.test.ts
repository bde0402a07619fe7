import { setWebhookSubscriptions } from '../../../src/commands/set-webhook-subscriptions.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(setWebhookSubscriptions);
const topic = 'persistent://ops/stageline/replies';
const webhook = { url: 'https://hooks.example.com/in', subscription: 'board' };

describe('set-webhook-subscriptions', () => {
  it('keeps what is pushed where, with what was left out', async () => {
    await given()
      .when({ topic, webhooks: [webhook], note: 'for the board' })
      .thenDocuments({
        [`webhook-subscriptions:${topic}`]: {
          topic,
          webhooks: [{ ...webhook, type: 'exclusive', initialPosition: 'latest', active: true }],
          note: 'for the board',
          by: 'alice',
        },
      });
  });

  it('replaces what the topic had, and keeps when it began', async () => {
    const other = { ...webhook, url: 'https://other.example.com/' };
    const { documents } = await given(sent(setWebhookSubscriptions, { topic, webhooks: [webhook] }))
      .when({ topic, webhooks: [other] })
      .thenDocuments({
        [`webhook-subscriptions:${topic}`]: { webhooks: [expect.objectContaining({ url: other.url })] },
      });
    const document = documents.get(`webhook-subscriptions:${topic}`) as Record<string, string> | undefined;
    expect(document?.['createdAt']).not.toBe(document?.['updatedAt']);
  });

  it('refuses topics and URLs by the rules of the installation, each where it stands', async () => {
    const rules = {
      topicRefusal: (name: string) => (name === topic ? `${name} is closed` : undefined),
      urlRefusal: (url: string) => (url.includes('10.0.0.1') ? 'not public' : undefined),
    };
    const closed = { ...webhook, url: 'https://10.0.0.1/', subscription: 'other' };
    const { faults } = await given()
      .when({ topic, webhooks: [webhook, closed] }, { webhooks: rules })
      .thenInvalid({ '/params/webhooks/1/url': 'WEBHOOK_REFUSED' });
    expect(faults.map(({ detail }) => detail)).toEqual(['not public']);
    const { problem } = await given()
      .when({ topic, webhooks: [webhook] }, { webhooks: rules })
      .thenRejects('WEBHOOK_REFUSED');
    expect(problem?.errors).toEqual([
      { pointer: '/params/topic', code: 'WEBHOOK_REFUSED', detail: `${topic} is closed` },
    ]);
    await given()
      .when({ topic: `${topic}-2`, webhooks: [webhook] }, { webhooks: rules })
      .thenAccepted();
  });

  it.each(['Authorization', 'cookie', 'X-Api-Key', 'x-auth-token'])(
    'refuses the header %s, whose value would be kept for ever',
    async (name) => {
      const { faults } = await given()
        .when({ topic, webhooks: [{ ...webhook, headers: { [name]: 'Basic YWxpY2U6aHVudGVyMg==' } }] })
        .thenInvalid({ [`/params/webhooks/0/headers/${name}`]: 'SECRET_LITERAL' });
      expect(JSON.stringify(faults)).not.toContain('YWxpY2U6aHVudGVyMg');
    },
  );

  it('refuses a URL with a parameter whose value would be kept for ever', async () => {
    const url = 'https://hooks.example.com/in?room=1&api_key=hunter2hunter2#x';
    const { faults } = await given()
      .when({ topic, webhooks: [{ ...webhook, url }] })
      .thenInvalid({ '/params/webhooks/0/url': 'SECRET_LITERAL' });
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it.each([
    'Host',
    'content-length',
    'Transfer-Encoding',
    'webhook-signature',
    'PulsarTopic',
    'X-Forwarded-For',
  ])('refuses the header %s, which is not for others to set', async (name) => {
    await given()
      .when({ topic, webhooks: [{ ...webhook, headers: { [name]: 'x' } }] })
      .thenInvalid({ [`/params/webhooks/0/headers/${name}`]: 'INVALID_COMMAND' });
  });

  it('lets only those share a subscription who can', async () => {
    const other = { ...webhook, url: 'https://other.example.com/' };
    const at = { '/params/webhooks/1/subscription': 'INVALID_COMMAND' };
    await given()
      .when({ topic, webhooks: [webhook, other] })
      .thenInvalid(at);
    await given()
      .when({ topic, webhooks: [{ ...webhook, type: 'shared' }, other] })
      .thenInvalid(at);
    const shared = { ...webhook, type: 'shared' } as const;
    await given()
      .when({ topic, webhooks: [shared, shared] })
      .thenInvalid(at);
    await given()
      .when({ topic, webhooks: [shared, { ...shared, url: other.url }] })
      .thenAccepted();
  });
});
