import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { unStage } from '../../../src/commands/un-stage.js';
import { loadConfig } from '../../../src/config.js';
import type { AnyCommand } from '../../../src/core/decision.js';
import { topicFullName, topicParts } from '../../../src/core/topic-name.js';
import type { RouterConfig } from '../../../src/core/types.js';
import { validator } from '../../../src/core/validate.js';
import { endpointUrl } from '../../../src/adapters/pulsar-ws/url.js';
import { topicPath } from '../../../src/adapters/pulsar-admin/policies.js';
import { route } from '../../../src/router/router.js';
import { functionConfig } from '../../support/configs.js';
import { World } from '../../support/world.js';

/** What makes another topic of a name, or another address of a topic's, for one of those that read it. */
const HOSTILE = [
  '..',
  '.',
  '../other',
  'a/b',
  '/a',
  'a/',
  'a\\b',
  'test/../results',
  'test?x=1',
  'test#x',
  'test%2f..%2fresults',
  '%2e%2e',
  'test\nresults',
  'test\r\n',
  'test\u0000',
  'test\u2028',
  ' test',
  'test ',
  'persistent://ops/deployment/results',
  'test;x',
  'test:x',
  'test@x',
  'tést',
  'test\u202e',
  'ｔest',
  '',
  'a'.repeat(1_000),
] as const;
/** What Pulsar takes for a part of another topic. */
const PARTITIONS = ['test-partition-0', 'test-partition-12', 'a-partition-1-partition-2'] as const;

const ROUTER: RouterConfig = {
  name: 'deployments',
  userConfig: { key: 'environment', tenant: 'ops', namespace: 'deployment-automation' },
  inputs: ['persistent://ops/deployment/in'],
};

describe('a name that would be another topic', () => {
  const command = (project: string) => ({
    id: '0193a5a0-0000-7000-8000-000000000001',
    command: 'un-stage',
    project,
    params: {},
  });
  const statusOf = async (definition: unknown, params: object): Promise<string> => {
    const world = new World();
    const { status } = await world.send(definition as AnyCommand, params);
    return status;
  };

  it('is fine where it is none', async () => {
    expect(validator('command.json')(command('pricing'))).toEqual([]);
    await expect(statusOf(setEnvironments, { environments: [{ name: 'test-partition' }] })).resolves.toBe(
      'ok',
    );
    await expect(statusOf(stageConfigs, { configs: [functionConfig('f')] })).resolves.toBe('ok');
  });

  it.each(HOSTILE)('is refused by the schemas: %j', async (name) => {
    expect(validator('command.json')(command(name))).not.toEqual([]);
    await expect(statusOf(setEnvironments, { environments: [{ name }] })).resolves.toBe('invalid');
    await expect(statusOf(unStage, { stageSet: name, all: true })).resolves.toBe('invalid');
    for (const field of ['tenant', 'namespace', 'name']) {
      const configs = [functionConfig('f', { [field]: name })];
      await expect(statusOf(stageConfigs, { configs })).resolves.toBe('invalid');
    }
  });

  it.each(PARTITIONS)('names no environment, whoever says so: %s', async (name) => {
    await expect(statusOf(setEnvironments, { environments: [{ name }] })).resolves.toBe('invalid');
    const env = { STAGELINE_ENVIRONMENTS: JSON.stringify([{ name }]) };
    expect(() => loadConfig({ env, cwd: process.cwd() })).toThrow(
      /STAGELINE_ENVIRONMENTS\/0\/name.*partition/,
    );
  });

  it.each([...HOSTILE, ...PARTITIONS])('leads nowhere where the router meets it all the same: %j', (name) => {
    const payload = Buffer.from(JSON.stringify({ environment: name, configs: [] }));
    const message = { id: '1', key: 'k', properties: {}, publishTime: 0, payload };
    expect(route(ROUTER, message).deadLetter?.code).toBe('ROUTE_VALUE_INVALID');
  });
});

describe('a full topic name', () => {
  const NAMES = [
    'persistent://../a/b',
    'persistent://a/../b',
    'persistent://a/b/..',
    'persistent://a/b/.',
    'a/b/..',
    '..',
    'persistent://a/b/c?x=1',
    'persistent://a/b/c#x',
    'persistent://a/b/c\n',
    'persistent://a/b/c\u0000',
    'persistent://a/b/c/d',
    'persistent://a/b',
    'http://a/b/c',
  ];

  it.each(NAMES)('is none where it could be read as another: %j', (name) => {
    expect(topicFullName(name)).toBeUndefined();
  });

  it.each(['persistent://../a/b', 'persistent://a/./b', 'persistent://a/b/..'])(
    'is not asked for where it got past that: %j',
    (topic) => {
      expect(() => topicParts(topic)).toThrow(TypeError);
      expect(() => endpointUrl('ws://h:1', { role: 'reader', topic, parameters: {} })).toThrow(TypeError);
    },
  );

  it.each(['c?x=1', 'c#x', '%2f..%2f', '%2e%2e', 'c%00', 'a;b', 'a\\b'])(
    'stays one part of an address, to the letter: %j',
    (name) => {
      const topic = `persistent://a/b/${name}`;
      const socket = new URL(endpointUrl('ws://h:1', { role: 'reader', topic, parameters: {} }));
      const admin = new URL(`http://h:1/admin/v2/${topicPath(topicParts(topic))}`);
      for (const { pathname, search, hash } of [socket, admin]) {
        expect([search, hash]).toEqual(['', '']);
        expect(pathname.split('/').slice(-3).map(decodeURIComponent)).toEqual(['a', 'b', name]);
      }
    },
  );
});
