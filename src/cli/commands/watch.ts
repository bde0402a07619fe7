import type { Command } from 'commander';
import type { Context } from '../context.js';
import { eventLine, type CloudEvent } from '../event-line.js';
import { openSession } from '../session.js';
import { followSse } from '../sse-client.js';

interface WatchOptions {
  readonly type?: readonly string[];
  readonly from?: string;
}

/** `stageline watch`: events as they happen. */
export function registerWatch(program: Command, context: Context): void {
  program
    .command('watch')
    .description('print events as they happen, one line each; with --json one JSON object each')
    .option('--type <types...>', 'only events of these types, such as release-committed')
    .option('--from <position>', 'events above this position, 0 for all (default: from now on)')
    .addHelpText(
      'after',
      '\nEvents of all projects, unless --project names one. Goes on after a cut without a gap.',
    )
    .action(async ({ type, from }: WatchOptions, command: Command) => {
      const { client, project, json } = openSession(command, context);
      const named = command.getOptionValueSourceWithGlobals('project') !== 'default';
      const signal = context.stop();
      const messages = followSse({
        signal,
        open: (lastEventId, abort) =>
          client.events({
            signal: abort,
            ...(named ? { project } : {}),
            ...(type === undefined ? {} : { types: type }),
            ...(from === undefined ? {} : { from }),
            ...(lastEventId === undefined ? {} : { lastEventId }),
          }),
        onCut: (reason) => context.err(`${reason}; going on from there`),
      });
      for await (const { event, data } of messages) {
        // "behind" says that we were too slow; the stream ends and is taken up again where it was left.
        if (event !== 'message') continue;
        for (const item of JSON.parse(data) as CloudEvent[]) {
          context.out(json ? JSON.stringify(item) : eventLine(item));
        }
      }
    });
}
