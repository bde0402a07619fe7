import {
  contentId,
  deploymentId,
  functionId,
  projectId,
  proofId,
  stagedId,
  stagedPrefix,
} from '../../core/ids.js';
import { own } from '../../core/own.js';
import { hexDigest } from '../../core/package-digest.js';
import type {
  AnyDocument,
  EnvironmentDocument,
  FunctionDocument,
  Rejection,
  ReleaseEntry,
  StagedDocument,
  Success,
  TaskDocument,
} from '../../core/types.js';
import type { DocumentReads, PositionedDocument } from '../../ports/reads.js';
import { countsAsLast, newestSuccess, releasesSince } from '../last-success.js';
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
  /** Releases with this content that were rejected, with what was said. */
  readonly rejected: readonly (readonly [release: string, rejection: Rejection])[];
}

const PAGE = 200;
/** Deployments that are read at a time. */
const MOST_IDS = 500;

/** Reads what a plan is about, page by page, as it stands after the task's request. */
export async function readStagedFacts(task: TaskDocument, reads: DocumentReads): Promise<StagedFacts[]> {
  const environments = await readEnvironments(reads);
  const place = environments.findIndex(({ environment }) => environment === task.environment);
  const before = place > 0 ? environments[place - 1] : undefined;
  const id = projectId(task.project);
  const found = await reads.getMany([id], { after: task.requested });
  const releases = documentOf(found, id, 'project')?.releases ?? {};
  const release = (own(releases, task.environment) ?? 0) + 1;
  const facts: StagedFacts[] = [];
  for await (const entries of stagedPages(task, reads))
    facts.push(...(await factsOf(entries, { task, before, release, reads })));
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
  /** The number that the next release gets. */
  readonly release: number;
  readonly reads: DocumentReads;
}

async function factsOf(entries: readonly Wanted[], context: FactsContext): Promise<StagedFacts[]> {
  const { task, before, reads } = context;
  const { project, requested } = task;
  const recreatable = new Set(task.allowRecreate);
  const ids = entries.flatMap(({ function: name, contentHash: hash }) => [
    functionId(name),
    ...(hash === null ? [] : [contentId(hash), proofId(project, name, hash)]),
  ]);
  const found = await reads.getMany([...new Set(ids)], { after: requested });
  const functions = entries.flatMap(
    ({ function: name }) => documentOf(found, functionId(name), 'function') ?? [],
  );
  const successes = await lastSuccesses(functions, context);
  const lastOf = ({ function: name }: Wanted): Success | undefined => successes.get(name);
  const earlier = await reads.getMany(
    [...new Set(entries.flatMap((entry) => lastOf(entry)?.contentHash ?? []))].map(contentId),
    { after: requested },
  );
  return entries.map((entry): StagedFacts => {
    const { function: name, contentHash: hash } = entry;
    const last = lastOf(entry);
    const lastContent = documentOf(earlier, contentId(last?.contentHash ?? ''), 'content')?.config;
    const shared = { entry, last, lastContent, allowRecreate: recreatable.has(name) };
    if (hash === null) return { ...shared, content: undefined, required: undefined, rejected: [] };
    const releases = own(documentOf(found, functionId(name), 'function')?.rejected ?? {}, hash) ?? {};
    const proof = documentOf(found, proofId(project, name, hash), 'proof');
    const proven = before === undefined ? undefined : own(proof?.proven ?? {}, before.environment);
    const counts = proven?.target === before?.target.fingerprint;
    return {
      ...shared,
      content: documentOf(found, contentId(hash), 'content')?.config,
      required: entry.required ?? (counts ? proven?.packageSha256 : undefined),
      rejected: Object.entries(releases).flatMap(([release, rejection]) =>
        rejection === undefined ? [] : [[release, rejection] as const],
      ),
    };
  });
}

/** By function name: the newest success that counts as what the cluster has, as the next release's deployment takes it. */
async function lastSuccesses(
  functions: readonly FunctionDocument[],
  { task: { project, environment, requested, target }, release, reads }: FactsContext,
): Promise<Map<string, Success>> {
  const candidates = functions.flatMap((document) => {
    const entry = own(document.environments, environment);
    const before = { entry, fingerprint: target.fingerprint, release };
    const last = document.project === project ? newestSuccess(before) : undefined;
    if (last === undefined) return [];
    const ids = releasesSince(last, before).map((since) =>
      deploymentId({ project, environment, release: since }, document.function),
    );
    return [{ name: document.function, last, ids }];
  });
  const all = candidates.flatMap(({ ids }) => ids);
  const found = new Map<string, PositionedDocument>();
  for (let index = 0; index < all.length; index += MOST_IDS)
    for (const one of await reads.getMany(all.slice(index, index + MOST_IDS), { after: requested }))
      found.set(...one);
  return new Map(
    candidates
      .filter(({ ids }) => countsAsLast(ids.flatMap((id) => documentOf(found, id, 'deployment') ?? [])))
      .map(({ name, last }) => [name, last]),
  );
}

async function readEnvironments(reads: DocumentReads): Promise<EnvironmentDocument[]> {
  const { documents } = await reads.page({ prefix: 'environment:', limit: 1_000 });
  return documents
    .flatMap(({ document }) => (document.kind === 'environment' ? [document] : []))
    .sort((left, right) => left.order - right.order);
}
