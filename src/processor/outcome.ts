import type { JournalRecord, Reply } from '../core/types.js';
import type { Code } from '../errors.js';
import type { Versioned } from '../projections/fold.js';

/** Where the next record goes. */
export interface Head {
  readonly position: number;
  readonly hash: string | null;
  readonly time: string;
}

/** Which command a reply answers: under one id, another one or another caller may have been refused. */
export interface Answered {
  readonly hash: string;
  /** NOBODY where it is not known who asked. */
  readonly actor: string;
}

/** What a command came to. `reply` waits until the documents are at `head`; `asked`: the command that it answers and who asked, where both are known. */
export type Outcome = { readonly asked?: Answered } & (
  | {
      readonly kind: 'dead-letter';
      readonly code: Code;
      readonly reason: string;
      readonly reply?: Reply;
      readonly replyTo?: string;
    }
  | { readonly kind: 'reply'; readonly reply: Reply; readonly replyTo?: string }
  /** A reply that is being made outside the writer's turn; it never rejects. */
  | { readonly kind: 'later'; readonly pending: Promise<Reply>; readonly replyTo?: string }
  | {
      readonly kind: 'record';
      readonly line: Buffer;
      readonly head: Head;
      readonly record: JournalRecord;
      readonly folded: ReadonlyMap<string, Versioned>;
      readonly reply?: Reply;
      readonly replyTo?: string;
    }
);
