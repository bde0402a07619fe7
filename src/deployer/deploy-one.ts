import { cutText } from '../core/cut-text.js';
import { isFailure, isSuccess } from '../core/function-state.js';
import { isAborted, pause } from '../core/pause.js';
import type { DeploymentResult } from '../core/types.js';
import { AppError, hasCode, messageOf, type Code } from '../errors.js';
import type { Functions } from '../ports/functions.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Log } from '../ports/system.js';
import type { Applied } from './applied.js';
import { applyDeployment } from './apply.js';
import type { Assignment, DeploymentProblem } from './deployment-message.js';
import type { FunctionStatus } from './function-status.js';
import type { Expected } from './health.js';
import type { HealthGate } from './health-gate.js';
import { lookUp, type Found } from './look-up.js';
import type { Package } from './package.js';
import type { PackageSource } from './package-source.js';
import type { Desired } from './plan.js';
import { toPulsarConfig } from './pulsar-config.js';
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
  /** Absent: nobody looks how it runs. */
  readonly gate?: HealthGate;
  /** Bounds what is looked up and written at once; what is watched is not in it. @defaultValue at once */
  readonly writing?: Slots;
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

/** What the cluster has, before it is known how it runs. */
interface Written {
  readonly kind: 'written';
  readonly outcome: Outcome;
  /** Absent where there is nothing to watch. */
  readonly watch?: Expected;
  readonly mask: (text: string) => string;
}

const REASON_LENGTH = 2000;
/** How often it is said that a release is for another target. */
const TARGET_WAIT_MS = 30_000;

/** Deploys one function of one release, if it is still due, and proves that it runs. */
export async function deployOne(assignment: Assignment, given: DeployContext): Promise<Ending> {
  const { function: name, body } = assignment;
  const log = given.log.child({ function: name, project: body.project, release: body.release });
  const context = { ...given, log };
  const started = performance.now();
  const writing = given.writing ?? ((work) => work());
  const step = await writing(() => write(assignment, context));
  if (step.kind !== 'written') return step;
  const workedMs = Math.round(performance.now() - started);
  const { reason, ...outcome } = await prove(assignment.ref, step, context);
  const facts = { outcome: outcome.outcome, ...outcome.answer, reason, ms: workedMs };
  const provenMs = Math.round(performance.now() - started) - workedMs;
  if (isFailure(outcome.outcome)) log.warn({ ...facts, provenMs }, 'deployment-failed');
  else log.info({ ...facts, provenMs, sentPackage: outcome.sentPackage }, 'deployment-done');
  return { kind: 'result', result: resultOf(name, { ...outcome, reason }), workedMs };
}

async function write(assignment: Assignment, context: DeployContext): Promise<Ending | Written> {
  const found = await lookUp(assignment, context);
  switch (found.verdict) {
    case 'unknown':
      return { kind: 'dead-letter', problem: found.problem };
    case 'finished':
      context.log.info({ state: found.state }, 'deployment-finished-before');
      return { kind: 'finished' };
    case 'superseded':
      return asWritten({ outcome: 'superseded', answer: { status: 0, reason: found.by } });
    case 'due':
      return writeDue(assignment, found, context);
  }
}

const asWritten = (outcome: Outcome): Written => ({ kind: 'written', outcome, mask: (text) => text });

interface Outcome extends Pick<DeploymentResult, 'packageSha256' | 'stopped'> {
  readonly outcome: DeploymentResult['outcome'];
  readonly answer: Applied['answer'];
  readonly sentPackage?: boolean;
  readonly differences?: Applied['differences'];
}

/** Watches what was written until it is known how it runs. */
async function prove(
  ref: Assignment['ref'],
  { outcome, watch, mask }: Written,
  { gate, log, signal }: DeployContext,
): Promise<Outcome & { readonly reason: string | undefined }> {
  const told = (changed: Outcome) => ({ ...changed, reason: cut(changed.answer.reason) });
  if (watch === undefined || gate === undefined) return told(outcome);
  const { status } = outcome.answer;
  try {
    const health = await gate.watch(ref, watch, signal);
    switch (health.verdict) {
      case 'healthy':
        return told(outcome);
      case 'stopped':
        return told({ ...outcome, stopped: true });
      case 'degraded':
        return told({
          ...outcome,
          outcome: 'degraded',
          answer: { status, reason: mask(health.reason), code: 'UNHEALTHY' },
        });
      case 'unknown':
        return told({
          ...outcome,
          outcome: 'unknown',
          answer: { status, reason: health.reason, code: 'OUTCOME_UNKNOWN' },
        });
    }
  } catch (error) {
    if (hasCode(error, 'CLOSED')) throw error;
    log.error({ error: mask(messageOf(error)) }, 'health-gate-hit-a-fault');
    return told({ ...outcome, outcome: 'unknown', answer: { status, reason: FAULT, code: 'INTERNAL' } });
  }
}

