import type { Actor } from './types.js';

/** What this installation lets webhooks do. */
export interface WebhookRules {
  /** Why a topic is not pushed for whoever asks; undefined: it may be. */
  topicRefusal(topic: string, actor: Actor): string | undefined;
  /** Why nothing is posted to a URL, as far as it can be seen from the URL; undefined: it may be. */
  urlRefusal(url: string): string | undefined;
}
