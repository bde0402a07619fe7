import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { DocumentStore } from '../../ports/documents.js';
import type { Context } from '../context.js';
import { openConfiguredEngines } from '../engines.js';
import { EXIT, Exit } from '../exit.js';
import { backupFile } from '../open-journal.js';
import { createProgress } from '../progress.js';
import { counted } from '../table.js';

/** An embedded topic is read at once; a broker may take a while to open one. */
const QUIET_MS = { embedded: 500, pulsar: 5_000 } as const;

/** `stageline restore <file>`: a backup into an empty journal. */
export function registerRestore(program: Command, context: Context): void {
  program
    .command('restore')
    .description('write a backup into the empty journal of the configured engines')
    .argument('<file>', 'what "stageline backup" wrote')
    .option('--drop-documents', 'drop documents that had got further than the backup')
    .addHelpText(
      'after',
      '\nNo service may run meanwhile. The first start afterwards folds the documents anew. Deployments that the backup still owes are held: they may be out already; "stageline effects" releases or skips them.',
    )
    .action(async (file: string, { dropDocuments }: { readonly dropDocuments?: true }) => {
      const open = backupFile(file, context);
      const { checkBackup, restoreJournal } = await import('../../history/restore.js');
      const { lastPosition } = await checkBackup(open);
      const config = loadConfig(context.sources);
      const engines = await openConfiguredEngines(config, { say: context.err, create: true });
      try {
        const faults = (await engines.admin?.journalFaults(config.topics.journal)) ?? [];
        if (faults.length > 0) throw new Exit(EXIT.failed, faults.join('\n'));
        const ahead = await documentsAhead(engines.store, lastPosition);
        if (ahead !== undefined && dropDocuments !== true) throw lostWithTheJournal(ahead, lastPosition);
        const { bus } = engines;
        await restoreJournal({
          bus,
          topic: config.topics.journal,
          open,
          writer: randomBytes(9).toString('base64url'),
          now: Date.now,
          maxBytes: Math.min(config.limits.maxRecordBytes, bus.maxMessageBytes),
          quietMs: bus.kind === 'embedded' ? QUIET_MS.embedded : QUIET_MS.pulsar,
          progress: createProgress(context.err, 'restore:'),
        });
        // Not before: a journal that is not empty is refused, and its documents are needed.
        if (ahead !== undefined) await engines.store.drop(ahead.name);
        context.out(
          `${counted(lastPosition, 'record')} restored and read back. Start the service: it folds the documents anew, and holds the deployments that are still owed.`,
        );
      } finally {
        await engines.close();
      }
    });
}

/** Documents that know more than the backup. */
interface DocumentsAhead {
  readonly name: string;
  readonly position: number;
}

async function documentsAhead(
  store: DocumentStore,
  lastPosition: number,
): Promise<DocumentsAhead | undefined> {
  const { createDocumentReads } = await import('../../feed/document-reads.js');
  const position = await createDocumentReads(store).position();
  const name = await store.current();
  return name === undefined || position <= lastPosition ? undefined : { name, position };
}

/** They were made from records that are lost: nobody starts with them. */
function lostWithTheJournal({ name, position }: DocumentsAhead, lastPosition: number): Exit {
  return new Exit(
    EXIT.failed,
    `the documents in ${name} have reached position ${position}, the backup ends at ${lastPosition}: what is behind it is lost with the journal. Find a newer backup, or add --drop-documents.`,
  );
}
