import { problem } from '../errors.js';
import type { Role } from './decision.js';
import type { Actor, Problem } from './types.js';

const ALL_ROLES: readonly Role[] = ['viewer', 'developer', 'approver', 'operator', 'service', 'admin'];

/** The caller of a service without authentication: one person on loopback, with every role. */
export const LOCAL: Actor = { name: 'local', roles: [...ALL_ROLES] };

/** The writer itself, for what it appends on its own account. */
export const WRITER: Actor = { name: 'stageline', roles: [] };

/** Finds out who asks. Without authentication everyone is `local`; tickets and tokens are checked here and nowhere else. */
export function whoAsks(): Actor {
  return LOCAL;
}

/** Says why an actor may not run a command that needs `role`; undefined if it may. */
export function mayNot(actor: Actor, role: Role): Problem | undefined {
  if (actor.roles.includes(role) || actor.roles.includes('admin')) return undefined;
  return problem('DENIED', `"${actor.name}" lacks the role ${role}.`);
}
