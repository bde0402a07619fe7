import { Command } from 'commander';
import { registerCommit } from './commands/commit.js';
import { registerGet } from './commands/get.js';
import { registerInit } from './commands/init.js';
import { registerMerge } from './commands/merge.js';
import { registerRollback } from './commands/rollback.js';
import { registerRun } from './commands/run.js';
import { registerSend } from './commands/send.js';
import { registerStage } from './commands/stage.js';
import { registerStatus } from './commands/status.js';
import { registerUnstage } from './commands/unstage.js';
import { registerWait } from './commands/wait.js';
import { registerWatch } from './commands/watch.js';
import { version } from '../service/version.js';
import type { Context } from './context.js';
import { EXIT_CODES_HELP } from './exit.js';
import { addGlobalOptions } from './session.js';

/** The subcommands in the order of the help text: the main job first. */
const REGISTER = [
  registerRun,
  registerInit,
  registerStage,
  registerCommit,
  registerWait,
  registerStatus,
  registerRollback,
  registerGet,
  registerWatch,
  registerSend,
  registerUnstage,
  registerMerge,
];

/** The whole command line. It throws CommanderError rather than ending the process. */
export function buildProgram(context: Context): Command {
  const program = new Command('stageline')
    .description('Self-service CI/CD for Apache Pulsar Functions: stage, commit, watch and roll back.')
    .version(version, '--version', 'print the version')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.err(text.trimEnd()),
    })
    .showHelpAfterError('(add --help for how to use it)')
    .exitOverride();
  addGlobalOptions(program, context);
  for (const register of REGISTER) register(program, context);
  return program.addHelpText('afterAll', EXIT_CODES_HELP);
}
