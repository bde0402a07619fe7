import type { Command } from 'commander';
import type { Context } from '../context.js';
import { parseReleaseRef } from '../names.js';
import { openSession, RELEASE_TIMEOUT_MS, timeoutOption } from '../session.js';
import { pretty } from '../table.js';
import { requireSuccess, waitForRelease } from '../wait-for-release.js';

/** `stageline wait <release>`: until every function has an outcome. */
export function registerWait(program: Command, context: Context): void {
  program
    .command('wait')
    .description('wait until a release is finished; print failures as they come')
    .argument('<release>', 'environment/number, project/environment/number, or the id of its document')
    .addOption(timeoutOption('how long (default: 10m)'))
    .action(async (text: string, { timeout }: { readonly timeout?: number }, command: Command) => {
      const session = openSession(command, context);
      const ref = parseReleaseRef(text, session.project);
      const document = await waitForRelease(session, ref, { timeoutMs: timeout ?? RELEASE_TIMEOUT_MS });
      if (session.json) context.out(pretty(document));
      requireSuccess(ref, document);
    });
}
