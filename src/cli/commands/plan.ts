import type { Command } from 'commander';
import { plannedPrefix, planId } from '../../core/ids.js';
import type { FunctionPlan, PlanDocument } from '../../core/types.js';
import type { Context } from '../context.js';
import { EXIT, Exit } from '../exit.js';
import { functionNames } from '../names.js';
import { planLines } from '../plan-table.js';
import { openSession, timeoutOption, type Session } from '../session.js';
import { counted, pretty } from '../table.js';
import { requireNoFault, runTask } from '../wait-for-task.js';

interface PlanOptions {
  readonly set?: string;
  readonly names?: readonly string[];
  readonly allowRecreate?: readonly string[];
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
    .option('--allow-recreate <names...>', 'these may be deleted and created anew', functionNames)
    .addOption(timeoutOption('how long to wait for the plan (default: 10m)'))
    .action(async (environment: string, options: PlanOptions, command: Command) => {
      const { set, names, allowRecreate, timeout } = options;
      const session = openSession(command, context);
      const stageSet = set ?? 'main';
      const params = {
        environment,
        stageSet,
        ...(names === undefined ? {} : { names }),
        ...(allowRecreate === undefined ? {} : { allowRecreate }),
      };
      const task = await runTask(session, { command: 'plan', params, timeout });
      requireNoFault(task);
      const { plan, functions } = await read(session, { environment, stageSet, task: task.task });
      if (session.json) context.out(pretty({ plan, functions }));
      else for (const line of planLines(plan, functions)) context.out(line);
      const { blocked } = plan.summary.counts;
      if (blocked > 0) throw new Exit(EXIT.failed, `${counted(blocked, 'function')} cannot be deployed so`);
    });
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
