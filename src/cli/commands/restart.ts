import type { Command } from 'commander';
import type { Context } from '../context.js';
import { registerOperation } from '../operate.js';

/** `stageline restart <environment> <names...>`. */
export function registerRestart(program: Command, context: Context): void {
  registerOperation(program, context, {
    operation: 'restart',
    description: 'restart functions; what is stopped is started',
    done: 'restarted',
  });
}
