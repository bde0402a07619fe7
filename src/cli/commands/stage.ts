import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { notJson } from '../../core/json-fault.js';
import { isObject } from '../../core/merge-patch.js';
import { parseJson } from '../../core/parse-json.js';
import type { AllowedLiteral, WorkloadType } from '../../core/types.js';
import { readConfigFiles, type StageItem } from '../config-files.js';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { functionNames } from '../names.js';
import { duplicates } from '../batches.js';
import { openSession, timeoutOption } from '../session.js';
import { stageAll } from '../stage-all.js';

interface StageOptions {
  readonly set?: string;
  readonly allowLiterals?: string;
  readonly note?: string;
  readonly remove?: readonly string[];
  readonly type?: WorkloadType;
  readonly dryRun?: true;
  readonly timeout?: number;
}

/** `stageline stage FILE…`: puts configs, and deletions, into a stage set. */
export function registerStage(program: Command, context: Context): void {
  program
    .command('stage')
    .description('stage configs from files: JSON or YAML, several in one, also those of pulsar-admin')
    .argument('[files...]', 'files with configs; - is standard input')
    .option('--set <name>', 'the stage set (default: main)')
    .option('--remove <names...>', 'stage the deletion of these functions', functionNames)
    .option(
      '--allow-literals <file>',
      'literals that look like secrets and are none: a JSON list of {function, pointer, reason}',
    )
    .option('--note <text>', 'why, for people who read the log')
    .addOption(
      new Option('--type <type>', 'the type of configs that do not say it').choices([
        'function',
        'source',
        'sink',
      ]),
    )
    .option('--dry-run', 'check and answer, change nothing')
    .addOption(timeoutOption('how long to wait for each reply (default: 60s)'))
    .addHelpText('after', HELP)
    .action(async (files: string[], options: StageOptions, command: Command) => {
      const session = openSession(command, context);
      const remove = options.remove ?? [];
      if (files.length + remove.length === 0) throw usage('name at least one file, or --remove a function');
      const items: StageItem[] = [
        ...(await readConfigFiles(files, {
          cwd: context.sources.cwd,
          stdin: context.stdin,
          ...(options.type === undefined ? {} : { type: options.type }),
        })),
        ...remove.map((name) => ({ name, origin: '--remove' })),
      ];
      const twice = duplicates(items);
      if (twice.length > 0) throw usage(`the same function more than once: ${twice.join('; ')}`);
      await stageAll(session, items, { ...options, allowLiterals: readAllows(options, context) });
    });
}

/** The service says what is wrong with each; here it counts for which function it is. */
function readAllows({ allowLiterals }: StageOptions, { sources }: Context): AllowedLiteral[] {
  if (allowLiterals === undefined) return [];
  const text = readFileSync(resolve(sources.cwd, allowLiterals), 'utf8');
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw usage(`${allowLiterals}: ${notJson(text)}`);
  }
  if (!Array.isArray(value) || !value.every(isObject))
    throw usage(`${allowLiterals} must be a JSON list of {"function":"…","pointer":"…","reason":"…"}`);
  return value as unknown as AllowedLiteral[];
}

const HELP = `
Package paths: ./ and ../ start at the folder of the config's file, any other relative
path at the first artifact root of the service. In pulsar-admin's own fields (jar, py,
go, archive) a path starts at the current folder.

More than 500 configs or 200 KiB go as several commands, each of them all or nothing;
if one fails, those before it stay staged, and it is said which.`;
