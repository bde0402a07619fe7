import type { Config } from '../config.js';
import { createTopicAccess, type OwnTopics, type TopicAccess } from '../core/topic-access.js';
import type { WebhookRules } from '../core/webhook-rules.js';
import { messageOf } from '../errors.js';
import { createUrlGuard, type UrlGuard } from '../outbound/url-guard.js';

/** Stageline's own topics, by what may be done with them from outside. */
export function ownTopicsOf({ topics, heads }: Config): OwnTopics {
  const inner = [topics.results, topics.deployments, topics.beats];
  return {
    commands: topics.commands,
    replies: topics.replies,
    journal: topics.journal,
    deadLetters: topics.deadLetters,
    inner: heads.topic === undefined ? inner : [...inner, heads.topic],
    innerPrefix: topics.environmentPrefix,
  };
}

export const topicAccessOf = (config: Config): TopicAccess =>
  createTopicAccess(ownTopicsOf(config), config.beam.topics);

export const webhookGuardOf = ({ webhooks }: Config): UrlGuard =>
  createUrlGuard({
    allow: webhooks.urlAllow,
    code: 'WEBHOOK_REFUSED',
    setting: 'STAGELINE_WEBHOOK_URL_ALLOW',
  });

/** What webhooks may be set to, by the configuration. */
export function webhookRulesOf(config: Config): WebhookRules {
  const access = topicAccessOf(config);
  const guard = webhookGuardOf(config);
  return {
    topicRefusal: (topic, actor) => refusalOf(() => access.checkConsume(topic, actor)),
    urlRefusal: (url) => refusalOf(() => guard.check(url)),
  };
}

function refusalOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
