import { isFailure, isSuccess } from '../core/function-state.js';
import { isAborted, pause } from '../core/pause.js';
import { namespaceIn, namespaceRefusal, type ProjectNamespaces } from '../core/project-namespaces.js';
import type { DeploymentResult } from '../core/types.js';
import { AppError, hasCode, messageOf, type Code } from '../errors.js';
import type { Functions } from '../ports/functions.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Log } from '../ports/system.js';
import { applyDeployment } from './apply.js';
import { classify } from './classify.js';
import type { Assignment, DeploymentProblem } from './deployment-message.js';
import type { FunctionStatus } from './function-status.js';
import type { HealthGate } from './health-gate.js';
import { lastAppliedOf, type LastApplied } from './last-applied.js';
import { lookUp, type Found } from './look-up.js';
import type { Package } from './package.js';
import type { PackageSource } from './package-source.js';
import type { Desired } from './plan.js';
import { toPulsarConfig } from './pulsar-config.js';
import { readingOf, type SubscriptionReads } from './subscriptions.js';
import { FAULT, prove, resultOf, type Outcome, type Written } from './prove.js';
import { PACKAGE_POINTER } from '../core/config-fields.js';
import { packageFault } from './package-changed.js';
import { refuseRejected } from './rejected-package.js';
import type { Secrets } from './secrets.js';
import type { Slots } from './slots.js';

/** What a deployment needs. */
export interface DeployContext {
  readonly functions: Functions;
  /** Fingerprint of the target that `functions` deploys to. */
  readonly fingerprint: string;
  readonly reads: DocumentReads;
  readonly packages: PackageSource;
  readonly secrets: Secrets;
  readonly log: Log;
  /** How long one function is tried. */
  readonly deadlineMs: number;
  /** Ends all waiting: rejects with CLOSED. */
  readonly signal: AbortSignal;
  /** Absent: nothing that has subscriptions is re-created. */
  readonly admin?: SubscriptionReads;
  /** Absent: nobody looks how it runs. */
  readonly gate?: HealthGate;
  /** Bounds what is looked up and written at once; what is watched is not in it. @defaultValue at once */
  readonly writing?: Slots;
  /** How often a release for another target is looked up again. @defaultValue 30000 */
  readonly targetWaitMs?: number;
  /** Where projects may deploy to. @defaultValue anywhere */
  readonly namespaces?: ProjectNamespaces;
}

/** What becomes of a message. */
export type Ending =
  | {
      readonly kind: 'result';
      readonly result: DeploymentResult;
      /** How long it took until the cluster had it. */
      readonly workedMs: number;
    }
  /** The journal has an outcome already. */
  | { readonly kind: 'finished' }
  | { readonly kind: 'dead-letter'; readonly problem: DeploymentProblem };

/** How often a release for another target is looked up, and said to be one. */
const TARGET_WAIT_MS = 30_000;

/** Deploys one function of one release, if it is still due, and proves that it runs. */
export async function deployOne(assignment: Assignment, given: DeployContext): Promise<Ending> {
  const { function: name, body } = assignment;
  const log = given.log.child({ function: name, project: body.project, release: body.release });
  const context = { ...given, log };
  const started = performance.now();
  const writing = given.writing ?? ((work) => work());
  let step = await writing(() => write(assignment, context));
  // Nothing is held meanwhile, and each time it is looked up anew: it may be cancelled, or overtaken.
  for (; step.kind === 'elsewhere'; step = await writing(() => write(assignment, context)))
    await pause(given.targetWaitMs ?? TARGET_WAIT_MS, context.signal);
  if (step.kind !== 'written') return step;
  const workedMs = Math.round(performance.now() - started);
  const proven = await prove(assignment.ref, step, context);
  const result = resultOf(name, proven);
  const facts = { outcome: result.outcome, ...result.answer, ms: workedMs };
  const provenMs = Math.round(performance.now() - started) - workedMs;
  if (isFailure(result.outcome)) log.warn({ ...facts, provenMs }, 'deployment-failed');
  else log.info({ ...facts, provenMs, sentPackage: proven.sentPackage }, 'deployment-done');
  return { kind: 'result', result, workedMs };
}

/**
 * The release is for another target than this deployer's: environments were changed while it runs. Deploying there would
 * prove nothing, or prove it for the wrong cluster; so it is left for a deployer that is started with today's setting.
 */
interface Elsewhere {
  readonly kind: 'elsewhere';
}

async function write(assignment: Assignment, context: DeployContext): Promise<Ending | Written | Elsewhere> {
  if (isAborted(context.signal))
    throw new AppError('CLOSED', 'The deployer stops; the deployment comes again.');
  const found = await lookUp(assignment, context);
  switch (found.verdict) {
    case 'unknown':
      return { kind: 'dead-letter', problem: found.problem };
    case 'finished':
      context.log.info({ state: found.state }, 'deployment-finished-before');
      return { kind: 'finished' };
    case 'superseded':
      return asWritten({ outcome: 'superseded', answer: { status: 0, reason: found.by } });
    case 'due': {
      const { deployment, fingerprint } = found;
      const isHere = fingerprint === context.fingerprint;
      if (deployment.state === 'cancelled' && !(isHere && (await isHalfDone(assignment, found, context))))
        return { kind: 'finished' };
      if (isHere) return writeDue(assignment, found, context);
      const { environment } = deployment;
      context.log.warn({ environment }, 'release-is-for-another-target-restart-with-todays-environments');
      return { kind: 'elsewhere' };
    }
  }
}

const asWritten = (outcome: Outcome): Written => ({ kind: 'written', outcome, mask: (text) => text });

type Due = Extract<Found, { verdict: 'due' }>;

