import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** A request as it would be sent, with something in it that should not be there. */
export interface PlantedRequest {
  readonly path: string;
  readonly init?: RequestInit;
}

export const config = (more: object = {}): Record<string, unknown> => ({
  type: 'function',
  tenant: 'public',
  namespace: 'default',
  name: 'clean',
  className: 'enrich.Enrich',
  artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
  inputs: ['orders'],
  ...more,
});

const stage = (configs: unknown[], more: object = {}): object => ({
  command: 'stage-configs',
  params: { configs, ...more },
});
const inMap = (userConfig: unknown): object => stage([config({ userConfig })]);

/** Commands that hold a secret, each somewhere else. */
export const COMMANDS: readonly ((secret: string) => object)[] = [
  (secret) => stage([config()], { note: `rotated, was ${secret}` }),
  (secret) => stage([config()], { stageSet: secret }),
  (secret) => inMap({ innocent: secret }),
  (secret) => inMap({ [secret]: 'x' }),
  (secret) => inMap({ deep: [{ list: ['x', secret] }] }),
  (secret) => inMap({ base64: Buffer.from(`{"settings":"${secret}"}`).toString('base64') }),
  (secret) => inMap({ password: secret }),
  (secret) => inMap({ a: { $secret: secret } }),
  (secret) => inMap({ a: { $sealed: secret } }),
  (secret) => stage([config({ environments: { prod: { userConfig: { x: secret } } } })]),
  (secret) => stage([config({ inputSpecs: { orders: { consumerProperties: { x: secret } } } })]),
  (secret) => stage([config({ className: secret })]),
  (secret) => stage([config({ artifactPathOrUrl: secret })]),
  (secret) => stage([config({ logTopic: secret })]),
  (secret) => stage([config({ name: secret })]),
  (secret) => stage([config({ customRuntimeOptions: JSON.stringify({ x: secret }) })]),
  (secret) => stage([secret]),
  (secret) =>
    stage([config()], {
      allowLiterals: [{ function: 'public/default/clean', pointer: '/className', reason: secret }],
    }),
  (secret) => stage([config()], { remove: [secret] }),
  (secret) => stage([config()], { [secret]: secret }),
  (secret) => ({ command: 'un-stage', params: { functions: [secret] } }),
  (secret) => ({ command: 'commit-staged-to-test', params: { note: secret } }),
  (secret) => ({ command: 'rollback', params: { environment: 'test', reason: secret, note: secret } }),
  (secret) => ({ command: 'get-all-data', params: { cursor: secret } }),
  (secret) => ({ command: secret, params: {} }),
  (secret) => ({ command: 'get-all-data', params: secret }),
  (secret) => ({ command: 'get-all-data', params: {}, project: secret }),
  (secret) => ({ command: 'get-all-data', params: {}, id: secret }),
  (secret) => ({ command: 'get-all-data', params: {}, expect: { [secret]: 1 } }),
  (secret) => ({ command: 'get-all-data', params: {}, replyTo: secret }),
  (secret) => ({ command: 'get-all-data', params: {}, issuedAt: secret }),
  (secret) => ({ command: 'get-all-data', params: {}, [secret]: 1 }),
  (secret) => ({ command: 'un-stage', params: { functions: ['public/default/none'], stageSet: secret } }),
  (secret) => ({
    command: 'record-deployment',
    params: {
      environment: 'test',
      release: 1,
      results: [
        {
          function: 'public/default/clean',
          outcome: 'failed',
          answer: { status: 400, reason: `refused: ${secret}` },
          sentPackage: false,
        },
      ],
    },
  }),
];

const json = { 'content-type': 'application/json' };
const post = (body: string | Buffer): PlantedRequest => ({
  path: '/v1/commands?waitMs=5000',
  init: { method: 'POST', headers: json, body: new Uint8Array(Buffer.from(body as string)) },
});

const beam = (headers: Readonly<Record<string, string>>, body = ''): PlantedRequest => ({
  path: '/v1/firehose',
  init: { method: 'POST', headers: { TopicFn: 'ops/stageline/commands', ...headers }, body },
});

