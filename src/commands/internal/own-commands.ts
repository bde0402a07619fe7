import type { AnyCommand } from '../../core/decision.js';
import { addEnvironments } from './add-environments.js';
import { noteEffectsPublished } from './note-effects-published.js';

/** Commands of the writer's own: on no whitelist, and from nowhere else. */
const OWN = [addEnvironments, noteEffectsPublished].map((command) => command as unknown as AnyCommand);

/** The writer's own command of this name, as a record in the journal names it. */
export function findOwnCommand(name: string): AnyCommand | undefined {
  return OWN.find((command) => command.name === name);
}
