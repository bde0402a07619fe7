import { hashOf } from '../../core/canonical.js';
import { cutText } from '../../core/cut-text.js';
import { configFor } from '../../core/merge-patch.js';
import { byCodeUnit } from '../../core/own.js';
import { isAborted } from '../../core/pause.js';
import type { FieldChange, FunctionDrift, RecordDriftParams, TaskDocument } from '../../core/types.js';
import { AppError, hasCode } from '../../errors.js';
import type { OutgoingMessage } from '../../ports/bus.js';
import type { Functions, WorkloadRef } from '../../ports/functions.js';
import type { DocumentReads } from '../../ports/reads.js';
import type { DeployContext } from '../deploy-one.js';
import { livePackage } from '../evidence.js';
import { functionPlan } from '../function-plan.js';
import { planDeployment } from '../plan.js';
import { toPulsarConfig } from '../pulsar-config.js';
import { comparable } from '../read-back.js';
import { SECRET_FAULTS } from '../secrets.js';
import { appliedFunctions, type AppliedFunction } from './applied-functions.js';
import { readLive } from './read-live.js';
import type { TaskAssignment } from './task-assignment.js';
import { command, cutParts } from './task-commands.js';

export interface DriftContext extends Pick<DeployContext, 'functions' | 'secrets' | 'deadlineMs' | 'signal'> {
  readonly reads: DocumentReads;
  readonly fingerprint: string;
}

/** What a comparison found. */
export interface Drift {
  readonly checked: number;
  /** By function name. */
  readonly functions: readonly FunctionDrift[];
}

/** Functions looked at side by side; how many requests that makes at once is up to the cluster's limiter. */
const AT_ONCE = 16;
/** The same where packages are downloaded. */
const PACKAGES_AT_ONCE = 2;
const REASON_LENGTH = 1000;

/** Compares what runs with what was deployed last, function by function. Nothing is written. */
export async function checkDrift(task: TaskDocument, context: DriftContext): Promise<Drift> {
  const { project, environment, requested: after, names } = task;
  const { fingerprint, signal } = context;
  const found: FunctionDrift[] = [];
  const atOnce = task.drift?.packages === true ? PACKAGES_AT_ONCE : AT_ONCE;
  let checked = 0;
  for await (const page of appliedFunctions(context.reads, {
    project,
    environment,
    fingerprint,
    names,
    after,
  })) {
    const waiting = [...page];
    const work = async (): Promise<void> => {
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
        if (isAborted(signal)) throw new AppError('CLOSED', 'The deployer stops; the task comes again.');
        const drift = await driftOf(one, task, context);
        if (drift !== undefined) found.push(drift);
        checked += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  return { checked, functions: found.sort((left, right) => byCodeUnit(left.function, right.function)) };
}

async function driftOf(
  applied: AppliedFunction,
  task: TaskDocument,
  context: DriftContext,
): Promise<FunctionDrift | undefined> {
  const { function: name, workload, last, content } = applied;
  const [tenant = '', namespace = '', ...rest] = name.split('/');
  const ref: WorkloadRef = { type: workload, tenant, namespace, name: rest.join('/') };
  const told = { function: name, workload, contentHash: last.contentHash };
  try {
    const live = await readLive(ref, context);
    if (live === undefined) return { ...told, state: 'missing', changes: [] };
    const { config: resolved, mask } = await context.secrets.resolve(configFor(content, task.environment));
    const { config } = toPulsarConfig(ref, resolved);
    const desired = { operation: 'apply', ref, config, samePackage: true } as const;
    const plan = planDeployment(desired, comparable(live, desired));
    const { operation, changes } = functionPlan(plan, {
      ref,
      contentHash: last.contentHash,
      package: 'known',
    });
    const package_ =
      task.drift?.packages === true ? await packageChange(ref, applied, context.functions) : [];
    // What Pulsar ignores was different right after the deployment too.
    if (operation === 'unchanged' && package_.length === 0) return undefined;
    const masked = changes.map((change) => ({ ...change, detail: mask(change.detail) }));
    return { ...told, state: 'drifted', changes: [...package_, ...masked].slice(0, 100) };
  } catch (error) {
    const code = UNREADABLE.find((known) => hasCode(error, known));
    if (code === undefined) throw error;
    const reason = cutText((error as AppError).message, REASON_LENGTH);
    return { ...told, state: 'unreadable', changes: [], code, reason };
  }
}

/** What is wrong with one function; a cluster that does not answer at all fails the task. */
const UNREADABLE = [...SECRET_FAULTS, 'CLUSTER_REFUSED'] as const;

async function packageChange(
  ref: WorkloadRef,
  { last }: AppliedFunction,
  functions: Functions,
): Promise<FieldChange[]> {
  if (last.packageSha256 === undefined) return [];
  const live = await livePackage(functions, ref);
  if (live === undefined || live.sha256 === last.packageSha256) return [];
  const detail = `The package has the digest ${live.sha256}; ${last.packageSha256} was deployed. Only a release with the package puts it back.`;
  return [{ field: '/package', class: 'update', detail }];
}

/** What was found, in parts, in their order. */
export function driftCommands(
  { effect, body }: TaskAssignment,
  { checked, functions }: Drift,
): OutgoingMessage[] {
  const { environment, task, project } = body;
  const run = hashOf([effect, functions]);
  const parts = cutParts(functions);
  return parts.map((some, part) => {
    const params: RecordDriftParams = {
      environment,
      task,
      run,
      part,
      parts: parts.length,
      checked,
      functions: some,
    };
    return command(project, { name: 'record-drift', effect, params });
  });
}
