import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import type { Reply } from '../../src/core/types.js';
import { backend } from '../support/backends.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import {
  dataDir,
  stageline,
  startServiceProcess,
  type Ran,
  type ServiceProcess,
} from '../support/stageline-process.js';

const env = process.env;
const missing = missingServers(
  'PULSAR_TEST_WS_URL',
  'PULSAR_TEST_ADMIN_URL',
  'PULSAR_PROD_WS_URL',
  'PULSAR_PROD_ADMIN_URL',
  'PULSAR_EXAMPLES_JAR',
);

backend(
  'main job on two Pulsar brokers and CouchDB',
  missing.length === 0,
  `${missing.join(', ')} not set`,
  () => {
    jest.setTimeout(180_000);
    const run = randomBytes(4).toString('hex');
    const jar = env['PULSAR_EXAMPLES_JAR'] ?? '';
    const files = dataDir();
    const settings = {
      ...pulsarSettings(run),
      STAGELINE_ARTIFACT_ROOTS: dirname(jar),
      STAGELINE_ENVIRONMENTS: JSON.stringify([
        { name: 'test', adminUrl: env['PULSAR_TEST_ADMIN_URL'] },
        { name: 'prod', adminUrl: env['PULSAR_PROD_ADMIN_URL'] },
      ]),
    };
    const { STAGELINE_TOPIC_REPLIES: repliesTopic = '', STAGELINE_TOPIC_COMMANDS: commandsTopic = '' } =
      pulsarSettings(run);
    const name = `exclaim-${run}`;
    const input = `persistent://public/default/in-${run}`;
    const output = `persistent://public/default/out-${run}`;
    const config = {
      type: 'function',
      artifactPathOrUrl: basename(jar),
      tenant: 'public',
      namespace: 'default',
      name,
      className: 'org.apache.pulsar.functions.api.examples.ExclamationFunction',
      inputs: [input],
      output,
    };
    const buses = {
      test: createPulsarWsBus({ url: env['PULSAR_TEST_WS_URL'] ?? 'ws://none' }),
      prod: createPulsarWsBus({ url: env['PULSAR_PROD_WS_URL'] ?? 'ws://none' }),
    };
    const admins = { test: env['PULSAR_TEST_ADMIN_URL'] ?? '', prod: env['PULSAR_PROD_ADMIN_URL'] ?? '' };
    let service: ServiceProcess;

    const cli = (...args: string[]): Promise<Ran> => stageline(args, { STAGELINE_URL: service.url });
    const expectOk = async (ran: Promise<Ran>): Promise<string> => {
      const { code, stdout, stderr } = await ran;
      expect({ code, stderr: code === 0 ? '' : stderr + stdout }).toEqual({ code: 0, stderr: '' });
      return stdout;
    };
    const write = (file: string, value: unknown): string => {
      const path = join(files, file);
      writeFileSync(path, JSON.stringify(value));
      return path;
    };
    const live = async (
      environment: 'test' | 'prod',
      function_ = name,
    ): Promise<{ status: number; config: Record<string, unknown> }> => {
      const response = await fetch(`${admins[environment]}/admin/v3/functions/public/default/${function_}`);
      return {
        status: response.status,
        config: response.ok ? ((await response.json()) as Record<string, unknown>) : {},
      };
    };
    /**
     * Waits until the function has subscribed to its input. A producer without a schema must not be there before: the topic is
     * then in use as bytes, and Pulsar refuses the function's own schema.
     */
    const subscribed = async (environment: 'test' | 'prod'): Promise<void> => {
      const stats = `${admins[environment]}/admin/v2/${input.replace('://', '/')}/stats`;
      for (const end = Date.now() + 60_000; Date.now() < end;) {
        const response = await fetch(stats);
        const body = response.ok
          ? ((await response.json()) as { subscriptions: Record<string, { consumers: unknown[] }> })
          : undefined;
        if (Object.values(body?.subscriptions ?? {}).some(({ consumers }) => consumers.length > 0)) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`the function has not subscribed to ${input} on ${environment}`);
    };
    /** Sends to the function's input until it answers: a deployed function needs a moment to begin. */
    const exclaim = async (environment: 'test' | 'prod'): Promise<string> => {
      await subscribed(environment);
      const bus = buses[environment];
      const reader = await bus.openReader(output, { start: 'latest' });
      const producer = await bus.openProducer(input);
      try {
        for (const end = Date.now() + 60_000; Date.now() < end;) {
          await producer.send({ payload: Buffer.from('hello') });
          const [answer] = await reader.receive({ max: 1, waitMs: 2_000 });
          if (answer !== undefined) return answer.payload.toString();
        }
        return 'no answer';
      } finally {
        await producer.close();
        await reader.close();
      }
    };

    afterAll(async () => {
      await service.stop('SIGKILL');
      await Promise.all([buses.test.close(), buses.prod.close()]);
      for (const environment of ['test', 'prod'] as const) {
        await fetch(`${admins[environment]}/admin/v3/functions/public/default/${name}`, { method: 'DELETE' });
      }
    });

    it('makes its topics, finds them made the second time, and starts', async () => {
      expect(await expectOk(stageline(['init'], settings))).toContain('journal');
      expect(await expectOk(stageline(['init', '--json'], settings))).not.toContain('"created"');
      service = await startServiceProcess(settings);
    });

    it('stages a function and commits it to test over HTTP; the function answers real messages', async () => {
      await expectOk(cli('stage', write('one.json', config)));
      await expectOk(cli('commit', 'test', '--wait', '--timeout', '90s'));
      expect((await live('test')).config).toMatchObject({ name, inputSpecs: { [input]: {} }, output });
      expect(await exclaim('test')).toBe('hello!');
    });

    it('commits it to prod by a message put on the command topic, and answers on the reply topic', async () => {
      const id = randomUUID();
      const replies = await buses.test.openReader(repliesTopic, { start: 'latest' });
      const commands = await buses.test.openProducer(commandsTopic);
      await commands.send({
        key: 'default',
        payload: Buffer.from(
          JSON.stringify({ id, command: 'commit-staged-to-prod', project: 'default', params: {} }),
        ),
      });
      let reply: Reply | undefined;
      for (const end = Date.now() + 30_000; reply === undefined && Date.now() < end;) {
        for (const message of await replies.receive({ max: 10, waitMs: 1_000 })) {
          const one = JSON.parse(message.payload.toString()) as Reply;
          if (one.id === id) reply = one;
        }
      }
      await Promise.all([commands.close(), replies.close()]);
      expect(reply).toMatchObject({
        status: 'ok',
        result: { environment: 'prod', release: 1, target: 'pulsar' },
      });
      await expectOk(cli('wait', 'prod/1', '--timeout', '90s'));
      expect(await exclaim('prod')).toBe('hello!');
    });

    it('deploys a changed userConfig and a patch for prod alone', async () => {
      const changed = {
        ...config,
        userConfig: { level: 'one' },
        environments: { prod: { userConfig: { level: 'two' } } },
      };
      await expectOk(cli('stage', write('two.json', changed)));
      await expectOk(cli('commit', 'test', '--wait', '--timeout', '90s'));
      await expectOk(cli('commit', 'prod', '--wait', '--timeout', '90s'));
      expect((await live('test')).config['userConfig']).toMatchObject({ level: 'one' });
      expect((await live('prod')).config['userConfig']).toMatchObject({ level: 'two' });
    });

    it('rolls prod back to the release before, and test stays as it is', async () => {
      await expectOk(cli('rollback', 'prod', '--wait', '--timeout', '90s'));
      expect((await live('prod')).config['userConfig'] ?? {}).not.toHaveProperty('level');
      expect((await live('test')).config['userConfig']).toMatchObject({ level: 'one' });
      expect(await exclaim('prod')).toBe('hello!');
    });

    it('fails the one function whose package does not exist, and says why', async () => {
      const sound = {
        ...config,
        name: `${name}-sound`,
        inputs: [`${input}-sound`],
        output: `${output}-sound`,
      };
      const broken = { ...config, name: `${name}-broken`, artifactPathOrUrl: 'no-such.jar' };
      await expectOk(cli('stage', '--set', 'mixed', write('mixed.json', [sound, broken])));
      const committed = await cli('commit', 'test', '--set', 'mixed', '--wait', '--timeout', '90s');
      expect(committed.code).toBe(1);
      expect(committed.stdout + committed.stderr).toMatch(/no-such\.jar/);
      expect((await live('test', `${name}-sound`)).status).toBe(200);
      expect((await live('test', `${name}-broken`)).status).toBe(404);
      await fetch(`${admins.test}/admin/v3/functions/public/default/${name}-sound`, { method: 'DELETE' });
    });

    it('deletes the function in test, then in prod', async () => {
      await expectOk(cli('stage', '--remove', `public/default/${name}`));
      await expectOk(cli('commit', 'test', '--wait', '--timeout', '90s'));
      expect((await live('test')).status).toBe(404);
      await expectOk(cli('commit', 'prod', '--wait', '--timeout', '90s'));
      expect((await live('prod')).status).toBe(404);
    });

    it('stops cleanly', async () => {
      expect(await service.stop()).toBe(0);
    });
  },
);
