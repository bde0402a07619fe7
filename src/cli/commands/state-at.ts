import type { Command } from 'commander';
import type { SeenDocument } from '../../core/decision.js';
import type { Context } from '../context.js';
import { outputOption, type Output } from '../output.js';
import { pagesOf, point } from '../past.js';
import { openSession } from '../session.js';
import { createTable, pretty } from '../table.js';

interface StateAtOptions {
  readonly prefix?: string;
  readonly output?: Output;
}

/** `stageline state-at <position|time>`: the documents as they stood then. */
export function registerStateAt(program: Command, context: Context): void {
  program
    .command('state-at')
    .description("show the project's documents as they stood behind a position or at a time")
    .argument('<position|time>', 'such as 120, 2026-01-31T12:00:00Z or 2h (ago)', point)
    .option('--prefix <prefix>', 'only documents whose id starts so, such as function: or release:')
    .addOption(outputOption())
    .action(async (at: number | string, { prefix, ...options }: StateAtOptions, command: Command) => {
      const session = openSession(command, context);
      const output = options.output ?? (session.json ? 'json' : 'table');
      const place = typeof at === 'number' ? { position: at } : { time: at };
      const params = { ...place, ...(prefix === undefined ? {} : { prefix }) };
      const table = createTable(['id', 'changed at']);
      const all: SeenDocument[] = [];
      let found: { readonly position?: unknown; readonly time?: unknown } = {};
      for await (const page of pagesOf(session, 'get-state-at', params)) {
        const documents = page['documents'] as readonly SeenDocument[];
        found = { position: page['position'], time: page['time'] };
        if (output === 'json') all.push(...documents);
        else if (output === 'ndjson') for (const one of documents) context.out(JSON.stringify(one));
        else if (documents.length > 0)
          context.out(table.rows(documents.map(({ id, position }) => [id, String(position)])));
      }
      if (output === 'json') context.out(pretty({ ...found, documents: all }));
      else
        context.err(
          `as of position ${String(found.position)}${found.time === '' ? '' : `, ${String(found.time)}`}`,
        );
    });
}
