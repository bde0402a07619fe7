import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { webhookSubscriptionsId } from '../core/ids.js';
import { pointerTo } from '../core/json-pointer.js';
import { isSecretKey, type SecretRules } from '../core/secret-rules.js';
import { topicFullName } from '../core/topic-name.js';
import type { ProblemItem, SetWebhookSubscriptionsParams, WebhookSubscriptionsSet } from '../core/types.js';
import type { Code } from '../errors.js';

type Webhook = SetWebhookSubscriptionsParams['webhooks'][number];

const AT = '/params/webhooks';
/** Stageline says these itself, or they would change what a request is. */
const OWN_HEADERS =
  /^(host|connection|keep-alive|content-(type|length|encoding)|transfer-encoding|te|trailer|upgrade|expect|user-agent|pulsar.*|webhook-.*|x-forwarded-.*|forwarded)$/i;
const KEPT =
  'would be kept in plain text for ever. Have the receiver check the signature of each request instead (docs/beam.md).';
const CREDENTIALS = /^(authorization|proxy-authorization|cookie2?)$/i;

/** Has the messages of a topic posted to URLs. What the topic had is replaced. */
export const setWebhookSubscriptions = defineCommand<SetWebhookSubscriptionsParams, undefined>({
  name: 'set-webhook-subscriptions',
  summary: "Has a topic's messages posted to URLs, signed; `POST /v2/topic` sends it.",
  schema: 'set-webhook-subscriptions.json',
  kind: 'change',
  // What is pushed leaves the installation: whoever runs it decides where to.
  role: 'operator',
  everyProject: () => true,
  refusals: ['WEBHOOK_REFUSED'],

  check({ topic, webhooks }, { secretRules, webhooks: rules }) {
    const faults =
      topicFullName(topic) === undefined ? [fault('/params/topic', 'INVALID_COMMAND', 'is no topic')] : [];
    webhooks.forEach((webhook, index) => {
      const at = pointerTo(AT, index);
      const detail = rules.urlRefusal(webhook.url);
      if (detail !== undefined) faults.push(fault(pointerTo(at, 'url'), 'WEBHOOK_REFUSED', detail));
      faults.push(
        ...urlFaults(webhook, at, secretRules),
        ...headerFaults(webhook, at, secretRules),
        ...clashes(webhooks, index),
      );
    });
    return faults;
  },

  load: async () => undefined,

  decide(_state, { topic, webhooks, note }, { project, actor, webhooks: rules }) {
    const refused = rules.topicRefusal(topic, actor);
    if (refused !== undefined) return rejectAt('/params/topic', 'WEBHOOK_REFUSED', refused);
    const event: WebhookSubscriptionsSet = {
      type: 'webhook-subscriptions-set',
      project,
      topic,
      webhooks: webhooks.map((webhook) => ({
        type: 'exclusive',
        initialPosition: 'latest',
        active: true,
        ...webhook,
      })),
      ...(note === undefined ? {} : { note }),
    };
    return accept([event], { topic, document: webhookSubscriptionsId(topic) });
  },
});

const fault = (pointer: string, code: Code, detail: string): ProblemItem => ({ pointer, code, detail });

/** A parameter of the URL would be kept as long as a header. */
function urlFaults({ url }: Webhook, at: string, rules: SecretRules): ProblemItem[] {
  const query = url.split('#', 1)[0]?.split('?')[1] ?? '';
  const names = query.split('&').map((pair) => pair.split('=', 1)[0] ?? '');
  if (!names.some((name) => isSecretKey(name, rules))) return [];
  return [fault(pointerTo(at, 'url'), 'SECRET_LITERAL', `has a parameter that ${KEPT}`)];
}

function headerFaults({ headers = {} }: Webhook, at: string, rules: SecretRules): ProblemItem[] {
  return Object.keys(headers).flatMap((name) => {
    const pointer = pointerTo(at, 'headers', name);
    if (OWN_HEADERS.test(name)) return [fault(pointer, 'INVALID_COMMAND', 'is set by Stageline itself')];
    if (!CREDENTIALS.test(name) && !isSecretKey(name, rules)) return [];
    return [fault(pointer, 'SECRET_LITERAL', KEPT)];
  });
}

/** One that stands there twice would be delivered once, or never. */
function clashes(webhooks: readonly Webhook[], index: number): ProblemItem[] {
  const webhook = webhooks[index];
  if (webhook === undefined) return [];
  const others = webhooks.slice(0, index).filter(({ subscription }) => subscription === webhook.subscription);
  const at = pointerTo(AT, index, 'subscription');
  const { subscription, type = 'exclusive' } = webhook;
  return others.slice(0, 1).flatMap((other) => {
    if (other.url === webhook.url)
      return [fault(at, 'INVALID_COMMAND', `"${subscription}" has this URL already`)];
    if (type === 'exclusive' || type !== (other.type ?? 'exclusive'))
      return [
        fault(
          at,
          'INVALID_COMMAND',
          `exclusive subscription ${subscription} cannot be shared between multiple webhooks`,
        ),
      ];
    return [];
  });
}
