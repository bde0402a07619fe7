import fc from 'fast-check';
import type {
  ApprovalGiven,
  ApprovalRejected,
  ApprovalRequested,
  ApprovalWithdrawn,
  ArtifactAllowed,
  ArtifactRejected,
  EnvironmentFrozen,
  EnvironmentUnfrozen,
  ReleaseAllowed,
  ReleaseRejected,
} from '../../src/core/types.js';
import { environment, hash, name, project, release, stageSet } from './event-parts.js';

const reason = fc.string({ minLength: 1, maxLength: 20 });
const by = fc.record(
  { name: fc.constantFrom('alice', 'bob', 'constructor'), behind: fc.constant<string[]>(['alice']) },
  { requiredKeys: ['name'] },
);
const bound = { project, environment, stageSet, contentHash: hash };
const sha256 = fc.constantFrom('ab'.repeat(32), 'cd'.repeat(32));
const entries = fc.array(fc.tuple(name, hash), { maxLength: 3 });

const requested: fc.Arbitrary<ApprovalRequested> = fc.record({
  type: fc.constant('approval-requested'),
  ...bound,
  entries: hash,
  plan: fc.constant('00000000-0000-7000-8000-000000000001'),
  functions: fc.integer({ min: 1, max: 9 }),
  by,
});
const given: fc.Arbitrary<ApprovalGiven> = fc.record({
  type: fc.constant('approval-given'),
  ...bound,
  by,
  state: fc.constantFrom('open', 'approved'),
});
const rejected: fc.Arbitrary<ApprovalRejected> = fc.record({
  type: fc.constant('approval-rejected'),
  ...bound,
  by,
  reason,
});
const withdrawn: fc.Arbitrary<ApprovalWithdrawn> = fc.record({
  type: fc.constant('approval-withdrawn'),
  ...bound,
  by,
});
const frozen: fc.Arbitrary<EnvironmentFrozen> = fc.record({
  type: fc.constant('environment-frozen'),
  project,
  environment,
  reason,
});
const unfrozen: fc.Arbitrary<EnvironmentUnfrozen> = fc.record({
  type: fc.constant('environment-unfrozen'),
  project,
  environment,
});
const artifactRejected: fc.Arbitrary<ArtifactRejected> = fc.record({
  type: fc.constant('artifact-rejected'),
  project,
  sha256,
  reason,
});
const artifactAllowed: fc.Arbitrary<ArtifactAllowed> = fc.record({
  type: fc.constant('artifact-allowed'),
  project,
  sha256,
});
const releaseRejected: fc.Arbitrary<ReleaseRejected> = fc.record({
  type: fc.constant('release-rejected'),
  project,
  environment,
  release,
  reason,
  entries,
});
const releaseAllowed: fc.Arbitrary<ReleaseAllowed> = fc.record({
  type: fc.constant('release-allowed'),
  project,
  environment,
  release,
  entries,
});

/** Approvals, freezes and rejections, valid by their schemas, whether they make sense or not. */
export const gateEvents = fc.oneof(
  requested,
  given,
  rejected,
  withdrawn,
  frozen,
  unfrozen,
  artifactRejected,
  artifactAllowed,
  releaseRejected,
  releaseAllowed,
);
