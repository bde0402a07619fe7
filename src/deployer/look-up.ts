import { hashOf } from '../core/canonical.js';
import { contentId, deploymentId, functionId, releaseId } from '../core/ids.js';
import { configFor } from '../core/merge-patch.js';
import { own } from '../core/own.js';
import { pause } from '../core/pause.js';
import { begunOf } from '../core/release-waves.js';
import type { AnyDocument, DeploymentDocument, FunctionInEnvironment, Success } from '../core/types.js';
import { AppError, messageOf } from '../errors.js';
import type { DocumentReads, PositionedDocument } from '../ports/reads.js';
import type { Log } from '../ports/system.js';
import type { Assignment, DeploymentProblem } from './deployment-message.js';
import { countsAsLast, LOOK_BACK, newestSuccess } from './last-success.js';
import type { Fields } from './pulsar-config.js';

/** What the documents say to a deployment. */
export type Found =
  | { readonly verdict: 'unknown'; readonly problem: DeploymentProblem }
  /** It has an outcome already. */
  | { readonly verdict: 'finished'; readonly state: DeploymentDocument['state'] }
  | { readonly verdict: 'superseded'; readonly by: string }
  | {
      readonly verdict: 'due';
      /** Cancelled: only a re-creation that is half done is finished, since it is truly gone. */
      readonly deployment: DeploymentDocument;
      /** Fingerprint of the target that it was committed for. */
      readonly fingerprint: string | undefined;
      /** The newest success on the same target, if nothing of unknown outcome came after it. */
      /** What it deploys, with its patches for all environments. */
      readonly content: Fields | undefined;
      readonly last: Success | undefined;
      /** That success was of this content, and it ran: where nothing has changed since, there is nothing to prove. */
      readonly settled: boolean;
      /** The content of that success. */
      readonly lastContent: Fields | undefined;
      /** The content of the newest success on the same target whatever came after it, where it may be re-created. */
      readonly formerContent: Fields | undefined;
    };

export interface LookUpOptions {
  readonly reads: DocumentReads;
  readonly log: Log;
  /** Ends the waiting: rejects with CLOSED. */
  readonly signal: AbortSignal;
}

const WAIT_MS = 5000;
const LONGEST_WAIT_MS = 10_000;

/** Reads the documents of a deployment as they stood after its record, or later; waits as long as they cannot be read. */
export async function lookUp(assignment: Assignment, options: LookUpOptions): Promise<Found> {
  const { body, function: name } = assignment;
  const ids = {
    deployment: deploymentId(body, name),
    function: functionId(name),
    content: contentId(body.contentHash ?? ''),
  };
  const found = await readPatiently(Object.values(ids), assignment.position, options);
  const deployment = documentOf(found, ids.deployment, 'deployment');
  const content = documentOf(found, ids.content, 'content')?.config;
  const problem = problemOf(assignment, deployment, content);
  if (deployment === undefined || problem !== undefined)
    return unknown(problem ?? 'There is no such deployment.');
  const isCancelled = deployment.state === 'cancelled' && deployment.allowRecreate === true;
  if (deployment.state !== 'committed' && !isCancelled)
    return { verdict: 'finished', state: deployment.state };

  const functionDocument = documentOf(found, ids.function, 'function');
  const entry =
    functionDocument === undefined ? undefined : own(functionDocument.environments, body.environment);
  if (functionDocument !== undefined && functionDocument.project !== body.project)
    return { verdict: 'superseded', by: `project ${functionDocument.project} has taken the function` };
  if (entry === undefined || entry.release <= body.release)
    return due(assignment, { deployment, entry, content, fingerprint: entry?.target.fingerprint }, options);
  const newer = await overtaking(assignment, entry, options);
  if (newer !== undefined) return { verdict: 'superseded', by: `release ${newer} changes it too` };
  // What the function says is of the release that is never deployed; this one's target is its own.
  const id = releaseId(body);
  const release = documentOf(await readPatiently([id], assignment.position, options), id, 'release');
  return due(assignment, { deployment, entry, content, fingerprint: release?.target.fingerprint }, options);
}

interface Standing {
  readonly deployment: DeploymentDocument;
  readonly entry: FunctionInEnvironment | undefined;
  readonly content: Fields | undefined;
  readonly fingerprint: string | undefined;
}

async function due(assignment: Assignment, standing: Standing, options: LookUpOptions): Promise<Found> {
  const { deployment, fingerprint, content } = standing;
  const before = await lastSuccess(assignment, standing, options);
  const settled =
    before?.deployment?.contentHash === deployment.contentHash &&
    before.deployment.stopped !== true &&
    before.deployment.imported !== true &&
    !(await isRepair(assignment, options));
  const lastContent = await contentOf(assignment, before?.last, options);
  const former =
    deployment.allowRecreate === true
      ? newestSuccess({ ...standing, release: assignment.body.release })
      : undefined;
  const formerContent = await contentOf(assignment, former, options);
  return {
    verdict: 'due',
    ...{ deployment, fingerprint, content },
    ...{ last: before?.last, settled, lastContent, formerContent },
  };
}

/** A repair is made because something else runs: what is found as it should be was written just now, by whoever had it before. */
async function isRepair({ body, position }: Assignment, options: LookUpOptions): Promise<boolean> {
  const id = releaseId(body);
  const release = documentOf(await readPatiently([id], position, options), id, 'release');
  return release?.releaseKind === 'repair';
}

