import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const home = process.env.STAGELINE_TEST_CACHE ?? join(homedir(), '.cache', 'stageline');
/** Outside the repository, on a real disk: a temporary folder may be memory, where a sync costs nothing. */
export const cache = join(home, 'bench');

/** A fresh folder and how to remove it. */
export function scratch() {
  const parent = join(cache, 'scratch');
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'run-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
