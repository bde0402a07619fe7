import { accept, defineCommand, type CommandDefinition } from '../../core/decision.js';
import { environmentHolds } from '../../core/function-state.js';
import { functionId } from '../../core/ids.js';
import type { EnvironmentDocument, OverrideWish, TaskSubject } from '../../core/types.js';
import type { SchemaId } from '../../core/validate.js';
import { frozenGate, GATE_REFUSALS, passing } from './gates.js';
import { loadEnvironments, seenAs, type Seen } from './read.js';
import { refuse, unknownEnvironment, type Refusal } from './refusals.js';
import { requestTask, taskReads } from './request-task.js';

interface Params {
  readonly environment: string;
  readonly names: string[];
  readonly override?: OverrideWish;
}

interface State {
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
}

export interface Operating {
  readonly operation: 'start' | 'stop' | 'restart';
  readonly summary: string;
  readonly schema: SchemaId;
}

/** The command that starts, stops or restarts functions: one message a function, in order with its deployments. */
export function operateFunctions({
  operation,
  summary,
  schema,
}: Operating): CommandDefinition<Params, State> {
  return defineCommand<Params, State>({
    name: `${operation}-functions`,
    summary,
    schema,
    kind: 'change',
    role: 'operator',
    refusals: ['UNKNOWN_NAME', 'OTHER_PROJECT', ...GATE_REFUSALS],

    async load(load, { names }, meta) {
      const [environments, seen] = await Promise.all([
        loadEnvironments(load),
        load.get([...taskReads(meta), ...names.map(functionId)]),
      ]);
      return { environments, seen };
    },

    decide({ environments, seen }, { environment, names, override }, meta) {
      const here = environments.find((candidate) => candidate.environment === environment);
      if (here === undefined) {
        const known = environments.map((candidate) => candidate.environment);
        const unknown = unknownEnvironment(environment, known, '/params/environment');
        return refuse([unknown], ['UNKNOWN_NAME']) ?? accept([], {});
      }
      const passage = passing(frozenGate(here, meta), override, meta);
      if (passage.refused !== undefined) return passage.refused;
      const subjects: TaskSubject[] = [];
      const refusals = names.flatMap((name, index): Refusal[] => {
        const document = seenAs(seen, functionId(name), 'function');
        const at = { pointer: `/params/names/${index}`, name };
        if (document !== undefined && document.project !== meta.project)
          return [{ ...at, code: 'OTHER_PROJECT', detail: `belongs to project "${document.project}"` }];
        if (document === undefined || !environmentHolds(document, here))
          return [{ ...at, code: 'UNKNOWN_NAME', detail: `was not deployed to ${environment}` }];
        subjects.push({ function: name, workload: document.workload });
        return [];
      });
      const refused = refuse(refusals, ['OTHER_PROJECT', 'UNKNOWN_NAME']);
      if (refused !== undefined) return refused;
      const { event, result } = requestTask(
        { operation, environment: here, functions: subjects, ...passage.kept },
        seen,
        meta,
      );
      return accept([event], { ...result, functions: subjects.length });
    },
  });
}
