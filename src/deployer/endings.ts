import type { Assignment } from './deployment-message.js';
import type { Ending } from './deploy-one.js';
import { createMemory } from './memory.js';

/** Remembers how deployments ended: what comes again, because it could not be acknowledged, is not deployed again. */
export interface Endings {
  /** The ending known for this assignment, or that of `deploy`. Those who come while it runs share it. */
  of(assignment: Assignment, deploy: () => Promise<Ending>): Promise<Ending>;
}

/** Keeps the newest `max`. */
export function createEndings(max = 10_000): Endings {
  const memory = createMemory<Ending>(({ kind }) => kind === 'result', max);
  return {
    of({ effect, function: name, body }, deploy) {
      // Effect ids begin anew in a restored journal.
      const key = [effect, body.project, body.environment, body.release, name, body.contentHash].join('\n');
      return memory.of(key, deploy);
    },
  };
}
