import { InvalidArgumentError, type Command } from 'commander';
import { validate as isUuid } from 'uuid';
import type { Context } from '../context.js';
import { EXIT, Exit } from '../exit.js';
import { openSession } from '../session.js';
import { pretty } from '../table.js';

/** `stageline get <id>`: one document, or the reply to a command. */
export function registerGet(program: Command, context: Context): void {
  program
    .command('get')
    .description("print a document as JSON, or with a command's id its reply")
    .argument('<id>', 'such as function:public/default/enrich or release:default:test:00000001')
    .option('--after <position>', 'as it is once the documents have reached this position', position)
    .action(async (id: string, { after }: { readonly after?: number }, command: Command) => {
      const { client } = openSession(command, context);
      const found = isUuid(id) ? await client.reply(id) : await client.document(id, after);
      if (found === undefined) {
        throw new Exit(
          EXIT.failed,
          isUuid(id) ? `there is no reply to ${id} (yet)` : `there is no document "${id}"`,
        );
      }
      context.out(pretty(found));
    });
}

function position(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('A position is a number.');
  return Number(text);
}
