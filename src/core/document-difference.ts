import { diffValues } from './diff-values.js';
import { isObject } from './merge-patch.js';
import { redact } from './redact.js';

/** Differing values told of one document at most. */
const MAX_VALUES = 5;
/** Characters of a value's JSON that are told. */
const MAX_CHARACTERS = 200;

/** One value that differs, as JSON, cut where it is long. */
export interface DifferingValue {
  /** JSON pointer into the document; '' is the whole of it. */
  readonly pointer: string;
  /** What the journal makes of it; absent: nothing. */
  readonly expected?: string;
  /** What is stored; absent: nothing. */
  readonly found?: string;
}

/** A stored document that is not what the journal makes of it. */
export interface DocumentDifference {
  readonly id: string;
  readonly kind: 'missing' | 'unexpected' | 'other-position' | 'other-content';
  /** The position of the last record that changed it, by the journal; 0: none did. */
  readonly position: number;
  /** The position that the stored one names. */
  readonly found?: number;
  /** The first values that differ, secrets masked. */
  readonly values?: readonly DifferingValue[];
  /** How many differ. */
  readonly differing?: number;
}

type Body = Readonly<Record<string, unknown>>;

/** The first values in which a stored body differs, secrets masked. */
export function differingValues(
  expected: Body,
  found: Body,
): Required<Pick<DocumentDifference, 'values' | 'differing'>> {
  const changes = diffValues(expected, found);
  const masked = { expected: redact(expected), found: redact(found) };
  const values = changes.slice(0, MAX_VALUES).map(({ pointer }) => ({
    pointer,
    ...told('expected', at(masked.expected, pointer)),
    ...told('found', at(masked.found, pointer)),
  }));
  return { values, differing: changes.length };
}

function told(name: 'expected' | 'found', value: unknown): Partial<DifferingValue> {
  if (value === undefined) return {};
  const text = JSON.stringify(value);
  return { [name]: text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text };
}

/** The value at a pointer; undefined if there is none. */
function at(value: unknown, pointer: string): unknown {
  if (pointer === '') return value;
  let found = value;
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!(isObject(found) || Array.isArray(found)) || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

/** Differences told at most: the others are counted. */
const MAX_TOLD = 200;

/** What came of comparing documents. */
export interface ComparedDocuments {
  /** Documents compared. */
  readonly documents: number;
  /** How many differ. */
  readonly differing: number;
  /** The first of them. */
  readonly differences: readonly DocumentDifference[];
  /** Documents that changed each time they were looked at: nothing is said of them. */
  readonly unsettled: number;
}

/** Counts differences and keeps the first ones. */
export function createDifferenceList(): {
  readonly add: (difference: DocumentDifference) => void;
  told(): Pick<ComparedDocuments, 'differing' | 'differences'>;
} {
  const differences: DocumentDifference[] = [];
  let differing = 0;
  return {
    add(difference) {
      differing += 1;
      if (differences.length < MAX_TOLD) differences.push(difference);
    },
    told: () => ({ differing, differences }),
  };
}