async function writeDue(assignment: Assignment, due: Due, context: DeployContext): Promise<Written> {
  // Only what a config resolves to is hidden; nothing else knows a secret.
  let mask = (text: string): string => text;
  const { function: name, body } = assignment;
  // Before a secret is looked at: what was committed under other rules, or got in by a way that has none, ends here.
  const foreign = namespaceRefusal(context.namespaces ?? {}, body.project, namespaceIn(name));
  if (foreign !== undefined) return asWritten(failure('NAMESPACE_NOT_ALLOWED', foreign));
  try {
    const { config, mask: hide } = await context.secrets.resolve(assignment.config);
    mask = hide;
    const here = { environment: assignment.body.environment, secrets: context.secrets };
    const last = await lastAppliedOf(assignment.ref, due.lastContent, here);
    const former = await lastAppliedOf(assignment.ref, due.formerContent, here);
    // A cluster quotes what it has as well as what it is sent.
    mask = (text) => former.mask(last.mask(hide(text)));
    return await apply({ ...assignment, config }, due, { context, mask, last, former });
  } catch (error) {
    if (hasCode(error, 'CLOSED')) throw error;
    if (error instanceof AppError) return asWritten(failure(error.code, mask(error.message)));
    context.log.error({ error: mask(messageOf(error)) }, 'deployment-hit-a-fault');
    return asWritten(failure('INTERNAL', FAULT));
  }
}

/** It was deployed, and is gone: whoever had this before it was cancelled had deleted it to create it anew. */
async function isHalfDone(
  { ref, body }: Assignment,
  { formerContent }: Due,
  { functions, signal, deadlineMs, log }: DeployContext,
): Promise<boolean> {
  if (body.operation === 'delete' || formerContent === undefined) return false;
  const end = Date.now() + deadlineMs;
  for (let waitMs = 500; ; waitMs = Math.min(15_000, waitMs * 2)) {
    const answer = await functions.get(ref).catch((error: unknown) => ({
      status: 0,
      reason: messageOf(error),
    }));
    const verdict = answer.status === 0 ? 'retry' : classify(answer).verdict;
    if (verdict === 'missing') return true;
    if (verdict === 'done') return false;
    if (Date.now() + waitMs > end) {
      log.warn({ reason: answer.reason }, 'cancelled-deployment-cannot-be-looked-at');
      return false;
    }
    await pause(waitMs, signal);
    if (isAborted(signal)) throw new AppError('CLOSED', 'The deployer stops; the deployment comes again.');
  }
}

interface Applying {
  readonly context: DeployContext;
  readonly mask: (text: string) => string;
  readonly last: LastApplied;
  readonly former: LastApplied;
}

async function apply(
  assignment: Assignment,
  due: Due,
  { context, mask, last, former }: Applying,
): Promise<Written> {
  const { ref, body } = assignment;
  const { gate } = context;
  let desired: Desired = { operation: 'delete', ref };
  let digest: string | undefined;
  if (body.operation === 'apply') {
    const { config, artifact } = toPulsarConfig(ref, assignment.config);
    const release = `${body.project}/${body.environment}/${body.release}`;
    const from = await context.packages.fetch(artifact, release);
    if (from.kind === 'data') await refuseRejected(from.sha256, assignment.position, context);
    digest = from.kind === 'data' ? from.sha256 : undefined;
    const fault = packageFault(from, due.deployment.requiredPackage ?? body.packageSha256, due.content);
    if (fault !== undefined) throw new AppError('PACKAGE_CHANGED', fault);
    desired = {
      operation: 'apply',
      ref,
      config,
      package: from,
      samePackage: isSame(from, due, body.contentHash),
      allowRecreate: due.deployment.allowRecreate === true,
      ...(last.lastApplied === undefined ? {} : { lastApplied: last.lastApplied }),
      former: former.lastApplied,
    };
  }
  let before: FunctionStatus | undefined;
  const beforeUpdate = async (): Promise<void> => {
    before = await gate?.status(ref);
  };
  const applied = await applyDeployment(desired, { ...context, beforeUpdate });
  const { answer, outcome, sentPackage, differences } = applied;
  const masked = answer.reason === undefined ? answer : { ...answer, reason: mask(answer.reason) };
  // Nothing is proven of a package that the cluster does not run.
  const runsOther = differences?.some(({ field }) => field === PACKAGE_POINTER) === true;
  const known = (outcome !== 'failed' || sentPackage) && !runsOther ? digest : undefined;
  const written = {
    outcome,
    answer: masked,
    sentPackage,
    ...(applied.created === true ? { created: true } : {}),
    ...(known === undefined ? {} : { packageSha256: known }),
    // No sentence holds a value by itself; what it quotes of the cluster's words might.
    ...(differences === undefined
      ? {}
      : { differences: differences.map((each) => ({ ...each, detail: mask(each.detail) })) }),
  };
  if (desired.operation === 'delete' || !isSuccess(outcome) || (!applied.wrote && due.settled))
    return { kind: 'written', outcome: written, mask };
  // Whoever had this deployment before may have written it just now.
  if (!applied.wrote) before = await gate?.status(ref);
  const { parallelism } = desired.config;
  const reading = readingOf(ref, desired.config);
  const watch = {
    before,
    parallelism: typeof parallelism === 'number' ? parallelism : 1,
    ...(reading === undefined ? {} : { reading }),
  };
  return { kind: 'written', outcome: written, watch, mask };
}

/** A reference has no digest that could be known here: the same content names the same. */
function isSame(from: Package, { last }: Due, contentHash: string | null): boolean {
  if (last === undefined) return false;
  return from.kind === 'data' ? last.packageSha256 === from.sha256 : last.contentHash === contentHash;
}

function failure(code: Code, reason: string): Outcome {
  return { outcome: 'failed', answer: { status: 0, reason, code } };
}
