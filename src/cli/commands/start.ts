import type { Command } from 'commander';
import type { Context } from '../context.js';
import { registerOperation } from '../operate.js';

/** `stageline start <environment> <names...>`. */
export function registerStart(program: Command, context: Context): void {
  registerOperation(program, context, {
    operation: 'start',
    description: 'start functions that are stopped',
    done: 'started',
  });
}
