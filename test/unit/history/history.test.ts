import type { History, PastDocuments } from '../../../src/core/history.js';
import { createHistory } from '../../../src/history/history.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { functionConfig } from '../../support/configs.js';
import { recordsSource, type RecordsSource } from '../../support/records-source.js';
import { deployed, sent, worldOf } from '../../support/scenario.js';
import type { World } from '../../support/world.js';

const ALL = ['function:', 'stage-set:', 'staged:', 'release:', 'deployment:', 'content:'];

async function world(): Promise<World> {
  const stage = (parallelism: number) =>
    sent(stageConfigs, { configs: [functionConfig('a', { parallelism })] });
  const { setEnvironments } = await import('../../../src/commands/set-environments.js');
  return worldOf([
    sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] }),
    stage(1),
    sent(commitStagedTo('test'), {}),
    deployed('test', 1),
    stage(2),
    sent(commitStagedTo('test'), {}),
    deployed('test', 2, { outcome: 'failed' }),
    stage(3),
  ]);
}

function historyOf(source: RecordsSource, keepMs = 60_000): { history: History; stop: AbortController } {
  const stop = new AbortController();
  stops.push(stop);
  return { history: createHistory({ source, signal: stop.signal, keepMs }), stop };
}

const stops: AbortController[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop.abort()));

const idsOf = async ({ load }: PastDocuments, prefix = ''): Promise<string[]> =>
  (await load.range(prefix)).map(({ id }) => id);

