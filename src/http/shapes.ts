/** JSON Schemas of what HTTP answers with, beyond the messages and documents of schemas/: named here, kept by openapi.ts. */

/** A schema of schemas/ or of this file, by its title. */
export const shape = (title: string): { $ref: string } => ({ $ref: `#/components/schemas/${title}` });

export const REPLY = shape('Reply');
export const WAITING = shape('Waiting');
export const SIGNED_COMMAND = shape('SignedCommand');
export const DOCUMENT = shape('PositionedDocument');
export const DOCUMENT_PAGE = shape('DocumentPage');
export const AUDIT_ENTRY = shape('AuditEntry');
export const AUDIT_PAGE = shape('AuditPage');
export const DEAD_LETTER_PAGE = shape('DeadLetterPage');
export const DEAD_LETTER_VIEW = shape('DeadLetterView');
export const RESENT_LETTER = shape('ResentLetter');
export const SERVICE_STATUS = shape('ServiceStatus');
export const READINESS = shape('Readiness');
export const HEALTH = shape('Health');
export const SEALING_KEYS = shape('SealingKeys');
export const CLOUD_EVENTS = { type: 'array', items: shape('CloudEvent') } as const;

export const waitMsQuery = {
  type: 'integer',
  minimum: 0,
  maximum: 60_000,
  default: 10_000,
  description: 'Wait at most so many milliseconds.',
} as const;

/** A position as a query parameter. */
export const positionQuery = (
  description: string,
): { type: 'integer'; minimum: 0; maximum: number; description: string } => ({
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description,
});

export const text = (description: string): object => ({ type: 'string', description });
export const whole = (description: string): object => ({ type: 'integer', minimum: 0, description });

/** An object that holds these fields and no others. */
export function object(
  description: string,
  properties: Record<string, object>,
  optional: readonly string[] = [],
): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', description, properties, required, additionalProperties: false };
}

const CONSUMER = object(
  'Where a consumer of the journal stands.',
  {
    name: text('Which: events, documents, dispatcher, heads, rebuild, verify.'),
    target: text('The topic or file that it writes to, where there may be several.'),
    position: whole('The last position that it has done with.'),
    head: whole('The last committed position.'),
    lagRecords: whole('How many records it is behind.'),
    lagSeconds: whole('For how long the oldest record that it has not taken has been there.'),
    state: {
      enum: ['running', 'waiting', 'stopped'],
      description:
        'waiting: something keeps it, and it goes on by itself or by a person; stopped: it does not go on.',
    },
    why: text('What keeps it or has stopped it; of a job, what it is doing.'),
    since: { type: 'string', format: 'date-time', description: 'Since when.' },
  },
  ['target', 'why', 'since'],
);

const CHECK = object(
  'One thing that was looked at.',
  {
    name: text('What was looked at.'),
    ok: { type: 'boolean', description: 'True if it is well.' },
    detail: text('How it is and, if it is not well, what to do.'),
    since: text('Since when it is so.'),
  },
  ['since'],
);

const EFFECTS = object(
  'How far the effects of a topic are, and what keeps them.',
  {
    topic: text('The topic.'),
    published: whole('Nothing is owed up to this number.'),
    next: whole('The number that the next effect gets.'),
    held: object('The release that is held, with all behind it, until a person releases or skips it.', {
      project: text('Its project.'),
      environment: text('Its environment.'),
      release: whole('Its number.'),
      why: text('What makes it doubtful.'),
    }),
    heldReleases: whole('How many releases wait: the held one and those behind it; absent if none is held.'),
    fault: text('Why the topic takes nothing at the moment.'),
  },
  ['held', 'heldReleases', 'fault'],
);

const DEAD_LETTER = {
  id: text('Its message id on the dead-letter topic.'),
  code: text('A code of docs/errors.md.'),
  reason: text('What was wrong.'),
  topic: text('The topic that the message came from.'),
  messageId: text("The message's id there."),
  key: text('Its key.'),
  properties: { type: 'object', additionalProperties: { type: 'string' }, description: 'Its properties.' },
  bytes: whole('How many bytes of its payload were kept.'),
  truncated: { type: 'boolean', description: 'True where the payload was longer.' },
  masked: {
    type: 'boolean',
    description: 'True where secrets in its payload were masked when it was put aside.',
  },
  time: { type: 'string', format: 'date-time', description: 'When it was put aside.' },
  resentFrom: text('The dead letter that this message was before, where it was sent again.'),
  refusal: object('Why it cannot be sent again; absent if it can.', {
    code: text('A code of docs/errors.md.'),
    detail: text('Why, and what to do instead.'),
  }),
};
const DEAD_LETTER_OPTIONAL = ['key', 'properties', 'masked', 'resentFrom', 'refusal'];

