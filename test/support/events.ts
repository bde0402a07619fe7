import fc from 'fast-check';
import type {
  ConfigsStaged,
  ConfigsUnstaged,
  DeploymentsCancelled,
  DeploymentRecorded,
  EffectsPublished,
  EffectsReleased,
  EffectsSkipped,
  EnvironmentsSet,
  JournalEvent,
  ReleaseCommitted,
  StageSetsMerged,
  WaveStarted,
} from '../../src/core/types.js';
import {
  project,
  stageSet,
  environment,
  name,
  names,
  hash,
  contentHash,
  workload,
  counts,
  bases,
  release,
  target,
  outcome,
  position,
  releaseState,
  outcomeCounts,
} from './event-parts.js';
import { gateEvents } from './gate-events.js';
import { requested, taskRecorded, planRecorded } from './task-events.js';
import { TOPIC } from './world.js';

const staged: fc.Arbitrary<ConfigsStaged> = fc.record({
  type: fc.constant('configs-staged'),
  project,
  stageSet,
  counts,
  entries: fc.array(
    fc.record(
      {
        function: name,
        workload,
        operation: fc.constantFrom('apply' as const, 'delete' as const),
        contentHash,
        base: bases,
        content: fc.record({ name }),
        claimed: fc.boolean(),
      },
      { requiredKeys: ['function', 'workload', 'operation', 'contentHash', 'base'] },
    ),
  ),
});

const unstaged: fc.Arbitrary<ConfigsUnstaged> = fc.record({
  type: fc.constant('configs-unstaged'),
  project,
  stageSet,
  reason: fc.constantFrom('un-staged', 'deployed'),
  counts,
  functions: names,
});

const merged: fc.Arbitrary<StageSetsMerged> = fc.record({
  type: fc.constant('stage-sets-merged'),
  project,
  into: stageSet,
  counts,
  bases: fc.array(bases),
  entries: fc.array(fc.tuple(name, workload, contentHash, fc.nat(3), position, fc.array(fc.nat(3)))),
  closed: fc.uniqueArray(stageSet),
});

const committed: fc.Arbitrary<ReleaseCommitted> = fc.record(
  {
    type: fc.constant('release-committed'),
    project,
    environment,
    release,
    kind: fc.constantFrom('commit' as const, 'rollback' as const, 'retry' as const),
    rollbackOf: release,
    waves: fc.constant([1, 2]),
    allowRecreate: names,
    stageSet,
    toRelease: release,
    target,
    effects: fc.record({ topic: fc.constant(TOPIC), first: position }),
    packages: fc.uniqueArray(hash),
    entries: fc.array(fc.tuple(name, contentHash, fc.integer({ min: -1, max: 4 }), workload)),
  },
  {
    requiredKeys: [
      'type',
      'project',
      'environment',
      'release',
      'kind',
      'target',
      'effects',
      'packages',
      'entries',
    ],
  },
);

const recorded: fc.Arbitrary<DeploymentRecorded> = fc.record({
  type: fc.constant('deployment-recorded'),
  project,
  environment,
  release,
  committed: position,
  state: releaseState,
  counts: outcomeCounts,
  target: fc.constantFrom('x', 'y'),
  results: fc.array(fc.record({ function: name, outcome, contentHash, previous: fc.nat(4) })),
});

const environments: fc.Arbitrary<EnvironmentsSet> = fc.record({
  type: fc.constant('environments-set'),
  project,
  environments: fc.array(fc.record({ name: environment, order: fc.nat(3), target })),
  removed: fc.uniqueArray(environment),
});

const published: fc.Arbitrary<EffectsPublished> = fc.record({
  type: fc.constant('effects-published'),
  project,
  topic: fc.constant(TOPIC),
  through: fc.nat(30),
});

const released: fc.Arbitrary<EffectsReleased> = fc.record({
  type: fc.constant('effects-released'),
  project,
  topic: fc.constant(TOPIC),
  through: fc.nat(30),
});

const skipped: fc.Arbitrary<EffectsSkipped> = fc.record({
  type: fc.constant('effects-skipped'),
  project,
  topic: fc.constant(TOPIC),
  environment,
  release,
  committed: position,
  first: position,
  through: position,
  reason: fc.string({ maxLength: 20 }),
  state: releaseState,
  counts: outcomeCounts,
  functions: names,
});

const waveStarted: fc.Arbitrary<WaveStarted> = fc.record({
  type: fc.constant('wave-started'),
  project,
  environment,
  release,
  wave: release,
  effects: fc.record({ topic: fc.constant(TOPIC), first: position }),
  from: position,
  count: position,
});

const cancelled: fc.Arbitrary<DeploymentsCancelled> = fc.record({
  type: fc.constant('deployments-cancelled'),
  project,
  topic: fc.constant(TOPIC),
  environment,
  release,
  committed: position,
  reason: fc.string({ maxLength: 20 }),
  state: releaseState,
  counts: outcomeCounts,
  numbers: fc.array(fc.record({ first: position, through: position }), { maxLength: 2 }),
  functions: names,
});

/** Any event, valid by its schema, whether it makes sense or not. */
export const events: fc.Arbitrary<JournalEvent> = fc.oneof(
  staged,
  unstaged,
  merged,
  committed,
  recorded,
  environments,
  published,
  released,
  skipped,
  requested,
  taskRecorded,
  planRecorded,
  waveStarted,
  cancelled,
  gateEvents,
);
