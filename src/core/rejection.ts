import type { Rejection } from './types.js';

/** Who rejected it, when and why. */
export function rejectedBy({ reason, by, at }: Rejection): string {
  return `rejected by ${by} at ${at}: ${reason}`;
}
