import { join } from 'node:path';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir } from '../support/stageline-process.js';

const releaseId = (release: number): string => `release:default:test:0000000${release}`;
const deploymentId = (release: number, name: string): string =>
  `deployment:default:test:0000000${release}:public/default/${name}`;

const config = (name: string, more: object) => ({
  type: 'function',
  artifactPathOrUrl: join(process.cwd(), 'examples/packages/enrich.py'),
  tenant: 'public',
  namespace: 'default',
  name,
  className: 'enrich.Enrich',
  ...more,
});
const missing = { artifactPathOrUrl: join(process.cwd(), 'examples/packages/none.py') };
/** Three in a chain: `c-last` reads what `b-middle` writes, and that what `a-first` writes. */
const chain = (broken: object = {}, parallelism = 1) => [
  config('a-first', { inputs: ['in'], output: 'raw', parallelism }),
  config('b-middle', { inputs: ['raw'], output: 'rich', parallelism, ...broken }),
  config('c-last', { inputs: ['rich'], parallelism }),
];

describe('a release in waves', () => {
  let service: TestService;

  const sendOk = async (command: string, params: object): Promise<Record<string, unknown>> => {
    const reply = await service.send(command, params);
    expect(reply).toMatchObject({ status: 'ok' });
    return reply.result ?? {};
  };
  const finishedAt = async (release: number, name: string): Promise<string> => {
    const document = await service.read(deploymentId(release, name));
    return JSON.stringify(document?.['finishedAt']);
  };

  beforeEach(async () => {
    service = await startTestService({ STAGELINE_DATA_DIR: dataDir() });
  });

  afterEach(() => service.stop());

  it('is deployed downstream first, each wave when the one before has its outcomes', async () => {
    await sendOk('stage-configs', { configs: chain() });
    expect(await sendOk('commit-staged-to-test', {})).toMatchObject({ functions: 3, waves: 3 });
    expect(await service.finished(releaseId(1))).toMatchObject({ state: 'succeeded', begun: 3, wave: 2 });
    const times = await Promise.all(['c-last', 'b-middle', 'a-first'].map((name) => finishedAt(1, name)));
    expect([...times].sort()).toEqual(times);
    expect(new Set(times).size).toBe(3);
  });

  it('is held by a failure, goes on when a person says so, and is repeated where it failed', async () => {
    await sendOk('stage-configs', { configs: chain(missing) });
    await sendOk('commit-staged-to-test', { onFailure: 'stop' });
    expect(await service.finished(releaseId(1))).toMatchObject({ state: 'held', begun: 2 });
    expect(await service.read(deploymentId(1, 'a-first'))).toMatchObject({ state: 'committed', wave: 2 });
    await sendOk('resume-deployment', { environment: 'test', release: 1 });
    expect(await service.finished(releaseId(1))).toMatchObject({
      state: 'partly-failed',
      counts: { deployed: 2, failed: 1 },
    });
    await sendOk('retry-deployment', { environment: 'test', release: 1 });
    expect(await service.finished(releaseId(2))).toMatchObject({ state: 'failed', of: 1, retryOf: 1 });
  });

  it('is held by a failure, and ends when a person says so', async () => {
    await sendOk('stage-configs', { configs: chain(missing) });
    await sendOk('commit-staged-to-test', { onFailure: 'stop' });
    expect(await service.finished(releaseId(1))).toMatchObject({ state: 'held' });
    await sendOk('cancel-deployment', { environment: 'test', release: 1, reason: 'no' });
    expect(await service.finished(releaseId(1))).toMatchObject({
      state: 'partly-failed',
      counts: { deployed: 1, failed: 1, cancelled: 1 },
    });
  });

  it('puts back what it had changed, where that was asked for', async () => {
    await sendOk('stage-configs', { configs: chain() });
    await sendOk('commit-staged-to-test', {});
    await service.finished(releaseId(1));
    await sendOk('stage-configs', { configs: chain(missing, 2) });
    await sendOk('commit-staged-to-test', { onFailure: 'rollback' });
    expect(await service.finished(releaseId(2))).toMatchObject({ counts: { failed: 1 } });
    expect(await service.finished(releaseId(3))).toMatchObject({
      ...{ state: 'succeeded', releaseKind: 'rollback', rollbackOf: 2, of: 2 },
      waves: [1, 1],
    });
    expect(await service.read(releaseId(2))).toMatchObject({
      ...{ rolledBackBy: 3, state: 'partly-failed' },
      counts: { deployed: 1, failed: 1, cancelled: 1 },
    });
    const contentOf = async (release: number): Promise<unknown> =>
      (await service.read(deploymentId(release, 'c-last')))?.['contentHash'];
    expect(await contentOf(3)).toBe(await contentOf(1));
  });

  it('deletes what it had created, where it is rolled back', async () => {
    await sendOk('stage-configs', { configs: chain(missing) });
    await sendOk('commit-staged-to-test', { onFailure: 'rollback' });
    expect(await service.finished(releaseId(2))).toMatchObject({ state: 'succeeded', rollbackOf: 1, of: 1 });
    expect(await service.read(deploymentId(2, 'c-last'))).toMatchObject({ state: 'deleted' });
  });
});
