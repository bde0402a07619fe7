// Makes docs/configuration.md, docs/errors.md, docs/cli.md, docs/commands.md, docs/dependencies.md and docs/pulsar-updates.md from
// the schemas, the table of codes, the help texts, the registry of commands, the lock file and the planner's rules. `--check` changes nothing and fails when one of them is out of step.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { tsImport } from 'tsx/esm/api';
import { cliMarkdown } from './lib/docs-cli.mjs';
import { commandsMarkdown } from './lib/docs-commands.mjs';
import { configurationMarkdown } from './lib/docs-configuration.mjs';
import { dependenciesMarkdown } from './lib/docs-dependencies.mjs';
import { errorsMarkdown } from './lib/docs-errors.mjs';
import { updatesMarkdown } from './lib/docs-updates.mjs';
import { PULSAR_VERSION } from './lib/pulsar-files.mjs';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const load = (path) => tsImport(join(root, path), import.meta.url);

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const { ROLES } = await load('src/core/roles.ts');
const { schemas } = await load('src/generated/schemas.ts');
const { FURTHER_VARIABLES } = await load('src/config/settings-schema.ts');
const { CODES } = await load('src/errors.ts');
const { buildProgram } = await load('src/cli/program.ts');
const { listCommands } = await load('src/commands/registry.ts');
const { FIELD_RULES } = await load('src/deployer/field-rules.ts');

const pages = {
  'docs/configuration.md': configurationMarkdown(schemas['config.json'], FURTHER_VARIABLES),
  'docs/errors.md': errorsMarkdown(CODES),
  'docs/cli.md': cliMarkdown(buildProgram),
  'docs/commands.md': commandsMarkdown(listCommands(['test', 'prod']), schemas, ROLES),
  'docs/dependencies.md': dependenciesMarkdown(readJson('package.json'), readJson('package-lock.json')),
  'docs/pulsar-updates.md': updatesMarkdown(FIELD_RULES, PULSAR_VERSION),
};

const options = { ...(await prettier.resolveConfig(join(root, 'package.json'))), parser: 'markdown' };
const stale = [];
mkdirSync(join(root, 'docs'), { recursive: true });
for (const [name, page] of Object.entries(pages)) {
  const path = join(root, name);
  const text = await prettier.format(
    `<!-- Made by \`npm run docs\`. Never edited by hand. -->\n\n${page}`,
    options,
  );
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale.push(name);
  if (!check) writeFileSync(path, text);
}
if (check && stale.length > 0) {
  console.error(`out of step: ${stale.join(', ')}. Run "npm run docs" and commit the result.`);
  process.exit(1);
}
console.log(stale.length > 0 ? `wrote ${stale.join(', ')}` : 'docs are in step');
