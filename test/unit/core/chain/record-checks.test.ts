import { commitStagedTo } from '../../../../src/commands/commit-staged.js';
import { setEnvironments } from '../../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../../src/commands/stage-configs.js';
import type { JournalFault } from '../../../../src/core/chain/journal-fault.js';
import { createRecordChecks } from '../../../../src/core/chain/record-checks.js';
import type { JournalEvent, JournalRecord, ReleaseCommitted } from '../../../../src/core/types.js';
import { functionConfig } from '../../../support/configs.js';
import { sent, worldOf } from '../../../support/scenario.js';

const records = async (): Promise<readonly JournalRecord[]> => {
  const configs = [functionConfig('a'), functionConfig('b')];
  const world = await worldOf([
    sent(setEnvironments, { environments: [{ name: 'test' }] }),
    sent(stageConfigs, { configs }),
    sent(commitStagedTo('test'), {}),
    sent(commitStagedTo('test'), {}),
  ]);
  // As a reader of the journal gets them.
  return JSON.parse(JSON.stringify(world.records)) as JournalRecord[];
};

function check(all: readonly JournalRecord[]): string[] {
  const faults: JournalFault[] = [];
  const checks = createRecordChecks((fault) => faults.push(fault));
  all.forEach(checks.take);
  return faults.map(({ kind, position, detail }) => `${kind} ${position}: ${detail}`);
}

const releaseIn = (record: JournalRecord): ReleaseCommitted => record.events[0] as ReleaseCommitted;

describe('the checks of a record', () => {
  it('say nothing of what a writer makes', async () => {
    expect(check(await records())).toEqual([]);
  });

  it('name a record that goes back in time', async () => {
    const all = [...(await records())];
    all[2] = { ...all[2]!, time: '2020-01-01T00:00:00.000Z' };
    expect(check(all)).toEqual([
      expect.stringMatching(/^time \d+: .* is of 2020-01-01.*, the one before of/),
    ]);
  });

  it('name effects whose numbers leave a gap, or that were never numbered', async () => {
    const all = [...(await records())];
    const index = all.findLastIndex(({ events }) => events[0]?.type === 'release-committed');
    const event = releaseIn(all[index]!);
    all[index] = { ...all[index]!, events: [{ ...event, effects: { ...event.effects, first: 9 } }] };
    expect(check(all)).toEqual([
      expect.stringMatching(/^effects \d+: .* begin with number 9, the next one is 3$/),
    ]);
    const { topic } = event.effects;
    const published: JournalEvent = { type: 'effects-published', project: 'default', topic, through: 50 };
    all[index] = { ...all[index], events: [published] };
    expect(check(all)).toEqual([
      expect.stringMatching(/^effects \d+: .* names number 50 .* the last one is 2$/),
    ]);
  });

  it('name a record that does not match its schema, and rely on nothing in it', async () => {
    const all = [...(await records())];
    const { position } = all[1]!;
    all[1] = { v: 1, position, time: 'never' } as unknown as JournalRecord;
    expect(check(all)).toEqual([expect.stringMatching(new RegExp(`^schema ${position}: .*record\\.json`))]);
  });
});
