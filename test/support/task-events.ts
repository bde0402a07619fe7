import fc from 'fast-check';
import type { FunctionPlan, PlanRecorded, TaskRecorded, TaskRequested } from '../../src/core/types.js';
import {
  project,
  stageSet,
  environment,
  name,
  names,
  hash,
  contentHash,
  workload,
  target,
  position,
} from './event-parts.js';
import { TOPIC } from './world.js';

const task = fc.constantFrom(1, 2).map((number) => `00000000-0000-7000-8000-00000000000${number}`);
const operation = fc.constantFrom('plan' as const, 'start' as const, 'restart' as const);
const taskState = fc.constantFrom('requested' as const, 'done' as const, 'failed' as const);

export const requested: fc.Arbitrary<TaskRequested> = fc.record(
  {
    type: fc.constant('task-requested'),
    project,
    environment,
    task,
    operation,
    target,
    effects: fc.record({ topic: fc.constant(TOPIC), first: position, count: fc.integer({ min: 1, max: 3 }) }),
    stageSet,
    names,
    functions: fc.array(fc.record({ function: name, workload }), { maxLength: 3 }),
  },
  { requiredKeys: ['type', 'project', 'environment', 'task', 'operation', 'target', 'effects'] },
);

export const taskRecorded: fc.Arbitrary<TaskRecorded> = fc.record(
  {
    type: fc.constant('task-recorded'),
    project,
    environment,
    task,
    operation,
    state: taskState,
    counts: fc.record({ done: fc.nat(9), failed: fc.nat(9) }),
    results: fc.array(
      fc.record({ function: name, outcome: fc.constantFrom('done' as const, 'failed' as const) }),
    ),
    code: fc.constant('INTERNAL'),
    reason: fc.string({ maxLength: 20 }),
  },
  {
    requiredKeys: ['type', 'project', 'environment', 'task', 'operation', 'state', 'counts', 'results'],
  },
);

const functionPlan: fc.Arbitrary<FunctionPlan> = fc.record({
  function: name,
  workload,
  contentHash,
  operation: fc.constantFrom('create' as const, 'unchanged' as const, 'blocked' as const),
  changes: fc.constant([]),
  restarts: fc.boolean(),
  package: fc.constantFrom('none' as const, 'sent' as const),
  notices: fc.constant([]),
});

export const planRecorded: fc.Arbitrary<PlanRecorded> = fc.record(
  {
    type: fc.constant('plan-recorded'),
    project,
    environment,
    task,
    requested: position,
    stageSet,
    target: fc.constantFrom('x', 'y'),
    state: taskState,
    summary: fc.record({
      contentHash: hash,
      run: hash,
      parts: fc.integer({ min: 1, max: 3 }),
      received: fc.nat(3),
      functions: fc.nat(9),
      counts: fc.record({
        create: fc.nat(9),
        update: fc.nat(9),
        unchanged: fc.nat(9),
        're-create': fc.nat(9),
        delete: fc.nat(9),
        blocked: fc.nat(9),
      }),
      notices: fc.nat(9),
      blocked: names,
    }),
    functions: fc.uniqueArray(functionPlan, { maxLength: 3, selector: (plan) => plan.function }),
    gone: names,
  },
  {
    requiredKeys: [
      'type',
      'project',
      'environment',
      'task',
      'requested',
      'stageSet',
      'target',
      'state',
      'summary',
      'functions',
    ],
  },
);
