import type { Actor, DeadLetter, Problem } from '../core/types.js';

/** A dead letter without its payload. */
export interface ListedDeadLetter {
  /** Its message id on the dead-letter topic. */
  readonly id: string;
  readonly letter: Omit<DeadLetter, 'payload'>;
  /** How many bytes of the payload were kept. */
  readonly bytes: number;
  /** Why it cannot be sent again; undefined if it can. */
  readonly refusal: Problem | undefined;
}

export interface FoundDeadLetter extends ListedDeadLetter {
  readonly letter: DeadLetter;
}

export interface DeadLetterQuery {
  /** The cursor of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** The topic has ended when it says nothing for so long. @defaultValue 1000 */
  readonly waitMs?: number | undefined;
  /** Only letters with this code. */
  readonly code?: string | undefined;
  /** Only letters from this topic. */
  readonly topic?: string | undefined;
  /** Only letters made at this time or later, in milliseconds since 1970. */
  readonly since?: number | undefined;
}

export interface DeadLetterPage {
  /** In the order of the topic: the newest last. */
  readonly letters: ListedDeadLetter[];
  /** Give it back to go on; absent where the topic ended. A page with a cursor may hold few letters, or none. */
  readonly cursor?: string;
}

/** What became of a letter that was sent again. */
export interface Resent {
  /** The letter's id. */
  readonly id: string;
  /** Where its message went: where it came from. */
  readonly topic: string;
  /** Its message id there. */
  readonly messageId: string;
}

/** A resent message says in this property which dead letter it was. */
export const RESENT_FROM = 'resent-from';

/**
 * What could not be understood or processed. Letters stay on their topic, also those that were sent again.
 *
 * Every call rejects with ENGINE_UNAVAILABLE when the bus does not answer, and TOO_MANY_REQUESTS when too many read at
 * once.
 */
export interface DeadLetters {
  /** Rejects with INVALID_REQUEST where `after` is no id; one that the topic does not hold may be taken for its end. */
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  /** Rejects with NOT_FOUND. */
  get(id: string): Promise<FoundDeadLetter>;
  /** Puts the message on the topic that it came from, as it was. Rejects with NOT_FOUND, or as its refusal says. */
  resend(id: string, caller: Actor): Promise<Resent>;
}
