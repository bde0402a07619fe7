import { topicFlow } from '../core/topic-flow.js';
import { topicFullName } from '../core/topic-name.js';
import type { PlanNotice } from '../core/types.js';
import { fieldsOf, type Fields } from './pulsar-config.js';
import { inputSpecs } from './input-specs.js';

/** What an environment has, or is to have, of a function: its config with the environment's patch, or nothing. */
export interface FlowEntry {
  readonly function: string;
  readonly config: Fields | undefined;
}

const MOST_NAMES = 5;
const MOST_NOTICES = 20;

/**
 * The contract between functions: who writes what others read. Warns of each function of a set whose change leaves a
 * reader without a writer, which reads what nobody writes any more, or which meets a neighbour with another schema or
 * serde. Topics that no function of the environment ever wrote come from outside and are nobody's fault.
 *
 * Costs as much as there are topics: patterns are told by the text before their first special character, never run.
 */
export function flowContract(
  set: readonly FlowEntry[],
  deployed: readonly FlowEntry[],
): ReadonlyMap<string, readonly PlanNotice[]> {
  const changed = new Set(set.map((entry) => entry.function));
  const before = flowsOf(deployed);
  const after = flowsOf([...deployed.filter((entry) => !changed.has(entry.function)), ...set]);
  const notices = new Map<string, PlanNotice[]>();
  for (const name of changed) {
    const found = [
      ...lostReaders(name, before, after),
      ...lostWriters(name, before, after),
      ...misfits(name, after),
    ];
    if (found.length > 0) notices.set(name, found.slice(0, MOST_NOTICES));
  }
  return notices;
}

/** How one end of a topic says what is on it. */
interface Form {
  readonly schema?: string;
  readonly serde?: string;
}

interface Flow {
  readonly reads: ReadonlyMap<string, Form>;
  readonly writes: ReadonlyMap<string, Form>;
}

interface Flows {
  readonly byFunction: ReadonlyMap<string, Flow>;
  readonly writers: ReadonlyMap<string, readonly string[]>;
  readonly readers: ReadonlyMap<string, readonly string[]>;
  /** Readers by pattern: the text that their topics begin with. */
  readonly patterns: readonly { readonly start: string; readonly function: string }[];
}

function flowsOf(entries: readonly FlowEntry[]): Flows {
  const byFunction = new Map<string, Flow>();
  const writers = new Map<string, string[]>();
  const readers = new Map<string, string[]>();
  const patterns: { start: string; function: string }[] = [];
  const add = (index: Map<string, string[]>, topic: string, name: string): void => {
    const names = index.get(topic);
    if (names === undefined) index.set(topic, [name]);
    else names.push(name);
  };
  for (const { function: name, config } of entries) {
    if (config === undefined) continue;
    const flow = topicFlow(config);
    const specs = inputSpecs(config);
    const written = form(
      config['outputSchemaType'] ?? config['schemaType'],
      config['outputSerdeClassName'] ?? config['serdeClassName'],
    );
    byFunction.set(name, {
      reads: new Map(flow.reads.map((topic) => [topic, readForm(specs[topic])])),
      writes: new Map(flow.writes.map((topic) => [topic, written])),
    });
    for (const topic of flow.writes) add(writers, topic, name);
    for (const topic of flow.reads) add(readers, topic, name);
    for (const pattern of flow.patterns) patterns.push({ start: literalStart(pattern), function: name });
  }
  return { byFunction, writers, readers, patterns };
}

function readForm(spec: unknown): Form {
  const { schemaType, serdeClassName } = fieldsOf(spec);
  return form(schemaType, serdeClassName);
}

function form(schema: unknown, serde: unknown): Form {
  return {
    ...(typeof schema === 'string' && schema !== '' ? { schema } : {}),
    ...(typeof serde === 'string' && serde !== '' ? { serde } : {}),
  };
}

