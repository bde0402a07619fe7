import { accept, defineCommand } from '../core/decision.js';
import type { EnvironmentDocument, ImportDeployedParams } from '../core/types.js';
import { loadEnvironments, type Seen } from './shared/read.js';
import { refuse, unknownEnvironment } from './shared/refusals.js';
import { requestTask, taskReads } from './shared/request-task.js';

interface State {
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
}

/** Asks a deployer what runs in a tenant, so that it becomes the project's; the cluster stays as it is. */
export const importDeployed = defineCommand<ImportDeployedParams, State>({
  name: 'import-deployed',
  summary: 'Adopts the functions, sources and sinks that run in a tenant or namespace already.',
  schema: 'import-deployed.json',
  kind: 'change',
  role: 'operator',
  refusals: ['UNKNOWN_NAME'],

  check: ({ tenant, namespace, names = [] }) => {
    const place = namespace === undefined ? `${tenant}/` : `${tenant}/${namespace}/`;
    return names.flatMap((name, index) => {
      if (name.startsWith(place)) return [];
      const detail = `is not in ${place.slice(0, -1)}`;
      return [{ pointer: `/params/names/${index}`, name, code: 'INVALID_COMMAND', detail }];
    });
  },

  async load(load, _params, meta) {
    const [environments, seen] = await Promise.all([loadEnvironments(load), load.get(taskReads(meta))]);
    return { environments, seen };
  },

  decide({ environments, seen }, { environment, tenant, namespace, names }, meta) {
    const here = environments.find((candidate) => candidate.environment === environment);
    if (here === undefined) {
      const known = environments.map((candidate) => candidate.environment);
      const unknown = unknownEnvironment(environment, known, '/params/environment');
      return refuse([unknown], ['UNKNOWN_NAME']) ?? accept([], {});
    }
    const wish = {
      operation: 'import',
      environment: here,
      import: { tenant, ...(namespace === undefined ? {} : { namespace }) },
      ...(names === undefined ? {} : { names }),
    } as const;
    const { event, result } = requestTask(wish, seen, meta);
    return accept([event], result);
  },
});