/** Everything else that HTTP takes in. */
export const REQUESTS: readonly ((secret: string) => PlantedRequest)[] = [
  ...COMMANDS.map((make) => (secret: string) => post(JSON.stringify({ id: randomUUID(), ...make(secret) }))),
  (secret) => post(`{"command":"get-all-data","params":{"x":"${secret}`),
  (secret) => post(`{"command" ${secret}`),
  (secret) => post(Buffer.from(`\ufeff{"x":"${secret}"}`, 'utf16le')),
  (secret) => ({ path: `/v1/documents?prefix=${encodeURIComponent(secret)}` }),
  (secret) => ({ path: `/v1/documents/${encodeURIComponent(secret)}` }),
  (secret) => ({ path: `/v1/commands/${encodeURIComponent(secret)}` }),
  (secret) => ({ path: `/v1/dead-letters/${encodeURIComponent(secret)}` }),
  (secret) => ({ path: `/v1/audit?actor=${encodeURIComponent(secret)}&limit=x` }),
  (secret) => ({ path: `/v1/audit?${encodeURIComponent(secret)}=1` }),
  (secret) => ({ path: `/v1/events?from=${encodeURIComponent(secret)}` }),
  (secret) => ({ path: `/nothing/here/${encodeURIComponent(secret)}` }),
  (secret) => ({ path: '/v1/status', init: { headers: { 'x-api-key': oneLine(secret) } } }),
  (secret) => ({ path: '/v1/status', init: { headers: { authorization: oneLine(secret) } } }),
  (secret) => ({ path: '/v1/audit', init: { headers: { accept: oneLine(secret) } } }),
  (secret) => ({ path: '/v1/events', init: { headers: { 'last-event-id': oneLine(secret) } } }),
  (secret) => ({ path: '/v1/status', init: { headers: { origin: oneLine(secret) } } }),
  ...COMMANDS.map(
    (make) => (secret: string) => beam({}, JSON.stringify({ id: randomUUID(), ...make(secret) })),
  ),
  (secret) => beam({}, secret),
  (secret) => beam({}, `{"command":"get-all-data","params":{},"ticket":${JSON.stringify(secret)}}`),
  (secret) => beam({ TopicFn: oneLine(secret) }),
  (secret) => beam({ PulsarUrl: oneLine(secret) }),
  (secret) => beam({ 'Content-Encoding': oneLine(secret) }),
  (secret) => beam({ 'PulsarProperties-x': oneLine(secret), TopicFn: 'none' }),
  (secret) => ({ path: `/v2/firehose/p/a/b/${encodeURIComponent(secret)}`, init: { method: 'POST' } }),
  (secret) => ({ path: `/v2/poll/${encodeURIComponent(secret)}/a/b/c` }),
  ...['SubscriptionName', 'SubscriptionType', 'SubscriptionInitialPosition', 'Last-Event-ID'].map(
    (name) => (secret: string) => ({
      path: '/v2/sse/p/ops/stageline/commands',
      init: { headers: { [name]: oneLine(secret) } },
    }),
  ),
  (secret) => ({
    path: '/v1/commands',
    init: { method: 'POST', body: secret, headers: { 'content-type': oneLine(secret) } },
  }),
];

const oneLine = (text: string): string => text.replaceAll('\n', ' ');

/** Payloads of messages that are put on topics. */
export const PAYLOADS: readonly ((secret: string) => Buffer)[] = [
  ...COMMANDS.map(
    (make) => (secret: string) => Buffer.from(JSON.stringify({ id: randomUUID(), ...make(secret) })),
  ),
  (secret) => Buffer.from(secret),
  (secret) => Buffer.from(`{"id":"${randomUUID()}","command":"x" ${secret}`),
  (secret) => Buffer.from(`x ${secret}`, 'utf16le'),
  (secret) => Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), Buffer.from(` ${secret} `)]),
];
