/**
 * Freezes the sample journal of today: `npx tsx test/support/write-sample-journal.ts v2`. One that is frozen already is
 * never made anew.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLD_VERSION } from '../../src/projections/fold.js';
import { FIXTURES, readFrozen, type FrozenFacts } from './frozen-journal.js';
import { sampleBackup } from './sample-journal.js';

async function main(name: string): Promise<void> {
  const file = join(FIXTURES, `${name}.ndjson`);
  if (existsSync(file)) throw new Error(`${file} is frozen: take another name`);
  mkdirSync(FIXTURES, { recursive: true });
  writeFileSync(file, await sampleBackup());
  const { sha256, records, documents, differences } = await readFrozen(name);
  if (differences.length > 0) throw new Error(`decided otherwise: ${JSON.stringify(differences)}`);
  const facts: FrozenFacts = {
    sha256,
    records: records.length,
    documents: { [FOLD_VERSION]: documents },
    differences: [],
  };
  writeFileSync(join(FIXTURES, `${name}.json`), `${JSON.stringify(facts, null, 2)}\n`);
  process.stdout.write(`${file}: ${records.length} records\n`);
}

const [name] = process.argv.slice(2);
if (name === undefined) throw new Error('the name of the journal is missing, such as v2');
void main(name);
