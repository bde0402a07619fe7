/** The clock: milliseconds since 1970. */
export interface Clock {
  now(): number;
}

/** Fresh identifiers. */
export interface Ids {
  /** A time-ordered UUID (version 7). */
  uuid(): string;
}

/** A structured log: event name last, facts first, as pino takes them. */
export interface Log {
  debug(facts: object, event: string): void;
  info(facts: object, event: string): void;
  warn(facts: object, event: string): void;
  error(facts: object, event: string): void;
  child(facts: object): Log;
}