describe('the history', () => {
  it('gives the documents as they stood behind a position', async () => {
    const { records } = await world();
    const { history } = historyOf(recordsSource(records));

    const before = await history.stateAt({ position: 3 }, ALL);
    const after = await history.stateAt({ position: 4 }, ALL);

    const release = 'release:default:test:00000001';
    expect((await before.load.get([release])).get(release)).toMatchObject({
      position: 3,
      document: { state: 'committed' },
    });
    expect((await after.load.get([release])).get(release)).toMatchObject({
      position: 4,
      document: { state: 'succeeded' },
    });
    expect(after).toMatchObject({ position: 4, time: records[3]?.time });
  });

  it('is empty before the first record', async () => {
    const source = recordsSource((await world()).records);
    const past = await historyOf(source).history.stateAt({ position: 0 }, ALL);
    expect(past).toMatchObject({ position: 0, time: '' });
    expect(await idsOf(past)).toEqual([]);
    expect(source.readings).toEqual([]);
  });

  it('finds the last record at or before a time', async () => {
    const { records } = await world();
    const { history } = historyOf(recordsSource(records, 4));
    const time = (position: number): number => Date.parse(records[position - 1]?.time ?? '');
    const at = async (ms: number): Promise<number> =>
      (await history.stateAt({ time: new Date(ms).toISOString() }, ALL)).position;

    expect(await at(time(3))).toBe(3);
    expect(await at(time(3) - 1)).toBe(2);
    expect(await at(time(5) + 1)).toBe(5);
    expect(await at(time(1) - 1)).toBe(0);
    expect(await at(time(8) + 1_000_000)).toBe(8);
    expect(await at(time(2))).toBe(2);
  });

  it('reads no further than the time', async () => {
    const { records } = await world();
    const source = recordsSource(records, 2);
    await historyOf(source).history.stateAt({ time: records[2]?.time ?? '' }, ALL);
    expect(source.handedOut()).toBe(4);
  });

  it('refuses a position that the journal does not have', async () => {
    const { records } = await world();
    const { history } = historyOf(recordsSource(records));
    await expect(history.stateAt({ position: 9 }, ALL)).rejects.toMatchObject({ code: 'UNKNOWN_POSITION' });
  });

  it('waits for a position that was decided and has not come back yet', async () => {
    const { records } = await world();
    const source = recordsSource(records);
    source.ends = 7;
    setTimeout(() => (source.ends = undefined), 30);
    expect((await historyOf(source).history.stateAt({ position: 8 }, ALL)).position).toBe(8);
  });

  it('folds nothing but what is asked for', async () => {
    const { records } = await world();
    const { history } = historyOf(recordsSource(records));
    const kinds = async (prefixes: string[]): Promise<string[]> => {
      const past = await history.stateAt({ position: 8 }, prefixes);
      return [...new Set((await idsOf(past)).map((id) => id.split(':')[0] ?? ''))];
    };
    expect(await kinds(['release:default:'])).toEqual(['release']);
    expect(await kinds(['function:', 'content:'])).toEqual(['content', 'function']);
    expect(await kinds(['release:pricing:'])).toEqual([]);
    expect(await kinds(['audit:'])).toEqual(['audit']);
  });

  it('folds once for all pages, and goes on from there to a later place', async () => {
    const { records } = await world();
    const source = recordsSource(records);
    const { history } = historyOf(source);

    const first = await history.stateAt({ position: 4 }, ALL);
    const again = await history.stateAt({ position: 4 }, ALL);
    expect(again).toBe(first);
    expect(source.readings).toHaveLength(1);

    const later = await history.stateAt({ position: 8 }, ALL);
    expect(source.readings[1]?.from?.state.position).toBe(4);
    const anew = await historyOf(recordsSource(records)).history.stateAt({ position: 8 }, ALL);
    expect(await later.load.range('')).toEqual(await anew.load.range(''));
    // The earlier state is not touched by that.
    expect((await first.load.range('release:')).map(({ position }) => position)).toEqual([4]);
  });

  it('does not go on from a state of other documents', async () => {
    const { records } = await world();
    const source = recordsSource(records);
    const { history } = historyOf(source);
    await history.stateAt({ position: 4 }, ['function:']);
    await history.stateAt({ position: 8 }, ['release:']);
    expect(source.readings.map(({ from }) => from)).toEqual([undefined, undefined]);
  });

  it('keeps two states at most, and none that nobody asks for any more', async () => {
    const { records } = await world();
    const source = recordsSource(records);
    const { history } = historyOf(source, 50);
    for (const prefix of ['function:', 'release:', 'staged:'])
      await history.stateAt({ position: 4 }, [prefix]);
    await history.stateAt({ position: 4 }, ['release:']);
    expect(source.readings).toHaveLength(3);
    await history.stateAt({ position: 4 }, ['function:']);
    expect(source.readings).toHaveLength(4);

    while (source.readings.length < 5) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await history.stateAt({ position: 4 }, ['function:']);
    }
    expect(source.readings).toHaveLength(5);
  });

  it('answers one question at a time and refuses what is too many', async () => {
    const { records } = await world();
    const source = recordsSource(records);
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    source.gate = () => opened;
    const { history } = historyOf(source);

    const waiting = Array.from({ length: 9 }, (_, index) =>
      history.stateAt({ position: index % 2 === 0 ? 4 : 5 }, ALL),
    );
    await expect(history.stateAt({ position: 4 }, ALL)).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(source.readings).toHaveLength(1);
    open();
    expect((await Promise.all(waiting)).map(({ position }) => position)).toEqual([4, 5, 4, 5, 4, 5, 4, 5, 4]);
    expect((await history.stateAt({ position: 4 }, ALL)).position).toBe(4);
  });

  it('answers the next question when one has failed', async () => {
    const { records } = await world();
    const source = recordsSource(records);
    source.gate = () => Promise.reject(new Error('the disk is gone'));
    const { history } = historyOf(source);
    await expect(history.stateAt({ position: 4 }, ALL)).rejects.toThrow('the disk is gone');
    source.gate = async () => undefined;
    expect((await history.stateAt({ position: 4 }, ALL)).position).toBe(4);
  });

  it('ends what it reads when the service stops', async () => {
    const { records } = await world();
    const source = recordsSource(records);
    const { history, stop } = historyOf(source);
    source.gate = async () => stop.abort();
    await expect(history.stateAt({ position: 8 }, ALL)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
