import type { Load, SeenDocument } from '../../core/decision.js';
import { functionId, projectId } from '../../core/ids.js';
import { isObject } from '../../core/merge-patch.js';
import type { ContentDocument } from '../../core/types.js';
import type { Cursor } from './page-cursor.js';
import { seenAs } from './read.js';

/** Most bytes of JSON in a page. */
export const PAGE_BYTES = 500 * 1024;
/** Room for what stands around the documents. */
export const FRAME_BYTES = 4 * 1024;
/** Documents read at a time; contents are larger. */
const STEP = 250;
const CONTENT_STEP = 50;
/** Documents looked at for a page at most: most of an installation's functions may be other projects'. */
const MAX_LOOKED_AT = 5_000;

export interface PageOptions {
  readonly project: string;
  readonly prefix: string;
  /** Documents a page at most. */
  readonly limit: number;
  readonly from?: Pick<Cursor, 'section' | 'after'> | undefined;
}

export interface Page {
  readonly documents: readonly SeenDocument[];
  /** Where the next page begins; undefined after the last. */
  readonly next?: Pick<Cursor, 'section' | 'after'>;
}

type Step = readonly SeenDocument[];

/** A range of ids that a project may look into. */
interface Section {
  readonly name: string;
  /** Its ids begin so. */
  readonly prefix: (project: string) => string;
  /** Only with a prefix that names it. */
  readonly explicit?: boolean;
  /** What of the range the project may see; all of it where the ids name the project. */
  readonly visible?: (
    step: Step,
    context: { readonly load: Load; readonly project: string },
  ) => Promise<Step>;
  readonly step?: number;
}

const SECTIONS: readonly Section[] = [
  { name: 'environment', prefix: () => 'environment:' },
  { name: 'function', prefix: () => 'function:', visible: ownFunctions, step: STEP },
  { name: 'stage-set', prefix: (project) => `stage-set:${project}:` },
  { name: 'staged', prefix: (project) => `staged:${project}:` },
  { name: 'release', prefix: (project) => `release:${project}:` },
  { name: 'deployment', prefix: (project) => `deployment:${project}:` },
  { name: 'approval', prefix: (project) => `approval:${project}:`, explicit: true },
  { name: 'artifact', prefix: () => 'artifact:', explicit: true },
  { name: 'drift', prefix: (project) => `drift:${project}:`, explicit: true },
  { name: 'drifted', prefix: (project) => `drifted:${project}:`, explicit: true },
  { name: 'project', prefix: projectId, explicit: true, visible: ownProject },
  { name: 'proof', prefix: (project) => `proof:${project}:`, explicit: true },
  { name: 'content', prefix: () => 'content:', explicit: true, visible: ownContents, step: CONTENT_STEP },
];

/** Reads one page: in steps, within the limits of documents, bytes and work. */
export async function readPage(load: Load, options: PageOptions): Promise<Page> {
  const { project, limit, from } = options;
  const documents: SeenDocument[] = [];
  let bytes = FRAME_BYTES;
  let looked = 0;
  const begin = Math.max(
    0,
    SECTIONS.findIndex(({ name }) => name === from?.section),
  );
  for (const section of SECTIONS.slice(begin)) {
    const within = narrowed(section, options);
    if (within === undefined) continue;
    let after = section.name === from?.section ? from.after : '';
    for (;;) {
      const size = section.step ?? Math.min(STEP, limit - documents.length + 1);
      const step = await load.range(within, { ...(after === '' ? {} : { after }), limit: size });
      const visible = section.visible === undefined ? step : await section.visible(step, { load, project });
      for (const document of visible) {
        const more = Buffer.byteLength(JSON.stringify(document)) + 1;
        if (documents.length > 0 && (documents.length >= limit || bytes + more > PAGE_BYTES)) {
          return { documents, next: { section: section.name, after } };
        }
        documents.push(document);
        bytes += more;
        after = document.id;
      }
      looked += step.length;
      after = step.at(-1)?.id ?? after;
      if (step.length < size) break;
      if (looked >= MAX_LOOKED_AT) return { documents, next: { section: section.name, after } };
    }
  }
  return { documents };
}

/** What ids begin with that a project may see under a prefix, or that tell whose others are. */
export function prefixesOf(options: Pick<PageOptions, 'project' | 'prefix'>): string[] {
  return SECTIONS.flatMap((section) => {
    const within = narrowed(section, options);
    if (within === undefined) return [];
    return section.name === 'content' ? [within, functionId('')] : [within];
  });
}

/** The sections that a page may show, in their order, each with its visible documents from an id on. */
export function visibleSections(options: Omit<PageOptions, 'limit'>): {
  readonly name: string;
  readonly read: (load: Load) => AsyncGenerator<SeenDocument, void>;
}[] {
  const { project, from } = options;
  const begin = Math.max(
    0,
    SECTIONS.findIndex(({ name }) => name === from?.section),
  );
  return SECTIONS.slice(begin).flatMap((section) => {
    const within = narrowed(section, options);
    if (within === undefined) return [];
    const { name, visible = async (step: Step) => step, step: limit = STEP } = section;
    async function* read(load: Load): AsyncGenerator<SeenDocument, void> {
      let after = name === from?.section ? from.after : '';
      for (;;) {
        const step = await load.range(within as string, { ...(after === '' ? {} : { after }), limit });
        yield* await visible(step, { load, project });
        if (step.length < limit) return;
        after = step.at(-1)?.id ?? after;
      }
    }
    return [{ name, read }];
  });
}

/** The part of a section that a prefix leaves; undefined: none. */
function narrowed(
  section: Section,
  { project, prefix }: Pick<PageOptions, 'project' | 'prefix'>,
): string | undefined {
  const own = section.prefix(project);
  if (prefix.startsWith(own)) return prefix;
  const named = section.explicit !== true || prefix.startsWith(`${section.name}:`);
  return named && own.startsWith(prefix) ? own : undefined;
}

async function ownProject(step: Step, { project }: { readonly project: string }): Promise<Step> {
  return step.filter(({ id }) => id === projectId(project));
}

async function ownFunctions(step: Step, { project }: { readonly project: string }): Promise<Step> {
  return step.filter(({ document }) => document.kind === 'function' && document.project === project);
}

/** Contents are kept by hash; whose they are is told by the function that they configure. */
async function ownContents(
  step: Step,
  { load, project }: { readonly load: Load; readonly project: string },
): Promise<Step> {
  const idOf = ({ config }: ContentDocument): string =>
    functionId(['tenant', 'namespace', 'name'].map((field) => String(config[field])).join('/'));
  const contents = step.flatMap((seen) =>
    seen.document.kind === 'content' && isObject(seen.document.config)
      ? [{ seen, owner: idOf(seen.document) }]
      : [],
  );
  const functions = await load.get([...new Set(contents.map(({ owner }) => owner))]);
  return contents
    .filter(({ owner }) => seenAs(functions, owner, 'function')?.project === project)
    .map(({ seen }) => seen);
}
