import { isObject } from '../core/merge-patch.js';
import { own } from '../core/own.js';
import { isRole } from '../core/roles.js';
import type { Actor } from '../core/types.js';

/** Where a token says what its bearer may: a claim's name, or a JSON pointer into the claims (`/realm_access/roles`). */
export interface ClaimNames {
  readonly roles: string;
  readonly projects: string;
}

/** Stands for every project. */
const EVERY = '*';
const PROJECT = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Names go into records and log lines. */
const NAME = /^[\x21-\x7e]{1,200}$/;

/**
 * Who a verified token's claims speak of; undefined if they name nobody. Roles that are none of ours are left out. A
 * token that names no projects has none.
 */
export function actorOf(claims: Readonly<Record<string, unknown>>, names: ClaimNames): Actor | undefined {
  const { sub } = claims;
  if (typeof sub !== 'string' || !NAME.test(sub) || isReserved(sub)) return undefined;
  const roles = [...new Set(words(at(claims, names.roles)))].filter(isRole);
  const projects = [...new Set(words(at(claims, names.projects)))];
  return {
    name: sub,
    roles,
    ...(projects.includes(EVERY) ? {} : { projects: projects.filter((project) => PROJECT.test(project)) }),
  };
}

/** Names that the service gives itself: whoever bore one could be taken for a token, a deployer or the writer. */
function isReserved(name: string): boolean {
  return (
    name === 'stageline' || name === 'local' || name.startsWith('token:') || name.startsWith('deployer:')
  );
}

function at(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (!name.startsWith('/')) return own(claims, name);
  return name
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, key) => (isObject(value) ? own(value, key) : undefined), claims);
}

/** A list, or words by space or comma, as `scope` is written. */
function words(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
