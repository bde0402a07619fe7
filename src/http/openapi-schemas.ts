import { schemas } from '../generated/schemas.js';

type Json = Readonly<Record<string, unknown>>;

/** A schema of schemas/ or a definition in one, with the file it stands in: references are relative to that. */
interface Titled {
  readonly file: string;
  readonly schema: Json;
}

const byId: Readonly<Record<string, Json>> = schemas;
const byTitle = new Map<string, Titled>();
for (const [file, schema] of Object.entries(byId)) {
  for (const part of [schema, ...Object.values((schema['definitions'] ?? {}) as Record<string, Json>)]) {
    byTitle.set(String(part['title']), { file, schema: part });
  }
}

/** The title of a schema by its $id. */
export function titleOf(id: string): string {
  return String(byId[id]?.['title']);
}

/** The examples of a schema by its $id. */
export function examplesOf(id: string): readonly unknown[] {
  return (byId[id]?.['examples'] ?? []) as readonly unknown[];
}

/**
 * Components of an OpenAPI 3.1 document: everything that `roots` refer to, each once, by title. Schemas of schemas/ are
 * draft-07; the few words that 2020-12 says otherwise are translated.
 */
export function componentsFor(
  roots: unknown,
  extra: Readonly<Record<string, object>>,
): Record<string, unknown> {
  const components: Record<string, unknown> = {};
  const visit = (node: unknown): void => {
    for (const title of referencesIn(node)) {
      if (title in components) continue;
      const titled = byTitle.get(title);
      const component =
        extra[title] ?? (titled === undefined ? undefined : translate(titled.schema, titled.file));
      if (component === undefined) throw new TypeError(`no schema has the title ${title}`);
      components[title] = component;
      visit(component);
    }
  };
  visit(roots);
  return Object.fromEntries(Object.entries(components).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function referencesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string'
      ? [value.replace('#/components/schemas/', '')]
      : referencesIn(value),
  );
}

/** Words that belong to a file, not to a component. */
const LEFT_OUT = new Set(['$id', '$schema', 'definitions', 'title']);

function translate(schema: Json, file: string): unknown {
  const walk = (node: unknown, names: boolean): unknown => {
    if (Array.isArray(node)) return node.map((item) => walk(item, false));
    if (typeof node !== 'object' || node === null) return node;
    const out: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(node)) {
      if (names) out[key] = walk(value, false);
      else if (LEFT_OUT.has(key)) continue;
      else if (key === '$ref' && typeof value === 'string') out['$ref'] = componentRef(value, file);
      else if (key === 'items' && Array.isArray(value)) out['prefixItems'] = walk(value, false);
      else if (key === 'additionalItems') out['items'] = walk(value, false);
      else if (['examples', 'default', 'const', 'enum'].includes(key)) out[key] = value;
      else out[key] = walk(value, key === 'properties');
    }
    return out;
  };
  return walk(schema, false);
}

function componentRef(ref: string, file: string): string {
  const [target = '', path] = ref.split('#');
  const home = byId[target === '' ? file : target];
  const definitions = (home?.['definitions'] ?? {}) as Record<string, Json>;
  const part = path === undefined ? home : definitions[path.replace('/definitions/', '')];
  return `#/components/schemas/${String(part?.['title'])}`;
}
