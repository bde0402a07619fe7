import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHeadPublicKey } from '../../src/core/heads.js';
import { readHeadLines } from '../../src/core/heads-file.js';
import type { ServiceStatus } from '../../src/core/status.js';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createFakeLog } from '../support/fake-log.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { until } from '../support/until.js';
import { run } from '../unit/cli/run-cli.js';

const TOPIC = 'persistent://audit/stageline/heads';

describe('heads of the journal', () => {
  let folder: string;
  let env: Record<string, string>;
  const file = () => join(folder, 'heads.ndjson');

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stageline-heads-'));
    await run(['heads', 'keygen', '--out', 'key.pem'], { cwd: folder });
    env = {
      STAGELINE_DATA_DIR: dataDir(),
      STAGELINE_HEADS_FILE: file(),
      STAGELINE_HEADS_KEY_FILE: join(folder, 'key.pem'),
      STAGELINE_HEADS_EVERY_SECONDS: '1',
    };
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const heads = () =>
    readHeadLines(
      readFileSync(file(), 'utf8'),
      readHeadPublicKey(readFileSync(join(folder, 'key.pem.pub'), 'utf8')),
    );
  const stage = async (service: TestService, name: string): Promise<number> => {
    const config = {
      type: 'function',
      tenant: 'a',
      namespace: 'b',
      name,
      className: 'C',
      inputs: ['a/b/in'],
      artifactPathOrUrl: 'x.jar',
    };
    const reply = await service.send('stage-configs', { configs: [config] });
    expect(reply.status).toBe('ok');
    return reply.position;
  };
  const consumer = async (service: TestService, name: string) => {
    const status = (await (await fetch(`${service.url}/v1/status`)).json()) as ServiceStatus;
    return status.consumers.filter((one) => one.name === name);
  };

  it('are appended to a file, the last one at a clean stop, and a restart goes on behind them', async () => {
    const first = await startTestService(env);
    await first.ready();
    const one = await stage(first, 'one');
    await first.stop();
    expect([...heads().heads.keys()].at(-1)).toBeGreaterThanOrEqual(one);
    const before = readFileSync(file(), 'utf8');

    appendFileSync(file(), '{"epoch":1,"ha');
    const second = await startTestService(env);
    await second.ready();
    const two = await stage(second, 'two');
    await until(async () => ((await consumer(second, 'heads'))[0]?.position ?? 0) >= two);
    await second.stop();
    expect(readFileSync(file(), 'utf8').startsWith(before)).toBe(true);
    const { problems, cutShort, unsigned, heads: found } = heads();
    expect([problems, cutShort.length, unsigned]).toEqual([[], 1, 0]);
    const positions = [...found.keys()];
    expect(positions.at(-1)).toBeGreaterThanOrEqual(two);
    expect(new Set([...found.values()].map(({ epoch }) => epoch)).size).toBeGreaterThan(1);
  });

  it('are what the journal is verified by, offline too', async () => {
    const service = await startTestService(env);
    await service.ready();
    await stage(service, 'one');
    await until(async () => (await consumer(service, 'heads'))[0]?.lagRecords === 0);
    const verify = (...more: readonly string[]) =>
      run(['verify', '--heads', file(), '--heads-key', join(folder, 'key.pem.pub'), ...more], {
        cwd: folder,
        env: { ...env, STAGELINE_URL: service.url },
      });
    expect(await verify()).toMatchObject({ code: 0 });
    await service.stop();
    expect(await verify('--offline')).toMatchObject({ code: 0 });

    // Somebody changes the file: found by the signature. Somebody with the key signs another history: found by the journal.
    const text = readFileSync(file(), 'utf8');
    writeFileSync(file(), text.replace('"epoch":1', '"epoch":2'));
    expect(await verify('--offline')).toMatchObject({
      code: 1,
      err: expect.stringContaining('line 1') as string,
    });
    writeFileSync(
      file(),
      text
        .replace(/"hash":"[^"]+"/g, `"hash":"${'A'.repeat(43)}"`)
        .replace(/,"keyId":"[^"]+"|,"signature":"[^"]+"/g, ''),
    );
    const unsigned = await run(['verify', '--offline', '--heads', file()], { cwd: folder, env });
    expect(unsigned.code).toBe(1);
    expect(unsigned.out).toContain('is not the record that the head of position');
    expect(unsigned.err).toContain('not signed');
  });

  it('that cannot be exported are told in the status; the service goes on, and so do they once they can', async () => {
    const mount = join(folder, 'mount');
    const service = await startTestService({ ...env, STAGELINE_HEADS_FILE: join(mount, 'heads') });
    await service.ready();
    const position = await stage(service, 'one');
    await until(async () => (await consumer(service, 'heads'))[0]?.state === 'waiting');
    expect(await consumer(service, 'heads')).toMatchObject([
      { target: join(mount, 'heads'), position: 0, why: expect.stringContaining('is it mounted') as string },
    ]);
    await service.ready();
    mkdirSync(mount);
    await until(async () => ((await consumer(service, 'heads'))[0]?.position ?? 0) >= position);
    await service.stop();
    expect(statSync(join(mount, 'heads')).size).toBeGreaterThan(0);
  });

  it('go to a topic as well', async () => {
    const service = await startTestService({ ...env, STAGELINE_HEADS_TOPIC: TOPIC });
    await service.ready();
    const position = await stage(service, 'one');
    await service.stop();
    const bus = await createLevelBus({ dir: String(env['STAGELINE_DATA_DIR']), log: createFakeLog() });
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    const messages = await reader.receive({ max: 100, waitMs: 5_000 });
    await bus.close();
    const read = readHeadLines(
      messages.map(({ payload }) => payload.toString()).join('\n'),
      readHeadPublicKey(readFileSync(join(folder, 'key.pem.pub'), 'utf8')),
    );
    expect(read.problems).toEqual([]);
    expect([...read.heads.keys()].at(-1)).toBeGreaterThanOrEqual(position);
  });
});
