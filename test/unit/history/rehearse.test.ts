import fc from 'fast-check';
import { DEFAULT_SECRET_RULES, type SecretRules } from '../../../src/core/secret-rules.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { noteEffectsPublished } from '../../../src/commands/internal/note-effects-published.js';
import { setEnvironments } from '../../../src/commands/set-environments.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { commandHash } from '../../../src/core/canonical.js';
import type { JournalRecord } from '../../../src/core/types.js';
import { rehearse, type Difference, type Rehearsal } from '../../../src/history/rehearse.js';
import { functionConfig } from '../../support/configs.js';
import { createFakeLog } from '../../support/fake-log.js';
import { histories, run } from '../../support/histories.js';
import type { Attempt } from '../../support/history-reports.js';
import { recordsSource } from '../../support/records-source.js';
import { deployed, sent, worldOf } from '../../support/scenario.js';
import { TOPIC } from '../../support/world.js';
import { EVERY_WEBHOOK } from '../../support/every-webhook.js';

const LIMITS = {
  maxBytes: 300 * 1024,
  maxDepth: 32,
  maxRecordBytes: 700 * 1024,
  maxConfigs: 1_000,
  secretRules: DEFAULT_SECRET_RULES,
  webhooks: EVERY_WEBHOOK,
  namespaces: {},
};

async function rehearsed(
  records: readonly JournalRecord[],
  range: { readonly from?: number; readonly to?: number } = {},
  secretRules: SecretRules = DEFAULT_SECRET_RULES,
): Promise<Rehearsal & { readonly differences: readonly Difference[] }> {
  const differences: Difference[] = [];
  const rehearsal = await rehearse({
    ...range,
    source: recordsSource(records),
    limits: { ...LIMITS, secretRules },
    deploymentsTopic: 'persistent://somewhere/else/deployments',
    log: createFakeLog(),
    signal: new AbortController().signal,
    onDifference: (difference) => differences.push(difference),
  });
  expect(rehearsal.different).toBe(differences.length);
  return { ...rehearsal, differences };
}

const life = async (): Promise<JournalRecord[]> => {
  const { records } = await worldOf([
    sent(setEnvironments, { environments: [{ name: 'test' }, { name: 'prod' }] }),
    sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] }),
    sent(commitStagedTo('test'), {}),
    sent(noteEffectsPublished, { topic: TOPIC, through: 2 }, { via: 'internal', project: 'stageline' }),
    deployed('test', 1),
    sent(commitStagedTo('prod'), {}),
  ]);
  return records;
};

/** What the writer asks of itself belongs to no project of people. */
function asTheWriter(attempt: Attempt): Attempt {
  const { options } = attempt;
  return options.via === 'internal' ? { ...attempt, options: { ...options, project: 'stageline' } } : attempt;
}

/** The records with the one at a position changed. */
function changed(
  records: readonly JournalRecord[],
  position: number,
  change: (record: JournalRecord) => JournalRecord,
): JournalRecord[] {
  return records.map((record) => (record.position === position ? change(record) : record));
}

