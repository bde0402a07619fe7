// Writes test/fixtures/patterns.json: what each regular expression of the product costs at worst, as `recheck` finds it.
// What is recorded already is not asked again, since some take seconds; `--all` asks about everything.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { tsImport } from 'tsx/esm/api';

const root = join(import.meta.dirname, '..');
const { costOf, patternsOfProduct, readRecord, recordFile, written } = await tsImport(
  join(root, 'test/support/patterns.ts'),
  import.meta.url,
);

const known = process.argv.includes('--all') ? {} : readRecord(root);
const record = {};
let costly = 0;
for (const pattern of patternsOfProduct(root)) {
  const name = written(pattern);
  record[name] = known[name] ?? costOf(pattern);
  if (record[name] === 'linear') continue;
  costly += 1;
  console.log(`${name} in ${pattern.files.join(', ')}: ${record[name]}`);
}
const sorted = Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
const options = { ...(await prettier.resolveConfig(recordFile(root))), parser: 'json' };
writeFileSync(recordFile(root), await prettier.format(JSON.stringify(sorted), options));
console.log(`${Object.keys(sorted).length} regular expressions, ${costly} not linear`);
process.exitCode = costly === 0 ? 0 : 1;
