import type { Actor, Reply } from '../core/types.js';

/** What becomes of a command that was put on the topic. */
export type Sent =
  { readonly id: string; readonly reply: Reply } | { readonly id: string; readonly reply: undefined };

/** What is known of a command id. `waiting`: this instance took it and has no reply yet. */
export type Known =
  | { readonly state: 'answered'; readonly reply: Reply }
  | { readonly state: 'waiting' }
  | { readonly state: 'unknown' };

/** Who sends a command, and how long he waits. */
export interface Waiting {
  readonly caller: Actor;
  readonly waitMs: number;
}

/** The way for HTTP callers onto the command topic and back. */
export interface CommandDoor {
  /**
   * Puts a command on the topic (an id and a project are added where they are missing) and waits for its reply up to
   * `waitMs`. Rejects with TOO_LARGE or ENGINE_UNAVAILABLE if it could not be put there.
   */
  send(command: Readonly<Record<string, unknown>>, waiting: Waiting): Promise<Sent>;
  /** The reply to an id, for whoever sent that command: from the documents, or kept here (ten minutes). That he was denied is in the documents for as long as it is among the newest records. */
  find(id: string, caller: Actor): Promise<Known>;
  /** False, with the reason, while replies cannot be received. */
  readonly health: () => { readonly ok: boolean; readonly detail: string };
  close(): Promise<void>;
}
