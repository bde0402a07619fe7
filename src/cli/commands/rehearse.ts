import { InvalidArgumentError, type Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { Difference, Verdict } from '../../history/rehearse.js';
import { valueLines } from '../change-lines.js';
import type { Context } from '../context.js';
import { EXIT, Exit, usage } from '../exit.js';
import { lineLog } from '../line-log.js';
import { offlineOption, openJournal, type JournalOptions } from '../open-journal.js';
import { outputOption, type Output } from '../output.js';
import { createProgress } from '../progress.js';
import { counted, pretty } from '../table.js';

interface RehearseOptions extends JournalOptions {
  readonly from?: number;
  readonly to?: number;
  readonly output?: Output;
}

/** `stageline rehearse`: what the code at hand would make of the commands that were recorded. */
export function registerRehearse(program: Command, context: Context): void {
  program
    .command('rehearse')
    .description('decide every recorded command again by this version; tell which would end otherwise')
    .option('--journal <file>', 'those of a backup, instead of the running service')
    .addOption(offlineOption().conflicts('journal'))
    .option('--from <position>', 'tell only of commands from this one on', position)
    .option('--to <position>', 'up to this one', position)
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nNothing is written anywhere. Each command meets what had happened before it, not what would happen now. Exit code 1 if any would end otherwise.',
    )
    .action(async ({ from, to, output: asked, ...options }: RehearseOptions, command: Command) => {
      if (from !== undefined && to !== undefined && from > to)
        throw usage(`--from ${from} lies behind --to ${to}`);
      const { json } = command.optsWithGlobals<{ readonly json?: true }>();
      const output = asked ?? (json === true ? 'json' : 'table');
      const config = loadConfig(context.sources);
      const { limits, topics } = config;
      const { rehearse } = await import('../../history/rehearse.js');
      const { webhookRulesOf } = await import('../../service/webhook-rules.js');
      const journal = await openJournal(command, context, options);
      const all: Difference[] = [];
      try {
        const { decided, different, through } = await rehearse({
          source: journal.source,
          from,
          to,
          limits: {
            ...limits,
            maxBytes: limits.maxCommandBytes,
            maxDepth: limits.maxCommandDepth,
            webhooks: webhookRulesOf(config),
          },
          deploymentsTopic: topics.deployments,
          log: lineLog(context.err),
          signal: context.stop(),
          onDifference(difference) {
            if (output === 'json') all.push(difference);
            else context.out(output === 'ndjson' ? JSON.stringify(difference) : lines(difference));
          },
          progress: createProgress(context.err, 'rehearse:'),
        });
        if (output === 'json') context.out(pretty({ decided, different, through, differences: all }));
        const summary = `${counted(decided, 'command')} decided again, ${different === 0 ? 'none' : different} otherwise`;
        if (different > 0) throw new Exit(EXIT.failed, summary);
        context.err(summary);
      } finally {
        await journal.close();
      }
    });
}

function lines({ position, time, command, project, actor, recorded, now, values }: Difference): string {
  const head = `#${position}  ${time}  ${command}  ${project}  (${actor})  was ${told(recorded)}, would be ${told(now)}`;
  return [head, ...valueLines(values)].join('\n');
}

function told({ outcome, code }: Verdict): string {
  return code === undefined ? outcome : `${outcome} ${code}`;
}

function position(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A position is a number from 1.');
  return Number(text);
}
