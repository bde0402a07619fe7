import { InvalidArgumentError, type Command } from 'commander';
import type { Context } from '../context.js';
import { formatReleaseRef, parseReleaseRef } from '../names.js';
import { openSession, report, submit, timeoutOption } from '../session.js';

interface Options {
  readonly reason?: string;
  readonly note?: string;
  readonly dryRun?: true;
  readonly timeout?: number;
}

const REASON = ['--reason <text>', 'why, for people who read the log'] as const;
const NOTE = ['--note <text>', 'why, for people who read the log'] as const;

/** `stageline reject-artifact <sha256>`. */
export function registerRejectArtifact(program: Command, context: Context): void {
  aboutArtifact(program.command('reject-artifact'))
    .description('say that a package is bad: it is not deployed any more, in any project')
    .requiredOption(...REASON)
    .action(ofArtifact(context, 'reject-artifact', 'is rejected'));
}

/** `stageline allow-artifact <sha256>`. */
export function registerAllowArtifact(program: Command, context: Context): void {
  aboutArtifact(program.command('allow-artifact'))
    .description('let a rejected package be deployed again')
    .option(...NOTE)
    .action(ofArtifact(context, 'allow-artifact', 'is allowed'));
}

/** `stageline reject-release <release>`. */
export function registerRejectRelease(program: Command, context: Context): void {
  aboutRelease(program.command('reject-release'))
    .description('say that a release is bad: its contents are not committed and not returned to')
    .requiredOption(...REASON)
    .action(ofRelease(context, 'reject-release', 'is rejected'));
}

/** `stageline allow-release <release>`. */
export function registerAllowRelease(program: Command, context: Context): void {
  aboutRelease(program.command('allow-release'))
    .description('let the contents of a rejected release be committed and returned to again')
    .option(...NOTE)
    .action(ofRelease(context, 'allow-release', 'is allowed'));
}

function aboutArtifact(command: Command): Command {
  return common(command.argument('<sha256>', "the package's SHA-256, 64 hex digits or base64url", digest));
}

function aboutRelease(command: Command): Command {
  return common(
    command.argument(
      '<release>',
      'environment/number, project/environment/number, or the id of its document',
    ),
  );
}

function common(command: Command): Command {
  return command
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(timeoutOption('how long to wait for the reply (default: 60s)'));
}

type Action = (subject: string, options: Options, command: Command) => Promise<void>;

function ofArtifact(context: Context, name: string, done: string): Action {
  return async (sha256, options, command) => {
    const session = openSession(command, context);
    const params = { sha256, ...why(options) };
    const reply = await submit(session, { command: name, params, ...sending(options) });
    report(session, reply, () => `package ${sha256} ${done}`);
  };
}

function ofRelease(context: Context, name: string, done: string): Action {
  return async (text, options, command) => {
    const session = openSession(command, context);
    const ref = parseReleaseRef(text, session.project);
    const { project, environment, release } = ref;
    const params = { environment, release, ...why(options) };
    const reply = await submit({ ...session, project }, { command: name, params, ...sending(options) });
    report(session, reply, () => `release ${formatReleaseRef(ref)} ${done}`);
  };
}

function why({ reason, note }: Options): Record<string, string> {
  return { ...(reason === undefined ? {} : { reason }), ...(note === undefined ? {} : { note }) };
}

function sending({ dryRun, timeout }: Options): {
  dryRun: boolean | undefined;
  timeoutMs: number | undefined;
} {
  return { dryRun, timeoutMs: timeout };
}

function digest(text: string): string {
  const sha256 = text.replace(/^sha256:/, '');
  if (/^([0-9a-f]{64}|[A-Za-z0-9_-]{43})$/.test(sha256)) return sha256;
  throw new InvalidArgumentError('A SHA-256 has 64 hex digits.');
}
