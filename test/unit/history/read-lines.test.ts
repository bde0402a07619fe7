import { readLines } from '../../../src/history/read-lines.js';
import { recordOf } from '../../support/fake-feed.js';
import { recordsSource } from '../../support/records-source.js';

const source = (count: number) =>
  recordsSource(Array.from({ length: count }, (_, index) => recordOf(index + 1, [])));

async function positions(...given: Parameters<typeof readLines>): Promise<number[]> {
  const read: number[] = [];
  for await (const { lines } of readLines(...given)) read.push(...lines.map(({ record }) => record.position));
  return read;
}

describe('readLines', () => {
  it.each([
    [{}, [1, 2, 3, 4, 5, 6, 7]],
    [{ from: 5 }, [5, 6, 7]],
    [{ from: 2, to: 4 }, [2, 3, 4]],
    [{ to: 1 }, [1]],
    [{ from: 8 }, []],
  ])('gives the range %p', async (range, expected) => {
    expect(await positions(source(7), range)).toEqual(expected);
  });

  it('reads no further than its reader', async () => {
    const journal = source(30);
    const reading = readLines(journal);
    await reading.next();
    await new Promise(setImmediate);
    expect(journal.handedOut()).toBe(3);
    await reading.next();
    await new Promise(setImmediate);
    expect(journal.handedOut()).toBe(6);
    await reading.return();
    expect(journal.handedOut()).toBe(6);
  });

  it('tells what went wrong behind what was read', async () => {
    const journal = source(7);
    let messages = 0;
    journal.gate = async () => {
      messages += 1;
      if (messages > 2) throw new Error('the disk is gone');
    };
    const reading = readLines(journal);
    await reading.next();
    await reading.next();
    await expect(reading.next()).rejects.toThrow('the disk is gone');
  });

  it('ends with its signal', async () => {
    const stop = new AbortController();
    const journal = source(7);
    const reading = readLines(journal, { signal: stop.signal });
    await reading.next();
    stop.abort();
    await expect(reading.next()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
