import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeHistory } from './history-writer.mjs';
import { dist } from './product.mjs';
import { cache } from './scratch.mjs';

/** Changes with the way histories are made: older ones are made anew. */
const VERSION = 2;
/** What records and documents look like: where any of it differs, histories are made anew too. */
const FORMS = ['projections', 'core/journal.js', 'core/checkpoint.js', 'commands/stage-configs.js'];
/** A short name of the forms in the build that is measured. */
function formsOf() {
  const hash = createHash('sha256').update(String(VERSION));
  for (const form of FORMS) {
    const path = join(dist, form);
    const files = statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path];
    for (const file of files.filter((name) => name.endsWith('.js'))) hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}

/** The data directory with that history, made once and kept. It is not to be opened: see `copyOf`. */
export async function historyOf({ records, functions = 10_000, progress }) {
  const name = `history-${records}-${functions}-`;
  const dir = join(cache, name + formsOf());
  if (existsSync(join(dir, 'complete'))) return dir;
  const making = join(cache, `making-${randomBytes(4).toString('hex')}`);
  mkdirSync(making, { recursive: true });
  try {
    await writeHistory(making, { records, functions, progress });
    writeFileSync(join(making, 'complete'), '');
    // Those of other builds go: they are large.
    for (const old of readdirSync(cache))
      if (old.startsWith(name)) rmSync(join(cache, old), { recursive: true, force: true });
    renameSync(making, dir);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return dir;
}

/** Copies a data directory. Tables of LevelDB never change: the copy shares them. */
export function copyOf(dir, to) {
  for (const name of readdirSync(dir)) {
    const [from, into] = [join(dir, name), join(to, name)];
    if (statSync(from).isDirectory()) {
      mkdirSync(into, { recursive: true });
      copyOf(from, into);
    } else if (/\.(ldb|sst)$/.test(name)) linkSync(from, into);
    else cpSync(from, into);
  }
  return to;
}
