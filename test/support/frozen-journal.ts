import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, sha256 } from '../../src/core/canonical.js';
import type { JournalRecord } from '../../src/core/types.js';
import { backupSource } from '../../src/history/line-source.js';
import { readLines } from '../../src/history/read-lines.js';
import { rehearse, type Difference } from '../../src/history/rehearse.js';
import { createMemoryDocuments } from '../../src/projections/memory-documents.js';
import { createFakeLog } from './fake-log.js';
import { SAMPLE_LIMITS } from './sample-journal.js';
import { TOPIC } from './world.js';

export const FIXTURES = join(__dirname, '../fixtures/journal');

/** What was true of a frozen journal when it was made, and what has been decided about it since. */
export interface FrozenFacts {
  /** SHA-256 of the file. */
  readonly sha256: string;
  readonly records: number;
  /** The hash of all documents, by the version of the fold that makes them. */
  readonly documents: Readonly<Record<string, string>>;
  /** Rules that were changed on purpose since: the commands that are decided otherwise, and where. */
  readonly differences: readonly { readonly position: number; readonly pointers: readonly string[] }[];
}

/** Names of the frozen journals, without their ending. */
export function frozenJournals(): string[] {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => name.slice(0, -'.ndjson'.length))
    .sort();
}

const pathOf = (name: string): string => join(FIXTURES, `${name}.ndjson`);

export function frozenFacts(name: string): FrozenFacts {
  return JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as FrozenFacts;
}

/** Everything that can be told of a frozen journal today. */
export interface FrozenReading {
  readonly sha256: string;
  readonly records: readonly JournalRecord[];
  /** The hash of all documents, stones included. */
  readonly documents: string;
  readonly differences: readonly Difference[];
}

/** Reads a frozen journal: follows it hash for hash, folds it, and decides its commands again. */
export async function readFrozen(name: string): Promise<FrozenReading> {
  const source = backupSource(() => createReadStream(pathOf(name)));
  const records: JournalRecord[] = [];
  const documents = createMemoryDocuments();
  for await (const { lines } of readLines(source)) {
    for (const { record } of lines) {
      records.push(record);
      documents.fold(record);
    }
  }
  const differences: Difference[] = [];
  await rehearse({
    source,
    limits: SAMPLE_LIMITS,
    deploymentsTopic: TOPIC,
    log: createFakeLog(),
    signal: new AbortController().signal,
    onDifference: (difference) => differences.push(difference),
  });
  const all = [...documents.entries()].map(([id, { position, document }]) => [id, { position, document }]);
  return {
    sha256: sha256(readFileSync(pathOf(name))),
    records,
    documents: hashOf(JSON.parse(JSON.stringify(Object.fromEntries(all)))),
    differences,
  };
}
