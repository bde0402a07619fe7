import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { hashOf } from '../../src/core/canonical.js';
import { configFor, mergePatch } from '../../src/core/merge-patch.js';
import type { Reply } from '../../src/core/types.js';
import { functionConfig } from '../support/configs.js';
import { startTestService, type TestService } from '../support/service.js';
import { run } from '../unit/cli/run-cli.js';

/** What every object has from its prototype, before anything was sent. */
const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const BEFORE = PROTOTYPES.map((prototype) => Object.getOwnPropertyNames(prototype).sort());

/** Says what would be there if a key was followed rather than kept, in three ways of writing it. */
const POLLUTION = '{"polluted":true,"toString":"polluted","roles":["admin"],"dryRun":false}';
const HOSTILE_KEYS = `"__proto__":${POLLUTION},"constructor":{"prototype":${POLLUTION}},"prototype":${POLLUTION}`;
/** As it is written: an object literal with `__proto__` would set one. */
const HOSTILE = `{${HOSTILE_KEYS},"hasOwnProperty":1,"toJSON":"x","valueOf":null,"then":"x","a":{${HOSTILE_KEYS}}}`;
const parsed = JSON.parse(HOSTILE) as Record<string, unknown>;

/** Names that every object has, and that a stage set or a project may have. */
const INHERITED = ['constructor', 'valueof', 'tostring', 'prototype'];

