import { importDeployed } from '../../../src/commands/import-deployed.js';
import { recordImport } from '../../../src/commands/record-import.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { hashOf } from '../../../src/core/canonical.js';
import type { RecordImportParams } from '../../../src/core/types.js';
import { fn, functionConfig } from '../../support/configs.js';
import { scenario, sent, type Step } from '../../support/scenario.js';

const { given } = scenario(recordImport, { via: 'results' });
const asked: Step = sent(importDeployed, { environment: 'test', tenant: 'public' });
const task = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const SHA = 'f'.repeat(64);
const live = (name: string, more: object = {}): Record<string, unknown> =>
  functionConfig(name, {
    artifactPathOrUrl: `function://public/default/${name}@0`,
    runtime: 'JAVA',
    className: 'a.B',
    ...more,
  });
const report = (
  configs: Record<string, unknown>[],
  more: Partial<RecordImportParams> = {},
): RecordImportParams => ({
  environment: 'test',
  task: task(2),
  run: hashOf('run'),
  part: 0,
  parts: 1,
  functions: configs.map((config) => ({ config, packageSha256: SHA })),
  leftOut: [],
  ...more,
});

describe('record-import', () => {
  it('makes a release that has succeeded, without effects, out of what runs', async () => {
    const { documents } = await given(asked)
      .when(report([live('b'), live('a')]))
      .thenEvents([{ type: 'functions-imported', release: 1, state: 'done' }]);
    expect(documents.get('release:default:test:00000001')).toMatchObject({
      releaseKind: 'import',
      state: 'succeeded',
      of: 2,
      counts: { unchanged: 2 },
    });
    expect(documents.get(`deployment:default:test:00000001:${fn('a')}`)).toMatchObject({
      state: 'unchanged',
      imported: true,
      packageSha256: SHA,
    });
    expect(documents.get(`function:${fn('a')}`)).toMatchObject({
      project: 'default',
      environments: { test: { state: 'unchanged', succeeded: { release: 1, packageSha256: SHA } } },
    });
    expect(documents.get('project:default')).toMatchObject({ releases: { test: 1 } });
    expect([...documents.keys()].filter((id) => id.startsWith('proof:'))).toEqual([]);
    expect(documents.get('environment:test')).toMatchObject({ open: [] });
    expect(documents.get(`task:default:test:${task(2)}`)).toMatchObject({
      state: 'done',
      imported: { imported: 2, packageUnknown: 0, leftOut: 0, releases: [1] },
    });
  });

  it('makes a release of each part, and knows which packages are unknown', async () => {
    const first = sent(recordImport, report([live('a')], { parts: 2 }), { via: 'results' });
    const { documents } = await given(asked, first)
      .when(report([], { part: 1, parts: 2, functions: [{ config: live('b') }] }))
      .thenEvents([{ release: 2, state: 'done' }]);
    expect(documents.get(`task:default:test:${task(2)}`)).toMatchObject({
      imported: { imported: 2, packageUnknown: 1, releases: [1, 2] },
    });
  });

  it('counts what a run that was cut has taken over, once', async () => {
    const cut = sent(recordImport, report([live('a')], { parts: 2, run: hashOf('cut') }), { via: 'results' });
    const { documents } = await given(asked, cut)
      .when(report([live('a'), live('b')]))
      .thenEvents([{ release: 2, entries: [{ function: fn('b') }], leftOut: [] }]);
    expect(documents.get(`task:default:test:${task(2)}`)).toMatchObject({
      state: 'done',
      imported: { imported: 2, packageUnknown: 0, leftOut: 0, releases: [1, 2] },
    });
  });

  it('leaves out what another project has, and what the project has there already, and names it', async () => {
    const theirs = sent(stageConfigs, { configs: [functionConfig('theirs')] }, { project: 'pricing' });
    const earlier = sent(recordImport, report([live('mine')], { task: task(3) }), { via: 'results' });
    await given(theirs, asked, earlier, asked)
      .when(report([live('mine'), live('new'), live('theirs')], { task: task(5) }))
      .thenEvents([
        {
          entries: [{ function: fn('new') }],
          leftOut: [
            { function: fn('mine'), code: 'DUPLICATE_NAME' },
            { function: fn('theirs'), code: 'OTHER_PROJECT' },
          ],
        },
      ]);
  });

  it('keeps what is staged of a function that runs already', async () => {
    const staged = sent(stageConfigs, { configs: [live('a', { parallelism: 3 })] });
    const { documents } = await given(staged, asked)
      .when(report([live('a')], { task: task(3) }))
      .thenEvents([{ release: 1 }]);
    expect(documents.get(`function:${fn('a')}`)).toMatchObject({
      staged: { main: expect.any(String) as string },
      environments: { test: { release: 1 } },
    });
  });

  it('makes no release where nothing is taken over', async () => {
    const leftOut = [
      { function: fn('a'), workload: 'function' as const, code: 'SECRET_LITERAL', detail: 'a secret' },
    ];
    const { documents, events } = await given(asked)
      .when(report([], { leftOut }))
      .thenEvents([{ type: 'functions-imported', leftOut }]);
    expect(events[0]).not.toHaveProperty('release');
    expect(documents.has('release:default:test:00000001')).toBe(false);
  });

  it('takes no secret, whoever sends it', async () => {
    const happened = await given(asked)
      .when(report([live('a', { userConfig: { password: 'hunter2' } })]))
      .thenInvalid({ '/params/functions/0/config/userConfig/password': 'SECRET_LITERAL' });
    expect(JSON.stringify(happened.faults)).not.toContain('hunter2');
  });

  it('refuses what nobody asked for', async () => {
    await given(asked)
      .when(report([live('a')], { task: task(9) }))
      .thenRejects('UNKNOWN_TASK');
  });

  it('leaves out what is in a namespace of other projects', async () => {
    const { documents } = await given(asked)
      .when(report([live('a')]), { namespaces: { pricing: ['public/*'] } })
      .thenEvents([
        { type: 'functions-imported', leftOut: [{ function: fn('a'), code: 'NAMESPACE_NOT_ALLOWED' }] },
      ]);
    expect(documents.get(`function:${fn('a')}`)).toBeUndefined();
  });
});