const FAULT = 'Something failed inside the deployer; its log says what.';
const cut = (reason: string | undefined): string | undefined =>
  reason === undefined ? undefined : cutText(reason, REASON_LENGTH);

function resultOf(
  name: string,
  outcome: Outcome & { readonly reason: string | undefined },
): DeploymentResult {
  const { answer, reason } = outcome;
  return {
    function: name,
    outcome: outcome.outcome,
    answer: { status: answer.status, ...(reason === undefined ? {} : { reason }), ...codeOf(answer) },
    ...(outcome.packageSha256 === undefined ? {} : { packageSha256: outcome.packageSha256 }),
    ...(outcome.differences === undefined ? {} : { differences: [...outcome.differences] }),
    ...(outcome.stopped === true ? { stopped: true } : {}),
  };
}

type Due = Extract<Found, { verdict: 'due' }>;

async function writeDue(assignment: Assignment, due: Due, context: DeployContext): Promise<Written> {
  // Only what a config resolves to is hidden; nothing else knows a secret.
  let mask = (text: string): string => text;
  try {
    if (due.fingerprint !== context.fingerprint) await waitForTarget(due, context);
    const { config, mask: hide } = await context.secrets.resolve(assignment.config);
    mask = hide;
    return await apply({ ...assignment, config }, due, { context, mask });
  } catch (error) {
    if (hasCode(error, 'CLOSED')) throw error;
    if (error instanceof AppError) return asWritten(failure(error.code, mask(error.message)));
    context.log.error({ error: mask(messageOf(error)) }, 'deployment-hit-a-fault');
    return asWritten(failure('INTERNAL', FAULT));
  }
}

/**
 * The release is for another target than this deployer's: environments were changed while it runs. Deploying there would
 * prove nothing, or prove it for the wrong cluster; so it is left for a deployer that is started with today's setting.
 */
async function waitForTarget({ deployment }: Due, { log, signal }: DeployContext): Promise<never> {
  while (!isAborted(signal)) {
    log.warn(
      { environment: deployment.environment },
      'release-is-for-another-target-restart-with-todays-environments',
    );
    await pause(TARGET_WAIT_MS, signal);
  }
  throw new AppError('CLOSED', 'The deployer stops; the deployment comes again.');
}

async function apply(
  assignment: Assignment,
  due: Due,
  { context, mask }: { readonly context: DeployContext; readonly mask: (text: string) => string },
): Promise<Written> {
  const { ref, body } = assignment;
  const { gate } = context;
  let desired: Desired = { operation: 'delete', ref };
  let digest: string | undefined;
  if (body.operation === 'apply') {
    const { config, artifact } = toPulsarConfig(ref, assignment.config);
    const release = `${body.project}/${body.environment}/${body.release}`;
    const from = await context.packages.fetch(artifact, release);
    digest = from.kind === 'data' ? from.sha256 : undefined;
    checkDigest(digest, due.deployment.requiredPackage ?? body.packageSha256);
    desired = {
      operation: 'apply',
      ref,
      config,
      package: from,
      samePackage: isSame(from, due, body.contentHash),
    };
  }
  let before: FunctionStatus | undefined;
  const beforeUpdate = async (): Promise<void> => {
    before = await gate?.status(ref);
  };
  const applied = await applyDeployment(desired, { ...context, beforeUpdate });
  const { answer, outcome, sentPackage, differences } = applied;
  const masked = answer.reason === undefined ? answer : { ...answer, reason: mask(answer.reason) };
  const known = outcome !== 'failed' || sentPackage ? digest : undefined;
  const written = {
    outcome,
    answer: masked,
    sentPackage,
    ...(known === undefined ? {} : { packageSha256: known }),
    ...(differences === undefined ? {} : { differences }),
  };
  if (desired.operation === 'delete' || !isSuccess(outcome) || (!applied.wrote && due.settled))
    return { kind: 'written', outcome: written, mask };
  // Whoever had this deployment before may have written it just now.
  if (!applied.wrote) before = await gate?.status(ref);
  const { parallelism } = desired.config;
  const watch = { before, parallelism: typeof parallelism === 'number' ? parallelism : 1 };
  return { kind: 'written', outcome: written, watch, mask };
}

function checkDigest(digest: string | undefined, required: string | undefined): void {
  if (digest === undefined || required === undefined || digest === required) return;
  throw new AppError('PACKAGE_CHANGED', `The package has the digest ${digest}; ${required} was proven.`);
}

/** A reference has no digest that could be known here: the same content names the same. */
function isSame(from: Package, { last }: Due, contentHash: string | null): boolean {
  if (last === undefined) return false;
  return from.kind === 'data' ? last.packageSha256 === from.sha256 : last.contentHash === contentHash;
}

function failure(code: Code, reason: string): Outcome {
  return { outcome: 'failed', answer: { status: 0, reason, code } };
}

const codeOf = ({ code }: Applied['answer']): { code?: Code } => (code === undefined ? {} : { code });
