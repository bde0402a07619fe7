import { hashOf } from './canonical.js';
import { byCodeUnit } from './own.js';
import { withoutTrailingSlashes } from './trailing-slashes.js';
import type { ApprovalPolicy, ApprovalPolicyInForce, Target } from './types.js';

/** Names that topics beside those of the environments have already. */
const RESERVED: readonly string[] = ['results', 'role', 'token'];

/** Why an environment cannot have this name: its releases go to a topic of that name. */
export function environmentNameFault(name: string): string | undefined {
  if (RESERVED.includes(name)) return `is taken by a topic of that name, as are ${RESERVED.join(', ')}`;
  return /-partition-\d+$/.test(name)
    ? 'ends like the partition of another topic, which is what Pulsar would take its topic for'
    : undefined;
}

/** As much of an environment's setting as makes its target. */
export interface TargetSetting {
  /** Base URL of the REST Admin API; without it the sandbox. */
  readonly adminUrl?: string | undefined;
}

const FINGERPRINT_LENGTH = 16;

/** What is wrong with the address of a REST Admin API, in words; undefined if nothing is. */
export function adminUrlFault(adminUrl: string): string | undefined {
  const url = URL.canParse(adminUrl) ? new URL(adminUrl) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return 'must be an http or https URL, such as http://pulsar.example.com:8080';
  }
  if (url.username !== '' || url.password !== '') {
    return 'must hold no user name or password: it is written to the journal';
  }
  if (url.search !== '' || url.hash !== '') return 'must have no query and no fragment';
  return undefined;
}

/** One spelling for one address: lower-case host, no default port, no slash at the end. */
export function normaliseAdminUrl(adminUrl: string): string {
  const url = new URL(adminUrl);
  return `${url.protocol}//${url.host}${withoutTrailingSlashes(url.pathname)}`;
}

/** The target of a setting without fault. Its fingerprint tells one target from another, whatever the spelling. */
export function targetOf({ adminUrl }: TargetSetting): Target {
  const identity =
    adminUrl === undefined
      ? ({ kind: 'sandbox' } as const)
      : ({ kind: 'pulsar', adminUrl: normaliseAdminUrl(adminUrl) } as const);
  return { ...identity, fingerprint: hashOf(identity).slice(0, FINGERPRINT_LENGTH) };
}

/** The policy of a setting with every field, in one spelling; nothing where none is set. */
export function policyIn({ approvals }: { readonly approvals?: ApprovalPolicy | undefined }): {
  approvals?: ApprovalPolicyInForce;
} {
  if (approvals === undefined) return {};
  const { required, fourEyes = true, roles = ['approver'], planMaxAgeMinutes = 60 } = approvals;
  return { approvals: { required, fourEyes, roles: [...roles].sort(byCodeUnit), planMaxAgeMinutes } };
}

/** True if commits need the same by both. */
export function samePolicy(
  left: ApprovalPolicyInForce | undefined,
  right: ApprovalPolicyInForce | undefined,
): boolean {
  return hashOf(left ?? null) === hashOf(right ?? null);
}

/** A policy in a few words. */
export function policyText(policy: ApprovalPolicyInForce | undefined): string {
  if (policy === undefined) return 'no approval';
  const { required, fourEyes, roles, planMaxAgeMinutes } = policy;
  const who = roles.join(' or ');
  return `${required} of ${who}${fourEyes ? ', four eyes' : ''}, a plan of less than ${planMaxAgeMinutes} minutes`;
}
