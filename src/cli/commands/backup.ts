import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupTrailer } from '../../core/types.js';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { offlineOption, openJournal, type JournalOptions } from '../open-journal.js';
import { createProgress } from '../progress.js';
import { counted } from '../table.js';
import { writeWhole } from '../whole-file.js';

interface BackupOptions extends Pick<JournalOptions, 'offline'> {
  readonly force?: true;
}

/** `stageline backup <file>`: the whole journal in a file. */
export function registerBackup(program: Command, context: Context): void {
  program
    .command('backup')
    .description('write the whole journal to a file, followed hash for hash; "stageline restore" reads it')
    .argument('<file>', 'where to; - is standard output')
    .addOption(offlineOption())
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      '\nThe file has its name once it is complete and on disk. It holds the journal as it stood when the command began; the service goes on meanwhile.',
    )
    .action(async (file: string, { force, ...options }: BackupOptions, command: Command) => {
      const path = file === '-' ? undefined : resolve(context.sources.cwd, file);
      if (path !== undefined && existsSync(path) && force !== true)
        throw usage(`${path} is there already; add --force to replace it`);
      const { writeBackup } = await import('../../history/backup.js');
      const journal = await openJournal(command, context, options);
      try {
        const parts = writeBackup(journal.source, {
          madeAt: new Date().toISOString(),
          signal: context.stop(),
        });
        const progress = createProgress(context.err, 'backup:');
        let trailer: BackupTrailer | undefined;
        async function* bytes(): AsyncGenerator<Uint8Array, void> {
          for (;;) {
            const part = await parts.next();
            if (part.done === true) {
              trailer = part.value;
              return;
            }
            progress(part.value.position);
            yield part.value.bytes;
          }
        }
        if (path === undefined) for await (const some of bytes()) await context.write(some);
        else await writeWhole(path, bytes());
        context.err(
          `${counted(trailer?.records ?? 0, 'record')} written, the last with hash ${String(trailer?.lastHash)}`,
        );
      } finally {
        await journal.close();
      }
    });
}
