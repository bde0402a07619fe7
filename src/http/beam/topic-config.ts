import { createHash } from 'node:crypto';
import { isObject } from '../../core/merge-patch.js';
import { own } from '../../core/own.js';
import { topicFullName, topicParts } from '../../core/topic-name.js';
import type { SetWebhookSubscriptionsParams, WebhookSubscriptionsDocument } from '../../core/types.js';
import type { WebhookSecret } from '../deps.js';
import { BeamFault } from './fault.js';
import { checkCluster } from './topic.js';

type Webhook = WebhookSubscriptionsDocument['webhooks'][number];

/** What Pulsar Beam calls the states of a webhook. */
const STATUS = { deactivated: 0, activated: 1, suspended: 2, deleted: 3 } as const;
const TYPES = {
  exclusive: 'exclusive',
  shared: 'shared',
  failover: 'failover',
  keyshared: 'keyshared',
} as const;

/** A topic of a cluster, as clients name it. */
export interface NamedTopic {
  readonly topic: string;
  readonly pulsarUrl: string;
}

/** Pulsar Beam's key of a topic's webhooks: its clients make it themselves. */
export function topicKey({ topic, pulsarUrl }: NamedTopic): string {
  return createHash('sha1')
    .update(topic.trim() + pulsarUrl.trim())
    .digest('hex');
}

/** Reads the body of a request; names of fields are taken in any case, as clients write them. */
export function readFields(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new BeamFault(422, 'the body is no JSON');
  }
  if (!isObject(value)) throw new BeamFault(422, 'the body must be a JSON object');
  return lowered(value);
}

function lowered(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name.toLowerCase(), item]));
}

/** The topic that fields name. The cluster is the one in use: it may be left out. */
export function readTopic(fields: Readonly<Record<string, unknown>>, known: readonly string[]): NamedTopic {
  const name = textIn(fields, 'topicfullname');
  if (name === '') throw new BeamFault(422, 'missing PulsarURL or TopicFullName');
  const pulsarUrl = textIn(fields, 'pulsarurl');
  checkCluster(pulsarUrl, known);
  const topic = topicFullName(name);
  if (topic === undefined) throw new BeamFault(422, 'TopicFullName is no topic name');
  return { topic, pulsarUrl: pulsarUrl === '' ? (known[0] ?? '') : pulsarUrl };
}

/** The command's parameters that a topic config comes to; their faults are found where the command is decided. */
export function readTopicConfig(
  fields: Readonly<Record<string, unknown>>,
  topic: string,
): SetWebhookSubscriptionsParams {
  const { webhooks, notes } = fields;
  if (!Array.isArray(webhooks)) throw new BeamFault(422, 'missing Webhooks');
  return {
    topic,
    webhooks: webhooks.map(readWebhook),
    ...(typeof notes === 'string' && notes !== '' ? { note: notes } : {}),
  };
}

function readWebhook(given: unknown): SetWebhookSubscriptionsParams['webhooks'][number] {
  if (!isObject(given)) throw new BeamFault(422, 'each of Webhooks must be a JSON object');
  const fields = lowered(given);
  const url = textIn(fields, 'url');
  const subscription = textIn(fields, 'subscription');
  if (!URL.canParse(url)) throw new BeamFault(422, 'not a URL');
  if (subscription === '') throw new BeamFault(422, 'subscription name is missing');
  const type = textIn(fields, 'subscriptiontype').toLowerCase();
  const position = textIn(fields, 'initialposition').toLowerCase();
  const known = type === '' ? 'exclusive' : own(TYPES, type);
  if (known === undefined) throw new BeamFault(422, 'unsupported subscription type');
  if (position !== '' && position !== 'latest' && position !== 'earliest')
    throw new BeamFault(422, 'invalid subscription initial position');
  const { webhookstatus: status = STATUS.activated, headers, askedby } = fields;
  return {
    url,
    subscription,
    type: known,
    initialPosition: position === '' ? 'latest' : position,
    active: status === STATUS.activated,
    ...(Array.isArray(headers) && headers.length > 0 ? { headers: readHeaders(headers) } : {}),
    ...(typeof askedby === 'string' && askedby !== '' ? { askedBy: askedby } : {}),
  };
}

/** `["Name: value"]`, as Pulsar Beam has them. */
function readHeaders(lines: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      // A list would make a text as well, and an object may refuse to.
      const [name, ...rest] = typeof line === 'string' ? line.split(':') : [];
      if (name === undefined || rest.length === 0) throw new BeamFault(422, 'a header must be "Name: value"');
      return [name.trim(), rest.join(':').trim()];
    }),
  );
}

/** A topic's webhooks as Pulsar Beam tells them, with the secrets by which receivers know their requests. */
export function topicConfigOf(
  document: WebhookSubscriptionsDocument,
  { pulsarUrl, secretOf }: { readonly pulsarUrl: string; readonly secretOf: WebhookSecret },
): Readonly<Record<string, unknown>> {
  const { topic, webhooks, note = '', createdAt, updatedAt } = document;
  return {
    TopicFullName: topic,
    PulsarURL: pulsarUrl,
    // A token of the bus is neither needed nor kept.
    Token: '',
    Tenant: topicParts(topic).tenant,
    Key: topicKey({ topic, pulsarUrl }),
    Notes: note,
    TopicStatus: STATUS.activated,
    Webhooks: webhooks.map((webhook) => told(webhook, document, secretOf)),
    CreatedAt: createdAt,
    UpdatedAt: updatedAt,
  };
}

function told(
  { url, subscription, type, initialPosition, headers = {}, active, askedBy }: Webhook,
  { topic, createdAt, updatedAt }: WebhookSubscriptionsDocument,
  secretOf: WebhookSecret,
): Readonly<Record<string, unknown>> {
  return {
    url,
    headers: Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    subscription,
    subscriptionType: type,
    initialPosition,
    webhookStatus: active ? STATUS.activated : STATUS.deactivated,
    createdAt,
    updatedAt,
    deletedAt: '0001-01-01T00:00:00Z',
    ...(askedBy === undefined ? {} : { askedBy }),
    signingSecret: secretOf({ topic, url }),
  };
}

function textIn(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value.trim() : '';
}
