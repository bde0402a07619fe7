import { runDriftSchedule, type DriftScheduleOptions } from '../../../src/deployer/drift-schedule.js';
import { createFakeLog } from '../../support/fake-log.js';
import { createFakeReads } from '../../support/fake-reads.js';
import { createBusDisk, createMemoryBus, messagesOn } from '../../support/memory-bus.js';
import { until } from '../../support/until.js';

const RESULTS = 'persistent://ops/deployment-automation/results';

describe('the schedule of comparisons', () => {
  const run = (now: () => number, more: Partial<DriftScheduleOptions> = {}) => {
    const disk = createBusDisk();
    const reads = createFakeReads();
    const put = (project: string, releases: Record<string, number>): void =>
      reads.put(`project:${project}`, { kind: 'project', project, releases });
    put('pricing', { test: 3 });
    put('orders', { test: 1, prod: 2 });
    put('elsewhere', { prod: 1 });
    const end = new AbortController();
    const options: DriftScheduleOptions = {
      bus: createMemoryBus(disk, { now }),
      reads,
      resultsTopic: RESULTS,
      environment: 'test',
      fingerprint: 'f',
      everyMinutes: 10,
      repair: false,
      log: createFakeLog(),
      signal: end.signal,
      now,
      ...more,
    };
    const sent = (): { id: string; project: string; params: object }[] =>
      messagesOn(disk, RESULTS).map(
        ({ payload }) => JSON.parse(payload.toString()) as { id: string; project: string; params: object },
      );
    const start = async (count: number): Promise<void> => {
      const running = runDriftSchedule(options);
      await until(() => sent().length >= count);
      end.abort();
      await running;
    };
    return { start, sent };
  };
  const at = (minutes: number) => (): number => minutes * 60_000;

  it('asks once for each project that has released there', async () => {
    const { start, sent } = run(at(1000));
    await start(2);
    expect(sent()).toMatchObject([
      { command: 'check-drift-on-schedule', project: 'orders', params: { environment: 'test' } },
      { project: 'pricing' },
    ]);
  });

  it('asks by the same id within a period, whoever asks and after every start, and by another in the next', async () => {
    const ids: string[] = [];
    for (const minutes of [1000, 1009, 1010]) {
      const { start, sent } = run(at(minutes));
      await start(2);
      ids.push(sent()[0]?.id ?? '');
    }
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('asks for a repair where that is configured, by an id of its own', async () => {
    const plain = run(at(1000));
    await plain.start(2);
    const { start, sent } = run(at(1000), { repair: true });
    await start(2);
    expect(sent()[0]?.params).toEqual({ environment: 'test', repair: true });
    expect(sent()[0]?.id).not.toBe(plain.sent()[0]?.id);
  });
});
