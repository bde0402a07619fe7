import type { SkippedNumbers } from './types.js';

/** The last number that nothing is owed of: `published`, and what was skipped right behind it. Ranges are in order. */
export function settledThrough(published: number, skipped: readonly SkippedNumbers[] = []): number {
  let settled = published;
  for (const { first, through } of skipped) if (first <= settled + 1) settled = Math.max(settled, through);
  return settled;
}

/** The ranges with one more, in order; one that holds no number adds none. */
export function withSkipped(
  skipped: readonly SkippedNumbers[],
  { first, through }: SkippedNumbers,
): SkippedNumbers[] {
  if (through < first) return [...skipped];
  return [...skipped, { first, through }].sort((left, right) => left.first - right.first);
}
