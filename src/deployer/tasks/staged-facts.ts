import { contentId, functionId, proofId, stagedId, stagedPrefix } from '../../core/ids.js';
import { own } from '../../core/own.js';
import { hexDigest } from '../../core/package-digest.js';
import type {
  AnyDocument,
  EnvironmentDocument,
  FunctionDocument,
  ReleaseEntry,
  StagedDocument,
  Success,
  TaskDocument,
} from '../../core/types.js';
import type { DocumentReads } from '../../ports/reads.js';
import { documentOf } from '../look-up.js';
import type { Fields } from '../pulsar-config.js';

/** What a function is to be: a staged entry, or what a rollback would write. */
export interface Wanted extends Pick<StagedDocument, 'function' | 'workload' | 'contentHash'> {
  /** The digest that its package must have (hex), where that is known already. */
  readonly required?: string;
}

/** A staged entry with what the documents know of it. */
export interface StagedFacts {
  readonly entry: Wanted;
  /** With its patches; undefined for a deletion. */
  readonly content: Fields | undefined;
  /** The newest success on the target, if nothing was tried since. */
  readonly last: Success | undefined;
  /** The content of that success. */
  readonly lastContent: Fields | undefined;
  /** It may be deleted and created anew. */
  readonly allowRecreate: boolean;
  /** The package digest that was proven in the environment before (hex). */
  readonly required: string | undefined;
}

const PAGE = 200;

/** Reads what a plan is about, page by page, as it stands after the task's request. */
export async function readStagedFacts(task: TaskDocument, reads: DocumentReads): Promise<StagedFacts[]> {
  const environments = await readEnvironments(reads);
  const place = environments.findIndex(({ environment }) => environment === task.environment);
  const before = place > 0 ? environments[place - 1] : undefined;
  const facts: StagedFacts[] = [];
  for await (const entries of stagedPages(task, reads))
    facts.push(...(await factsOf(entries, { task, before, reads })));
  return facts;
}

async function* stagedPages(
  { project, stageSet = '', names, requested, entries, packages = [] }: TaskDocument,
  reads: DocumentReads,
): AsyncGenerator<Wanted[]> {
  const at = { after: requested };
  if (entries !== undefined) {
    for (let index = 0; index < entries.length; index += PAGE)
      yield entries.slice(index, index + PAGE).map((entry) => wantedOf(entry, packages));
    return;
  }
  if (names !== undefined) {
    for (let index = 0; index < names.length; index += PAGE) {
      const ids = names.slice(index, index + PAGE).map((name) => stagedId(project, stageSet, name));
      yield staged([...(await reads.getMany(ids, at)).values()].map(({ document }) => document));
    }
    return;
  }
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? {} : { cursor };
    const page = await reads.page({ prefix: stagedPrefix(project, stageSet), limit: PAGE, ...from }, at);
    yield staged(page.documents.map(({ document }) => document));
    cursor = page.cursor;
  } while (cursor !== undefined);
}

function wantedOf([name, contentHash, index, workload]: ReleaseEntry, packages: readonly string[]): Wanted {
  const digest = packages[index];
  const required = digest === undefined ? {} : { required: hexDigest(digest) };
  return { function: name, workload, contentHash, ...required };
}

function staged(documents: readonly AnyDocument[]): Wanted[] {
  return documents.filter((document): document is StagedDocument => document.kind === 'staged');
}

interface FactsContext {
  readonly task: TaskDocument;
  readonly before: EnvironmentDocument | undefined;
  readonly reads: DocumentReads;
}

async function factsOf(
  entries: readonly Wanted[],
  { task, before, reads }: FactsContext,
): Promise<StagedFacts[]> {
  const { project, environment, requested, target } = task;
  const recreatable = new Set(task.allowRecreate);
  const ids = entries.flatMap(({ function: name, contentHash: hash }) => [
    functionId(name),
    ...(hash === null ? [] : [contentId(hash), proofId(project, name, hash)]),
  ]);
  const found = await reads.getMany([...new Set(ids)], { after: requested });
  const lastOf = ({ function: name }: Wanted): Success | undefined =>
    lastSuccess(documentOf(found, functionId(name), 'function'), {
      project,
      environment,
      fingerprint: target.fingerprint,
    });
  const earlier = await reads.getMany(
    [...new Set(entries.flatMap((entry) => lastOf(entry)?.contentHash ?? []))].map(contentId),
    { after: requested },
  );
  return entries.map((entry): StagedFacts => {
    const { function: name, contentHash: hash } = entry;
    const last = lastOf(entry);
    const lastContent = documentOf(earlier, contentId(last?.contentHash ?? ''), 'content')?.config;
    const shared = { entry, last, lastContent, allowRecreate: recreatable.has(name) };
    if (hash === null) return { ...shared, content: undefined, required: undefined };
    const proof = documentOf(found, proofId(project, name, hash), 'proof');
    const proven = before === undefined ? undefined : own(proof?.proven ?? {}, before.environment);
    const counts = proven?.target === before?.target.fingerprint;
    return {
      ...shared,
      content: documentOf(found, contentId(hash), 'content')?.config,
      required: entry.required ?? (counts ? proven?.packageSha256 : undefined),
    };
  });
}

/** What the newest release did counts as what the cluster has only if it succeeded: a failed one may have been applied all the same. */
function lastSuccess(
  document: FunctionDocument | undefined,
  { project, environment, fingerprint }: { project: string; environment: string; fingerprint: string },
): Success | undefined {
  const entry = document === undefined ? undefined : own(document.environments, environment);
  const last = entry?.succeeded;
  if (document?.project !== project || last === undefined || last.release !== entry?.release)
    return undefined;
  return last.target === fingerprint && last.operation === 'apply' ? last : undefined;
}

async function readEnvironments(reads: DocumentReads): Promise<EnvironmentDocument[]> {
  const { documents } = await reads.page({ prefix: 'environment:', limit: 1_000 });
  return documents
    .flatMap(({ document }) => (document.kind === 'environment' ? [document] : []))
    .sort((left, right) => left.order - right.order);
}
