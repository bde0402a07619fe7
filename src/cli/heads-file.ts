import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readHeadLines, type HeadsRead } from '../core/heads-file.js';
import { readHeadPublicKey } from '../core/heads.js';
import { messageOf } from '../errors.js';
import type { Context } from './context.js';
import { EXIT, Exit, usage } from './exit.js';
import { counted } from './table.js';

/** Problems told at most. */
const MAX_TOLD = 20;

/** Reads a file of heads; signatures are looked at where a key is named. */
export async function loadHeads(
  file: string,
  keyFile: string | undefined,
  context: Context,
): Promise<HeadsRead> {
  const text = await contentOf(file, context);
  if (keyFile === undefined) return readHeadLines(text, undefined);
  const pem = await contentOf(keyFile, context);
  try {
    return readHeadLines(text, readHeadPublicKey(pem));
  } catch (error) {
    throw usage(`${keyFile}: ${messageOf(error)}`);
  }
}

/** The hash of each head by its position. Refuses a file with problems; what is not checked is said. */
export async function readHeads(
  file: string,
  keyFile: string | undefined,
  context: Context,
): Promise<ReadonlyMap<number, string>> {
  const read = await loadHeads(file, keyFile, context);
  if (read.problems.length > 0) throw new Exit(EXIT.failed, problemsText(file, read));
  if (read.heads.size === 0) throw usage(`${file} holds no head`);
  for (const note of notesOf(read, keyFile)) context.err(note);
  return new Map([...read.heads].map(([position, { hash }]) => [position, hash]));
}

/** Problems by line. */
export function problemsText(file: string, { problems }: Pick<HeadsRead, 'problems'>): string {
  const lines = problems.slice(0, MAX_TOLD).map(({ line, detail }) => `  line ${line} ${detail}`);
  const more = problems.length > MAX_TOLD ? [`  and ${problems.length - MAX_TOLD} more`] : [];
  return [`${file} has ${counted(problems.length, 'problem')}:`, ...lines, ...more].join('\n');
}

/** What the reader of the file should know beside its problems. */
export function notesOf({ unsigned, cutShort }: HeadsRead, keyFile: string | undefined): string[] {
  const notes: string[] = [];
  if (unsigned > 0)
    notes.push(`${counted(unsigned, 'head')} not signed: whoever can write the file could have made them`);
  else if (keyFile === undefined) notes.push('signatures were not looked at: name the public key');
  if (cutShort.length > 0) notes.push(`cut short while they were written: line ${cutShort.join(', line ')}`);
  return notes;
}

async function contentOf(name: string, { sources }: Context): Promise<string> {
  const path = resolve(sources.cwd, name);
  if (!existsSync(path)) throw usage(`there is no file ${path}`);
  return readFile(path, 'utf8');
}
