import { SINKS, SOURCES } from './connector-samples.js';
import { FUNCTIONS } from './function-samples.js';
import type { Group } from './sample.js';

/** Every field of the three config types, as far as a standalone broker can be given a value for it. */
export const GROUPS: readonly Group[] = [
  ...FUNCTIONS.map((group) => ({ type: 'function' as const, ...group })),
  ...SOURCES.map((group) => ({ type: 'source' as const, ...group })),
  ...SINKS.map((group) => ({ type: 'sink' as const, ...group })),
];
