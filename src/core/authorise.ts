import { byCodeUnit } from './own.js';
import { problem } from '../errors.js';
import { holds, ROLES, type Role } from './roles.js';
import type { Actor, Problem } from './types.js';

/** The caller of a service without authentication: one person on loopback, with every role. */
export const LOCAL: Actor = { name: 'local', roles: Object.keys(ROLES) };

/** The writer itself, for what it appends on its own account. */
export const WRITER: Actor = { name: 'stageline', roles: [] };

/** Stands for whoever is not known, where a name is told. */
export const NOBODY = '';

/** What is asked for: a role, and where it has to be held. */
export interface Need {
  readonly role: Role;
  /** The project; undefined: in all of them. */
  readonly project: string | undefined;
}

/** True if an actor may act in a project, or, without one, in all. */
export function reaches({ projects }: Actor, project: string | undefined): boolean {
  return projects === undefined || (project !== undefined && projects.includes(project));
}

/** Says why an actor may not do what needs a role in a project; undefined if it may. */
export function mayNot(actor: Actor, { role, project }: Need): Problem | undefined {
  if (!holds(actor.roles, role)) return problem('DENIED', `"${actor.name}" lacks the role ${role}.`);
  if (reaches(actor, project)) return undefined;
  const where = project === undefined ? 'concerns every project' : `is in project "${project}"`;
  return problem('DENIED', `What "${actor.name}" asks for ${where}, and it may not act there.`);
}

/** The names under which an actor counts where two have to be different people. */
export function peopleOf({ name, behind = [] }: Pick<Actor, 'name' | 'behind'>): readonly string[] {
  return [name, ...behind];
}

/** All of these people, each once, in order. */
export function peopleAmong(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort(byCodeUnit);
}