async function contentOf(
  { body, position, config }: Assignment,
  last: Success | undefined,
  options: LookUpOptions,
): Promise<Fields | undefined> {
  if (last === undefined || last.contentHash === null) return undefined;
  if (last.contentHash === body.contentHash) return config;
  const id = contentId(last.contentHash);
  return documentOf(await readPatiently([id], position, options), id, 'content')?.config;
}

/** What was skipped, cancelled or overtaken before it began is never deployed, and overtakes nothing. What is committed will be. */
const NEVER_DEPLOYED: ReadonlySet<DeploymentDocument['state']> = new Set([
  'skipped',
  'cancelled',
  'superseded',
]);

/** The newest release after this one that changes the function, and has deployed it or is going to. */
async function overtaking(
  assignment: Assignment,
  entry: FunctionInEnvironment,
  options: LookUpOptions,
): Promise<number | undefined> {
  const newestId = deploymentId({ ...assignment.body, release: entry.release }, assignment.function);
  if (!NEVER_DEPLOYED.has(entry.state)) {
    if (entry.state !== 'committed') return entry.release;
    const found = await readPatiently([newestId], assignment.position, options);
    const newest = documentOf(found, newestId, 'deployment');
    if (newest === undefined || !(await waitsForItsWave(newest, assignment, options))) return entry.release;
  }
  const { release } = assignment.body;
  for (let below = entry.release; below > release + 1; below -= LOOK_BACK) {
    const bounds = { above: Math.max(release, below - LOOK_BACK - 1), below };
    const between = await deploymentsBetween(assignment, bounds, options);
    for (const each of between.filter(({ state }) => !NEVER_DEPLOYED.has(state)).reverse())
      if (!(await waitsForItsWave(each, assignment, options))) return each.release;
  }
  return undefined;
}

/** Its wave has not begun, and may never: if it does, it comes later than this one, under the same key. */
async function waitsForItsWave(
  { state, index, ...ref }: DeploymentDocument,
  { position }: Assignment,
  options: LookUpOptions,
): Promise<boolean> {
  if (state !== 'committed') return false;
  const id = releaseId(ref);
  const release = documentOf(await readPatiently([id], position, options), id, 'release');
  return release !== undefined && index >= begunOf(release);
}

/** The function's deployments of the releases between two, oldest first. */
async function deploymentsBetween(
  { body, position, function: name }: Assignment,
  { above, below }: { readonly above: number; readonly below: number },
  options: LookUpOptions,
): Promise<DeploymentDocument[]> {
  const ids = Array.from({ length: Math.max(0, below - above - 1) }, (_, index) =>
    deploymentId({ ...body, release: above + 1 + index }, name),
  );
  if (ids.length === 0) return [];
  const found = await readPatiently(ids, position, options);
  return ids.flatMap((id) => documentOf(found, id, 'deployment') ?? []);
}

/** Why a message is not what the journal decided; undefined if it is. Whoever may write to the topic can send anything. */
function problemOf(
  { body, config, ref }: Assignment,
  deployment: DeploymentDocument | undefined,
  content: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  if (deployment === undefined)
    return `Project ${body.project} has no such deployment in release ${body.release}.`;
  if (deployment.operation !== body.operation || deployment.contentHash !== body.contentHash)
    return 'Its operation or content is not that of the deployment in the documents.';
  if (deployment.workload !== ref.type)
    return `The function is a ${deployment.workload}, the config a ${ref.type}.`;
  if (body.operation === 'delete') return undefined;
  if (content === undefined || hashOf(configFor(content, body.environment)) !== hashOf(config))
    return 'Its config is not the one that was committed.';
  return undefined;
}

const unknown = (reason: string): Found => ({
  verdict: 'unknown',
  problem: { code: 'UNKNOWN_DEPLOYMENT', reason },
});

/** The newest success, if nothing of unknown outcome came after it. */
async function lastSuccess(
  assignment: Assignment,
  standing: Standing,
  options: LookUpOptions,
): Promise<{ readonly last: Success; readonly deployment: DeploymentDocument | undefined } | undefined> {
  const { release } = assignment.body;
  const { entry, fingerprint } = standing;
  const last = newestSuccess({ entry, fingerprint, release });
  if (last === undefined) return undefined;
  const found = await deploymentsBetween(assignment, { above: last.release - 1, below: release }, options);
  if (!countsAsLast(found.filter((each) => each.release > last.release))) return undefined;
  return { last, deployment: found.find((each) => each.release === last.release) };
}

/** Reads documents at that position or later; waits as long as they cannot be read. */
export async function readPatiently(
  ids: readonly string[],
  after: number,
  { reads, log, signal }: LookUpOptions,
): Promise<Map<string, PositionedDocument>> {
  for (let waitMs = 500; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    try {
      return await reads.getMany(ids, { after, waitMs: WAIT_MS });
    } catch (error) {
      log.warn({ after, reason: messageOf(error), retryInMs: waitMs }, 'documents-not-readable-yet');
      await pause(waitMs, signal);
      if (signal.aborted) throw new AppError('CLOSED', 'The deployer stops; the deployment comes again.');
    }
  }
}

/** The document of this id, if there is one of this kind. */
export function documentOf<K extends AnyDocument['kind']>(
  found: ReadonlyMap<string, PositionedDocument>,
  id: string,
  kind: K,
): Extract<AnyDocument, { kind: K }> | undefined {
  const document = found.get(id)?.document;
  return document?.kind === kind ? (document as Extract<AnyDocument, { kind: K }>) : undefined;
}
