import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { webhookSubscriptionsId } from '../core/ids.js';
import type {
  DeleteWebhookSubscriptionsParams,
  WebhookSubscriptionsDeleted,
  WebhookSubscriptionsDocument,
} from '../core/types.js';
import { seenAs } from './shared/read.js';

/** Ends the pushing of a topic. */
export const deleteWebhookSubscriptions = defineCommand<
  DeleteWebhookSubscriptionsParams,
  WebhookSubscriptionsDocument | undefined
>({
  name: 'delete-webhook-subscriptions',
  summary: "Ends the posting of a topic's messages; `DELETE /v2/topic/{key}` sends it.",
  schema: 'delete-webhook-subscriptions.json',
  kind: 'change',
  role: 'operator',
  everyProject: () => true,
  refusals: ['UNKNOWN_NAME'],

  async load(load, { topic }) {
    const id = webhookSubscriptionsId(topic);
    return seenAs(await load.get([id]), id, 'webhook-subscriptions');
  },

  decide(known, { topic, reason }, { project }) {
    if (known === undefined)
      return rejectAt('/params/topic', 'UNKNOWN_NAME', `Nothing is posted from ${topic}.`);
    const event: WebhookSubscriptionsDeleted = {
      type: 'webhook-subscriptions-deleted',
      project,
      topic,
      ...(reason === undefined ? {} : { reason }),
    };
    return accept([event], { topic });
  },
});
