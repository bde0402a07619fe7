import { object, shape, text, whole } from './shapes.js';

/** Shapes of the door for Pulsar Beam's clients. */
export const BEAM_ERROR = shape('BeamError');
export const BEAM_BATCH = shape('BeamBatch');
export const BEAM_TOPIC = shape('BeamTopic');
export const BEAM_TOPICS = { anyOf: [BEAM_TOPIC, { type: 'array', items: BEAM_TOPIC }] };

const MESSAGE = object('A message.', {
  payload: text('Its payload in base64.'),
  topic: text("The topic's full name."),
  eventTime: {
    type: 'string',
    format: 'date-time',
    description: 'As its sender gave it; 1970 if he did not.',
  },
  publishTime: { type: 'string', format: 'date-time', description: 'When the bus stored it.' },
  messageId: text('Its id, which says nothing but which message it is.'),
  key: text('Its key; empty if it has none.'),
  properties: {
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Its properties.',
  },
});

const TIME = { type: 'string', format: 'date-time', description: 'When, ISO 8601.' };
const WEBHOOK = object(
  'One receiver.',
  {
    url: text('Where messages are posted to.'),
    headers: {
      type: 'array',
      items: { type: 'string' },
      description: 'Headers that each request carries besides, `Name: value`.',
    },
    subscription: text('What remembers what was delivered.'),
    subscriptionType: text('`exclusive`, `shared`, `failover` or `keyshared`.'),
    initialPosition: text('Where a new subscription starts: `latest` or `earliest`.'),
    webhookStatus: whole('1 is delivered to, 0 is not.'),
    createdAt: TIME,
    updatedAt: TIME,
    deletedAt: TIME,
    askedBy: text("Only answers to this caller's commands, on the topic of replies."),
    signingSecret: text('What the receiver checks signatures with; each receiver has its own.'),
  },
  ['askedBy'],
);

export const BEAM_SHAPES: Readonly<Record<string, object>> = {
  BeamError: object(
    'What went wrong, as clients of Pulsar Beam expect it.',
    {
      error: text('What happened.'),
      detail: text('More of it, where `error` has fixed words.'),
      code: text('A code of docs/errors.md, where there is one.'),
      errors: { type: 'array', items: shape('ProblemItem'), description: 'Faults, each where it stands.' },
    },
    ['detail', 'code', 'errors'],
  ),
  BeamBatch: object('Messages of a poll.', {
    limit: whole('How many were asked for.'),
    size: whole('How many there are.'),
    messages: {
      type: 'array',
      items: MESSAGE,
      description: 'They count as received once this answer was written.',
    },
  }),
  BeamTopic: object("A topic's webhooks, with the names that Pulsar Beam gives things.", {
    TopicFullName: text("The topic's full name."),
    PulsarURL: text('The cluster, as the client names it.'),
    Token: text('Always empty: no token of the bus is kept.'),
    Tenant: text("The topic's tenant."),
    Key: text('SHA-1 of TopicFullName and PulsarURL, hex.'),
    Notes: text('What it is for.'),
    TopicStatus: whole('1; 3 where it was deleted.'),
    Webhooks: { type: 'array', items: WEBHOOK, description: 'Receivers.' },
    CreatedAt: TIME,
    UpdatedAt: TIME,
  }),
};

const fault = (description: string): object => ({
  description,
  content: { 'application/json': { schema: BEAM_ERROR } },
});
const word = (description: string): object => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
});

/** Faults that every route of the door may answer with. */
export const BEAM_FAULTS: Readonly<Record<number, object>> = {
  401: word('It is not known who asks: `Unauthorized`; the header WWW-Authenticate says why.'),
  403: fault('The topic is not open to the caller, or the request is from another site.'),
  422: fault('A header, a parameter or the path is not right.'),
  500: fault('Something failed inside the service.'),
  503: fault('The bus does not answer; try again later.'),
};
export const BEAM_BUSY = word(
  '`Too many requests`: so many streams and polls are open, in all or by this caller.',
);
export const BEAM_TAKEN = fault('Somebody else has the subscription alone, or with another type.');
export const BEAM_UNKNOWN = fault('There are no such webhooks, or none at all here.');
export const BEAM_TOO_LARGE = fault('Larger than a message may be, as it came or inflated.');
export const BEAM_ENCODING = fault('The Content-Encoding is not known.');

export const TOPIC_PATH = {
  type: 'object',
  properties: {
    persistent: { type: 'string', description: '`persistent` or `p`, `non-persistent` or `np`.' },
    tenant: { type: 'string', description: "The topic's tenant." },
    namespace: { type: 'string', description: "The topic's namespace." },
    topic: { type: 'string', description: "The topic's own name." },
  },
  required: ['persistent', 'tenant', 'namespace', 'topic'],
} as const;

export const PULSAR_URL = text('The cluster, where the client names it; it must be the one that is used.');

export const SUBSCRIPTION_HEADERS = {
  PulsarUrl: PULSAR_URL,
  SubscriptionName: text('At least 5 characters. Without it nothing is remembered when the client goes.'),
  SubscriptionType: text('`exclusive` (as without it), `shared`, `failover` or `keyshared`, in any case.'),
  SubscriptionInitialPosition: text('Where a new subscription starts: `latest` or `earliest`, in any case.'),
};
