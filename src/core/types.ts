/** The contract's types, made from schemas/, and what the core adds to them. */
export type * from '../generated/types.js';
