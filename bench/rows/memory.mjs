import { commandSource } from '../lib/commands.mjs';
import { copyOf, historyOf } from '../lib/history.mjs';
import { scratch } from '../lib/scratch.mjs';
import { call, memoryOf, startService } from '../lib/service.mjs';

const IN_FLIGHT = 64;

async function sendCommands(url, count) {
  const next = commandSource({ sets: 100, functions: 100, order: 'random', from: 20_000_000 });
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const body = JSON.stringify(next().command);
      const { status, text } = await call(`${url}/v1/commands?waitMs=20000`, { method: 'POST', body });
      if (JSON.parse(text).status !== 'ok') throw new Error(`${status}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Memory of the whole service after a start and some thousand commands. */
export const row = {
  title: 'resident memory at 1,000,000 records and 10,000 functions, embedded',
  against: 'nothing',
  sides: ['stageline'],
  cases: [
    {
      name: 'after a start and 10,000 commands',
      params: { records: 1_000_000, commands: 10_000 },
      quick: { records: 100_000, commands: 2_000 },
    },
  ],
  figures: [
    { name: 'MB at most', field: 'peakMb', limit: { atMost: 300 } },
    { name: 'MB at the end', field: 'residentMb', limit: { atMost: 300 } },
    { name: 'MB at the end without mapped files', field: 'anonymousMb' },
    { name: 'MB after the start', field: 'startedMb' },
  ],
  prepare: ({ records, progress }) => historyOf({ records, progress }),
  async measure(side, { prepared, commands }) {
    const { dir, remove } = scratch();
    try {
      const service = await startService(copyOf(prepared, dir));
      const { residentMb: startedMb } = memoryOf(service.pid);
      await sendCommands(service.url, commands);
      const measured = { startedMb, ...memoryOf(service.pid) };
      await service.stop();
      return measured;
    } finally {
      remove();
    }
  },
};
