import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { validate as isUuid } from 'uuid';
import { notJson } from '../../core/json-fault.js';
import { isObject } from '../../core/merge-patch.js';
import { messageOf } from '../../errors.js';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { release } from '../release.js';
import { openSession, timeoutOption } from '../session.js';

interface SendOptions {
  readonly params?: string;
  readonly id?: string;
  readonly dryRun?: true;
  readonly wait?: true;
  readonly timeout?: number;
}

/** `stageline send <command>`: any whitelisted command; its reply is JSON. */
export function registerSend(program: Command, context: Context): void {
  program
    .command('send')
    .description('send any command and print its reply as JSON')
    .argument('<command>', 'its name; docs/commands.md lists them all')
    .option('--params <json>', 'its parameters: JSON, @file, or - for standard input (default: {})')
    .option('--id <uuid>', "the command's id; the same id again gets the first reply", uuid)
    .option('--dry-run', 'decide and answer, change nothing')
    .addOption(new Option('--wait', 'wait for the release that the result names').conflicts('dryRun'))
    .addOption(
      timeoutOption(
        'how long to wait for the reply (default: 60s), with --wait for the release (default: 10m)',
      ),
    )
    .action(async (name: string, options: SendOptions, command: Command) => {
      const params = await readParams(options.params ?? '{}', context);
      const session = openSession(command, context);
      await release(
        { ...session, json: true, say: context.err },
        { command: name, params, words: () => '', ...withoutParams(options) },
      );
    });
}

function withoutParams({ params: _params, ...rest }: SendOptions): Omit<SendOptions, 'params'> {
  return rest;
}

async function readParams(text: string, { sources, stdin }: Context): Promise<Record<string, unknown>> {
  try {
    const json =
      text === '-'
        ? await stdin()
        : text.startsWith('@')
          ? readFileSync(resolve(sources.cwd, text.slice(1)), 'utf8')
          : text;
    const params = readJson(json);
    if (isObject(params)) return params;
  } catch (error) {
    throw usage(`--params cannot be read: ${messageOf(error)}`);
  }
  throw usage('--params must be a JSON object');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new TypeError(notJson(text));
  }
}

function uuid(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('An id is a UUID.');
  return text;
}
