import type { HistoryPoint } from '../../core/history.js';
import { AppError } from '../../errors.js';

/** A position, or the last record at or before a time. UNKNOWN_POSITION for one beyond what is decided by now. */
export function pointOf(point: number | string, now: number): HistoryPoint {
  if (typeof point === 'string') return { time: new Date(point).toISOString() };
  if (point <= now) return { position: point };
  throw new AppError(
    'UNKNOWN_POSITION',
    `Position ${point} is not in the journal, which ends at ${now}; ask for one that is.`,
  );
}