/** Shapes by name, each a component of the OpenAPI document. */
export const HTTP_SHAPES: Readonly<Record<string, object>> = {
  Waiting: object('The command was sent and its reply has not come yet: ask at Location.', {
    id: text("The command's id."),
    status: { const: 'waiting', description: 'No reply yet.' },
  }),
  SignedCommand: object('A command and the ticket that is good for it.', {
    command: shape('Command'),
    ticket: text('The ticket: a JSON Web Token.'),
  }),
  PositionedDocument: object('A document with the position of the last record that changed it.', {
    id: text('Its id.'),
    position: whole('The position of the last record that changed it.'),
    document: shape('AnyDocument'),
  }),
  DocumentPage: object(
    'Documents in the order of their ids.',
    {
      documents: { type: 'array', items: DOCUMENT, description: 'The documents.' },
      cursor: text('Give it back to go on; absent on the last page.'),
      position: whole('The position that the documents had reached, at least.'),
    },
    ['cursor'],
  ),
  AuditPage: object(
    'Entries of the audit log.',
    {
      entries: { type: 'array', items: AUDIT_ENTRY, description: 'The entries, in the order asked for.' },
      cursor: text('Give it back with the same filters to go on; absent on the last page.'),
      position: whole('What the log had reached when the first page was read; what came later is above it.'),
    },
    ['cursor'],
  ),
  DeadLetter: object('A dead letter without its payload.', DEAD_LETTER, DEAD_LETTER_OPTIONAL),
  DeadLetterPage: object(
    'Dead letters, the newest last.',
    {
      letters: { type: 'array', items: shape('DeadLetter'), description: 'The letters.' },
      cursor: text('Give it back as after to go on; absent where the topic ended.'),
    },
    ['cursor'],
  ),
  DeadLetterView: object(
    'A dead letter with its payload: json where it is JSON, else text and cut.',
    {
      ...DEAD_LETTER,
      json: { description: 'The payload, secrets masked.' },
      text: text('Its beginning, secrets masked, control characters written as JSON writes them.'),
      cut: { type: 'boolean', description: 'True where the payload goes on behind the text.' },
      payload: text('With raw: what was kept of it, base64, nothing masked.'),
    },
    [...DEAD_LETTER_OPTIONAL, 'json', 'text', 'cut', 'payload'],
  ),
  ResentLetter: object('A dead letter that was sent again.', {
    id: text("The dead letter's id."),
    topic: text('Where its message went.'),
    messageId: text("The message's id there."),
  }),
  SealingKeys: object('Public keys (RFC 7517), the newest first.', {
    keys: {
      type: 'array',
      description: 'The keys.',
      items: object('A public key.', {
        kty: { const: 'EC', description: 'Its type.' },
        crv: { const: 'P-256', description: 'Its curve.' },
        ...{ x: text('Where on the curve.'), y: text('Where on the curve.') },
        kid: text('Its name, which stands in what is sealed to it.'),
      }),
    },
  }),
  Health: object('The process serves.', {
    status: { const: 'ok', description: 'It does.' },
    time: text('The time by its clock, ISO 8601.'),
  }),
  Readiness: object('Whether this instance can do its work.', {
    ready: { type: 'boolean', description: 'True if every check is well.' },
    checks: { type: 'array', items: shape('Check'), description: 'What was looked at.' },
  }),
  Check: CHECK,
  EffectsStanding: EFFECTS,
  ConsumerStanding: CONSUMER,
  ServiceStatus: {
    type: 'object',
    description: 'What this instance is and how it stands.',
    properties: {
      version: text('Version of Stageline.'),
      instance: text('This instance.'),
      startedAt: text('When it started, ISO 8601.'),
      parts: { type: 'array', items: { type: 'string' }, description: 'The parts that it runs.' },
      bus: text('Which bus.'),
      store: text('Which document store.'),
      authentication: text('How callers are known.'),
      environments: {
        type: 'array',
        description: 'In promotion order.',
        items: object('An environment.', { name: text('Its name.'), target: text('Where it deploys to.') }),
      },
      lease: {
        type: 'object',
        description: 'Whether this instance writes the journal.',
        properties: {
          state: { enum: ['leading', 'standby', 'starting', 'none'], description: 'What it is.' },
          epoch: whole('Its epoch.'),
          writer: text('Its writer id.'),
        },
      },
      consumers: {
        type: 'array',
        items: shape('ConsumerStanding'),
        description: 'Where each consumer of the journal stands.',
      },
      effects: {
        type: 'array',
        items: shape('EffectsStanding'),
        description: 'How far effects are, by topic; empty on an instance that does not write.',
      },
      counters: {
        type: 'object',
        additionalProperties: { type: 'number' },
        description: 'Counts since the start.',
      },
      checks: { type: 'array', items: shape('Check'), description: 'What readiness looks at.' },
    },
    required: ['version', 'parts', 'environments', 'lease', 'consumers', 'counters', 'checks'],
  },
  CloudEvent: object(
    'One event as CloudEvents 1.0.',
    {
      specversion: { const: '1.0', description: 'Version of CloudEvents.' },
      id: text('<partition>/<position>/<index in the record>.'),
      source: text('/stageline/<project>.'),
      type: text('stageline.<event type>.'),
      subject: text('The id of the document that the event is about, where there is one.'),
      time: { type: 'string', format: 'date-time', description: 'When it was recorded.' },
      datacontenttype: { const: 'application/json', description: 'What data is.' },
      data: { type: 'object', description: 'The event without its type.' },
      stagelineposition: whole('The position of its record.'),
      stagelineactor: text('Who asked.'),
    },
    ['subject'],
  ),
};
