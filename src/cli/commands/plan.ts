import { InvalidArgumentError, Option, type Command } from 'commander';
import { plannedPrefix, planId } from '../../core/ids.js';
import type { FunctionPlan, PlanDocument } from '../../core/types.js';
import type { Context } from '../context.js';
import { EXIT, Exit, usage } from '../exit.js';
import { functionNames } from '../names.js';
import { planLines } from '../plan-table.js';
import { openSession, timeoutOption, type Session } from '../session.js';
import { counted, pretty } from '../table.js';
import { requireNoFault, runTask } from '../wait-for-task.js';

interface PlanOptions {
  readonly set?: string;
  readonly names?: readonly string[];
  readonly allowRecreate?: readonly string[];
  readonly rollback?: true | number;
  readonly prune?: true;
  readonly timeout?: number;
}

/** `stageline plan <environment>`: what a commit would do, by a look at the live cluster. */
export function registerPlan(program: Command, context: Context): void {
  program
    .command('plan')
    .description('look at the live cluster and say what a commit of what is staged would do to it')
    .argument('<environment>', 'where to, such as test or prod')
    .option('--set <name>', 'the stage set (default: main)')
    .option('--names <names...>', 'only these functions', functionNames)
    .addOption(
      new Option(
        '--rollback [release]',
        'what a rollback would do (default: to the succeeded release before)',
      )
        .conflicts('set')
        .argParser(releaseNumber),
    )
    .option('--prune', 'with --rollback: functions that did not exist then are deleted')
    .option('--allow-recreate <names...>', 'these may be deleted and created anew', functionNames)
    .addOption(timeoutOption('how long to wait for the plan (default: 10m)'))
    .action(async (environment: string, options: PlanOptions, command: Command) => {
      const { set, names, allowRecreate, rollback, prune, timeout } = options;
      const session = openSession(command, context);
      if (prune && rollback === undefined) throw usage('--prune is for --rollback');
      const of =
        rollback === undefined
          ? { stageSet: set ?? 'main' }
          : {
              ...(rollback === true ? {} : { toRelease: rollback }),
              ...(prune === undefined ? {} : { prune }),
            };
      const params = {
        environment,
        ...of,
        ...(names === undefined ? {} : { names }),
        ...(allowRecreate === undefined ? {} : { allowRecreate }),
      };
      const kind = rollback === undefined ? 'plan' : 'plan-rollback';
      const task = await runTask(session, { command: kind, params, timeout });
      requireNoFault(task);
      const { stageSet = '' } = task;
      const { plan, functions } = await read(session, { environment, stageSet, task: task.task });
      if (session.json) context.out(pretty({ plan, functions }));
      else for (const line of planLines(plan, functions)) context.out(line);
      const { blocked } = plan.summary.counts;
      if (blocked > 0) throw new Exit(EXIT.failed, `${counted(blocked, 'function')} cannot be deployed so`);
    });
}

function releaseNumber(text: string): number {
  if (!/^0*[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A release is a number from 1.');
  return Number(text);
}

interface Wanted {
  readonly environment: string;
  readonly stageSet: string;
  readonly task: string;
}

/** The plan with what it says of each function; what an earlier plan left behind is passed over. */
async function read(
  { client, project }: Session,
  { environment, stageSet, task }: Wanted,
): Promise<{ plan: PlanDocument; functions: FunctionPlan[] }> {
  const target = { project, environment, stageSet };
  const plan = (await client.document(planId(target)))?.document;
  if (plan?.kind !== 'plan' || plan.task !== task)
    throw new Exit(EXIT.failed, 'somebody else has planned the same stage set meanwhile; plan again');
  const functions: FunctionPlan[] = [];
  for await (const { document } of client.documents(plannedPrefix(target)))
    if (document.kind === 'planned' && document.task === task) functions.push(document.plan);
  return { plan, functions };
}
