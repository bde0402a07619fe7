import { redactText } from '../core/redact-text.js';
import { AppError } from '../errors.js';

/** One thing that is wrong with the configuration. */
export interface Fault {
  /** The setting, with a JSON pointer behind it where the fault lies inside its value. */
  readonly name: string;
  /** What was given; left out where it might be a secret or is of no help. */
  readonly value?: unknown;
  /** Where it was given. */
  readonly source?: string;
  /** What is wrong and what would be right. */
  readonly detail: string;
}

const SECRET_NAME = /secret|token|password|passwd|credential|private|api_?key/i;
const LONGEST = 80;

/** A value as it may be shown: cut where it is long, hidden where it may hold credentials. */
function shown(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (SECRET_NAME.test(name) || text.includes('@')) return '(not shown)';
  const masked = redactText(text);
  const cut = masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked;
  return typeof value === 'string' ? JSON.stringify(cut) : cut;
}

function lineOf(fault: Fault): string {
  const value = fault.value === undefined ? '' : ` = ${shown(fault.name, fault.value)}`;
  const source = fault.source === undefined ? '' : ` (${fault.source})`;
  return `  ${fault.name}${value}${source}: ${fault.detail}`;
}

/** Every fault in one error that reads well on a terminal and still has one item a fault. */
export function invalidConfig(faults: readonly Fault[]): AppError {
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  return new AppError(
    'INVALID_CONFIG',
    `The configuration has ${count}; nothing was started.\n${faults.map(lineOf).join('\n')}`,
    { errors: faults.map(({ name, detail }) => ({ name, code: 'INVALID_CONFIG', detail })) },
  );
}

/** How many letters differ between two words, insertions and deletions counted (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const PREFIX = /^STAGELINE_/;

/** The name that was probably meant; undefined if none is near. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const word = name.replace(PREFIX, '');
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(word, candidate.replace(PREFIX, '')) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}

/** "; did you mean X?", or nothing. */
export function hint(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
