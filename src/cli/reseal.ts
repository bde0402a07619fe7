import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readSealed } from '../core/sealed-form.js';
import { messageOf } from '../errors.js';
import type { KeySet, PrivateKey } from '../sealing/keys.js';
import { unseal } from '../sealing/open.js';
import { seal } from '../sealing/seal.js';
import { usage } from './exit.js';
import { writeWhole } from './whole-file.js';

/** What became of a file. */
export interface Resealed {
  readonly file: string;
  /** Sealed anew to the newest key. */
  readonly resealed: number;
  /** On the newest key already. */
  readonly current: number;
}

/** Compact JWE wherever it stands: the rest of the file, comments too, stays to the letter. */
const SEALED = /(?<![\w-])eyJ[\w-]+\.\.[\w-]+\.[\w-]*\.[\w-]+/g;

/** Seals what is sealed in files to the newest key, in place. Either all files are written, or none. */
export async function reseal(
  files: readonly string[],
  keys: KeySet<PrivateKey>,
  cwd: string,
): Promise<Resealed[]> {
  const done: Resealed[] = [];
  const texts = new Map<string, string>();
  const faults: string[] = [];
  for (const file of files) {
    try {
      const path = await realpath(resolve(cwd, file));
      const { text, ...counts } = await resealText(await readFile(path, 'utf8'), keys);
      if (counts.resealed > 0) texts.set(path, text);
      done.push({ file, ...counts });
    } catch (error) {
      faults.push(`${file}: ${messageOf(error)}`);
    }
  }
  if (faults.length > 0) throw usage(`${faults.join('\n')}\nNo file was changed.`);
  for (const [path, text] of texts) await writeWhole(path, [Buffer.from(text)], (await stat(path)).mode);
  return done;
}

async function resealText(
  text: string,
  keys: KeySet<PrivateKey>,
): Promise<{ text: string; resealed: number; current: number }> {
  const [newest] = keys.keys;
  const parts: string[] = [];
  let [from, resealed, current] = [0, 0, 0];
  for (const { 0: sealed, index } of text.matchAll(SEALED)) {
    const header = readSealed(sealed);
    if (header === undefined || newest === undefined) continue;
    if (header.kid === newest.kid) {
      current += 1;
      continue;
    }
    parts.push(text.slice(from, index), await seal(await unseal(sealed, keys), header, newest));
    from = index + sealed.length;
    resealed += 1;
  }
  return { text: [...parts, text.slice(from)].join(''), resealed, current };
}
