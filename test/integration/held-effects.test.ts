import { join } from 'node:path';
import type { Reach } from '../../src/core/failpoints.js';
import { AppError } from '../../src/errors.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';
import { until } from '../support/until.js';
import { run, type Ran } from '../unit/cli/run-cli.js';

const HOURS_AGO = 3 * 3_600_000;
const releaseId = (release: number): string => `release:default:test:0000000${release}`;
const deploymentId = (release: number, name: string): string =>
  `deployment:default:test:0000000${release}:public/default/${name}`;

const config = (name: string, parallelism: number) => ({
  type: 'function',
  artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
  tenant: 'public',
  namespace: 'default',
  name,
  className: 'enrich.Enrich',
  inputs: ['orders'],
  parallelism,
});

/** The topic of deployments takes nothing from the start on, or from an effect on. */
const takesNothing = (from = 1): Reach => {
  let due = 0;
  return (point) => {
    if (point === 'effect-due') due += 1;
    if (point === 'effect-due' && due >= from)
      throw new AppError('ENGINE_UNAVAILABLE', 'the topic takes nothing');
  };
};

describe('releases that are held', () => {
  let dir: string;
  let service: TestService;

  const cli = (...args: string[]): Promise<Ran> => run(args, { env: { STAGELINE_URL: service.url } });
  const commit = async (parallelism: number, ...names: string[]): Promise<void> => {
    const configs = names.map((name) => config(name, parallelism));
    expect(await service.send('stage-configs', { configs })).toMatchObject({ status: 'ok' });
    expect(await service.send('commit-staged-to-test', {})).toMatchObject({ status: 'ok' });
  };
  /** Runs the service as of three hours ago, and as of now. */
  const before = async (reach: Reach, what: () => Promise<void>): Promise<void> => {
    const now = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() - HOURS_AGO);
    try {
      service = await startTestService({ STAGELINE_DATA_DIR: dir }, { reach });
      await what();
      await service.stop();
    } finally {
      clock.mockRestore();
    }
    service = await startTestService({ STAGELINE_DATA_DIR: dir });
  };
  const held = async (): Promise<unknown> => {
    const response = await fetch(`${service.url}/v1/status`);
    const { effects } = (await response.json()) as { effects: { held?: { release: number } }[] };
    return effects[0]?.held?.release;
  };

  beforeEach(() => {
    dir = dataDir();
  });

  afterEach(() => service.stop());

  it("are listed, let out or given up one by one; what is given up is in nobody else's way", async () => {
    await before(takesNothing(), async () => {
      await commit(1, 'a', 'b');
      await commit(2, 'a', 'b');
      await commit(3, 'a', 'b');
    });
    await until(async () => (await held()) === 1);
    const listed = await cli('effects', 'list');
    expect(listed.code).toBe(0);
    expect(listed.out.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^RELEASE +POSITION +FUNCTIONS +AGE +STATE +WHY$/) as string,
      expect.stringMatching(/^test\/1 +#\d+ +2 +3h +held +committed more than an hour before/) as string,
      expect.stringMatching(/^test\/2 +#\d+ +2 +3h +behind +waits behind test\/1$/) as string,
      expect.stringMatching(/^test\/3 +#\d+ +2 +3h +behind +waits behind test\/1$/) as string,
    ]);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(503);

    const reason = 'nobody wants it any more';
    expect(await cli('effects', 'skip', 'test', '1', '--reason', reason)).toMatchObject({
      code: 0,
      out: 'skipped 2 functions of 2 of release test/1',
    });
    await until(async () => (await held()) === 2);
    expect(await cli('effects', 'skip', 'test', '3', '--reason', reason)).toMatchObject({ code: 0 });
    expect(await cli('effects', 'release', 'test', '2')).toMatchObject({
      code: 0,
      out: 'everything up to release test/2 may leave',
    });

    // Release 3 changes the same functions and is newer, but was skipped: it stands in nobody's way.
    expect(await cli('wait', 'test/2')).toMatchObject({ code: 0 });
    const waited = await cli('wait', 'test/3');
    expect(waited).toMatchObject({ code: 4, err: `stageline: test/3 was skipped by local: ${reason}` });
    expect(waited.out).toBe('test/3 skipped: 2 of 2 done (2 skipped)');
    expect(await service.read(releaseId(2))).toMatchObject({ state: 'succeeded', counts: { deployed: 2 } });
    expect(await service.read('function:public/default/a')).toMatchObject({
      environments: { test: { release: 3, state: 'skipped', succeeded: { release: 2 } } },
    });
    expect((await cli('status')).out).toMatch(/public\/default\/a .* #3 +skipped, \S{7} of #2 stays/);
    expect((await cli('effects', 'list')).out).toMatch(/published up to 6 of 6, 0 releases owed$/);
    await service.ready();

    await commit(4, 'c');
    expect(await service.finished(releaseId(4))).toMatchObject({ state: 'succeeded' });
  }, 90_000);

  it('keep the part that had left', async () => {
    await before(takesNothing(2), async () => {
      await commit(1, 'a', 'b', 'c');
      await until(async () => (await service.read(deploymentId(1, 'a')))?.['state'] === 'deployed');
    });
    await until(async () => (await held()) === 1);
    const [, , row] = (await cli('effects', 'list')).out.split('\n');
    expect(row).toMatch(/^test\/1 +#\d+ +2 of 3 +3h +held /);
    const reply = await service.send('skip-effects', {
      environment: 'test',
      release: 1,
      reason: 'the rest is not needed',
    });
    expect(reply).toMatchObject({
      status: 'ok',
      result: { skipped: 2, of: 3, first: 2, through: 3, state: 'skipped' },
    });
    expect(await service.read(releaseId(1), reply.position)).toMatchObject({
      state: 'skipped',
      counts: { deployed: 1, skipped: 2 },
      skipped: { by: 'local', reason: 'the rest is not needed' },
    });
    await commit(2, 'b');
    expect(await service.finished(releaseId(2))).toMatchObject({ state: 'succeeded' });
  }, 90_000);
});
