import { accept, defineCommand, type CommandDefinition } from '../../core/decision.js';
import { driftId, functionId } from '../../core/ids.js';
import type { CheckDriftParams, EnvironmentDocument } from '../../core/types.js';
import { loadEnvironments, seenAs, type Seen } from './read.js';
import { refuse, unknownEnvironment, type Refusal } from './refusals.js';
import { requestTask, taskReads } from './request-task.js';

interface State {
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
}

const REFUSALS = ['UNKNOWN_NAME', 'OTHER_PROJECT'] as const;

/** The command that asks a deployer whether what runs is what was deployed last. */
export function askForDrift(
  named: Pick<CommandDefinition<CheckDriftParams, State>, 'name' | 'summary' | 'schema' | 'role'>,
): CommandDefinition<CheckDriftParams, State> {
  return defineCommand<CheckDriftParams, State>({
    ...named,
    kind: 'change',
    refusals: REFUSALS,

    async load(load, { names = [] }, meta) {
      const [environments, seen] = await Promise.all([
        loadEnvironments(load),
        load.get([...taskReads(meta), ...names.map(functionId)]),
      ]);
      return { environments, seen };
    },

    decide({ environments, seen }, { environment, names, repair, packages }, meta) {
      const here = environments.find((candidate) => candidate.environment === environment);
      const known = environments.map((candidate) => candidate.environment);
      const refusals =
        here === undefined
          ? [unknownEnvironment(environment, known, '/params/environment')]
          : (names ?? []).flatMap((name, index): Refusal[] => {
              const document = seenAs(seen, functionId(name), 'function');
              const at = { pointer: `/params/names/${index}`, name };
              if (document === undefined)
                return [{ ...at, code: 'UNKNOWN_NAME', detail: 'is no function that is known' }];
              if (document.project === meta.project) return [];
              return [{ ...at, code: 'OTHER_PROJECT', detail: `belongs to project "${document.project}"` }];
            });
      const refused = refuse(refusals, REFUSALS);
      if (refused !== undefined || here === undefined) return refused ?? accept([], {});
      const drift = {
        ...(repair === true ? { repair } : {}),
        ...(packages === true ? { packages } : {}),
      };
      const wish = {
        operation: 'check-drift',
        environment: here,
        drift,
        ...(names === undefined ? {} : { names }),
      } as const;
      const { event, result } = requestTask(wish, seen, meta);
      return accept([event], { ...result, drift: driftId({ project: meta.project, environment }) });
    },
  });
}
