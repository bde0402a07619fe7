import { accept, defineCommand } from '../core/decision.js';
import { planId, rollbackSet } from '../core/ids.js';
import type { PlanRollbackParams } from '../core/types.js';
import { rollback } from './rollback.js';
import { GATE_REFUSALS } from './shared/gates.js';
import { requestTask } from './shared/request-task.js';

type State = Awaited<ReturnType<typeof rollback.load>>;

/**
 * Asks a deployer what a rollback would do, so that what cannot be put back is known before it is done. What it would
 * write is decided as the rollback itself decides it, and refused as that is.
 */
export const planRollback = defineCommand<PlanRollbackParams, State>({
  name: 'plan-rollback',
  summary: 'Asks a deployer what a rollback would do to an environment, and what it cannot put back.',
  schema: 'plan-rollback.json',
  kind: 'change',
  role: 'developer',
  refusals: rollback.refusals.filter((code) => !(GATE_REFUSALS as readonly string[]).includes(code)),

  load: (load, params, meta) => rollback.load(load, params, meta),

  decide(state, params, meta) {
    // To look changes nothing: a freeze is no reason against it.
    const environments = state.environments.map(({ frozen: _frozen, ...thawed }) => thawed);
    const decision = rollback.decide({ ...state, environments }, params, meta);
    if (decision.kind === 'rejected') return decision;
    const { project } = meta;
    const { environment, allowRecreate } = params;
    const here = state.environments.find((candidate) => candidate.environment === environment);
    const made = decision.events.find((event) => event.type === 'release-committed');
    if (here === undefined || made?.toRelease === undefined) return accept([], {});
    const { toRelease, entries, packages } = made;
    const stageSet = rollbackSet(toRelease);
    const recreating = allowRecreate === undefined ? {} : { allowRecreate };
    const wish = { operation: 'plan', environment: here, stageSet, toRelease, packages, entries } as const;
    const { event, result } = requestTask({ ...wish, ...recreating }, state.seen, meta);
    const { left } = decision.result;
    return accept([event], { ...result, toRelease, left, plan: planId({ project, environment, stageSet }) });
  },
});
