import type { Command } from 'commander';
import { printable } from '../core/printable.js';
import type { TaskDocument, TaskResult } from '../core/types.js';
import type { Context } from './context.js';
import { overrideOption, overriding } from './commands/override.js';
import { EXIT, Exit } from './exit.js';
import { functionNames } from './names.js';
import { openSession, timeoutOption } from './session.js';
import { counted, pretty } from './table.js';
import { requireNoFault, runTask } from './wait-for-task.js';

/** One of the three, in the words of the help text and of the outcome. */
export interface Operating {
  readonly operation: 'start' | 'stop' | 'restart';
  readonly description: string;
  readonly done: string;
}

interface OperateOptions {
  readonly override?: string;
  readonly timeout?: number;
}

/** `stageline start|stop|restart <environment> <names...>`. */
export function registerOperation(program: Command, context: Context, words: Operating): void {
  program
    .command(words.operation)
    .description(words.description)
    .argument('<environment>', 'where, such as test or prod')
    .argument('<names...>', 'functions, sources or sinks', functionNames)
    .addOption(overrideOption())
    .addOption(timeoutOption('how long to wait for all of them (default: 10m)'))
    .action(async (...given: [string, readonly string[], OperateOptions, Command]) => {
      const [environment, names, options, command] = given;
      const { timeout } = options;
      const session = openSession(command, context);
      const params = { environment, names, ...overriding(options) };
      const request = { command: `${words.operation}-functions`, params, timeout };
      const task = await runTask(session, request);
      if (session.json) context.out(pretty(task));
      else for (const result of task.results ?? []) context.out(lineOf(result, words));
      requireNoFault(task);
      requireAll(task, words);
    });
}

function lineOf({ function: name, outcome, answer }: TaskResult, { done }: Operating): string {
  const said = answer?.reason;
  const facts = [
    answer?.code,
    answer !== undefined && answer.status > 0 ? `HTTP ${answer.status}` : undefined,
  ];
  const told = facts.filter((fact) => fact !== undefined).join(', ');
  if (outcome === 'done')
    return `${done}  ${name}${said === undefined ? '' : ` (it was so already: ${printable(said)})`}`;
  return `failed  ${name}: ${said === undefined ? 'no reason given' : printable(said)}${told === '' ? '' : ` [${told}]`}`;
}

function requireAll({ counts }: TaskDocument, { operation }: Operating): void {
  if (counts.failed > 0)
    throw new Exit(EXIT.failed, `could not ${operation} ${counted(counts.failed, 'function')}`);
}
