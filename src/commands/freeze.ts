import { accept, defineCommand } from '../core/decision.js';
import { environmentId } from '../core/ids.js';
import type { EnvironmentFrozen, FreezeParams } from '../core/types.js';
import { loadHere, type Here } from './shared/here.js';
import { refuse } from './shared/refusals.js';

/** Nothing is deployed to the environment from here on, whoever asks. One that is frozen gets the new reason and end. */
export const freeze = defineCommand<FreezeParams, Here>({
  name: 'freeze',
  summary: 'Freezes an environment: nothing is deployed to it, in any project, until it is unfrozen.',
  schema: 'freeze.json',
  kind: 'change',
  role: 'operator',
  everyProject: () => true,
  refusals: ['UNKNOWN_NAME'],

  check({ until }, { time }) {
    if (until === undefined) return [];
    const end = Date.parse(until);
    const fault = (detail: string) => [{ pointer: '/params/until', code: 'INVALID_COMMAND', detail }];
    if (Number.isNaN(end)) return fault('is no time, such as 2026-01-31T12:00:00Z');
    return end > Date.parse(time) ? [] : fault(`is not in the future: it is ${time}`);
  },

  load: (load, { environment }) => loadHere(load, environment),

  decide({ unknown }, { environment, reason, until }, { project }) {
    const refused = refuse(unknown, []);
    if (refused !== undefined) return refused;
    const end = until === undefined ? {} : { until: new Date(until).toISOString() };
    const event: EnvironmentFrozen = { type: 'environment-frozen', project, environment, reason, ...end };
    return accept([event], { environment, document: environmentId(environment), ...end });
  },
});
