import { deleteWebhookSubscriptions } from '../../../src/commands/delete-webhook-subscriptions.js';
import { setWebhookSubscriptions } from '../../../src/commands/set-webhook-subscriptions.js';
import { scenario, sent } from '../../support/scenario.js';

const { given } = scenario(deleteWebhookSubscriptions);
const topic = 'persistent://ops/stageline/replies';
const set = sent(setWebhookSubscriptions, {
  topic,
  webhooks: [{ url: 'https://hooks.example.com/in', subscription: 'board' }],
});

describe('delete-webhook-subscriptions', () => {
  it('ends what the topic had', async () => {
    const { documents } = await given(set)
      .when({ topic, reason: 'It moved.' })
      .thenEvents([
        { type: 'webhook-subscriptions-deleted', project: 'default', topic, reason: 'It moved.' },
      ]);
    expect(documents.get(`webhook-subscriptions:${topic}`)).toBeUndefined();
  });

  it('refuses a topic that nothing is posted from', async () => {
    await given().when({ topic }).thenRejects('UNKNOWN_NAME');
  });
});
