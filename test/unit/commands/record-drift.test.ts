import { checkDrift } from '../../../src/commands/check-drift.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { recordDrift } from '../../../src/commands/record-drift.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { hashOf } from '../../../src/core/canonical.js';
import type { FunctionDrift, RecordDriftParams } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent, type Step } from '../../support/scenario.js';

const { given } = scenario(recordDrift, { via: 'results' });
/** Two functions are deployed; the comparison is the fifth command. */
const running: readonly Step[] = [
  sent(stageConfigs, { configs: [functionConfig('a'), functionConfig('b')] }),
  sent(commitStagedTo('test'), {}),
  deployed('test', 1),
];
const task = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const asked = (params: object = {}): Step => sent(checkDrift, { environment: 'test', ...params });
const FIRST = task(5);
const drift = (name: string, state: FunctionDrift['state'] = 'drifted'): FunctionDrift => ({
  function: fn(name),
  workload: 'function',
  contentHash: hashOf(1),
  state,
  changes: [],
});
const report = (functions: FunctionDrift[], more: Partial<RecordDriftParams> = {}): RecordDriftParams => ({
  environment: 'test',
  task: FIRST,
  run: hashOf('run'),
  part: 0,
  parts: 1,
  checked: 2,
  functions,
  ...more,
});

describe('record-drift', () => {
  it('keeps what differs, by environment and by function, and ends its task', async () => {
    const { documents } = await given(...running, asked())
      .when(report([drift('a'), drift('b', 'missing')]))
      .thenEvents([{ type: 'drift-recorded', state: 'done' }]);
    expect(documents.get('drift:default:test')).toMatchObject({
      complete: true,
      summary: { checked: 2, drifted: 1, missing: 1, unreadable: 0 },
    });
    expect(documents.get(`drifted:default:test:${fn('b')}`)).toMatchObject({ drift: { state: 'missing' } });
    expect(documents.get(`task:default:test:${FIRST}`)).toMatchObject({
      state: 'done',
      found: { drifted: 1 },
      counts: { done: 2 },
    });
  });

  it('takes parts in their order, each once', async () => {
    const parts = { parts: 2, run: hashOf('run') };
    const first = sent(recordDrift, report([drift('a')], { ...parts, part: 0 }), { via: 'results' });
    await given(...running, asked(), first)
      .when(report([drift('a')], { ...parts, part: 0 }))
      .thenEvents([]);
    await given(...running, asked())
      .when(report([drift('b')], { ...parts, part: 1 }))
      .thenEvents([]);
    await given(...running, asked(), first)
      .when(report([drift('b')], { ...parts, part: 1 }))
      .thenEvents([{ state: 'done', summary: { drifted: 2, received: 2 } }]);
  });

  it('forgets what does not differ any more, and nothing that was not compared', async () => {
    const before = [
      ...running,
      asked(),
      sent(recordDrift, report([drift('a'), drift('b')]), { via: 'results' }),
    ];
    const all = await given(...before, asked())
      .when(report([drift('b')], { task: task(7) }))
      .thenEvents([{ gone: [fn('a')] }]);
    expect(all.documents.has(`drifted:default:test:${fn('a')}`)).toBe(false);
    const some = await given(...before, asked({ names: [fn('b')] }))
      .when(report([], { task: task(7), checked: 1 }))
      .thenEvents([{ gone: [fn('b')], some: true }]);
    expect(some.documents.has(`drifted:default:test:${fn('a')}`)).toBe(true);
    // What was found of all of them stands.
    expect(some.documents.get('drift:default:test')).toMatchObject({ summary: { drifted: 2 } });
  });

  it('repairs where that was asked for: a release of exactly what differs, as it was deployed last', async () => {
    const happened = await given(...running, asked({ repair: true }))
      .when(report([drift('a'), drift('b', 'unreadable')]))
      .thenEvents([
        { type: 'drift-recorded', summary: { repair: 2 } },
        { type: 'release-committed', kind: 'repair', release: 2 },
      ]);
    expect(happened.documents.get('release:default:test:00000002')).toMatchObject({
      releaseKind: 'repair',
      of: 1,
    });
    expect(happened.documents.get(`deployment:default:test:00000002:${fn('a')}`)).toMatchObject({
      state: 'committed',
      operation: 'apply',
    });
  });

  it('repairs nothing that an earlier part could not compare', async () => {
    const parts = { parts: 2, run: hashOf('run') };
    const first = sent(recordDrift, report([drift('a', 'unreadable')], { ...parts, part: 0 }), {
      via: 'results',
    });
    const { documents } = await given(...running, asked({ repair: true }), first)
      .when(report([drift('b')], { ...parts, part: 1 }))
      .thenEvents([{ type: 'drift-recorded' }, { type: 'release-committed', release: 2 }]);
    expect(documents.get('release:default:test:00000002')).toMatchObject({ of: 1 });
    expect(documents.has(`deployment:default:test:00000002:${fn('a')}`)).toBe(false);
  });

  it('does not repair what differs by its package only, and says so', async () => {
    const change = { field: '/package', class: 'update' as const, detail: 'another digest' };
    const packageOnly = { ...drift('a'), changes: [change] };
    const why = 'only packages differ: a release with the package puts them back';
    await given(...running, asked({ repair: true }))
      .when(report([packageOnly]))
      .thenEvents([{ summary: { notRepaired: why } }]);
    const { documents } = await given(...running, asked({ repair: true }))
      .when(report([packageOnly, drift('b')]))
      .thenEvents([{ type: 'drift-recorded' }, { type: 'release-committed' }]);
    expect(documents.get('release:default:test:00000002')).toMatchObject({ of: 1 });
  });

  it('takes away as much of what was found before as a record has room for', async () => {
    const long = (index: number): string => `${'n'.repeat(120)}-${index}`;
    const many = (from: number, part: number): Step =>
      sent(
        recordDrift,
        report(
          Array.from({ length: 400 }, (_, index) => drift(long(from + index))),
          { part, parts: 2 },
        ),
        { via: 'results' },
      );
    const { events } = await given(...running, asked(), many(0, 0), many(400, 1), asked())
      .when(report([], { task: task(8) }))
      .thenAccepted();
    const gone = events[0]?.type === 'drift-recorded' ? (events[0].gone ?? []) : [];
    expect(gone.length).toBeGreaterThan(300);
    expect(Buffer.byteLength(JSON.stringify(gone))).toBeLessThan(51 * 1024);
  });

  it('repairs nothing while a release is open there, and says so', async () => {
    await given(
      ...running,
      sent(stageConfigs, { configs: [functionConfig('a', { parallelism: 2 })] }),
      sent(commitStagedTo('test'), {}),
      asked({ repair: true }),
    )
      .when(report([drift('b')], { task: task(7) }))
      .thenEvents([{ summary: { notRepaired: 'a release of the project is open there' } }]);
  });

  it('refuses what nobody asked for', async () => {
    await given(...running)
      .when(report([]))
      .thenRejects('UNKNOWN_TASK');
  });
});
