import fc from 'fast-check';
import { planHash } from '../../src/core/plan-hash.js';
import { holds, type Role } from '../../src/core/roles.js';
import type { Actor, AnyDocument, StagedDocument } from '../../src/core/types.js';
import { fn, functionConfig } from './configs.js';
import type { Policies } from './gates-model.js';

export const SERVICE: Actor = { name: 'deployer:x', roles: ['service'] };
export const ROOT: Actor = { name: 'root', roles: ['admin'] };
const PEOPLE: readonly Actor[] = [
  { name: 'dora', roles: ['developer'] },
  { name: 'dave', roles: ['developer', 'approver'] },
  { name: 'anne', roles: ['approver'] },
  { name: 'bob', roles: ['approver', 'operator'] },
  { name: 'olga', roles: ['operator', 'developer', 'approver', 'overrider'] },
  ROOT,
  { name: 'token:annes', roles: ['developer', 'approver'], behind: ['anne'] },
  { name: 'token:doras', roles: ['approver'], behind: ['dora', 'root'] },
];
const DIGESTS = ['a', 'b'].map((digit) => digit.repeat(64));

/** What somebody does. */
export type Step =
  | { kind: 'all-the-way'; environment: string; people: readonly Actor[] }
  | { kind: 'send'; actor: Actor; command: string; params: object }
  | { kind: 'plan'; actor: Actor; environment: string; names?: readonly string[] }
  | { kind: 'approve'; actor: Actor; environment: string; stale: boolean }
  | { kind: 'report'; pick: number; outcome: string; digest: string }
  | { kind: 'of-release'; actor: Actor; command: string; pick: number };

const anybody = fc.constantFrom(...PEOPLE);
/** Mostly somebody who may. */
const somebody = (role: Role): fc.Arbitrary<Actor> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom(...PEOPLE.filter(({ roles }) => holds(roles, role))) },
    { weight: 1, arbitrary: anybody },
  );
const environment = fc.constantFrom('test', 'prod', 'prod');
/** One in `oneIn` times; else nothing. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const names = maybe(fc.uniqueArray(fc.constantFrom('a', 'b').map(fn), { minLength: 1, maxLength: 2 }), 6);
const OVERRIDE = { reason: 'orders are lost' };
const override = maybe(fc.constant(OVERRIDE), 4);
const sending = (
  role: Role,
  command: fc.Arbitrary<string> | string,
  params: fc.Arbitrary<object>,
): fc.Arbitrary<Step> =>
  fc
    .tuple(somebody(role), typeof command === 'string' ? fc.constant(command) : command, params)
    .map(([who, name, some]) => ({ kind: 'send', actor: who, command: name, params: definedOf(some) }));

/** Without what is undefined, as JSON has it. */
const definedOf = (params: object): object => JSON.parse(JSON.stringify(params)) as object;

// The set `other` has a function of its own, which `main` gets by merging.
const staging = fc
  .tuple(fc.constantFrom('a', 'a', 'b', 'c'), fc.integer({ min: 1, max: 2 }))
  .map(([name, parallelism]) => ({
    stageSet: name === 'c' ? 'other' : 'main',
    // It writes what the others read: they are deployed before it.
    configs: [functionConfig(name, { parallelism, ...(name === 'b' ? { output: 'orders' } : {}) })],
  }));
