import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { freezeOf } from '../core/freeze.js';
import { environmentId } from '../core/ids.js';
import type { EnvironmentUnfrozen, UnfreezeParams } from '../core/types.js';
import { loadHere, type Here } from './shared/here.js';
import { refuse } from './shared/refusals.js';

/** Ends a freeze. Releases that it holds go on when they are resumed. */
export const unfreeze = defineCommand<UnfreezeParams, Here>({
  name: 'unfreeze',
  summary: 'Ends the freeze of an environment; what it holds is resumed release by release.',
  schema: 'unfreeze.json',
  kind: 'change',
  role: 'operator',
  everyProject: () => true,
  refusals: ['UNKNOWN_NAME', 'NOT_FROZEN'],

  load: (load, { environment }) => loadHere(load, environment),

  decide({ unknown, here }, { environment, note }, { project, time }) {
    const refused = refuse(unknown, []);
    if (refused !== undefined) return refused;
    if (freezeOf(here, time) === undefined) {
      const until = here?.frozen?.until;
      const ended = until === undefined ? '' : `: its freeze ended at ${until}`;
      return rejectAt('/params/environment', 'NOT_FROZEN', `${environment} is not frozen${ended}.`);
    }
    const why = note === undefined ? {} : { note };
    const event: EnvironmentUnfrozen = { type: 'environment-unfrozen', project, environment, ...why };
    return accept([event], { environment, document: environmentId(environment) });
  },
});
