import type { Command } from 'commander';
import type { DocumentChange } from '../../commands/shared/document-changes.js';
import type { Context } from '../context.js';
import { changeLines } from '../change-lines.js';
import { outputOption, type Output } from '../output.js';
import { pagesOf, point } from '../past.js';
import { openSession } from '../session.js';
import { counted, pretty } from '../table.js';

interface ChangesOptions {
  readonly prefix?: string;
  readonly output?: Output;
}

/** What commander hands over. */
type Given = [
  from: number | string,
  to: number | string | undefined,
  options: ChangesOptions,
  command: Command,
];

/** `stageline changes <from> [to]`: what changed in between. */
export function registerChanges(program: Command, context: Context): void {
  program
    .command('changes')
    .description("show what changed in the project's documents between two positions or times")
    .argument('<from>', 'a position, a time, or how long ago: what changed behind it', point)
    .argument('[to]', 'what changed up to it (default: up to now)', point)
    .option('--prefix <prefix>', 'only documents whose id starts so, such as function: or release:')
    .addOption(outputOption())
    .action(async (...[from, to, options, command]: Given) => {
      const session = openSession(command, context);
      const output = options.output ?? (session.json ? 'json' : 'table');
      const params = {
        from,
        ...(to === undefined ? {} : { to }),
        ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
      };
      const line = output === 'ndjson' ? (one: DocumentChange) => JSON.stringify(one) : changeLines;
      const all: DocumentChange[] = [];
      let between: { readonly from?: unknown; readonly to?: unknown } = {};
      let count = 0;
      for await (const page of pagesOf(session, 'get-changes', params)) {
        const changes = page['changes'] as readonly DocumentChange[];
        between = { from: page['from'], to: page['to'] };
        count += changes.length;
        if (output === 'json') all.push(...changes);
        else for (const change of changes) context.out(line(change));
      }
      if (output === 'json') {
        context.out(pretty({ ...between, changes: all }));
        return;
      }
      const what = count === 0 ? 'nothing changed' : `${counted(count, 'document')} changed`;
      context.err(`${what} between positions ${String(between.from)} and ${String(between.to)}`);
    });
}
