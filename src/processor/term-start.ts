import { AppError, hasCode, messageOf } from '../errors.js';
import { environmentCommands } from './environments.js';
import { refuseOwedElsewhere } from './owed-elsewhere.js';
import { foldToMark, type FoldedToMark, type TermHooks } from './fold-to-mark.js';
import { dropUnused, newDocuments, openDocuments, openSwitched } from './open-documents.js';
import { checkBeginning } from './journal-beginning.js';
import type { TermOptions, TermStart } from './term-options.js';

/** Opens the documents, folds what the journal has beyond them, appends the mark and reads until it counts. */
export async function beginTerm(options: TermOptions, hooks: TermHooks): Promise<TermStart> {
  const { producer, log } = options;
  const { signal, fail } = hooks;
  const onLost = (): void =>
    fail(
      producer.lost.reason instanceof Error
        ? producer.lost.reason
        : new AppError('LEASE_LOST', 'the lease was lost'),
    );
  producer.lost.addEventListener('abort', onLost, { once: true });
  if (producer.lost.aborted) onLost();

  const switched =
    options.database === undefined ? undefined : await openSwitched(options.store, options.database, log);
  let opened = switched ?? (await openDocuments(options.store, log));
  options.reach('documents-opened');
  let attempt: FoldedToMark | undefined;
  try {
    const expected = opened.checkpoint?.state.position ?? 0;
    if (opened.checkpoint !== undefined) await checkBeginning(options.bus, options.topics.journal);
    attempt = await foldToMark(options, hooks, opened).catch((error: unknown) => {
      // The journal does not fit the documents: they are folded anew, into a new database.
      if (!hasCode(error, 'JOURNAL_UNUSABLE') || opened.checkpoint === undefined || signal.aborted)
        throw error;
      log.warn({ reason: (error as Error).message }, 'checkpoint-does-not-fit-the-journal');
      return undefined;
    });
    if (attempt === undefined) {
      opened =
        opened === switched
          ? await openDocuments(options.store, log)
          : await newDocuments(options.store, log);
      attempt = await foldToMark(options, hooks, opened);
    }
    if (attempt.state.position < expected) {
      throw new AppError(
        'JOURNAL_UNUSABLE',
        `The journal ends at position ${attempt.state.position}, the documents had reached ${expected}: it was cut or exchanged. Restore it before starting.`,
      );
    }
    const { position, restored = 0 } = attempt.state;
    if (position < restored) {
      throw new AppError(
        'JOURNAL_UNUSABLE',
        `The journal was restored to position ${position} of ${restored}: the restore did not come to its end. Delete the journal and restore it again.`,
      );
    }
    options.reach('mark-counted');
    await refuseOwedElsewhere(attempt.overlay, options.topics.deployments);
    const firstCommands = await environmentCommands(attempt.overlay, options.environments);
    await options.store.setCurrent(opened.documents.name);
    options.reach('documents-current');
    const { close } = attempt;
    return {
      ...attempt,
      firstCommands,
      async close() {
        producer.lost.removeEventListener('abort', onLost);
        await close();
      },
    };
  } catch (error) {
    producer.lost.removeEventListener('abort', onLost);
    await attempt?.close();
    // One that was asked for is not this term's to drop.
    if (opened !== switched)
      await dropUnused(options.store, opened).catch((reason: unknown) => {
        log.warn({ database: opened.documents.name, reason: messageOf(reason) }, 'unused-documents-stay');
      });
    throw error;
  }
}
