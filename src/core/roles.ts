/** What a person or a service may be; what each may do stands with the commands and with the routes. */
export type Role = 'viewer' | 'developer' | 'approver' | 'operator' | 'service' | 'admin' | 'overrider';

/** Every role, with what it is for. */
export const ROLES: Readonly<Record<Role, string>> = {
  viewer: 'reads',
  developer: 'stages and commits to test',
  approver: 'approves, and commits to the environments after test',
  operator: 'rolls back, freezes, rejects, replays',
  service: 'reports what came of deployments, and nothing else',
  admin: 'all of that but reporting, and environments and tokens',
  overrider: 'commits in spite of a freeze or a missing approval, with a reason',
};

const NAMES: ReadonlySet<string> = new Set(Object.keys(ROLES));

export function isRole(name: unknown): name is Role {
  return typeof name === 'string' && NAMES.has(name);
}

/** Whoever asks for anything else may look at it; a service only reports. */
const READING: readonly Role[] = ['developer', 'approver', 'operator'];

/** Held by name only, and got along with no other role: who passes a gate, and whose word counts for what a cluster did. */
const BY_NAME: readonly Role[] = ['overrider', 'service'];

/** True if somebody with these roles has that one. */
export function holds(roles: readonly string[], role: Role): boolean {
  if (roles.includes(role)) return true;
  if (BY_NAME.includes(role)) return false;
  if (roles.includes('admin')) return true;
  return role === 'viewer' && READING.some((other) => roles.includes(other));
}
