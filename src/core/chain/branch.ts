import { positionsOf, type JournalFault } from './journal-fault.js';
import type { Segment } from './segments.js';
import type { Standing } from './terms.js';

/** Messages of a writer that can come behind a lost one, or behind the mark of the next writer: as many as it has in flight. */
export const MAX_IN_DOUBT = 8;

/** The last line of a chain. */
export interface ChainHead {
  readonly position: number;
  readonly hash: string | null;
}

/**
 * Segments that do not go on from the chain, as far as is known yet. `aside`: of a writer not in force, right behind the chain. `gap`:
 * something is missing before it. `broken`: it does not agree with what stands before. `fork`: it goes on from an earlier record.
 */
export interface Branch {
  readonly kind: 'aside' | 'gap' | 'broken' | 'fork';
  /** How its writer stood when it began. */
  readonly standing: Standing;
  readonly segments: Segment[];
  /** Where the chain was when it began. */
  readonly from: ChainHead;
  /** Lines before it that could not be read. */
  readonly unreadable: number;
  /** Messages that went on from the chain since. */
  passed: number;
  /** Its own writer went on from the chain, in the same term. */
  overtaken: boolean;
}

export function firstOf({ segments }: Branch): Segment {
  return segments[0] as Segment;
}

export function headOf({ segments }: Branch): ChainHead {
  const { last, hash } = segments.at(-1) as Segment;
  return { position: last, hash };
}

export function joins({ first, prev }: Segment, head: ChainHead): boolean {
  return first === head.position + 1 && prev === head.hash;
}

/** What is wrong where the chain goes on with a branch that did not join it. */
export function breakFault(branch: Branch, head: ChainHead): JournalFault {
  const { first, message } = firstOf(branch);
  const at = { messageId: message.id };
  const next = head.position + 1;
  if (first > next) {
    const range = through(next, first - 1);
    if (branch.unreadable < first - next) return missingFault(next, first - 1, message.id);
    return { kind: 'changed', ...range, ...at, detail: `${positionsOf(range)} cannot be read any more` };
  }
  if (first === next) return changedFault(first, message.id);
  const range = through(first, head.position);
  const detail = `${positionsOf(range)} twice: the chain goes on from what stands behind, in message ${message.id}`;
  return { kind: 'inserted', ...range, ...at, detail };
}

/** A record names another one before it than the one that is there. */
export function changedFault(follower: number, messageId: string): JournalFault {
  const position = Math.max(1, follower - 1);
  const detail =
    follower === 1
      ? 'position 1 names a record before it'
      : `position ${position} is not what position ${follower} was written behind`;
  return { kind: 'changed', position, messageId, detail };
}

/** Nothing stands between two records that do not follow each other. */
export function missingFault(first: number, last: number, messageId: string): JournalFault {
  const range = through(first, last);
  return {
    kind: 'removed',
    ...range,
    messageId,
    detail: `${positionsOf(range)} missing before position ${last + 1}`,
  };
}

/** What is wrong with a branch from which nothing goes on, if no writer can have left it so. */
export function leftFault(branch: Branch): JournalFault | undefined {
  const segment = firstOf(branch);
  const inDoubt = branch.kind === 'gap' && !branch.overtaken && segment.whole;
  if (branch.standing === 'late' || inDoubt) return undefined;
  const range = through(segment.first, headOf(branch).position);
  const detail = `${positionsOf(range)} in message ${segment.message.id}: nothing goes on from there`;
  return { kind: 'inserted', ...range, messageId: segment.message.id, detail };
}

/** What goes on from the chain although its writer was not in force, and has the writer in force going on from it. */
export function misplacedFault({ segments }: Branch, by: Segment, late: boolean): JournalFault {
  const its = segments.filter((segment) => segment !== by);
  const { first, last, epoch, writer, message } = its[0] as Segment;
  const range = through(first, late ? (its.at(-1) as Segment).last : last);
  const detail = late
    ? `${positionsOf(range)} behind the mark of the writer that went on from there`
    : `the message with ${positionsOf(range)} names epoch ${epoch} and writer ${writer}, which were not in force`;
  return { kind: late ? 'reordered' : 'changed', ...range, messageId: message.id, detail };
}

export function through(position: number, last: number): { position: number; through?: number } {
  return last > position ? { position, through: last } : { position };
}
