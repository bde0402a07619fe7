// Runs the dependency rule over src/ and fails when fewer modules were read than there are files: dependency-cruiser says
// "no violations" of a tree that it could not read at all.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const files = readdirSync('src', { recursive: true }).filter((name) => name.endsWith('.ts'));
const options = await extractDepcruiseOptions('./.dependency-cruiser.js');
const result = await cruise(['src'], options, undefined, { tsConfig: extractTSConfig('./tsconfig.json') });
const { violations } = result.output.summary;
const cruised = result.output.modules.filter(({ source }) => source.startsWith('src/')).length;

for (const { rule, from, to } of violations) console.error(`${rule.severity} ${rule.name}: ${from} → ${to}`);
if (cruised < files.length) {
  console.error(`only ${cruised} of ${files.length} modules were read: the check says nothing`);
  process.exit(1);
}
if (violations.length > 0) process.exit(1);
console.log(`dependency rule kept: ${cruised} modules`);
