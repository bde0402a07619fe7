import { webhookSubscriptionsId } from '../core/ids.js';
import type {
  WebhookSubscriptionsDeleted,
  WebhookSubscriptionsDocument,
  WebhookSubscriptionsSet,
} from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `webhook-subscriptions:<topic>`: where a topic's messages are posted to. */
export const webhookSubscriptions = defineProjection<
  WebhookSubscriptionsDocument,
  WebhookSubscriptionsSet | WebhookSubscriptionsDeleted
>({
  kind: 'webhook-subscriptions',
  touches: (event) =>
    event.type === 'webhook-subscriptions-set' || event.type === 'webhook-subscriptions-deleted'
      ? [[webhookSubscriptionsId(event.topic), event]]
      : [],
  apply: (document, event, { time, actor }) => {
    if (event.type === 'webhook-subscriptions-deleted') return undefined;
    const { type: _type, project: _project, ...facts } = event;
    const createdAt = document?.createdAt ?? time;
    return { kind: 'webhook-subscriptions', ...facts, createdAt, updatedAt: time, by: actor };
  },
});
