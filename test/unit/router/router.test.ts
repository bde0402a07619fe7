import fc from 'fast-check';
import { loadConfig } from '../../../src/config.js';
import type { RouterConfig } from '../../../src/core/types.js';
import type { ReceivedMessage } from '../../../src/ports/bus.js';
import { route } from '../../../src/router/router.js';

const INPUT = 'persistent://ops/deployment/pre-deployment-configs-output';

const configOf = (userConfig: Partial<RouterConfig['userConfig']> = {}): RouterConfig => ({
  name: 'deployments',
  userConfig: { key: 'environment', tenant: 'ops', namespace: 'deployment-automation', ...userConfig },
  inputs: [INPUT],
});
const messageOf = (payload: unknown): ReceivedMessage => ({
  id: '1',
  key: 'public/default/enrich',
  properties: { effect: '0/7/0' },
  publishTime: 0,
  payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
});
const codeOf = (payload: unknown, userConfig = {}): string | undefined =>
  route(configOf(userConfig), messageOf(payload)).deadLetter?.code;

/** A routing function's config, as it is deployed to Pulsar. */
const FUNCTION = {
  type: 'function',
  tenant: 'ops',
  namespace: 'deployment',
  name: 'pubSubConfigDeploymentRouter',
  className: 'com.yourcompany.pulsar.functions.GenericRouterFunction',
  userConfig: { key: 'environment', tenant: 'ops', namespace: 'deployment-automation' },
  inputs: ['persistent://ops/deployment/pre-deployment-configs-output'],
  logTopic: 'persistent://ops/deployment/pubSubConfigDeploymentRouter-log',
};

describe("a routing function's config", () => {
  it('runs in the router as it is, and a second one by another key beside it', () => {
    const generators = {
      ...FUNCTION,
      name: 'generatorRouter',
      userConfig: { ...FUNCTION.userConfig, key: 'generator-type' },
      inputs: ['persistent://ops/deployment/generators'],
    };
    const env = { STAGELINE_ROUTERS: JSON.stringify([FUNCTION, generators]) };
    const { routers } = loadConfig({ env, cwd: process.cwd() });
    expect(routers).toEqual([FUNCTION, generators]);
    const targets = routers.map((router) =>
      route(router, messageOf({ environment: 'test', 'generator-type': 'role', configs: [{}, {}] })),
    );
    expect(targets).toMatchObject([
      { topic: 'persistent://ops/deployment-automation/test' },
      { topic: 'persistent://ops/deployment-automation/role' },
    ]);
  });
});

describe('the router', () => {
  it('sends a message to the topic that the value names, with payload, key and properties as they were', () => {
    const message = messageOf({ environment: 'test', configs: [{ name: 'a' }] });
    expect(route(configOf(), message)).toEqual({
      topic: 'persistent://ops/deployment-automation/test',
      message: { payload: message.payload, key: message.key, properties: message.properties },
    });
  });

  it('takes the contents of configs out of the envelope where asked to', () => {
    const target = route(
      configOf({ unwrap: true }),
      messageOf({ environment: 'role', configs: [{ a: 1 }, 'b'] }),
    );
    expect(target).toMatchObject({ topic: 'persistent://ops/deployment-automation/role' });
    expect('message' in target && String(target.message.payload)).toBe('[{"a":1},"b"]');
    expect(codeOf({ environment: 'role' }, { unwrap: true })).toBe('ROUTE_KEY_MISSING');
  });

  it('routes a message without a key', () => {
    const { key: _key, ...message } = messageOf({ environment: 'test' });
    expect(route(configOf(), message)).toMatchObject({ message: { properties: message.properties } });
    expect(route(configOf(), message)).not.toHaveProperty('message.key');
  });

  it.each([
    ['no JSON', Buffer.from('{'), 'INVALID_JSON'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'INVALID_JSON'],
    ['an array', [1], 'INVALID_JSON'],
    ['null', null, 'INVALID_JSON'],
    ['no such key', { env: 'test' }, 'ROUTE_KEY_MISSING'],
    ['a key that is only inherited', { environment: undefined }, 'ROUTE_KEY_MISSING'],
    ['a number', { environment: 1 }, 'ROUTE_KEY_MISSING'],
    ['an object', { environment: {} }, 'ROUTE_KEY_MISSING'],
    ['nothing', { environment: '' }, 'ROUTE_VALUE_INVALID'],
    ['a slash', { environment: 'a/b' }, 'ROUTE_VALUE_INVALID'],
    ['another topic', { environment: '../../public/default/x' }, 'ROUTE_VALUE_INVALID'],
    ['a climb', { environment: 'a..b' }, 'ROUTE_VALUE_INVALID'],
    ['a leading dot', { environment: '.test' }, 'ROUTE_VALUE_INVALID'],
    ['a line end', { environment: 'test\n' }, 'ROUTE_VALUE_INVALID'],
    ['129 characters', { environment: 'a'.repeat(129) }, 'ROUTE_VALUE_INVALID'],
    ["a partition's name", { environment: 'test-partition-3' }, 'ROUTE_VALUE_INVALID'],
  ])('puts aside a value that is %s', (_case, payload, code) => {
    expect(codeOf(payload)).toBe(code);
  });

  it('takes only values of the allow-list where there is one', () => {
    expect(codeOf({ environment: 'test' }, { allow: ['test', 'prod'] })).toBeUndefined();
    expect(codeOf({ environment: 'results' }, { allow: ['test', 'prod'] })).toBe('ROUTE_NOT_ALLOWED');
  });

  it('never sends back to a topic it reads', () => {
    const config = configOf({ namespace: 'deployment' });
    const message = messageOf({ environment: 'pre-deployment-configs-output' });
    expect(route(config, message).deadLetter?.code).toBe('ROUTE_NOT_ALLOWED');
  });

  it('always decides the same, and never leaves its namespace', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (body, value) => {
        for (const payload of [body, { environment: value }, { environment: body }]) {
          const message = messageOf(Buffer.from(JSON.stringify(payload)));
          const target = route(configOf(), message);
          expect(route(configOf(), message)).toEqual(target);
          const topic = 'topic' in target ? target.topic : 'persistent://ops/deployment-automation/none';
          expect(topic).toMatch(
            /^persistent:\/\/ops\/deployment-automation\/[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/,
          );
        }
      }),
    );
  });
});
