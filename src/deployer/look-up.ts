import { hashOf } from '../core/canonical.js';
import { contentId, deploymentId, functionId, type ReleaseRef } from '../core/ids.js';
import { configFor } from '../core/merge-patch.js';
import { own } from '../core/own.js';
import { pause } from '../core/pause.js';
import type { AnyDocument, DeploymentDocument, FunctionInEnvironment, Success } from '../core/types.js';
import { AppError, messageOf } from '../errors.js';
import type { DocumentReads, PositionedDocument } from '../ports/reads.js';
import type { Log } from '../ports/system.js';
import type { Assignment, DeploymentProblem } from './deployment-message.js';

/** What the documents say to a deployment. */
export type Found =
  | { readonly verdict: 'unknown'; readonly problem: DeploymentProblem }
  /** It has an outcome already. */
  | { readonly verdict: 'finished'; readonly state: DeploymentDocument['state'] }
  | { readonly verdict: 'superseded'; readonly by: string }
  | {
      readonly verdict: 'due';
      readonly deployment: DeploymentDocument;
      /** Fingerprint of the target that it was committed for. */
      readonly fingerprint: string | undefined;
      /** The newest success on the same target, if nothing of unknown outcome came after it. */
      readonly last: Success | undefined;
    };

export interface LookUpOptions {
  readonly reads: DocumentReads;
  readonly log: Log;
  /** Ends the waiting: rejects with CLOSED. */
  readonly signal: AbortSignal;
}

const WAIT_MS = 5000;
const LONGEST_WAIT_MS = 10_000;
/** Releases after the newest success that are looked through. */
const LOOK_BACK = 256;

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
  const problem = problemOf(assignment, deployment, documentOf(found, ids.content, 'content')?.config);
  if (deployment === undefined || problem !== undefined)
    return unknown(problem ?? 'There is no such deployment.');
  if (deployment.state !== 'committed') return { verdict: 'finished', state: deployment.state };

  const functionDocument = documentOf(found, ids.function, 'function');
  const entry =
    functionDocument === undefined ? undefined : own(functionDocument.environments, body.environment);
  if (functionDocument !== undefined && functionDocument.project !== body.project)
    return { verdict: 'superseded', by: `project ${functionDocument.project} has taken the function` };
  if (entry !== undefined && entry.release > body.release)
    return { verdict: 'superseded', by: `release ${entry.release} changes it too` };
  return {
    verdict: 'due',
    deployment,
    fingerprint: entry?.target.fingerprint,
    last: await lastSuccess(assignment, entry, options),
  };
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

/**
 * The newest success counts as what the cluster has only if nothing was tried since: a deployment that failed later may
 * have been applied all the same.
 */
async function lastSuccess(
  { body, position, function: name }: Assignment,
  entry: FunctionInEnvironment | undefined,
  options: LookUpOptions,
): Promise<Success | undefined> {
  const last = entry?.succeeded;
  if (last === undefined || last.target !== entry?.target.fingerprint) return undefined;
  const between = body.release - last.release - 1;
  if (between > LOOK_BACK || last.operation === 'delete') return undefined;
  const ids = Array.from({ length: Math.max(0, between) }, (_, index) => {
    const ref: ReleaseRef = { ...body, release: last.release + 1 + index };
    return deploymentId(ref, name);
  });
  const found: ReadonlyMap<string, PositionedDocument> =
    ids.length === 0 ? new Map() : await readPatiently(ids, position, options);
  const tried = [...found.values()].some(
    ({ document }) => document.kind === 'deployment' && document.state !== 'superseded',
  );
  return tried ? undefined : last;
}

async function readPatiently(
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

function documentOf<K extends AnyDocument['kind']>(
  found: ReadonlyMap<string, PositionedDocument>,
  id: string,
  kind: K,
): Extract<AnyDocument, { kind: K }> | undefined {
  const document = found.get(id)?.document;
  return document?.kind === kind ? (document as Extract<AnyDocument, { kind: K }>) : undefined;
}
