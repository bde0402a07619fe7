import { CommanderError } from 'commander';
import { printableLines } from '../core/printable.js';
import { redactText } from '../core/redact-text.js';
import { AppError, messageOf, toProblem } from '../errors.js';
import { processContext, type Context } from './context.js';
import { EXIT, Exit } from './exit.js';
import { explain } from './problems.js';
import { buildProgram } from './program.js';

/** Runs the `stageline` command with these arguments; resolves with its exit code and never rejects. */
export async function runCli(args: readonly string[], process: Context = processContext()): Promise<number> {
  const context = withoutControls(process);
  try {
    await buildProgram(context).parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return endWith(error, context);
  }
}

/** What people named and wrote is shown in lines: none of it may move the cursor, hide what stands there, or name the window. */
function withoutControls(context: Context): Context {
  const { out, err, show } = context;
  return {
    ...context,
    out: (line) => out(printableLines(line)),
    err: (line) => err(printableLines(line)),
    ...(show === undefined ? {} : { show: (text) => show(printableLines(text)) }),
  };
}

function endWith(error: unknown, context: Context): number {
  // What is wrong is told with what was given: arguments, files, answers.
  const err = (text: string): void => context.err(redactText(text));
  // commander has said already what was wrong; help and version are no faults.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Exit) {
    if (error.message !== '') err(`stageline: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof AppError && error.code === 'INVALID_CONFIG') {
    err(error.message);
    return EXIT.usage;
  }
  err(`stageline: ${error instanceof AppError ? explain(toProblem(error)) : messageOf(error)}`);
  return EXIT.failed;
}
