import { InvalidArgumentError, Option, type Command } from 'commander';
import { loadConfig, type Config } from '../../config.js';
import { topicFullName } from '../../core/topic-name.js';
import { namespacePlans } from '../../service/topics.js';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { offlineOption } from '../open-journal.js';
import { replayTo } from '../replay.js';

interface ReplayCommandOptions {
  readonly from?: number;
  readonly to?: number;
  readonly rate?: number;
  readonly output: 'ndjson';
  readonly topic?: string;
  readonly offline?: true;
}

/** `stageline replay`: the journal's records to standard output or to another topic. */
export function registerReplay(program: Command, context: Context): void {
  program
    .command('replay')
    .description('print records of the journal, byte for byte, or send them to another topic')
    .option(
      '--from <position>',
      'the first one (default: 1); where a replay ended, the next one goes on',
      position,
    )
    .option('--to <position>', 'the last one (default: where the journal ends now)', position)
    .option('--rate <number>', 'at most so many a second: 100 or 100/s', rate)
    .addOption(new Option('--output <format>', 'one record a line').choices(['ndjson']).default('ndjson'))
    .option('--topic <name>', 'send them to this topic, a message each with the project as its key')
    .addOption(offlineOption())
    .addHelpText(
      'after',
      '\nWith --topic the configured Pulsar is read and written, and the topic may be none of the service’s own; on the embedded engines only with --offline.',
    )
    .action(async (options: ReplayCommandOptions, command: Command) => {
      const { from = 1, to } = options;
      if (to !== undefined && from > to) throw usage(`--from ${from} lies behind --to ${to}`);
      const config = options.topic === undefined ? undefined : loadConfig(context.sources);
      const topic = config === undefined ? undefined : foreignTopic(options.topic ?? '', config);
      if (config?.bus.kind === 'embedded' && options.offline !== true)
        throw usage('the embedded bus has one process: stop the service and add --offline');
      const { offline, rate: perSecond } = options;
      await replayTo({ command, context, config, topic, offline, from, to, perSecond });
    });
}

/** A topic that the service neither reads nor writes. */
function foreignTopic(name: string, config: Config): string {
  const topic = topicFullName(name);
  if (topic === undefined) throw usage(`"${name}" is no topic; such as persistent://public/default/replayed`);
  const own = namespacePlans(config).flatMap(({ topics }) => topics);
  // A partition is written under a name of its own.
  const whole = topic.replace(/-partition-\d+$/, '');
  if (own.includes(whole) || whole.startsWith(config.topics.environmentPrefix))
    throw usage(`${topic} is one of the service's own topics; replay to another`);
  return topic;
}

function position(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('A position is a number from 1.');
  return Number(text);
}

function rate(text: string): number {
  const number = /^([1-9]\d{0,8})(\/s)?$/.exec(text)?.[1];
  if (number === undefined)
    throw new InvalidArgumentError('A rate is a number a second, such as 100 or 100/s.');
  return Number(number);
}
