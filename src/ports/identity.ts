import type { Actor, Problem } from '../core/types.js';

/** What a command brings along that says who asks for it. */
export interface TicketHolder {
  readonly id: string;
  /** The command's hash (RFC 8785, its ticket left out). */
  readonly hash: string;
  /** Out of the message's property, or else out of the envelope. */
  readonly ticket: string | undefined;
  /** When the bus stored it, in milliseconds since 1970, by the bus's clock. */
  readonly publishTime: number;
}

/** Who asks, or why nobody known does. */
export type Asking = { readonly actor: Actor } | { readonly denied: Problem };

/** Finds out who asks for a command that came on a topic. */
export type WhoAsks = (holder: TicketHolder) => Asking | Promise<Asking>;

/** What a ticket is bound to. */
export type Binding = Pick<TicketHolder, 'id' | 'hash'>;

/** Makes tickets: short-lived proofs that an actor asks for exactly one command. */
export interface TicketSigner {
  sign(actor: Actor, binding: Binding): Promise<string>;
}

/** Finds out who sends an HTTP request. */
export interface Callers {
  /** False where nobody is asked who they are: every caller is `local`. */
  readonly required: boolean;
  /** The caller by its Authorization header; rejects with UNAUTHENTICATED. */
  identify(authorization: string | undefined): Promise<Actor>;
}
