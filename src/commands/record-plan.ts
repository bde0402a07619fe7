import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { planId, plannedPrefix, taskId } from '../core/ids.js';
import type { PlanRecorded, PlanSummary, RecordPlanParams, TaskDocument } from '../core/types.js';
import { scan, seenAs } from './shared/read.js';

interface State {
  readonly task: TaskDocument | undefined;
  /** Functions of earlier plans, with their requests' positions; read for the last part only. */
  readonly before: ReadonlyMap<string, number>;
}

/** Blocked functions named at most. */
const MAX_BLOCKED = 20;
/** Leftovers of earlier plans taken away at once: they have to fit into a record. What is left over is told by its task. */
const MAX_GONE_BYTES = 100 * 1024;
const NOTHING: PlanSummary['counts'] = {
  create: 0,
  update: 0,
  unchanged: 0,
  're-create': 0,
  delete: 0,
  blocked: 0,
};

/**
 * What a deployer has planned, part by part. Parts of one run come in order. A deployer that took over begins a run of its
 * own, and what still comes of the other is left out; so is all that comes when the plan is complete.
 */
export const recordPlan = defineCommand<RecordPlanParams, State>({
  name: 'record-plan',
  summary: 'Records a part of a plan; sent by deployers.',
  schema: 'record-plan.json',
  kind: 'change',
  role: 'service',
  refusals: ['UNKNOWN_TASK'],

  async load(load, { environment, task: id, stageSet, part, parts }, { project }) {
    const key = taskId({ project, environment, task: id });
    const task = seenAs(await load.get([key]), key, 'task');
    const before = new Map<string, number>();
    if (task !== undefined && part === parts - 1) {
      const prefix = plannedPrefix({ project, environment, stageSet });
      for await (const { plan, task: of, requested } of scan(load, { prefix }, 'planned'))
        if (of !== id) before.set(plan.function, requested);
    }
    return { task, before };
  },

  decide({ task, before }, params, { project }) {
    const { environment, stageSet, part, parts } = params;
    const ref = { project, environment, task: params.task };
    if (task?.operation !== 'plan' || task.stageSet !== stageSet)
      return rejectAt(
        '/params/task',
        'UNKNOWN_TASK',
        `Project "${project}" has no such plan of stage set "${stageSet}" in "${environment}".`,
      );
    const told = { environment, stageSet, document: taskId(ref), plan: planId({ ...ref, stageSet }) };
    if (!isNext(task, params)) return accept([], { ...told, recorded: 0, state: task.state });
    const isLast = part === parts - 1;
    const gone = isLast ? goneOf(before, params, task.requested) : [];
    const event: PlanRecorded = {
      type: 'plan-recorded',
      ...ref,
      requested: task.requested,
      stageSet,
      target: task.target.fingerprint,
      state: isLast ? 'done' : 'requested',
      summary: summaryOf(part === 0 ? undefined : task.plan, params),
      functions: params.functions,
      ...(gone.length === 0 ? {} : { gone }),
    };
    return accept([event], { ...told, recorded: params.functions.length, state: event.state });
  },
});

function isNext({ state, plan }: TaskDocument, { run, part }: RecordPlanParams): boolean {
  if (state !== 'requested') return false;
  if (part === 0) return plan?.run !== run;
  return plan?.run === run && part === plan.received;
}

function summaryOf(before: PlanSummary | undefined, params: RecordPlanParams): PlanSummary {
  const { contentHash, run, part, parts, functions } = params;
  const counts = { ...(before?.counts ?? NOTHING) };
  for (const { operation } of functions) counts[operation] += 1;
  const blocked = functions.filter(({ operation }) => operation === 'blocked').map((one) => one.function);
  return {
    contentHash,
    run,
    parts,
    received: part + 1,
    functions: (before?.functions ?? 0) + functions.length,
    counts,
    notices: functions.reduce((sum, { notices }) => sum + notices.length, before?.notices ?? 0),
    blocked: [...(before?.blocked ?? []), ...blocked].slice(0, MAX_BLOCKED),
  };
}

/** What earlier plans said of functions that this one does not have, as far as there is room. */
function goneOf(before: State['before'], { functions }: RecordPlanParams, requested: number): string[] {
  const here = new Set(functions.map((plan) => plan.function));
  const gone: string[] = [];
  let bytes = 0;
  for (const [name, position] of before) {
    if (here.has(name) || position > requested) continue;
    bytes += Buffer.byteLength(name) + 3;
    if (bytes > MAX_GONE_BYTES) break;
    gone.push(name);
  }
  return gone;
}
