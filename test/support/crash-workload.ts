import { fn } from './configs.js';
import type { Ask, Staging } from './model-asks.js';
import { createModel } from './model-state.js';
import { commandOf } from './model-commands.js';
import { settle, type Step } from './model-steps.js';
import { judge } from './model.js';
import type { Workload } from './crash-prefix.js';

const config = (name: string, version = 1): Staging => ({
  name: fn(name),
  content: `${name}@${version}!function`,
  workload: 'function',
  patches: [],
});
const stage = (set: string, ...configs: Staging[]): Ask => ({ kind: 'stage', set, configs, remove: [] });
const commit = (environment: string): Ask => ({ kind: 'commit', environment, set: 'main', force: false });
const record = (environment: string, release: number, outcomes: Readonly<Record<string, string>>): Ask => ({
  kind: 'record',
  environment,
  release,
  results: Object.entries(outcomes).map(([name, outcome]) => ({
    name: fn(name),
    outcome,
    sent: 'a'.repeat(64),
  })),
});

export const commandId = (number: number): string =>
  `0193a5a0-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** The command of this number, as it lies on a topic. */
export function commandText(number: number, ask: Ask, more: object = {}): string {
  if (ask.kind === 'published') throw new Error('only the writer says so');
  return JSON.stringify({ id: commandId(number), ...commandOf(ask), ...more });
}

const used = commandText(1, stage('main', config('a'), config('b')));

/** About everything that a command can come to, in twenty-odd messages. */
export const FIXED: Workload = {
  commands: [
    used,
    commandText(2, stage('other', config('c'))),
    commandText(3, stage('main', config('c')), { dryRun: true }),
    'not json',
    commandText(4, { kind: 'merge', from: ['other'], into: 'main', onConflict: 'reject' }),
    commandText(5, commit('test'), { expect: { 'stage-set:default:main': 0 } }),
    commandText(6, commit('test')),
    used,
    commandText(7, record('test', 1, { a: 'deployed', b: 'failed' })),
    commandText(8, record('test', 1, { a: 'failed', c: 'deployed' })),
    commandText(9, commit('prod')),
    commandText(10, {
      kind: 'commit',
      environment: 'prod',
      set: 'main',
      names: [fn('a'), fn('c')],
      force: false,
    }),
    JSON.stringify({ id: commandId(11), command: 'un-stage', params: { names: 7 } }),
    JSON.stringify({ id: commandId(12), command: 'get-all-data', params: {} }),
    commandText(13, { kind: 'un-stage', set: 'main', names: [fn('b')] }),
    commandText(14, stage('main', config('a', 2))),
    commandText(15, commit('test')),
    commandText(16, record('test', 2, { a: 'deployed' })),
    commandText(17, { kind: 'rollback', environment: 'test', toRelease: 1, prune: true }),
    commandText(18, {
      kind: 'environments',
      environments: [
        { name: 'test', target: 'sandbox' },
        { name: 'prod', target: 'sandbox' },
        { name: 'last', target: 'sandbox' },
      ].slice(0, 2),
    }),
    // Two waves: what reads a topic goes before what writes it.
    commandText(23, stage('waves', config('d'), config('constructor'))),
    commandText(24, {
      ...{ kind: 'commit', environment: 'test', set: 'waves', force: false },
      onFailure: 'stop',
    }),
    commandText(25, record('test', 4, { d: 'failed', constructor: 'deployed' })),
    commandText(26, { kind: 'retry', environment: 'test', release: 4, includeCancelled: false }),
    commandText(27, { kind: 'resume', environment: 'test', release: 4 }),
    commandText(28, record('test', 4, { constructor: 'deployed' })),
  ],
  results: [
    commandText(19, record('prod', 1, { a: 'deployed' })),
    commandText(20, record('prod', 1, { a: 'failed', c: 'unchanged' })),
    Buffer.from([0xff, 0xfe, 0x00]),
    commandText(21, commit('test')),
    commandText(19, record('prod', 1, { a: 'deployed' })),
    commandText(22, record('test', 3, { a: 'superseded' })),
  ],
};

/** A random history as it would lie on the topics: what can only be asked for once something was decided is taken from a model. */
export function randomWorkload(history: readonly Step[]): Workload {
  const model = createModel();
  const commands: string[] = [];
  const results: string[] = [];
  model.environments = ['test', 'prod'].map((name) => ({ name, target: 'sandbox' }));
  history.forEach((step, index) => {
    const { project, ask } = settle(model, step.project, step.draft);
    // A changed environment would have to be changed in the settings of the next process too.
    // What is skipped or cancelled names what has not left yet: another speed, another outcome.
    if (['published', 'environments', 'skip-effects', 'cancel'].includes(ask.kind)) return;
    const earlier = commands[(step.again?.pick ?? 0) % Math.max(1, commands.length)];
    if (step.again !== undefined && earlier !== undefined) {
      commands.push(earlier);
      return;
    }
    const late = step.via === 'results' && ask.kind === 'record';
    const more = { project, ...(step.dryRun ? { dryRun: true } : {}) };
    (late ? results : commands).push(commandText(index + 1, ask, more));
    const verdict = judge(model, project, ask);
    if (late || step.dryRun || verdict.status === 'invalid') return;
    model.position += 1;
    if (verdict.status === 'ok') verdict.apply();
  });
  return { commands, results };
}
