import fc from 'fast-check';
import { fn } from './configs.js';
import type { Ask, Staging } from './model-asks.js';
import { summary, type Environment, type Model, type Release } from './model-state.js';

/** What a step of a random history asks for; a report names its release only when it is its turn. */
export type Draft =
  | Exclude<Ask, { kind: 'record' | 'cancel' | 'resume' | 'retry' }>
  | {
      kind: 'go-on';
      what: 'cancel' | 'resume' | 'retry';
      pick: number;
      includeCancelled: boolean;
    }
  | {
      kind: 'report';
      pick: number;
      outcome: string;
      sent: string | undefined;
      /** Every function of the release; else one. */
      all: boolean;
    };

export interface Step {
  readonly project: string;
  readonly draft: Draft;
  readonly via: 'commands' | 'results';
  readonly dryRun: boolean;
  /** A document that must still be where it is; `off`: at another position than it is. */
  readonly expect: { readonly pick: number; readonly off: boolean } | undefined;
  /** The id of an earlier command, with its body or another. */
  readonly again: { readonly pick: number; readonly same: boolean } | undefined;
  /** Batches end, and are stored, here and there. */
  readonly ends: boolean;
  readonly stores: number;
}

// Small sets of names, so that things meet. `constructor` is a valid name and a trap.
const name = fc.constantFrom('a', 'b', 'constructor').map(fn);
const set = fc.constantFrom(...Array<string>(5).fill('main'), 'other', 'constructor');
const anySet = fc.constantFrom('main', 'other', 'constructor');
const environment = fc.constantFrom(...Array<string>(5).fill('test'), 'prod', 'prod', 'prod', 'last');
const some = fc.uniqueArray(name, { minLength: 1, maxLength: 2 });
/** One in `oneIn` times; else nothing. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, oneIn = 3): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const staging: fc.Arbitrary<Staging> = fc
  .record({
    name,
    version: fc.integer({ min: 1, max: 2 }),
    workload: fc.constantFrom(...Array<string>(30).fill('function'), 'source'),
    patches: fc.constantFrom(...Array<string[]>(12).fill([]), ['prod'], ['prod'], ['last']),
  })
  .map(({ name: of, version, workload, patches }) => ({
    name: of,
    workload,
    patches,
    content: contentOf(of, version, { workload, patches }),
  }));

function contentOf(
  name: string,
  version: number,
  { workload, patches }: Pick<Staging, 'workload' | 'patches'>,
): string {
  return [`${name.split('/')[2] ?? ''}@${version}!${workload}`, ...patches].join('+');
}

const targets = fc.constantFrom('sandbox', 'sandbox', 'http://one', 'http://two');
const environments: fc.Arbitrary<Environment[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(targets, targets).map(([one, two]) => [
      { name: 'test', target: one },
      { name: 'prod', target: two },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.uniqueArray(fc.record({ name: fc.constantFrom('test', 'prod', 'last'), target: targets }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ name: of }) => of,
    }),
  },
);

const draft: fc.Arbitrary<Draft> = fc.oneof(
  {
    weight: 36,
    arbitrary: fc.record({
      kind: fc.constant('stage' as const),
      set,
      configs: fc.oneof(
        { weight: 20, arbitrary: fc.uniqueArray(staging, { minLength: 1, selector: (one) => one.name }) },
        { weight: 1, arbitrary: fc.array(staging, { maxLength: 3 }) },
      ),
      remove: fc.constant<string[]>([]),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('stage' as const),
      set,
      configs: fc.oneof(
        { weight: 4, arbitrary: fc.constant<Staging[]>([]) },
        staging.map((one) => [one]),
      ),
      remove: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ set, names: maybe(some), all: fc.boolean() }).map(({ set: of, names, all }) => ({
      ...{ kind: 'un-stage' as const, set: of },
      ...(names === undefined ? {} : { names }),
      ...((names === undefined) === all ? { all: true as const } : {}),
    })),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('merge' as const),
      from: fc.uniqueArray(anySet, { minLength: 1, maxLength: 2 }),
      into: anySet,
      onConflict: fc.constantFrom('reject' as const, 'ours' as const, 'theirs' as const),
    }),
  },
  {
    weight: 50,
    arbitrary: fc
      .record({
        ...{ environment, set, names: maybe(some, 6), force: fc.boolean() },
        onFailure: maybe(fc.constantFrom('continue' as const, 'stop' as const, 'stop' as const), 2),
      })
      .map(({ names, onFailure, ...rest }) => ({
        kind: 'commit' as const,
        ...rest,
        ...(names === undefined ? {} : { names }),
        ...(onFailure === undefined ? {} : { onFailure }),
      })),
  },
  {
    weight: 70,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      pick: fc.nat(),
      outcome: fc.constantFrom(
        ...['deployed', 'deployed', 'deployed', 'deployed', 'unchanged', 'deleted', 'failed', 'superseded'],
      ),
      sent: maybe(fc.constantFrom('a'.repeat(64), 'b'.repeat(64))),
      all: fc.boolean(),
    }),
  },
  {
    weight: 24,
    arbitrary: fc
      .record({
        environment,
        toRelease: maybe(fc.integer({ min: 1, max: 5 })),
        names: maybe(some, 5),
        prune: fc.boolean(),
      })
      .map(({ toRelease, names, ...rest }) => ({
        kind: 'rollback' as const,
        ...rest,
        ...(toRelease === undefined ? {} : { toRelease }),
        ...(names === undefined ? {} : { names }),
      })),
  },
  { weight: 5, arbitrary: environments.map((all) => ({ kind: 'environments' as const, environments: all })) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('release-effects' as const, 'skip-effects' as const),
      environment,
      release: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('go-on' as const),
      what: fc.constantFrom(
        'cancel' as const,
        'resume' as const,
        'resume' as const,
        'retry' as const,
        'retry' as const,
      ),
      pick: fc.nat(),
      includeCancelled: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('published' as const), through: fc.nat(9) }) },
);

const step: fc.Arbitrary<Step> = fc.record({
  project: fc.constantFrom(...Array<string>(14).fill('default'), 'pricing', 'third'),
  draft,
  via: fc.constantFrom('commands' as const, 'commands' as const, 'results' as const),
  dryRun: fc.integer({ min: 0, max: 11 }).map((drawn) => drawn === 11),
  expect: maybe(fc.record({ pick: fc.nat(), off: fc.boolean() }), 15),
  again: maybe(fc.record({ pick: fc.nat(), same: fc.boolean() }), 12),
  ends: fc.boolean(),
  stores: fc.nat(2),
});

/** Histories of up to `maxLength` commands. */
export function histories(maxLength: number): fc.Arbitrary<Step[]> {
  return fc.noBias(fc.array(step, { minLength: 1, maxLength, size: 'max' }));
}

