import { cutText } from '../../core/cut-text.js';
import { artifactId } from '../../core/ids.js';
import { configFor } from '../../core/merge-patch.js';
import { rejectedBy } from '../../core/rejection.js';
import type { FunctionPlan, PlanNotice } from '../../core/types.js';
import { hasCode, messageOf } from '../../errors.js';
import type { WorkloadRef } from '../../ports/functions.js';
import type { DocumentReads } from '../../ports/reads.js';
import type { DeployContext } from '../deploy-one.js';
import type { Package } from '../package.js';
import type { Desired, Plan } from '../plan.js';
import { toPulsarConfig } from '../pulsar-config.js';
import { planWithEvidence } from '../evidence.js';
import { functionPlan } from '../function-plan.js';
import { packageFault } from '../package-changed.js';
import { lastAppliedOf } from '../last-applied.js';
import { documentOf } from '../look-up.js';
import { comparable } from '../read-back.js';
import { SECRET_FAULTS } from '../secrets.js';
import type { Findings, PlanSubject } from './plan-subject.js';
import { readLive } from './read-live.js';
import type { StagedFacts } from './staged-facts.js';

/** A function that is ready to be planned. */
export interface Prepared {
  readonly subject: PlanSubject;
  readonly contentHash: string | null;
  /** What its deployment would do first. */
  readonly plan: Plan;
  /** What keeps it from being deployed, whatever the cluster says. */
  readonly obstacles: readonly PlanNotice[];
  /** What does not. */
  readonly warnings: readonly PlanNotice[];
  readonly package: 'none' | 'known' | 'unknown';
  /** The digest of its package (hex). */
  readonly packageSha256?: string;
  /** Hides the secrets of its config. */
  readonly mask: (text: string) => string;
}

export interface PrepareContext extends Pick<
  DeployContext,
  'functions' | 'packages' | 'secrets' | 'deadlineMs' | 'signal'
> {
  readonly environment: string;
  /** Packages are fetched once for it. */
  readonly task: string;
  readonly reads: DocumentReads;
  /** Position of the task's request: what the documents said then, or later. */
  readonly after: number;
}

/** Codes of what is wrong with the function, rather than with the cluster or the service. */
const OBSTACLES = [
  ...SECRET_FAULTS,
  'PACKAGE_NOT_FOUND',
  'PACKAGE_REFUSED',
  'PACKAGE_CHANGED',
  'TOO_LARGE',
] as const;

const NOTHING: Plan = { operation: 'none', fields: [] };

/** Makes out what a function is to be and what the cluster has of it, as its deployment would. */
export async function prepare(facts: StagedFacts, context: PrepareContext): Promise<Prepared> {
  const { entry, content } = facts;
  const [tenant = '', namespace = '', name = ''] = entry.function.split('/');
  const ref: WorkloadRef = { type: entry.workload, tenant, namespace, name };
  const obstacles: PlanNotice[] = facts.rejected.map(rejectedContent);
  const live = await readLive(ref, context).catch((error: unknown) => {
    if (!hasCode(error, 'CLUSTER_REFUSED')) throw error;
    obstacles.push(blocking('CLUSTER_REFUSED', messageOf(error)));
    return undefined;
  });
  const base = { function: entry.function, ref, live };
  // A creation that lacks its package is blocked by that already: there is no need to say it twice.
  const planFor = async (desired: Desired): Promise<Plan> =>
    obstacles.length > 0 && live === undefined
      ? NOTHING
      : (await planWithEvidence(desired, comparable(live, desired), context.functions)).plan;
  if (entry.contentHash === null)
    return {
      subject: { ...base, config: undefined, artifact: undefined },
      contentHash: null,
      plan: await planFor({ operation: 'delete', ref }),
      obstacles,
      warnings: [],
      package: 'none',
      mask: (text) => text,
    };
  try {
    const {
      config: resolved,
      mask,
      oldKeys,
    } = await context.secrets.resolve(configFor(content ?? {}, context.environment));
    const { config, artifact } = toPulsarConfig(ref, resolved);
    const last = await lastAppliedOf(ref, facts.lastContent, context);
    const from = await context.packages.fetch(artifact, context.task).catch(obstacle(obstacles));
    if (from !== undefined) obstacles.push(...changedPackage(from, facts));
    obstacles.push(...(await rejectedPackage(from, facts, context)));
    return {
      subject: { ...base, config, artifact },
      contentHash: entry.contentHash,
      plan: await planFor({
        operation: 'apply',
        ref,
        config,
        package: from,
        // Without its package nothing can be said of that but what stands in the way.
        samePackage: from === undefined || isSame(from, facts),
        allowRecreate: facts.allowRecreate,
        ...(last.lastApplied === undefined ? {} : { lastApplied: last.lastApplied }),
      }),
      obstacles,
      warnings: oldKeys.map(oldKey),
      package: packageOf(from, facts),
      ...(from?.kind === 'data' ? { packageSha256: from.sha256 } : {}),
      mask: (text) => last.mask(mask(text)),
    };
  } catch (error) {
    obstacle(obstacles)(error);
    const subject = { ...base, config: undefined, artifact: undefined };
    const { contentHash } = entry;
    const nothing = { plan: NOTHING, obstacles, warnings: [] };
    return { subject, contentHash, ...nothing, package: 'unknown', mask: (text) => text };
  }
}