const until = maybe(fc.constantFrom('2026-01-01T00:01:00Z', '2099-01-01T00:00:00Z'), 3);
const token = fc.record({
  name: fc.constantFrom('ci', 'cd'),
  hash: fc.constantFrom('0'.repeat(64), '1'.repeat(64), '2'.repeat(64)),
  roles: fc.uniqueArray(fc.constantFrom('developer', 'approver', 'operator', 'admin', 'overrider'), {
    minLength: 1,
  }),
  expiresAt: fc.constant('2026-06-01T00:00:00.000Z'),
  owner: maybe(fc.constantFrom('anne', 'dora'), 2),
});

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: sending('developer', 'stage-configs', staging) },
  {
    weight: 2,
    arbitrary: sending(
      'developer',
      'merge-stage-sets',
      fc.constant({ from: ['other'], into: 'main', onConflict: 'theirs' }),
    ),
  },
  {
    weight: 1,
    arbitrary: sending('developer', 'un-stage', fc.constantFrom({ names: [fn('a')] }, { names: [fn('b')] })),
  },
  {
    weight: 16,
    arbitrary: sending(
      'approver',
      environment.map((to) => `commit-staged-to-${to}`),
      fc.record({ names, force: fc.constant(true) }),
    ),
  },
  {
    weight: 6,
    arbitrary: sending(
      'overrider',
      environment.map((to) => `commit-staged-to-${to}`),
      fc.record({ names, override: fc.constant(OVERRIDE), force: fc.constant(true) }),
    ),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      pick: fc.nat(),
      outcome: fc.constantFrom('deployed', 'deployed', 'deployed', 'failed'),
      digest: fc.constantFrom(...DIGESTS),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.tuple(somebody('developer'), environment, names).map(([who, at, some]) => ({
      kind: 'plan' as const,
      actor: who,
      environment: at,
      ...definedOf({ names: some }),
    })),
  },
  {
    weight: 10,
    arbitrary: sending(
      'developer',
      'request-approval',
      fc.record({ environment, names, force: fc.boolean() }),
    ),
  },
  {
    weight: 24,
    arbitrary: fc.record({
      kind: fc.constant('approve' as const),
      ...{
        actor: somebody('approver'),
        environment,
        stale: fc.integer({ max: 9, min: 0 }).map((drawn) => drawn === 0),
      },
    }),
  },
  {
    weight: 3,
    arbitrary: sending('approver', 'reject', fc.record({ environment, reason: fc.constant('no') })),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('all-the-way' as const),
      environment,
      people: fc.tuple(
        ...[somebody('developer'), somebody('developer'), somebody('approver'), somebody('approver')],
        somebody('approver'),
      ),
    }),
  },
  { weight: 4, arbitrary: sending('developer', 'withdraw', fc.record({ environment })) },
  {
    weight: 2,
    arbitrary: sending(
      'operator',
      'freeze',
      fc.record({ environment, reason: fc.constant('quarter end'), until }),
    ),
  },
  { weight: 8, arbitrary: sending('operator', 'unfreeze', fc.record({ environment })) },
  {
    weight: 1,
    arbitrary: sending(
      'operator',
      'reject-artifact',
      fc.record({ sha256: fc.constantFrom(...DIGESTS), reason: fc.constant('leaks') }),
    ),
  },
  {
    weight: 2,
    arbitrary: sending('operator', 'allow-artifact', fc.record({ sha256: fc.constantFrom(...DIGESTS) })),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('of-release' as const),
      command: fc.constantFrom(
        ...['reject-release', 'allow-release', 'allow-release', 'retry-deployment', 'retry-deployment'],
        'resume-deployment',
        'cancel-deployment',
      ),
      ...{ actor: somebody('operator'), pick: fc.nat() },
    }),
  },
  { weight: 8, arbitrary: sending('operator', 'rollback', fc.record({ environment, override })) },
  { weight: 2, arbitrary: sending('admin', 'create-api-token', token) },
  {
    weight: 5,
    arbitrary: sending('admin', 'revoke-api-token', fc.record({ name: fc.constantFrom('ci', 'cd') })),
  },
);

export const policies: fc.Arbitrary<Policies> = fc.constantFrom<Policies>(
  { prod: 1 },
  { prod: 2 },
  { test: 1, prod: 1 },
  { test: 1 },
  { test: 2 },
);

/** What a deployer says of a plan: that all of it is created. */
export function planReport(
  documents: ReadonlyMap<string, AnyDocument>,
  {
    environment,
    task,
    run,
    names,
  }: { environment: string; task: string; run: string; names?: readonly string[] },
): object {
  const entries = [...documents.values()].filter(
    (one): one is StagedDocument =>
      one.kind === 'staged' && one.stageSet === 'main' && names?.includes(one.function) !== false,
  );
  const functions = entries.map(({ function: name, workload, contentHash }) => ({
    ...{ function: name, workload, contentHash, operation: 'create', changes: [] },
    ...{ restarts: false, package: 'sent', notices: [] },
  }));
  return {
    ...{ environment, task, stageSet: 'main', contentHash: planHash(entries), run, part: 0, parts: 1 },
    functions,
  };
}