/** The draft as the model knows releases now: a report is about one that waits for outcomes, or about any if none does. */
export function settle(model: Model, project: string, asked: Draft): { project: string; ask: Ask } {
  if (asked.kind === 'published') {
    const last = model.begun.reduce((sum, { names }) => sum + names.length, 0);
    return { project: 'stageline', ask: { ...asked, through: Math.min(asked.through, last) } };
  }
  if (asked.kind === 'go-on') return goOn(model, project, asked);
  if (asked.kind !== 'report') return { project, ask: asked };
  const { pick, outcome, sent, all } = asked;
  const waiting = model.releases.filter(({ deployments }) =>
    [...deployments.values()].some(({ state }) => state === 'committed'),
  );
  const candidates = waiting.length === 0 || pick % 5 === 0 ? model.releases : waiting;
  const release = candidates[pick % Math.max(1, candidates.length)];
  const functions = [...(release?.deployments.keys() ?? [fn('a')])];
  const chosen = all ? functions : [functions[pick % functions.length] ?? fn('a')];
  const results = chosen.map((one) => ({
    ...{ name: one, outcome },
    ...(sent === undefined ? {} : { sent }),
  }));
  // The same function once more in one report: what is said first counts.
  if (pick % 6 === 0) results.push(...chosen.slice(0, 1).map((one) => ({ name: one, outcome: 'failed' })));
  return {
    project: release?.project ?? project,
    ask: {
      kind: 'record',
      environment: release?.environment ?? 'test',
      release: release?.number ?? 1,
      results,
    },
  };
}

/** A release that it makes sense for, or any one where there is none, or once in a while. */
function goOn(
  model: Model,
  project: string,
  { what, pick, includeCancelled }: Extract<Draft, { kind: 'go-on' }>,
): { project: string; ask: Ask } {
  const fits = (release: Release): boolean => {
    const states = [...release.deployments.values()].map(({ state }) => state);
    if (what === 'cancel') return states.includes('committed');
    if (what === 'resume') return summary(release).state === 'held';
    return states.some((state) => ['failed', 'cancelled', 'skipped'].includes(state));
  };
  const fitting = model.releases.filter(fits);
  const candidates = fitting.length === 0 || pick % 7 === 0 ? model.releases : fitting.slice(-4);
  const release = candidates[pick % Math.max(1, candidates.length)];
  const at = { environment: release?.environment ?? 'test', release: release?.number ?? 1 };
  return {
    project: release?.project ?? project,
    ask: what === 'retry' ? { kind: what, ...at, includeCancelled } : { kind: what, ...at },
  };
}
