/** Document ids: every query is a key range, so the parts stand in the order in which they are asked for. */

/** Numbers in ids have eight digits, so that they sort as numbers. */
export function padded(number: number): string {
  return String(number).padStart(8, '0');
}

export const functionId = (name: string): string => `function:${name}`;
export const contentId = (hash: string): string => `content:${hash}`;
export const stageSetId = (project: string, set: string): string => `stage-set:${project}:${set}`;
export const stagedPrefix = (project: string, set: string): string => `staged:${project}:${set}:`;
export const stagedId = (project: string, set: string, name: string): string =>
  stagedPrefix(project, set) + name;
export const releasePrefix = (project: string, environment: string): string =>
  `release:${project}:${environment}:`;
export const environmentId = (name: string): string => `environment:${name}`;
export const projectId = (name: string): string => `project:${name}`;
export const effectsId = (topic: string): string => `effects:${topic}`;
export const apiTokenId = (name: string): string => `api-token:${name}`;
/** Of a topic, by its full name. */
export const webhookSubscriptionsId = (topic: string): string => `webhook-subscriptions:${topic}`;
export const answeredId = (commandId: string): string => `answered:${commandId}`;
/** A package, by its SHA-256 in hex. */
export const artifactId = (sha256: string): string => `artifact:${sha256}`;
export const auditId = (position: number): string => `audit:${padded(position)}`;

/** One release of one environment. */
export interface ReleaseRef {
  readonly project: string;
  readonly environment: string;
  readonly release: number;
}

export function releaseId({ project, environment, release }: ReleaseRef): string {
  return releasePrefix(project, environment) + padded(release);
}

export function deploymentPrefix({ project, environment, release }: ReleaseRef): string {
  return `deployment:${project}:${environment}:${padded(release)}:`;
}

export function deploymentId(ref: ReleaseRef, name: string): string {
  return deploymentPrefix(ref) + name;
}

/** One task of one environment. */
export interface TaskRef {
  readonly project: string;
  readonly environment: string;
  /** The id of the command that asked for it. */
  readonly task: string;
}

export function taskId({ project, environment, task }: TaskRef): string {
  return `task:${project}:${environment}:${task}`;
}

/** A stage set as it is planned for an environment. */
export interface PlanTarget {
  readonly project: string;
  readonly environment: string;
  readonly stageSet: string;
}

/** What a plan of a rollback stands under, where one of staged entries has its stage set. */
export const rollbackSet = (toRelease: number): string => `rollback-to-${toRelease}`;

export function planId({ project, environment, stageSet }: PlanTarget): string {
  return `plan:${project}:${environment}:${stageSet}`;
}

/** What asks for approval of a stage set's commit to an environment. */
export function approvalId({ project, environment, stageSet }: PlanTarget): string {
  return `approval:${project}:${environment}:${stageSet}`;
}

export function plannedPrefix({ project, environment, stageSet }: PlanTarget): string {
  return `planned:${project}:${environment}:${stageSet}:`;
}

export function plannedId(target: PlanTarget, name: string): string {
  return plannedPrefix(target) + name;
}

/** What the newest comparison of an environment with its releases found. */
export function driftId({ project, environment }: Omit<ReleaseRef, 'release'>): string {
  return `drift:${project}:${environment}`;
}

export function driftedPrefix({ project, environment }: Omit<ReleaseRef, 'release'>): string {
  return `drifted:${project}:${environment}:`;
}

export function driftedId(ref: Omit<ReleaseRef, 'release'>, name: string): string {
  return driftedPrefix(ref) + name;
}

/** All proofs of one function of a project. */
export function proofPrefix(project: string, name: string): string {
  return `proof:${project}:${name}:`;
}

export function proofId(project: string, name: string, contentHash: string): string {
  return proofPrefix(project, name) + contentHash;
}

/** Outside the fold: how far the documents are. */
export const CHECKPOINT_ID = 'checkpoint';

/** Outside the fold: where a reader of the journal can start, every thousandth position. */
export const indexId = (position: number): string => `index:${padded(position)}`;

/** Outside the fold: a command noted before it is tried alone. */
export const attemptId = (key: string): string => `attempt:${key}`;

/** Outside the fold: who writes, and whether that term ended well. */
export const WRITER_ID = 'writer';

/** Outside the fold: what a rebuild notes about its database. */
export const REBUILD_ID = 'rebuild';

const OUTSIDE_THE_FOLD: ReadonlySet<string> = new Set([CHECKPOINT_ID, WRITER_ID, REBUILD_ID]);

/** Whether a document of this id is made from the journal alone: the same in every database that is folded as far. */
export function belongsToFold(id: string): boolean {
  return !OUTSIDE_THE_FOLD.has(id) && !id.startsWith('index:') && !id.startsWith('attempt:');
}

/** The first id behind all ids that start with `prefix` (ids are ASCII up to `~`, so the next code unit ends the range). */
export function endOf(prefix: string): string {
  return `${prefix}\uffff`;
}
