import type { Command } from 'commander';
import type { Context } from '../context.js';
import { registerOperation } from '../operate.js';

/** `stageline stop <environment> <names...>`. */
export function registerStop(program: Command, context: Context): void {
  registerOperation(program, context, {
    operation: 'stop',
    description: 'stop functions; they stay deployed, and stopped until they are started',
    done: 'stopped',
  });
}
