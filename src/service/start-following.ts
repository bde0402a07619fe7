import { readCheckpoint } from '../core/checkpoint.js';
import { CHECKPOINT_ID } from '../core/ids.js';
import { isAborted, pause } from '../core/pause.js';
import type { StartPoint } from '../core/start-point.js';
import { hasCode, messageOf } from '../errors.js';
import type { JournalFollower } from '../feed/journal-follower.js';
import type { DocumentStore } from '../ports/documents.js';
import type { Log } from '../ports/system.js';

/** Begins to read the journal behind the documents; a store that does not answer is waited for. */
export async function startFollowing(
  store: DocumentStore,
  follower: JournalFollower,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  for (let waitMs = 250; !isAborted(signal); waitMs = Math.min(5_000, waitMs * 2)) {
    try {
      const from = await startPoint(store);
      // A writer in this process may have begun already, further on.
      if (follower.state().epoch === 0) follower.start(from);
      return;
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'documents-do-not-answer');
      await pause(waitMs, signal);
    }
  }
}

/** Where this process begins to read the journal: behind the documents, if there are any. */
async function startPoint(store: DocumentStore): Promise<StartPoint | undefined> {
  const name = await store.current();
  if (name === undefined) return undefined;
  try {
    const documents = await store.open(name);
    return readCheckpoint((await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID)?.body);
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
