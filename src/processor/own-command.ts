import type { AnyCommand, CommandDefinition } from '../core/decision.js';
import type { Incoming } from './inbox.js';

/** A command of the writer's own: it is on no whitelist and can come from nowhere else. */
export function ownCommand<Params extends object, State>(
  definition: CommandDefinition<Params, State>,
  params: Params,
): Incoming {
  return {
    via: 'internal',
    definition: definition as unknown as AnyCommand,
    params: params as Record<string, unknown>,
  };
}
