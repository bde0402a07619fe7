import { AppError } from '../errors.js';
import type { Bus } from '../ports/bus.js';

/** A journal that has documents has a beginning: it is there at once, or the bus is slow. */
const FIRST_MS = 5_000;

/**
 * Refuses a journal whose beginning is not there any more, although the documents are behind it: it cannot be folded anew.
 * Silence proves nothing; the start point of the documents is looked at behind this.
 */
export async function checkBeginning(bus: Bus, topic: string): Promise<void> {
  const reader = await bus.openReader(topic, { start: 'earliest' });
  try {
    const [first] = await reader.receive({ max: 1, waitMs: FIRST_MS });
    if (first === undefined) return;
    const { type, epoch } = first.properties;
    if (type === 'mark' && epoch === '1') return;
    throw new AppError(
      'JOURNAL_UNUSABLE',
      'The journal does not begin with its first mark: it was trimmed. Restore it, and keep its retention at -1/-1.',
    );
  } finally {
    await reader.close();
  }
}
