import { isFailure } from '../core/function-state.js';
import { isAborted, pause } from '../core/pause.js';
import type { DeploymentResult } from '../core/types.js';
import { AppError, hasCode, messageOf, type Code } from '../errors.js';
import type { Functions } from '../ports/functions.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Log } from '../ports/system.js';
import type { Applied } from './applied.js';
import { applyDeployment } from './apply.js';
import type { Assignment, DeploymentProblem } from './deployment-message.js';
import { lookUp, type Found } from './look-up.js';
import type { Package } from './package.js';
import type { PackageSource } from './package-source.js';
import type { Desired } from './plan.js';
import { toPulsarConfig } from './pulsar-config.js';
import type { Secrets } from './secrets.js';

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
}

/** What becomes of a message. */
export type Ending =
  | { readonly kind: 'result'; readonly result: DeploymentResult }
  /** The journal has an outcome already. */
  | { readonly kind: 'finished' }
  | { readonly kind: 'dead-letter'; readonly problem: DeploymentProblem };

const REASON_LENGTH = 2000;
/** How often it is said that a release is for another target. */
const TARGET_WAIT_MS = 30_000;

/** Deploys one function of one release, if it is still due. */
export async function deployOne(assignment: Assignment, context: DeployContext): Promise<Ending> {
  const { function: name, body } = assignment;
  const log = context.log.child({ function: name, project: body.project, release: body.release });
  const started = performance.now();
  const found = await lookUp(assignment, { ...context, log });
  switch (found.verdict) {
    case 'unknown':
      return { kind: 'dead-letter', problem: found.problem };
    case 'finished':
      log.info({ state: found.state }, 'deployment-finished-before');
      return { kind: 'finished' };
    case 'superseded':
      return end({ outcome: 'superseded', answer: { status: 0, reason: found.by } });
    case 'due':
      return end(await outcomeOf(assignment, found, { ...context, log }));
  }

  function end(outcome: Outcome): Ending {
    const { answer } = outcome;
    const reason = answer.reason?.slice(0, REASON_LENGTH);
    const facts = {
      outcome: outcome.outcome,
      ...answer,
      reason,
      ms: Math.round(performance.now() - started),
    };
    if (isFailure(outcome.outcome)) log.warn(facts, 'deployment-failed');
    else log.info({ ...facts, sentPackage: outcome.sentPackage }, 'deployment-done');
    const result: DeploymentResult = {
      function: name,
      outcome: outcome.outcome,
      answer: { status: answer.status, ...(reason === undefined ? {} : { reason }), ...codeOf(answer) },
      ...(outcome.packageSha256 === undefined ? {} : { packageSha256: outcome.packageSha256 }),
      ...(outcome.differences === undefined ? {} : { differences: [...outcome.differences] }),
      ...(outcome.stopped === true ? { stopped: true } : {}),
    };
    return { kind: 'result', result };
  }
}

interface Outcome extends Pick<DeploymentResult, 'packageSha256' | 'stopped'> {
  readonly outcome: DeploymentResult['outcome'];
  readonly answer: Applied['answer'];
  readonly sentPackage?: boolean;
  readonly differences?: Applied['differences'];
}

type Due = Extract<Found, { verdict: 'due' }>;

async function outcomeOf(assignment: Assignment, due: Due, context: DeployContext): Promise<Outcome> {
  // Only what a config resolves to is hidden; nothing else knows a secret.
  let mask = (text: string): string => text;
  try {
    if (due.fingerprint !== context.fingerprint) await waitForTarget(due, context);
    const { config, mask: hide } = await context.secrets.resolve(assignment.config);
    mask = hide;
    return await apply({ ...assignment, config }, due, { context, mask });
  } catch (error) {
    if (hasCode(error, 'CLOSED')) throw error;
    if (error instanceof AppError) return failure(error.code, mask(error.message));
    context.log.error({ error: mask(messageOf(error)) }, 'deployment-hit-a-fault');
    return failure('INTERNAL', 'Something failed inside the deployer; its log says what.');
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
): Promise<Outcome> {
  const { ref, body } = assignment;
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
  const applied = await applyDeployment(desired, context);
  const { answer, outcome, sentPackage, differences } = applied;
  const masked = answer.reason === undefined ? answer : { ...answer, reason: mask(answer.reason) };
  const known = outcome !== 'failed' || sentPackage ? digest : undefined;
  return {
    outcome,
    answer: masked,
    sentPackage,
    ...(known === undefined ? {} : { packageSha256: known }),
    ...(differences === undefined ? {} : { differences }),
  };
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
