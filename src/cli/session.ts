import { Option, type Command } from 'commander';
import { v7 as uuid } from 'uuid';
import type { Reply } from '../core/types.js';
import { hasCredentials, hostsOf, isLoopback } from '../config/hosts.js';
import { createClient, type Client } from './client.js';
import type { Context } from './context.js';
import { parseDuration } from './duration.js';
import { EXIT, Exit, usage } from './exit.js';
import { explainReply } from './problems.js';
import { pretty } from './table.js';
import { readToken } from './token.js';

/** Options that every command takes. */
interface GlobalOptions {
  readonly url: string;
  readonly project: string;
  readonly json?: true;
  readonly tokenFile?: string;
}

/** What a command that talks to the service works with. */
export interface Session {
  readonly client: Client;
  readonly project: string;
  /** Standard output is for a script: JSON, nothing else. */
  readonly json: boolean;
  /** A line for people: to standard output, or to standard error where a script reads that. */
  readonly say: (line: string) => void;
  readonly context: Context;
}

export const REPLY_TIMEOUT_MS = 60_000;
export const RELEASE_TIMEOUT_MS = 600_000;

/** Puts the global options on the program. */
export function addGlobalOptions(program: Command, { sources }: Context): void {
  const url = sources.env['STAGELINE_URL']?.trim();
  program
    .addOption(
      new Option('--url <url>', 'where the service is').default(
        url === undefined || url === '' ? 'http://127.0.0.1:7070' : url,
        '$STAGELINE_URL, or http://127.0.0.1:7070',
      ),
    )
    .option('--project <name>', 'the project', 'default')
    .option(
      '--token-file <file>',
      'the token to show to the service (default: $STAGELINE_TOKEN_FILE, or $STAGELINE_TOKEN)',
    )
    .option('--json', 'print JSON for scripts');
}

/** Reads the global options of a command and opens its session. */
export function openSession(command: Command, context: Context): Session {
  const { url, project, json = false, tokenFile } = command.optsWithGlobals<GlobalOptions>();
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw usage(`"${url}" is no URL of a service; such as http://127.0.0.1:7070`);
  }
  if (hasCredentials(url)) throw usage('the URL of the service must hold no user name or password');
  const token = readToken(context, tokenFile);
  const [host = ''] = hostsOf(url) ?? [];
  if (token !== undefined && url.startsWith('http:') && !isLoopback(host))
    context.err(`warning: the token goes to ${url} in the clear; use https`);
  return {
    client: createClient(url, { token }),
    project,
    json,
    say: json ? context.err : context.out,
    context,
  };
}

/** How to send one command. */
export interface Submission {
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** @defaultValue a new one */
  readonly id?: string;
  readonly dryRun?: boolean | undefined;
  /** @defaultValue 60000 */
  readonly timeoutMs?: number | undefined;
}

/** Sends a command and hands out its reply, whatever it is. */
export function submit({ client, project }: Session, submission: Submission): Promise<Reply> {
  const { command, params, id = uuid(), dryRun = false, timeoutMs = REPLY_TIMEOUT_MS } = submission;
  return client.send({ id, command, project, params, ...(dryRun ? { dryRun } : {}) }, timeoutMs);
}

/** Prints a reply: as JSON, or as the given words where it is ok. Ends the command if it is not. */
export function report(session: Session, reply: Reply, words: (result: ResultFields) => string): void {
  const { json, context } = session;
  if (json) context.out(pretty(reply));
  if (reply.status !== 'ok') throw new Exit(EXIT.failed, explainReply(reply));
  if (!json)
    context.out(`${reply.dryRun === true ? 'dry run, nothing changed: ' : ''}${words(reply.result ?? {})}`);
}

/** The result of a reply; its fields depend on the command. */
export type ResultFields = Readonly<Record<string, unknown>>;

/** The option by which every command that waits is bounded. */
export function timeoutOption(description: string): Option {
  return new Option('--timeout <duration>', description).argParser(parseDuration);
}