/** Topics that it wrote and writes no more, while others still read them and nobody else writes them. */
function lostReaders(name: string, before: Flows, after: Flows): PlanNotice[] {
  const was = before.byFunction.get(name);
  if (was === undefined) return [];
  return [...was.writes.keys()].flatMap((topic): PlanNotice[] => {
    if (after.writers.has(topic)) return [];
    const readers = readersOf(topic, after).filter((reader) => reader !== name);
    if (readers.length === 0) return [];
    const detail = `It writes ${topic} no more, nothing else deployed here does, and ${some(readers)} still read${readers.length === 1 ? 's' : ''} it. Keep the output, or change the readers too.`;
    return [{ code: 'FLOW_BROKEN', blocks: false, detail }];
  });
}

/** Topics that it reads and that lose their last writer. */
function lostWriters(name: string, before: Flows, after: Flows): PlanNotice[] {
  const is = after.byFunction.get(name);
  if (is === undefined) return [];
  return [...is.reads.keys()].flatMap((topic): PlanNotice[] => {
    const writers = before.writers.get(topic) ?? [];
    if (writers.length === 0 || after.writers.has(topic)) return [];
    const detail = `It reads ${topic}, which nothing deployed here writes any more: so far ${some(writers)} did. Read what is written instead, or keep the writer.`;
    return [{ code: 'FLOW_BROKEN', blocks: false, detail }];
  });
}

/** Neighbours over a topic that say something else about what is on it. */
function misfits(name: string, { byFunction, writers, readers }: Flows): PlanNotice[] {
  const flow = byFunction.get(name);
  if (flow === undefined) return [];
  const notices: PlanNotice[] = [];
  for (const [topic, read] of flow.reads)
    for (const writer of (writers.get(topic) ?? []).slice(0, MOST_NAMES))
      if (writer !== name)
        notices.push(
          ...misfit(
            topic,
            { function: writer, form: byFunction.get(writer)?.writes.get(topic) },
            { form: read },
          ),
        );
  for (const [topic, written] of flow.writes)
    for (const reader of (readers.get(topic) ?? []).slice(0, MOST_NAMES))
      if (reader !== name)
        notices.push(
          ...misfit(
            topic,
            { form: written },
            { function: reader, form: byFunction.get(reader)?.reads.get(topic) },
          ),
        );
  return notices;
}

/** One end of a topic; no name: the function that is looked at. */
interface End {
  readonly function?: string;
  readonly form: Form | undefined;
}

/** Schemas that take whatever comes. */
const ANY = new Set(['BYTES', 'NONE', 'AUTO', 'AUTO_CONSUME', 'AUTO_PUBLISH']);

function misfit(topic: string, writer: End, reader: End): PlanNotice[] {
  const differs = difference(writer.form ?? {}, reader.form ?? {});
  if (differs === undefined) return [];
  const detail = `${writer.function ?? 'It'} writes ${topic} with ${differs.written}, ${reader.function ?? 'it'} reads it with ${differs.read}. Make them one.`;
  return [{ code: 'SCHEMA_MISMATCH', blocks: false, detail }];
}

function difference(
  written: Form,
  read: Form,
): { readonly written: string; readonly read: string } | undefined {
  const w = plainForm(written);
  const r = plainForm(read);
  // Who says nothing goes by the types of the class, which are not known here.
  if (w === undefined || r === undefined || w.key === r.key) return undefined;
  return { written: w.text, read: r.text };
}

function plainForm({ schema, serde }: Form): { readonly key: string; readonly text: string } | undefined {
  if (serde !== undefined) return { key: `serde ${serde}`, text: `the serde ${serde}` };
  if (schema === undefined || ANY.has(schema.toUpperCase())) return undefined;
  // Built-in types are written in any case; a class's name is not.
  return {
    key: `schema ${schema.includes('.') ? schema : schema.toUpperCase()}`,
    text: `the schema ${schema}`,
  };
}

function readersOf(topic: string, { readers, patterns }: Flows): readonly string[] {
  const byPattern = patterns.filter(({ start }) => topic.startsWith(start)).map((reader) => reader.function);
  return [...new Set([...(readers.get(topic) ?? []), ...byPattern])];
}

/** What all topics of a pattern begin with. */
function literalStart(pattern: string): string {
  const [start = ''] = /^[^.*+?()[\]{}|^$\\]*/.exec(pattern) ?? [];
  return start.includes('://') ? start : (topicFullName(`${start}x`)?.slice(0, -1) ?? start);
}

function some(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, MOST_NAMES);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
