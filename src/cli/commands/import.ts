import type { Command } from 'commander';
import { printable } from '../../core/printable.js';
import type { LeftOut, TaskDocument } from '../../core/types.js';
import type { Context } from '../context.js';
import { functionNames } from '../names.js';
import { openSession, timeoutOption } from '../session.js';
import { counted, pretty } from '../table.js';
import { requireNoFault, runTask } from '../wait-for-task.js';

interface ImportOptions {
  readonly namespace?: string;
  readonly names?: readonly string[];
  readonly timeout?: number;
}

/** `stageline import <environment> <tenant>`: what runs already becomes the project's. */
export function registerImport(program: Command, context: Context): void {
  program
    .command('import')
    .description(
      'adopt the functions, sources and sinks that run in a cluster already; nothing is changed there',
    )
    .argument('<environment>', 'where, such as test or prod')
    .argument('<tenant>', 'whose')
    .option('--namespace <name>', 'only this namespace of the tenant')
    .option('--names <names...>', 'only these functions', functionNames)
    .addOption(timeoutOption('how long to wait for the import (default: 10m)'))
    .action(async (...given: [string, string, ImportOptions, Command]) => {
      const [environment, tenant, { namespace, names, timeout }, command] = given;
      const session = openSession(command, context);
      const params = {
        environment,
        tenant,
        ...(namespace === undefined ? {} : { namespace }),
        ...(names === undefined ? {} : { names }),
      };
      const task = await runTask(session, { command: 'import-deployed', params, timeout });
      requireNoFault(task);
      if (session.json) context.out(pretty(task));
      else for (const line of linesOf(task)) context.out(line);
    });
}

function linesOf({ environment, imported, leftOut = [] }: TaskDocument): string[] {
  if (imported === undefined) return [];
  const { imported: taken, packageUnknown, leftOut: left, releases } = imported;
  const made = releases.length === 0 ? '' : ` as ${releases.map((number) => `#${number}`).join(', ')}`;
  const unknown = packageUnknown === 0 ? '' : `; the package of ${packageUnknown} is not known`;
  const more = left - leftOut.length;
  return [
    `${counted(taken, 'function')} taken over in ${environment}${made}${unknown}`,
    ...leftOut.map(lineOf),
    ...(more > 0 ? [`and ${more} more left out`] : []),
  ];
}

function lineOf({ function: name, code, detail }: LeftOut): string {
  return `left out  ${name}: ${printable(detail)} [${code}]`;
}
