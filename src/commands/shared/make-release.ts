import { effectsId, projectId, releaseId } from '../../core/ids.js';
import type { Meta } from '../../core/decision.js';
import { own } from '../../core/own.js';
import { shortDigest } from '../../core/package-digest.js';
import type { TopicFlow } from '../../core/topic-flow.js';
import type { EnvironmentDocument, ReleaseCommitted, ReleaseEntry, WorkloadType } from '../../core/types.js';
import { seenAs, type Seen } from './read.js';
import { inWaves } from './waves.js';

/** One function of a release to be. */
export interface PlannedDeployment {
  readonly name: string;
  readonly workload: WorkloadType;
  /** Null: delete. */
  readonly contentHash: string | null;
  /** The digest that its package must have (hex). */
  readonly requiredPackage?: string | undefined;
}

export interface ReleasePlan {
  readonly environment: EnvironmentDocument;
  readonly deployments: readonly PlannedDeployment[];
  /** What functions read and write, by name: it decides on their order. */
  readonly flows: ReadonlyMap<string, TopicFlow>;
  readonly rest: Pick<
    ReleaseCommitted,
    | 'kind'
    | 'stageSet'
    | 'toRelease'
    | 'retryOf'
    | 'rollbackOf'
    | 'onFailure'
    | 'allowRecreate'
    | 'acceptDifferences'
    | 'note'
    | 'plan'
    | 'approval'
    | 'override'
  >;
}

export interface MadeRelease {
  readonly event: ReleaseCommitted;
  /** What the caller is told. */
  readonly result: Record<string, unknown>;
}

/** What making a release reads. */
export function releaseReads({ project, deploymentsTopic }: Meta): string[] {
  return [projectId(project), effectsId(deploymentsTopic)];
}

/** The newest release's number; 0 before the first. */
export function newestRelease(seen: Seen, project: string, environment: string): number {
  const document = seenAs(seen, projectId(project), 'project');
  return document === undefined ? 0 : (own(document.releases, environment) ?? 0);
}

/** The number that the next effect of a topic gets. */
export function nextEffect(seen: Seen, topic: string): number {
  return seenAs(seen, effectsId(topic), 'effects')?.next ?? 1;
}

/** Numbers a release, puts its functions into waves, and numbers the effects of the first. */
export function makeRelease(plan: ReleasePlan, seen: Seen, meta: Meta): MadeRelease {
  const { environment, target } = plan.environment;
  const { project, deploymentsTopic: topic } = meta;
  const release = newestRelease(seen, project, environment) + 1;
  const packages = new Map<string, number>();
  const packageIndex = (digest: string | undefined): number => {
    if (digest === undefined) return -1;
    const known = packages.get(digest) ?? packages.size;
    packages.set(digest, known);
    return known;
  };
  const { entries: ordered, waves } = inWaves(plan.deployments, plan.flows);
  const entries = ordered.map(({ name, contentHash, requiredPackage, workload }): ReleaseEntry => [
    name,
    contentHash,
    packageIndex(requiredPackage),
    workload,
  ]);
  const event: ReleaseCommitted = {
    type: 'release-committed',
    project,
    environment,
    release,
    ...plan.rest,
    target,
    effects: { topic, first: nextEffect(seen, topic) },
    ...(waves === undefined ? {} : { waves }),
    packages: [...packages.keys()].map(shortDigest),
    entries,
  };
  const document = releaseId({ project, environment, release });
  const told = waves === undefined ? {} : { waves: waves.length };
  const result = { environment, target: target.kind, release, functions: entries.length, ...told, document };
  return { event, result };
}
