import { randomUUID } from 'node:crypto';
import { createCrashService, type CrashService } from '../support/crash-service.js';
import { until } from '../support/until.js';
import { sendTo } from '../support/writers.js';

describe('two processes on one data directory', () => {
  const services: CrashService[] = [];
  jest.setTimeout(60_000);

  afterAll(async () => {
    await Promise.all(services.map((service) => service.end('SIGKILL')));
  });

  const startSecond = async (dir: string): Promise<{ code: number; said: string }> => {
    const second = await createCrashService({ STAGELINE_DATA_DIR: dir });
    second.start();
    await until(() => second.child().exitCode !== null);
    return { code: second.child().exitCode ?? -1, said: second.log() };
  };

  it('refuses the second, also while the first is stopped, and takes it when the first is killed', async () => {
    const first = await createCrashService();
    services.push(first);
    first.start();
    await first.ready();
    const command = { id: randomUUID(), command: 'un-stage', params: { all: true, stageSet: 'none' } };
    const answered = await sendTo(first.url, command);
    expect(answered).toMatchObject({ status: 'rejected' });

    const expectRefused = async (): Promise<void> => {
      const { code, said } = await startSecond(first.dataDir);
      expect(said).toMatch(/in use by another process.*STAGELINE_DATA_DIR/s);
      expect(code).toBe(1);
    };
    await expectRefused();
    expect(await sendTo(first.url, command)).toEqual(answered);
    first.child().kill('SIGSTOP');
    await expectRefused();
    first.child().kill('SIGCONT');
    expect(await sendTo(first.url, command)).toEqual(answered);

    await first.end('SIGKILL');
    const next = await createCrashService({ STAGELINE_DATA_DIR: first.dataDir });
    services.push(next);
    next.start();
    await next.ready();
    expect(await sendTo(next.url, command)).toEqual(answered);
  });
});
