import type { JournalRecord, Reply } from '../core/types.js';
import type { Code } from '../errors.js';
import type { Versioned } from '../projections/fold.js';

/** Where the next record goes. */
export interface Head {
  readonly position: number;
  readonly hash: string | null;
  readonly time: string;
}

/** What a command came to. `reply` waits until the documents are at `head`; `asked` is the hash of the command that it answers, where that could be read. */
export type Outcome = { readonly asked?: string } & (
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
