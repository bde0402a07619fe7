import type { WebhookRules } from '../../src/core/webhook-rules.js';

/** Any topic may be pushed, to any URL. */
export const EVERY_WEBHOOK: WebhookRules = {
  topicRefusal: () => undefined,
  urlRefusal: () => undefined,
};
