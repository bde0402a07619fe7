import { bodyOf } from '../processor/overlay.js';
import type { Met } from './compare-documents.js';
import type { Awaited, FoldAnew } from './fold-anew.js';

/** Folds on until documents are at the positions named; says what they were there. `readTo` hands the journal to the fold. */
export async function awaitPositions(
  fold: FoldAnew,
  awaited: ReadonlyMap<string, Awaited>,
  readTo: (position: number) => Promise<void>,
): Promise<Map<string, Met>> {
  const met = new Map<string, Met>();
  await fold.stored();
  fold.await(awaited, (id, same, version) => met.set(id, { same, body: bodyOf(version) }));
  const positions = [...awaited.values()].map(({ position }) => position);
  await readTo(positions.reduce((most, one) => Math.max(most, one), 0));
  await fold.stored();
  fold.awaitNothing();
  return met;
}
