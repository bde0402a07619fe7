import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { initTopics } from '../../src/main.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import type { Reply } from '../../src/core/types.js';
import type { Reader } from '../../src/ports/bus.js';
import { backend } from '../support/backends.js';
import { functionConfig } from '../support/configs.js';
import { createProvider } from '../support/people.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';
import { startRealBeam, type RealBeam } from '../support/real-beam.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { until } from '../support/until.js';
import { run } from '../unit/cli/run-cli.js';

const SCRIPT = join(__dirname, '..', '..', 'examples', 'beam', 'post-command.mjs');
const { PULSAR_BEAM_PROGRAM: program = '', PULSAR_TEST_URL: brokerUrl = '' } = process.env;
const missing = missingServers('PULSAR_TEST_URL', 'PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');

backend('a script that posts a signed command', missing.length === 0, `${missing.join(', ')} not set`, () => {
  jest.setTimeout(120_000);
  const keyFile = join(dataDir(), 'ticket.key');
  writeFileSync(keyFile, randomBytes(48), { mode: 0o600 });
  const { STAGELINE_ALLOW_UNAUTHENTICATED: _open, ...settings } = pulsarSettings();
  const env: Record<string, string> = {
    ...settings,
    ...createProvider().env,
    STAGELINE_TICKET_KEY_FILE: keyFile,
  };
  const commands = env['STAGELINE_TOPIC_COMMANDS'] ?? '';
  const bus = createPulsarWsBus({ url: env['STAGELINE_PULSAR_WS_URL'] ?? '' });
  const replies = new Map<string, Reply>();
  let service: TestService;
  let reader: Reader;
  let listening = true;

  /** A command with its ticket in it, as `stageline sign` prints it. */
  const signed = async (more: object = {}): Promise<{ readonly id: string; readonly ticket: string }> => {
    const body = {
      id: randomUUID(),
      command: 'stage-configs',
      project: 'pricing',
      params: { configs: [functionConfig(`fn-${randomUUID().slice(0, 8)}`)] },
      ...more,
    };
    const who = ['--as', 'dana', '--roles', 'developer', '--projects', 'pricing'];
    const { code, out, err } = await run(['sign', '--key-file', keyFile, ...who, '--project', 'pricing'], {
      stdin: JSON.stringify(body),
      env,
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return JSON.parse(out) as { id: string; ticket: string };
  };
  /** What a script's owner runs; the status that it prints. */
  const runScript = (beamUrl: string, body: object): Promise<number> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [SCRIPT], {
        env: { BEAM_URL: beamUrl, COMMAND_TOPIC: commands },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.once('error', reject);
      child.once('close', () => resolve(Number.parseInt(out, 10)));
      child.stdin.end(JSON.stringify(body));
    });
  const answer = async (id: string): Promise<Reply> => {
    await until(async () => replies.has(id), 60_000);
    return replies.get(id) as Reply;
  };

  beforeAll(async () => {
    await initTopics(loadConfig({ env, cwd: process.cwd() }));
    service = await startTestService(env);
    await service.ready();
    reader = await bus.openReader(env['STAGELINE_TOPIC_REPLIES'] ?? '', { start: 'latest' });
    void (async () => {
      while (listening) {
        for (const message of await reader.receive({ max: 500, waitMs: 500 }).catch(() => [])) {
          const reply = JSON.parse(message.payload.toString()) as Reply;
          replies.set(reply.id, reply);
        }
      }
    })();
  }, 120_000);
  afterAll(async () => {
    listening = false;
    await reader.close();
    await service.stop();
    await bus.close();
  });

  it("is served at Stageline's own door", async () => {
    const body = await signed();
    expect(await runScript(service.url, body)).toBe(200);
    expect(await answer(body.id)).toMatchObject({ status: 'ok', command: 'stage-configs' });
    const { ticket } = await signed();
    for (const unsigned of [
      { ...(await signed()), ticket: '' },
      { ...(await signed()), ticket },
    ])
      expect(await runScript(service.url, unsigned)).toBe(401);
  });

  it('is decided by what Beam makes of it on the topic: the bytes, without key, with a property of its own', async () => {
    const producer = await bus.openProducer(commands);
    const body = await signed();
    await producer.send({
      payload: Buffer.from(JSON.stringify(body)),
      properties: { PulsarBeamId: randomUUID() },
      eventTime: Date.now(),
    });
    await producer.close();
    expect(await answer(body.id)).toMatchObject({ status: 'ok', command: 'stage-configs' });
  });

  backend(
    'through a real Pulsar Beam',
    program !== '',
    'PULSAR_BEAM_PROGRAM names no program (scripts/pulsar-beam.mjs builds one where its Go module can be had)',
    () => {
      let beam: RealBeam;
      beforeAll(async () => {
        beam = await startRealBeam(program, brokerUrl);
      }, 60_000);
      afterAll(() => beam.stop());

      it('is decided for whoever the ticket names, as at the door', async () => {
        const body = await signed();
        expect(await runScript(beam.url, body)).toBe(200);
        expect(await answer(body.id)).toMatchObject({ status: 'ok', command: 'stage-configs' });
      });

      it('is decided by the route of v2 as well', async () => {
        const body = await signed();
        const [, path = ''] = commands.split('://');
        const { status } = await fetch(`${beam.url}/v2/firehose/persistent/${path}`, {
          method: 'POST',
          body: JSON.stringify(body),
        });
        expect(status).toBe(200);
        expect(await answer(body.id)).toMatchObject({ status: 'ok' });
      });

      it('is denied without a ticket, and with that of another command', async () => {
        const { ticket: _own, ...bare } = await signed();
        const { ticket: foreign } = await signed();
        const changed = { ...(await signed()), ticket: foreign };
        for (const [body, code] of [
          [bare, 'TICKET_MISSING'],
          [changed, 'TICKET_REFUSED'],
        ] as const) {
          expect(await runScript(beam.url, body)).toBe(200);
          expect(await answer(body.id)).toMatchObject({ status: 'denied', error: { code } });
        }
      });
    },
  );
});
