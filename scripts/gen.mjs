// Makes src/generated/ from schemas/: types.ts for the compiler and schemas.ts for ajv, so that nothing is read from
// disk at run time. `--check` changes nothing and fails when a generated file is out of step.
import { readFileSync, readdirSync, writeFileSync, mkdirSync, existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import prettier from 'prettier';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const files = readdirSync(join(root, 'schemas'), { recursive: true })
  .filter((name) => name.endsWith('.json'))
  .sort();
const schemas = new Map();
for (const name of files) {
  const schema = JSON.parse(readFileSync(join(root, 'schemas', name), 'utf8'));
  if (!schema.$id || !schema.title) throw new Error(`schemas/${name}: "$id" and "title" are required`);
  if (schemas.has(schema.$id)) throw new Error(`schemas/${name}: $id "${schema.$id}" is used twice`);
  schemas.set(schema.$id, schema);
}

/** Rewrites references between files and into a file's own definitions to one flat set of definitions. */
function flatten(node, home) {
  if (Array.isArray(node)) return node.map((item) => flatten(item, home));
  if (node === null || typeof node !== 'object') return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === '$id' || key === '$schema' || key === 'definitions' || key === 'examples') continue;
    // Bounds on lists are ajv's business: in types they become unions of tuples of every length.
    if ((key === 'minItems' || key === 'maxItems') && !Array.isArray(node.items)) continue;
    if (key === '$ref' && typeof value === 'string') {
      const [file, path] = value.split('#');
      const target = schemas.get(file === '' ? home : file);
      if (!target) throw new Error(`${home}: $ref "${value}" names no schema`);
      const inner = path ? path.replace('/definitions/', '') : undefined;
      const title = inner ? target.definitions[inner].title : target.title;
      if (!title) throw new Error(`${home}: ${value} has no title`);
      out.$ref = `#/definitions/${title}`;
    } else {
      out[key] = flatten(value, home);
    }
  }
  return out;
}

const definitions = {};
for (const [id, schema] of schemas) {
  for (const part of [schema, ...Object.values(schema.definitions ?? {})]) {
    if (definitions[part.title]) throw new Error(`${id}: title "${part.title}" is used twice`);
    definitions[part.title] = flatten(part, id);
  }
}

const banner = '// Made by `npm run gen` from schemas/. Never edited by hand.\n';
const types = await compile(
  { title: 'Everything', type: 'object', additionalProperties: false, definitions },
  'Everything',
  {
    unreachableDefinitions: true,
    bannerComment: banner,
    additionalProperties: false,
    format: false,
    strictIndexSignatures: true,
  },
);
/** Takes out the wrapper and the lines that name it. */
const clean = (text) =>
  text
    .replace(/export interface Everything \{\s*\}\n?/, '')
    .replace(
      / \* This interface was referenced by `Everything`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
      '',
    )
    .replace(/\n \*\n \*\//g, '\n */')
    .replace(/\/\*\*\n \*\/\n/g, '');

const literal = Object.fromEntries([...schemas].map(([id, schema]) => [id, schema]));
const schemasSource = `${banner}
/** Every schema of schemas/ by its $id. */
export const schemas = ${JSON.stringify(literal, null, 2)} as const;
`;

const options = { ...(await prettier.resolveConfig(join(root, 'package.json'))), parser: 'typescript' };
const outputs = {
  'src/generated/types.ts': clean(await prettier.format(types, options)),
  'src/generated/schemas.ts': await prettier.format(schemasSource, options),
};

mkdirSync(join(root, 'src/generated'), { recursive: true });
const stale = [];
for (const [name, text] of Object.entries(outputs)) {
  const path = join(root, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale.push(name);
  if (!check) writeFileSync(path, text);
}
if (check && stale.length > 0) {
  console.error(`out of step with schemas/: ${stale.join(', ')}. Run "npm run gen" and commit the result.`);
  process.exit(1);
}
console.log(
  stale.length > 0
    ? `wrote ${stale.join(', ')}`
    : `generated files are in step (${relative(process.cwd(), root) || '.'})`,
);
