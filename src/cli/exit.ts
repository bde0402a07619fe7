/** What the command's exit code says. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  skipped: 4,
  unfinished: 5,
  held: 6,
  timeout: 124,
} as const;

/** The end of every help text. */
export const EXIT_CODES_HELP = `
Exit codes:
  0    done: the command was accepted, the release succeeded
  1    refused or failed
  2    wrong usage: arguments, files or configuration
  3    the service is not reachable, or not ready
  4    the release was skipped or cancelled: somebody gave up what had no outcome yet
  5    a verification could not be finished: nothing is said of what it did not come to
  6    the release is held: a function failed, and its later waves wait for a person
  124  timeout: what was asked for may still happen`;

/** Ends the command with this exit code; a message, if there is one, goes to standard error. */
export class Exit extends Error {
  override readonly name = 'Exit';

  constructor(
    readonly exitCode: number,
    message = '',
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** Wrong arguments or files. */
export function usage(message: string): Exit {
  return new Exit(EXIT.usage, message);
}
