import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { v7 as uuid } from 'uuid';
import { loadConfig } from '../../config.js';
import { commandHash } from '../../core/canonical.js';
import { isObject } from '../../core/merge-patch.js';
import type { Role } from '../../core/roles.js';
import { messageOf } from '../../errors.js';
import { createTicketSigner } from '../../identity/tickets.js';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { role, wholeNumber } from '../parsers.js';
import { openSession } from '../session.js';

interface SignOptions {
  readonly keyFile?: string;
  readonly as?: string;
  readonly roles?: readonly Role[];
  readonly projects?: readonly string[];
  readonly seconds: number;
}

interface Signed {
  readonly command: Readonly<Record<string, unknown>>;
  readonly ticket: string;
}

/** `stageline sign`: a ticket for a command that a script puts on the topic itself. */
export function registerSign(program: Command, context: Context): void {
  program
    .command('sign')
    .description(
      'sign a command for a script that posts it to the command topic itself, or through Pulsar Beam',
    )
    .argument('[file]', 'the command as JSON; - or nothing reads standard input', '-')
    .option(
      '--key-file <file>',
      'sign here, with the key of STAGELINE_TICKET_KEY_FILE, instead of asking the service',
    )
    .option('--as <name>', 'with --key-file: who asks')
    .option('--roles <roles...>', 'with --key-file: the roles that the ticket gives', role)
    .option('--projects <names...>', 'with --key-file: only in these projects (default: in all)')
    .option('--seconds <number>', 'with --key-file: how long the ticket is good', wholeNumber(86_400), 300)
    .addHelpText(
      'after',
      `
Prints the command with its ticket in it, in one line: post that. With --json {"command","ticket"}, for a producer that
sets the message property "ticket". The ticket is good for this very command, and until it expires.`,
    )
    .action(async (file: string, options: SignOptions, command: Command) => {
      const given = await readCommand(file, context);
      const { json = false } = command.optsWithGlobals<{ readonly json?: boolean }>();
      const signed =
        options.keyFile === undefined
          ? await openSession(command, context).client.post<Signed>('tickets', given)
          : await signHere(complete(given, command), options, context);
      context.out(JSON.stringify(json ? signed : { ...signed.command, ticket: signed.ticket }));
    });
}

async function signHere(
  command: Signed['command'] & { readonly id: string },
  { keyFile = '', as, roles, projects, seconds: lifeSeconds }: SignOptions,
  { sources }: Context,
): Promise<Signed> {
  if (as === undefined || roles === undefined)
    throw usage('--key-file needs --as and --roles: the ticket says who asks');
  let key: Buffer;
  try {
    key = readFileSync(resolve(sources.cwd, keyFile));
  } catch (error) {
    throw usage(`the key cannot be read: ${messageOf(error)}`);
  }
  const audience = loadConfig(sources).topics.commands;
  const signer = createTicketSigner({ key, keyName: 'ticket', audience, lifeSeconds, now: Date.now });
  const actor = {
    name: as,
    roles: [...roles],
    ...(projects === undefined ? {} : { projects: [...projects] }),
  };
  return { command, ticket: await signer.sign(actor, { id: command.id, hash: commandHash(command) }) };
}

/** As the service completes it, but for the time of asking, which the id holds. */
function complete(
  given: Readonly<Record<string, unknown>>,
  command: Command,
): Signed['command'] & { readonly id: string } {
  const { project } = command.optsWithGlobals<{ readonly project: string }>();
  const { ticket: _ticket, ...rest } = given;
  const id = rest['id'] ?? uuid();
  if (typeof id !== 'string') throw usage('the id of a command is a UUID');
  return { project, ...rest, id };
}

async function readCommand(
  file: string,
  { sources, stdin }: Context,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const text = file === '-' ? await stdin() : readFileSync(resolve(sources.cwd, file), 'utf8');
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw usage(`the command cannot be read: ${messageOf(error)}`);
  }
  throw usage('a command is a JSON object with "command" and "params"');
}
