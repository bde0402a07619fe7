import { accept, defineCommand } from '../../core/decision.js';
import type { AddEnvironmentsParams, EnvironmentDocument, EnvironmentsSet } from '../../core/types.js';
import { loadEnvironments } from '../shared/read.js';

/**
 * Environments that the configuration has and the documents have not. A new one takes the place in the promotion order that
 * the configuration gives it, so others may move; targets and policies in force are never changed here.
 */
export const addEnvironments = defineCommand<AddEnvironmentsParams, readonly EnvironmentDocument[]>({
  name: 'add-environments',
  summary: 'Adds environments that are new in the configuration; the writer only.',
  schema: 'add-environments.json',
  kind: 'change',
  role: 'service',
  refusals: [],

  load: (load) => loadEnvironments(load),

  decide(current, params, { project }) {
    const settings = new Map(params.environments.map((setting) => [setting.name, setting]));
    const orders = new Map(current.map(({ environment, order }) => [environment, order]));
    for (const { environment: name, target, approvals } of current)
      settings.set(name, { name, target, ...(approvals === undefined ? {} : { approvals }) });
    const names = inOrder(
      current.map(({ environment }) => environment),
      params.environments.map(({ name }) => name),
    );
    const environments = names.flatMap((name, order): EnvironmentsSet['environments'] => {
      const setting = settings.get(name);
      return setting === undefined || orders.get(name) === order ? [] : [{ ...setting, order }];
    });
    const added = names.filter((name) => !orders.has(name));
    const event: EnvironmentsSet = { type: 'environments-set', project, environments, removed: [] };
    return accept(added.length === 0 ? [] : [event], { added });
  },
});

/** Puts each new name behind the one that precedes it in the configuration. */
function inOrder(current: readonly string[], configured: readonly string[]): string[] {
  const names = [...current];
  configured.forEach((name, index) => {
    if (names.includes(name)) return;
    const previous = configured[index - 1];
    const next = configured.find((other, place) => place > index && names.includes(other));
    if (previous !== undefined) names.splice(names.indexOf(previous) + 1, 0, name);
    else names.splice(next === undefined ? names.length : names.indexOf(next), 0, name);
  });
  return names;
}
