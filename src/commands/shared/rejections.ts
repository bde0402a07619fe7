import { rejectAt, type Decision, type Load } from '../../core/decision.js';
import { artifactId } from '../../core/ids.js';
import { own } from '../../core/own.js';
import { rejectedBy } from '../../core/rejection.js';
import type { FunctionDocument, Rejection, ReleaseDocument } from '../../core/types.js';
import { seenAs, type Seen } from './read.js';
import type { Refusal } from './refusals.js';

/** Codes that nobody passes: what is known to be bad is allowed again first. */
export const REJECTIONS = ['RELEASE_REJECTED', 'ARTIFACT_REJECTED'] as const;

/** What is known of these packages (hex); those that are not known are left out. */
export async function loadArtifacts(load: Load, digests: Iterable<string | undefined>): Promise<Seen> {
  const known = new Set<string>();
  for (const digest of digests) if (digest !== undefined) known.add(digest);
  return known.size === 0 ? new Map() : load.get([...known].map(artifactId));
}

/** Something that is to be deployed. */
export interface Deployable {
  readonly name: string;
  /** Null: a deletion, against which nothing is said. */
  readonly contentHash: string | null;
  /** Hex; undefined where it is not known before the deployer reads the package. */
  readonly packageSha256?: string | undefined;
}

export interface Judgement {
  readonly document: FunctionDocument | undefined;
  readonly artifacts: Seen;
}

/** RELEASE_REJECTED, ARTIFACT_REJECTED: its content or its package is known to be bad. */
export function rejections(
  { name, contentHash, packageSha256 }: Deployable,
  { document, artifacts }: Judgement,
): Refusal[] {
  if (contentHash === null) return [];
  const releases = Object.entries(own(document?.rejected ?? {}, contentHash) ?? {});
  const refusals = releases.flatMap(([release, rejection]): Refusal[] => {
    if (rejection === undefined) return [];
    const detail = `content ${contentHash} is that of release ${release}, ${rejectedBy(rejection)}; stage another, or send allow-release`;
    return [{ name, code: 'RELEASE_REJECTED', detail }];
  });
  if (packageSha256 === undefined) return refusals;
  const rejected = seenAs(artifacts, artifactId(packageSha256), 'artifact')?.rejected;
  if (rejected === undefined) return refusals;
  const detail = `its package ${packageSha256} was ${rejectedBy(rejected)}; build another, or send allow-artifact`;
  return [...refusals, { name, code: 'ARTIFACT_REJECTED', detail }];
}

/** RELEASE_REJECTED for a release that a command names. */
export function releaseRejected(
  { environment, release }: ReleaseDocument,
  rejection: Rejection,
  pointer = '/params/release',
): Decision {
  const detail = `Release ${environment}/${release} is ${rejectedBy(rejection)}; send allow-release if it is good after all.`;
  return rejectAt(pointer, 'RELEASE_REJECTED', detail);
}
