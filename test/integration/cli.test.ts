import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  dataDir,
  freePort,
  stageline,
  startServiceProcess,
  type Ran,
  type ServiceProcess,
} from '../support/stageline-process.js';

const root = join(__dirname, '..', '..');

describe('the command line against a service', () => {
  let service: ServiceProcess;

  beforeAll(async () => {
    service = await startServiceProcess({});
  }, 100_000);

  afterAll(() => service.stop());

  const cli = (...args: string[]): Promise<Ran> => stageline(args, { STAGELINE_URL: service.url });

  it('does the main job with the examples', async () => {
    const files = ['connectors.yaml', 'enrich.json', 'enrich-by-region.yaml', 'pulsar-admin-style.yaml'];
    const staged = await cli('stage', ...files.map((name) => `examples/configs/${name}`), '--note', 'first');
    expect(staged).toMatchObject({
      code: 0,
      stdout: 'staged 6 configs in stage set main of project default\n',
    });

    const early = await cli('commit', 'prod');
    expect(early.code).toBe(1);
    expect(early.stderr).toContain('NOT_PROVEN_IN_TEST');
    expect(early.stderr).toContain('public/default/enrich-west');

    const test = await cli('commit', 'test', '--wait', '--timeout', '60s');
    expect(test).toMatchObject({ code: 0, stderr: '' });
    expect(test.stdout).toContain('test/1 succeeded: 6 of 6 done');
    expect((await cli('commit', 'prod', '--wait', '--timeout', '60s')).code).toBe(0);

    const status = await cli('status');
    expect(status.stdout).toContain('TEST (SANDBOX)');
    expect(status.stdout).toMatch(
      /public\/default\/enrich-west +function +\S{7} +#1 +deployed +\S{7} +#1 +deployed +-/,
    );
    expect(JSON.parse((await cli('status', '--json')).stdout)).toMatchObject({
      functions: expect.arrayContaining([
        expect.objectContaining({ function: 'public/default/people' }),
      ]) as unknown,
    });
  }, 120_000);

  it('waits for a failing release, says what failed, and ends with 1', async () => {
    const config = join(dataDir(), 'broken.json');
    writeFileSync(
      config,
      JSON.stringify({
        type: 'function',
        tenant: 'public',
        namespace: 'default',
        name: 'broken',
        className: 'x.Y',
        artifactPathOrUrl: 'no-such-package.py',
        inputs: ['in'],
      }),
    );
    expect((await cli('stage', config, '--set', 'broken')).code).toBe(0);
    const sent = await cli('send', 'commit-staged-to-test', '--params', '{"stageSet":"broken"}', '--wait');
    expect(sent.code).toBe(1);
    expect(JSON.parse(sent.stdout)).toMatchObject({
      status: 'ok',
      result: { environment: 'test', release: 2 },
    });
    expect(sent.stderr).toMatch(/failed {2}public\/default\/broken: .*no-such-package\.py/);
    expect(await cli('wait', 'release:default:test:00000002', '--json')).toMatchObject({ code: 1 });
    expect(await cli('wait', 'test/9')).toMatchObject({ code: 1 });
  }, 60_000);

  it('merges, takes out and gets', async () => {
    await cli('stage', '--remove', 'people', '--set', 'cleanup');
    expect((await cli('merge', 'cleanup', '--into', 'other')).stdout).toBe(
      'merged cleanup into other, which holds 1 entry now\n',
    );
    expect((await cli('unstage', 'people', '--set', 'other')).stdout).toBe(
      'took 1 entry out of stage set other\n',
    );
    expect(JSON.parse((await cli('get', 'stage-set:default:other')).stdout)).toMatchObject({
      document: { counts: { apply: 0, delete: 0 } },
    });
  }, 60_000);

  it('watches from the beginning', async () => {
    const child = spawn(
      process.execPath,
      [join(root, 'bin/stageline.js'), 'watch', '--from', '0', '--json'],
      {
        env: { ...process.env, STAGELINE_URL: service.url },
      },
    );
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    const closed = new Promise((resolve) => child.on('close', resolve));
    for (let waited = 0; !text.includes('stageline.configs-staged') && waited < 10_000; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill('SIGINT');
    expect(await closed).toBe(0);
    const types = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types[0]).toBe('stageline.environments-set');
    expect(types).toContain('stageline.configs-staged');
  }, 30_000);
});

describe('the command line without a service', () => {
  it('ends with 3 and says how to start one', async () => {
    const ran = await stageline(['status'], { STAGELINE_URL: `http://127.0.0.1:${await freePort()}` });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('start it with "stageline run"');
  });

  it('runs one itself, and ends with 0 when it is asked to', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [join(root, 'bin/stageline.js'), 'run'], {
      env: { ...process.env, STAGELINE_HTTP_PORT: String(port), STAGELINE_DATA_DIR: dataDir() },
    });
    let text = '';
    child.stderr.on('data', (data: Buffer) => (text += data.toString()));
    const closed = new Promise((resolve) => child.on('close', resolve));
    for (let waited = 0; !text.includes('Stageline is up') && waited < 30_000; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill('SIGTERM');
    expect(text).toContain(`http://127.0.0.1:${port}`);
    expect(await closed).toBe(0);
  }, 60_000);

  it('ends with 2 and every fault when the configuration is wrong', async () => {
    const ran = await stageline(['run'], { STAGELINE_HTTP_PORT: 'x', STAGELINE_BUS: 'kafka' });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('The configuration has 2 faults');
  });

  it('says what to do when it is not built', () => {
    const folder = join(dataDir(), 'bin');
    mkdirSync(folder);
    copyFileSync(join(root, 'bin/stageline.js'), join(folder, 'stageline.js'));
    const ran = spawnSync(process.execPath, [join(folder, 'stageline.js')], { encoding: 'utf8' });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('run "npm run build" first');
  });

  it('has documents that are in step with what it says of itself', () => {
    const ran = spawnSync(process.execPath, [join(root, 'scripts/docs.mjs'), '--check'], {
      encoding: 'utf8',
    });
    expect(ran.stdout + ran.stderr).toContain('docs are in step');
    expect(ran.status).toBe(0);
  }, 60_000);
});
