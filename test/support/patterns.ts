import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkSync } from 'recheck';
import ts from 'typescript';

/** A regular expression of the product, and the files that it stands in. */
export interface Pattern {
  readonly source: string;
  readonly flags: string;
  readonly files: readonly string[];
}

/** What a pattern costs at worst, by how it is written: made by `npm run patterns`. */
export const recordFile = (root: string): string => join(root, 'test', 'fixtures', 'patterns.json');

/** As it is written in the record. */
export const written = ({ source, flags }: Pick<Pattern, 'source' | 'flags'>): string =>
  `/${source}/${flags}`;

export function readRecord(root: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(recordFile(root), 'utf8')) as Record<string, string>;
}

/** Every regular expression in the sources, but for those put together when they run, and every pattern in the schemas. */
export function patternsOfProduct(root: string): Pattern[] {
  return merged([
    ...filesIn(root, 'src', '.ts').flatMap((file) => literalsIn(root, file)),
    ...patternsOfSchemas(root),
  ]);
}

function patternsOfSchemas(root: string): Pattern[] {
  return merged(
    filesIn(root, 'schemas', '.json').flatMap((file) =>
      sourcesIn(JSON.parse(readFileSync(join(root, file), 'utf8'))).map((source) => ({
        source,
        // As Ajv compiles them.
        flags: 'u',
        files: [file],
      })),
    ),
  );
}

/**
 * `linear`, or how fast the worst text grows costly, with such a text. Always the same for the same pattern: no other engine
 * is asked than the one in plain JavaScript, and what it draws comes from one seed.
 */
export function costOf({ source, flags }: Pick<Pattern, 'source' | 'flags'>): string {
  process.env['RECHECK_SYNC_BACKEND'] = 'pure';
  const { status, ...found } = checkSync(source, flags, { randomSeed: 1, timeout: 120_000 });
  if (status === 'safe') return 'linear';
  if (!('attack' in found)) return 'unknown';
  return `${found.complexity.summary}: ${found.attack.pattern}`;
}

function merged(patterns: readonly Pattern[]): Pattern[] {
  const byText = new Map<string, Pattern>();
  for (const pattern of patterns) {
    const files = [...(byText.get(written(pattern))?.files ?? []), ...pattern.files];
    byText.set(written(pattern), { ...pattern, files: [...new Set(files)] });
  }
  return [...byText.values()];
}

function filesIn(root: string, folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
    .filter((file) => !file.startsWith(join('src', 'generated')))
    .sort();
}

function literalsIn(root: string, file: string): Pattern[] {
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ source: node.text.slice(1, end), flags: node.text.slice(end + 1), files: [file] });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest));
  return found;
}

/** The values of `pattern` anywhere in a schema. */
function sourcesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'pattern' && typeof item === 'string' ? [item] : sourcesIn(item),
  );
}