describe('keys that are names of the prototype', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
    await service.ready();
  });
  afterAll(() => service.stop());

  afterEach(() => {
    const after = PROTOTYPES.map((prototype) => Object.getOwnPropertyNames(prototype).sort());
    if (JSON.stringify(after) !== JSON.stringify(BEFORE)) throw new Error('a prototype was changed');
  });

  /** Sends text as it is. */
  const post = async (body: string): Promise<Reply> => {
    const response = await fetch(`${service.url}/v1/commands?waitMs=20000`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return (await response.json()) as Reply;
  };
  const stage = (config: string, more = ''): Promise<Reply> =>
    post(`{"id":"${randomUUID()}","command":"stage-configs","params":{"configs":[${config}]}${more}}`);
  /** A config as text, with `fields` before its last brace. */
  const configWith = (name: string, fields: string): string =>
    `${JSON.stringify(functionConfig(name)).slice(0, -1)},${fields}}`;
  const contentOf = async (name: string): Promise<{ hash: string; config: Record<string, unknown> }> => {
    const staged = await service.read(`staged:default:main:public/default/${name}`);
    const hash = String(staged?.['contentHash']);
    const content = await service.read(`content:${hash}`);
    return { hash, config: content?.['config'] as Record<string, unknown> };
  };

  it('are plain data in userConfig, from the command to the document, and count in its hash', async () => {
    const reply = await stage(configWith('plain', `"userConfig":${HOSTILE}`));
    expect(reply).toMatchObject({ status: 'ok' });
    const { hash, config } = await contentOf('plain');
    expect(JSON.stringify(config['userConfig'])).toBe(JSON.stringify(parsed));
    expect(Object.keys(config['userConfig'] as object)).toContain('__proto__');
    // Whoever computes the hash from what the service shows gets the same, and another without these keys.
    expect(hashOf(config)).toBe(hash);
    expect(hashOf({ ...config, userConfig: {} })).not.toBe(hash);
    const { constructor: _constructor, ...fewer } = parsed;
    expect(hashOf({ ...config, userConfig: fewer })).not.toBe(hash);
  });

  it('are plain data in the patch of an environment, and merged as such', async () => {
    const fields = `"userConfig":{"a":{"b":1}},"environments":{"test":{"userConfig":${HOSTILE}}}`;
    expect(await stage(configWith('patched', fields))).toMatchObject({ status: 'ok' });
    const { hash, config } = await contentOf('patched');
    expect(hashOf(config)).toBe(hash);
    const merged = configFor(config, 'test')['userConfig'] as Record<string, unknown>;
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(Object.keys(merged).sort()).toEqual(
      // null takes a key out.
      Object.keys(parsed)
        .filter((key) => key !== 'valueOf')
        .sort(),
    );
    expect(Object.getOwnPropertyDescriptor(merged, '__proto__')?.value).toEqual(JSON.parse(POLLUTION));
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'are refused where they are no field: %s in an envelope, in parameters, in a config, as an environment',
    async (key) => {
      const evil = `"${key}":${POLLUTION}`;
      const id = randomUUID();
      const refused = { status: 'invalid', error: { code: 'INVALID_COMMAND' } };
      expect(await stage(configWith('x', '"parallelism":1'), `,${evil}`)).toMatchObject(refused);
      expect(await post(`{"id":"${id}","command":"un-stage","params":{"all":true,${evil}}}`)).toMatchObject(
        refused,
      );
      expect(await stage(configWith('x', evil))).toMatchObject(refused);
      expect(await stage(configWith('x', `"environments":{"test":{${evil}}}`))).toMatchObject(refused);
      expect(await stage(configWith('x', `"environments":{${evil}}`))).toMatchObject(refused);
    },
  );

  it.each(INHERITED)('name stage sets and projects like any others: %s', async (name) => {
    const at = { project: name };
    const config = functionConfig(`f-${name}`);
    const staged = await service.send('stage-configs', { stageSet: name, configs: [config] }, at);
    expect(staged.status).toBe('ok');
    const merge = await service.send('merge-stage-sets', { from: [name], into: 'main' }, at);
    expect(merge).toMatchObject({ status: 'ok', result: { moved: 1 } });
    const back = await service.send('merge-stage-sets', { from: ['main'], into: name }, at);
    expect(back).toMatchObject({ status: 'ok', result: { moved: 1 } });
    const found = await service.read(`function:public/default/f-${name}`, back.position);
    expect(Object.keys(found?.['staged'] as object)).toEqual([name]);
    expect(await service.read(`stage-set:${name}:${name}`)).toMatchObject({ state: 'open' });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'are no command, no document and no parameter: %s',
    async (key) => {
      expect(await service.send(key, {})).toMatchObject({ error: { code: 'UNKNOWN_COMMAND' } });
      for (const path of [`/v1/documents/${key}`, `/v1/documents/${key}:x`, `/v1/databases/${key}`]) {
        const { status } = await fetch(`${service.url}${path}`);
        expect([path, status >= 400 && status < 500]).toEqual([path, true]);
      }
      const query = `${key}=x&${key}[polluted]=true&${key}.polluted=true&constructor[prototype][polluted]=true`;
      const listed = await fetch(`${service.url}/v1/documents?${query}`);
      expect([200, 400]).toContain(listed.status);
    },
  );

  it('are no settings of a configuration file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'stageline-settings-')), 'stageline.json');
    writeFileSync(file, `{${HOSTILE_KEYS}}`);
    const load = () => loadConfig({ env: { STAGELINE_CONFIG_FILE: file }, cwd: tmpdir() });
    for (const key of ['__proto__', 'constructor', 'prototype'])
      expect(load).toThrow(new RegExp(`^\\s+${key} .*there is no such setting`, 'm'));
  });

  it.each(['json', 'yaml'])('are sent by the command line as the file has them: %s', async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'stageline-configs-'));
    // JSON is YAML too.
    writeFileSync(join(folder, `a.${format}`), configWith(`file-${format}`, `"userConfig":${HOSTILE}`));
    const ran = await run(['stage', `a.${format}`], { cwd: folder, env: { STAGELINE_URL: service.url } });
    expect([ran.code, ran.err]).toEqual([0, '']);
    const { hash, config } = await contentOf(`file-${format}`);
    expect(JSON.stringify(config['userConfig'])).toBe(JSON.stringify(parsed));
    expect(hashOf(config)).toBe(hash);
  });

  it('replace nothing by being merged', () => {
    const merged = mergePatch({ a: 1 }, parsed) as Record<string, unknown>;
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(merged['polluted']).toBeUndefined();
    expect(Object.hasOwn(merged, '__proto__')).toBe(true);
  });
});