/** What would be done to a function, with everything that was found about it. */
export function planOne(prepared: Prepared, findings: Findings | undefined): FunctionPlan {
  const { subject, contentHash, plan, obstacles, warnings, mask } = prepared;
  const { stopped, backlog } = findings ?? {};
  const notices = [...obstacles, ...warnings, ...(findings?.notices ?? [])];
  const made = functionPlan(plan, {
    ref: subject.ref,
    contentHash,
    package: prepared.package,
    packageSha256: prepared.packageSha256,
    stopped,
    backlog,
    notices,
  });
  return {
    ...made,
    changes: made.changes.map((change) => ({ ...change, detail: mask(change.detail) })),
    notices: made.notices.map((notice) => ({ ...notice, detail: cutText(mask(notice.detail), 1000) })),
  };
}

/** Turns what is wrong with the function into a notice; anything else is thrown on. */
function obstacle(obstacles: PlanNotice[]): (error: unknown) => undefined {
  return (error) => {
    const code = OBSTACLES.find((known) => hasCode(error, known));
    if (code === undefined) throw error;
    obstacles.push(blocking(code, messageOf(error)));
    return undefined;
  };
}

function changedPackage(from: Package, { required, content }: StagedFacts): PlanNotice[] {
  const fault = packageFault(from, required, content);
  return fault === undefined ? [] : [blocking('PACKAGE_CHANGED', fault)];
}

/** The commit is refused, whoever asks for it. */
function rejectedContent([release, rejection]: StagedFacts['rejected'][number]): PlanNotice {
  return blocking(
    'RELEASE_REJECTED',
    `This content is that of release ${release}, ${rejectedBy(rejection)}; stage another, or send allow-release.`,
  );
}

/** The commit is refused where the digest is known by then, and the deployment otherwise. */
async function rejectedPackage(
  from: Package | undefined,
  { required }: StagedFacts,
  { reads, after }: PrepareContext,
): Promise<PlanNotice[]> {
  const digests = [...new Set([from?.kind === 'data' ? from.sha256 : undefined, required])];
  const ids = digests.flatMap((digest) => (digest === undefined ? [] : [artifactId(digest)]));
  const found = ids.length === 0 ? new Map<string, never>() : await reads.getMany(ids, { after });
  return ids.flatMap((id) => {
    const artifact = documentOf(found, id, 'artifact');
    if (artifact?.rejected === undefined) return [];
    const detail = `The package ${artifact.sha256} was ${rejectedBy(artifact.rejected)}; build another, or send allow-artifact.`;
    return [blocking('ARTIFACT_REJECTED', detail)];
  });
}

/** A reference has no digest that could be known here: the same content names the same. */
function isSame(from: Package, { last, entry }: StagedFacts): boolean {
  if (last === undefined) return false;
  return from.kind === 'data' ? last.packageSha256 === from.sha256 : last.contentHash === entry.contentHash;
}

function packageOf(from: Package | undefined, { last }: StagedFacts): Prepared['package'] {
  if (from?.kind === 'reference' && from.url.startsWith('builtin://')) return 'none';
  return last === undefined ? 'unknown' : 'known';
}

const blocking = (code: string, detail: string): PlanNotice => ({
  code,
  blocks: true,
  detail: cutText(detail, 1000),
});

const oldKey = (pointer: string): PlanNotice => ({
  code: 'SEALED_WITH_OLD_KEY',
  blocks: false,
  detail: cutText(
    `${pointer} is sealed to an older key, which must stay until nothing needs it: reseal it ("stageline seal --rotate") and stage it again.`,
    1000,
  ),
});
