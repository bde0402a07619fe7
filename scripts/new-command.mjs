// `npm run new:command <name>`: writes the five parts of a command (schema, generated types, decision, registry line, unit
// test). Everything is checked before anything is written.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import prettier from 'prettier';
import { UserError, parseArguments, runMain, say } from './lib/cli.mjs';
import { commandOf, identifierOf, paramsTitleOf, registered, schemaOf, testOf } from './lib/new-command.mjs';

const USAGE = `usage: npm run new:command <name>

  <name> says what is asked for, in the imperative and with hyphens, such as freeze-topics. Written are
  schemas/commands/<name>.json, src/commands/<name>.ts, its line in src/commands/registry.ts and
  test/unit/commands/<name>.test.ts; then the types and the pages under docs/ are generated.`;

const root = join(import.meta.dirname, '..');
const REGISTRY = 'src/commands/registry.ts';
const MAX_LENGTH = 60;

const read = (path) => readFileSync(join(root, path), 'utf8');

/** Why the name cannot be taken; undefined if it can. */
function faultOf(name) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return 'must be lower-case words joined by hyphens';
  if (name.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (name.startsWith('commit-staged')) return 'belongs to the family commit-staged-to-<environment>';
  const files = [
    `src/commands/${name}.ts`,
    `src/commands/internal/${name}.ts`,
    `test/unit/commands/${name}.test.ts`,
  ];
  const there = files.find((path) => existsSync(join(root, path)));
  if (there !== undefined) return `is there already: ${there}`;
  return schemaFaultOf(name) ?? identifierFaultOf(name);
}

/** Every $id is unique, and so is every title: titles are the names of the types. */
function schemaFaultOf(name) {
  for (const file of readdirSync(join(root, 'schemas'), { recursive: true })) {
    if (!file.endsWith('.json')) continue;
    const { $id, title, definitions = {} } = JSON.parse(read(join('schemas', file)));
    if ($id === `${name}.json`) return `has a schema already: schemas/${file}`;
    const titles = [title, ...Object.values(definitions).map((part) => part.title)];
    if (titles.includes(paramsTitleOf(name)))
      return `would make the type ${paramsTitleOf(name)} a second time: schemas/${file}`;
  }
  return undefined;
}

/** The name becomes a constant, beside others in three files. */
function identifierFaultOf(name) {
  const identifier = identifierOf(name);
  try {
    new Script(`'use strict'; async () => { const ${identifier} = 0; };`);
  } catch {
    return `makes "${identifier}", which is a word of the language; take two words`;
  }
  const beside = [read(REGISTRY), commandOf('a-name'), testOf('a-name')].join('\n');
  if (new RegExp(`\\b${identifier}\\b`).test(beside))
    return `makes "${identifier}", which its files use for something else; take other words`;
  return undefined;
}

await runMain(async (args) => {
  const { words, flags } = parseArguments(args, ['help']);
  const [name] = words;
  if (words.length !== 1 || flags.has('help')) {
    say(USAGE);
    return flags.has('help') ? 0 : 2;
  }
  const fault = faultOf(name);
  if (fault !== undefined) throw new UserError(`"${name}" ${fault}`);
  const registry = registered(read(REGISTRY), name);
  if (registry === undefined)
    throw new UserError(`${REGISTRY} has another shape than this script knows; nothing was written`);

  const config = await prettier.resolveConfig(join(root, 'package.json'));
  const files = {
    [`schemas/commands/${name}.json`]: ['json', JSON.stringify(schemaOf(name))],
    [`src/commands/${name}.ts`]: ['typescript', commandOf(name)],
    [`test/unit/commands/${name}.test.ts`]: ['typescript', testOf(name)],
    [REGISTRY]: ['typescript', registry],
  };
  for (const [path, [parser, text]] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), await prettier.format(text, { ...config, parser }));
    say(`wrote ${path}`);
  }
  for (const script of ['gen.mjs', 'docs.mjs']) {
    execFileSync(process.execPath, [join(root, 'scripts', script)], { cwd: root, stdio: 'inherit' });
  }
  say(`Next: put what it is for where TODO stands, and its rules into src/commands/${name}.ts.`);
  return 0;
});
