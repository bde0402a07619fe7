import { Command } from 'commander';
import {
  registerApprove,
  registerReject,
  registerRequestApproval,
  registerWithdraw,
} from './commands/approvals.js';
import { registerBackup } from './commands/backup.js';
import { registerChanges } from './commands/changes.js';
import { registerCommit } from './commands/commit.js';
import { registerDeadLetters } from './commands/dead-letters.js';
import { registerCancel, registerResume, registerRetry } from './commands/deployment.js';
import { registerDrift } from './commands/drift.js';
import { registerEffects } from './commands/effects.js';
import { registerFreeze, registerUnfreeze } from './commands/freeze.js';
import { registerGet } from './commands/get.js';
import { registerHeads } from './commands/heads.js';
import { registerImport } from './commands/import.js';
import { registerInit } from './commands/init.js';
import { registerLog } from './commands/log.js';
import { registerMerge } from './commands/merge.js';
import { registerRehearse } from './commands/rehearse.js';
import { registerReplay } from './commands/replay.js';
import {
  registerAllowArtifact,
  registerAllowRelease,
  registerRejectArtifact,
  registerRejectRelease,
} from './commands/rejections.js';
import { registerRestart } from './commands/restart.js';
import { registerRestore } from './commands/restore.js';
import { registerPlan } from './commands/plan.js';
import { registerRebuild } from './commands/rebuild.js';
import { registerRollback } from './commands/rollback.js';
import { registerRun } from './commands/run.js';
import { registerSeal } from './commands/seal.js';
import { registerSend } from './commands/send.js';
import { registerSign } from './commands/sign.js';
import { registerToken } from './commands/token.js';
import { registerStage } from './commands/stage.js';
import { registerStart } from './commands/start.js';
import { registerStateAt } from './commands/state-at.js';
import { registerStatus } from './commands/status.js';
import { registerStop } from './commands/stop.js';
import { registerUnstage } from './commands/unstage.js';
import { registerVerify } from './commands/verify.js';
import { registerWait } from './commands/wait.js';
import { registerWatch } from './commands/watch.js';
import { redactText } from '../core/redact-text.js';
import { version } from '../service/version.js';
import type { Context } from './context.js';
import { EXIT_CODES_HELP } from './exit.js';
import { addGlobalOptions } from './session.js';

/** The subcommands in the order of the help text: the main job first. */
const REGISTER = [
  registerRun,
  registerInit,
  registerStage,
  registerPlan,
  registerRequestApproval,
  registerApprove,
  registerReject,
  registerWithdraw,
  registerCommit,
  registerWait,
  registerStatus,
  registerRollback,
  registerRetry,
  registerResume,
  registerCancel,
  registerStart,
  registerStop,
  registerRestart,
  registerFreeze,
  registerUnfreeze,
  registerRejectArtifact,
  registerAllowArtifact,
  registerRejectRelease,
  registerAllowRelease,
  registerDrift,
  registerImport,
  registerGet,
  registerLog,
  registerStateAt,
  registerChanges,
  registerWatch,
  registerSend,
  registerSign,
  registerToken,
  registerSeal,
  registerUnstage,
  registerMerge,
  registerReplay,
  registerRehearse,
  registerBackup,
  registerRestore,
  registerDeadLetters,
  registerEffects,
  registerVerify,
  registerRebuild,
  registerHeads,
];

/** The whole command line. It throws CommanderError rather than ending the process. */
export function buildProgram(context: Context): Command {
  const program = new Command('stageline')
    .description('Self-service CI/CD for Apache Pulsar Functions: stage, commit, watch and roll back.')
    .version(version, '--version', 'print the version')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.err(redactText(text.trimEnd())),
    })
    .showHelpAfterError('(add --help for how to use it)')
    .exitOverride();
  addGlobalOptions(program, context);
  for (const register of REGISTER) register(program, context);
  return program.addHelpText('afterAll', EXIT_CODES_HELP);
}
