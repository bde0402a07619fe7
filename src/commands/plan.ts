import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { planId, stagedId, stageSetId } from '../core/ids.js';
import type { EnvironmentDocument, PlanParams } from '../core/types.js';
import { DEFAULT_STAGE_SET } from './shared/defaults.js';
import { loadEnvironments, seenAs, type Seen } from './shared/read.js';
import { refuse, unknownEnvironment, type Refusal } from './shared/refusals.js';
import { requestTask, taskReads } from './shared/request-task.js';

interface State {
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
}

/**
 * Asks a deployer what a commit would do. Reading a live cluster is no decision: the deployer answers with `record-plan`,
 * and the task's document says when it has.
 */
export const plan = defineCommand<PlanParams, State>({
  name: 'plan',
  summary: 'Asks a deployer what a commit of staged entries would do to an environment.',
  schema: 'plan.json',
  kind: 'change',
  role: 'developer',
  refusals: ['UNKNOWN_NAME', 'STAGE_SET_EMPTY'],

  async load(load, { stageSet = DEFAULT_STAGE_SET, names = [], allowRecreate = [] }, meta) {
    const { project } = meta;
    const [environments, seen] = await Promise.all([
      loadEnvironments(load),
      load.get([
        ...taskReads(meta),
        stageSetId(project, stageSet),
        ...[...names, ...allowRecreate].map((name) => stagedId(project, stageSet, name)),
      ]),
    ]);
    return { environments, seen };
  },

  decide({ environments, seen }, params, meta) {
    const { environment, stageSet = DEFAULT_STAGE_SET, names, allowRecreate } = params;
    const { project } = meta;
    const here = environments.find((candidate) => candidate.environment === environment);
    const known = environments.map((candidate) => candidate.environment);
    const set = seenAs(seen, stageSetId(project, stageSet), 'stage-set');
    if (here !== undefined && (set === undefined || set.counts.apply + set.counts.delete === 0))
      return rejectAt(
        '/params/stageSet',
        'STAGE_SET_EMPTY',
        `Stage set "${stageSet}" of project "${project}" holds no entries; stage something first.`,
      );
    const against = (field: 'names' | 'allowRecreate'): Refusal[] =>
      (params[field] ?? []).flatMap((name, index): Refusal[] => {
        if (seenAs(seen, stagedId(project, stageSet, name), 'staged') !== undefined) return [];
        const detail = `is not in stage set "${stageSet}"`;
        return [{ pointer: `/params/${field}/${index}`, name, code: 'UNKNOWN_NAME', detail }];
      });
    const unknown = [...against('names'), ...against('allowRecreate')];
    const refused = refuse(
      here === undefined ? [unknownEnvironment(environment, known, '/params/environment')] : unknown,
      ['UNKNOWN_NAME'],
    );
    if (refused !== undefined || here === undefined) return refused ?? accept([], {});

    const wish = {
      operation: 'plan',
      environment: here,
      stageSet,
      ...(names === undefined ? {} : { names }),
      ...(allowRecreate === undefined ? {} : { allowRecreate }),
    } as const;
    const { event, result } = requestTask(wish, seen, meta);
    return accept([event], { ...result, stageSet, plan: planId({ project, environment, stageSet }) });
  },
});
