import type { Command } from 'commander';
import { driftedPrefix, driftId } from '../../core/ids.js';
import type { FunctionDrift } from '../../core/types.js';
import type { Context } from '../context.js';
import { driftLine, driftWords, functionDriftLines } from '../drift-lines.js';
import { EXIT, Exit } from '../exit.js';
import { functionNames } from '../names.js';
import { openSession, timeoutOption, type Session } from '../session.js';
import { pretty } from '../table.js';
import { requireNoFault, runTask } from '../wait-for-task.js';

interface DriftOptions {
  readonly check?: true;
  readonly names?: readonly string[];
  readonly packages?: true;
  readonly repair?: true;
  readonly timeout?: number;
}

/** `stageline drift <environment>`: whether what runs is what was deployed last. */
export function registerDrift(program: Command, context: Context): void {
  program
    .command('drift')
    .description('show whether what runs in an environment is what was deployed last')
    .argument('<environment>', 'where, such as test or prod')
    .option('--check', 'compare now; otherwise the newest comparison is shown')
    .option('--names <names...>', 'compare only these functions, now', functionNames)
    .option('--packages', 'compare packages too, now: each is downloaded')
    .option('--repair', 'compare now, and deploy again what was deployed last where something else runs')
    .addOption(timeoutOption('how long to wait for the comparison (default: 10m)'))
    .action(async (environment: string, options: DriftOptions, command: Command) => {
      const session = openSession(command, context);
      const { check, names, packages, repair, timeout } = options;
      if ([check, names, packages, repair].every((option) => option === undefined))
        return show(session, environment);
      const params = {
        environment,
        ...(names === undefined ? {} : { names }),
        ...(packages === undefined ? {} : { packages }),
        ...(repair === undefined ? {} : { repair }),
      };
      const task = await runTask(session, { command: 'check-drift', params, timeout });
      requireNoFault(task);
      const found = (await functionsThatDiffer(session, environment)).filter(
        (one) => names === undefined || names.includes(one.function),
      );
      if (session.json) {
        context.out(pretty({ summary: task.found, functions: found }));
        return;
      }
      if (task.found !== undefined) context.out(`drift in ${environment}: ${driftWords(task.found)}`);
      for (const line of found.flatMap(functionDriftLines)) context.out(line);
    });
}

async function show(session: Session, environment: string): Promise<void> {
  const { client, project, context } = session;
  const drift = (await client.document(driftId({ project, environment })))?.document;
  if (drift?.kind !== 'drift')
    throw new Exit(
      EXIT.failed,
      `nothing of ${environment} was compared yet; compare with "stageline drift ${environment} --check"`,
    );
  const functions = await functionsThatDiffer(session, environment);
  if (session.json) {
    context.out(pretty({ drift, functions }));
    return;
  }
  context.out(driftLine(drift));
  for (const line of functions.flatMap(functionDriftLines)) context.out(line);
}

async function functionsThatDiffer(
  { client, project }: Session,
  environment: string,
): Promise<FunctionDrift[]> {
  const functions: FunctionDrift[] = [];
  for await (const { document } of client.documents(driftedPrefix({ project, environment })))
    if (document.kind === 'drifted') functions.push(document.drift);
  return functions;
}
