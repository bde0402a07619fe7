import { accept, defineCommand } from '../core/decision.js';
import { adminUrlFault, environmentNameFault, policyIn, samePolicy, targetOf } from '../core/environments.js';
import { environmentHolds } from '../core/function-state.js';
import type {
  EnvironmentDocument,
  EnvironmentsSet,
  ProblemItem,
  SetEnvironmentsParams,
} from '../core/types.js';
import { loadEnvironments, scan } from './shared/read.js';
import { refuse, type Refusal } from './shared/refusals.js';

interface State {
  readonly environments: readonly EnvironmentDocument[];
  /** By environment to be removed: how many functions it holds, and one of them. */
  readonly holding: ReadonlyMap<string, { readonly count: number; readonly example: string }>;
}

/** Puts environments into force as given: those named are added or changed, all others go. */
export const setEnvironments = defineCommand<SetEnvironmentsParams, State>({
  name: 'set-environments',
  summary: 'Adds, changes and removes environments, their targets, and what a commit there needs.',
  schema: 'set-environments.json',
  kind: 'change',
  role: 'admin',
  everyProject: () => true,
  refusals: ['ENVIRONMENT_IN_USE'],

  check({ environments }) {
    const names = new Set<string>();
    return environments.flatMap(({ name, adminUrl }, index): ProblemItem[] => {
      const at = `/params/environments/${index}`;
      const faults: ProblemItem[] = [];
      const fault = (pointer: string, detail: string): void => {
        faults.push({ pointer, name, code: 'INVALID_COMMAND', detail });
      };
      const taken = environmentNameFault(name);
      if (taken !== undefined) fault(`${at}/name`, taken);
      if (names.has(name)) fault(`${at}/name`, 'is there twice; each environment once');
      names.add(name);
      const wrong = adminUrl === undefined ? undefined : adminUrlFault(adminUrl);
      if (wrong !== undefined) fault(`${at}/adminUrl`, wrong);
      return faults;
    });
  },

  async load(load, params) {
    const environments = await loadEnvironments(load);
    const kept = new Set(params.environments.map(({ name }) => name));
    const removed = environments.filter(({ environment }) => !kept.has(environment));
    const holding = new Map<string, { count: number; example: string }>();
    if (removed.length > 0) {
      for await (const document of scan(load, { prefix: 'function:' }, 'function')) {
        for (const environment of removed) {
          if (!environmentHolds(document, environment)) continue;
          const { count, example } = holding.get(environment.environment) ?? {
            count: 0,
            example: document.function,
          };
          holding.set(environment.environment, { count: count + 1, example });
        }
      }
    }
    return { environments, holding };
  },

  decide({ environments, holding }, params, { project }) {
    const inUse = [...holding].map(([name, { count, example }]): Refusal => {
      const others = count === 1 ? '' : ` and ${count - 1} more`;
      const detail = `has ${example}${others} deployed; commit their deletion there first`;
      return { name, code: 'ENVIRONMENT_IN_USE', detail };
    });
    const refused = refuse(inUse, ['ENVIRONMENT_IN_USE']);
    if (refused !== undefined) return refused;

    const current = new Map(environments.map((document) => [document.environment, document]));
    const settings = params.environments.map((setting, order) => ({
      name: setting.name,
      order,
      target: targetOf(setting),
      ...policyIn(setting),
    }));
    const added = settings.filter(({ name }) => !current.has(name));
    const changed = settings.filter(({ name, order, target, approvals }) => {
      const before = current.get(name);
      return (
        before !== undefined &&
        (before.order !== order ||
          before.target.fingerprint !== target.fingerprint ||
          !samePolicy(before.approvals, approvals))
      );
    });
    const kept = new Set(settings.map(({ name }) => name));
    const removed = [...current.keys()].filter((name) => !kept.has(name));
    const event: EnvironmentsSet = {
      type: 'environments-set',
      project,
      environments: [...added, ...changed],
      removed,
    };
    const told = (setting: (typeof settings)[number]): Record<string, unknown> => {
      const { name, order, target, approvals } = setting;
      return { name, order, target: target.kind, ...(approvals === undefined ? {} : { approvals }) };
    };
    const changes = event.environments.length + removed.length;
    return accept(changes === 0 ? [] : [event], {
      added: added.map(told),
      changed: changed.map(told),
      removed,
    });
  },
});