describe('a rehearsal', () => {
  it('finds nothing that the same rules would decide otherwise, in any history', async () => {
    let outcomes = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const { records } = await run(history.map(asTheWriter));
        const { decided, differences, through } = await rehearsed(records);
        expect(differences).toEqual([]);
        expect([decided, through]).toEqual([records.length, records.length]);
        outcomes += records.filter(({ outcome }) => outcome === 'rejected').length;
      }),
      { numRuns: 30 },
    );
    expect(outcomes).toBeGreaterThan(25);
  });

  it('goes on behind what was taken under other settings for secrets, and tells it', async () => {
    const config = functionConfig('a', { userConfig: { cardPin: '1234' } });
    const { records } = await worldOf([
      sent(setEnvironments, { environments: [{ name: 'test' }] }),
      sent(stageConfigs, { configs: [config] }),
      sent(commitStagedTo('test'), {}),
    ]);
    const { decided, differences } = await rehearsed(records, {}, { ...DEFAULT_SECRET_RULES, keys: ['pin'] });
    expect(decided).toBe(3);
    expect(differences).toMatchObject([
      { position: 2, recorded: { outcome: 'ok' }, now: { outcome: 'invalid', code: 'SECRET_LITERAL' } },
    ]);
  });

  it('tells a command that was refused and would be accepted, and the other way round', async () => {
    const records = await life();
    const refused = changed(records, 6, ({ result: _result, ...record }) => ({
      ...record,
      outcome: 'rejected',
      error: { type: 't', title: 't', status: 409, code: 'NOT_PROVEN_IN_TEST' },
      events: [],
    }));
    const { differences, decided } = await rehearsed(refused);
    expect(decided).toBe(6);
    expect(differences).toMatchObject([
      {
        position: 6,
        command: 'commit-staged-to-prod',
        project: 'default',
        actor: 'alice',
        recorded: { outcome: 'rejected', code: 'NOT_PROVEN_IN_TEST', events: [] },
        now: { outcome: 'ok', events: [{ type: 'release-committed' }] },
      },
    ]);
    expect(differences[0]?.values).toContainEqual({ pointer: '/outcome', before: 'rejected', after: 'ok' });

    // The deployment was not recorded: what is proven is missing.
    const unproven = changed(records, 5, (record) => ({ ...record, events: [] }));
    expect((await rehearsed(unproven)).differences.map(({ position, now }) => [position, now.code])).toEqual([
      [5, undefined],
      [6, 'NOT_PROVEN_IN_TEST'],
    ]);
  });

  it('points at what an event would hold otherwise', async () => {
    const records = changed(await life(), 3, (record) => ({
      ...record,
      events: record.events.map((event) =>
        event.type === 'release-committed' ? { ...event, note: 'by hand' } : event,
      ),
    }));
    const { differences } = await rehearsed(records);
    expect(differences.map(({ position, values }) => [position, values])).toEqual([
      [3, [{ pointer: '/events/0/note', before: 'by hand' }]],
    ]);
  });

  it('rests every decision on what was recorded, not on what would be now', async () => {
    const records = changed(await life(), 2, (record) => ({
      ...record,
      events: record.events.map((event) =>
        event.type === 'configs-staged' ? { ...event, note: 'otherwise' } : event,
      ),
    }));
    expect((await rehearsed(records)).differences.map(({ position }) => position)).toEqual([2]);
  });

  it('decides as of the time of the record, on the topic of the record', async () => {
    const records = await life();
    expect(records[2]?.events).toMatchObject([{ effects: { topic: TOPIC } }]);
    expect((await rehearsed(records)).differences).toEqual([]);
  });

  it('asks as the actor of the record', async () => {
    const records = changed(await life(), 6, (record) => ({
      ...record,
      actor: { name: 'bob', roles: ['viewer'] },
    }));
    expect((await rehearsed(records)).differences.map(({ position, now }) => [position, now])).toEqual([
      [6, { outcome: 'denied', code: 'DENIED', events: [] }],
    ]);
  });

  it('tells commands that are not there any more, or would not be understood', async () => {
    const rename = (command: string) => (record: JournalRecord) => ({
      ...record,
      command: { ...record.command, command },
    });
    const gone = changed(await life(), 4, rename('note-something'));
    const unknown = changed(gone, 6, rename('do-something'));
    const odd = changed(unknown, 5, (record) => ({ ...record, command: { ...record.command, params: {} } }));
    expect(
      (await rehearsed(odd)).differences.map(({ position, now }) => [position, now.outcome, now.code]),
    ).toEqual([
      [4, 'invalid', 'UNKNOWN_COMMAND'],
      [5, 'invalid', 'INVALID_COMMAND'],
      [6, 'invalid', 'UNKNOWN_COMMAND'],
    ]);
  });

  it('tells an id that would get its first reply again', async () => {
    const records = await life();
    const { command } = records[1] as JournalRecord;
    const hash = commandHash(command);
    const again = changed(
      changed(records, 2, (record) => ({ ...record, commandHash: hash })),
      6,
      (record) => ({ ...record, command, commandHash: hash }),
    );
    expect((await rehearsed(again)).differences.at(-1)?.now.outcome).toBe('ok, without a record');
  });

  it('knows an id again also where its sender named no project', async () => {
    const records = await life();
    const [, first, , , , last] = records;
    if (first === undefined || last === undefined) throw new Error('too short');
    const { project: _project, ...unnamed } = first.command;
    const made = changed(
      changed(records, 2, (record) => ({ ...record, commandHash: commandHash(unnamed) })),
      6,
      ({ result: _result, ...record }) => ({
        ...record,
        command: { ...first.command, params: { stageSet: 'other' } },
        commandHash: 'another',
        outcome: 'rejected',
        error: { type: 't', title: 't', status: 409, code: 'ID_REUSED' },
        events: [],
      }),
    );
    expect((await rehearsed(made)).differences).toEqual([]);
  });

  it('tells only of the positions asked for, and folds those before', async () => {
    const records = changed(
      changed(await life(), 3, (record) => ({ ...record, result: {} })),
      5,
      (record) => ({ ...record, result: {} }),
    );
    const positions = async (range: object): Promise<number[]> =>
      (await rehearsed(records, range)).differences.map(({ position }) => position);
    expect(await positions({})).toEqual([3, 5]);
    expect(await positions({ from: 4 })).toEqual([5]);
    expect(await positions({ to: 4 })).toEqual([3]);
    expect(await rehearsed(records, { from: 4, to: 4 })).toMatchObject({ decided: 1, through: 4 });
  });
});
