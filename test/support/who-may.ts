import { listCommands } from '../../src/commands/registry.js';
import { examplesOf } from '../../src/http/openapi-schemas.js';
import type { Role } from '../../src/core/roles.js';

/**
 * Who may what, written by hand: what the service decides is held against this, whichever way a command comes in. `every`:
 * only for somebody who may act in every project.
 */
export const MAY: Readonly<Record<string, { readonly roles: readonly Role[]; readonly every?: true }>> = {
  'stage-configs': { roles: ['developer', 'admin'] },
  'un-stage': { roles: ['developer', 'admin'] },
  'merge-stage-sets': { roles: ['developer', 'admin'] },
  plan: { roles: ['developer', 'admin'] },
  'plan-rollback': { roles: ['developer', 'admin'] },
  'commit-staged-to-test': { roles: ['developer', 'admin'] },
  'commit-staged-to-prod': { roles: ['approver', 'admin'] },
  'request-approval': { roles: ['developer', 'admin'] },
  // Which of them approve, the policy of the environment says.
  approve: { roles: ['viewer', 'developer', 'approver', 'operator', 'admin'] },
  reject: { roles: ['viewer', 'developer', 'approver', 'operator', 'admin'] },
  withdraw: { roles: ['developer', 'admin'] },
  freeze: { roles: ['operator', 'admin'], every: true },
  unfreeze: { roles: ['operator', 'admin'], every: true },
  'reject-artifact': { roles: ['operator', 'admin'], every: true },
  'allow-artifact': { roles: ['operator', 'admin'], every: true },
  'reject-release': { roles: ['operator', 'admin'] },
  'allow-release': { roles: ['operator', 'admin'] },
  'check-drift': { roles: ['operator', 'admin'] },
  'import-deployed': { roles: ['operator', 'admin'] },
  rollback: { roles: ['operator', 'admin'] },
  'retry-deployment': { roles: ['operator', 'admin'] },
  'cancel-deployment': { roles: ['operator', 'admin'] },
  'resume-deployment': { roles: ['operator', 'admin'] },
  'start-functions': { roles: ['operator', 'admin'] },
  'stop-functions': { roles: ['operator', 'admin'] },
  'restart-functions': { roles: ['operator', 'admin'] },
  'skip-effects': { roles: ['operator', 'admin'] },
  'release-effects': { roles: ['operator', 'admin'], every: true },
  'switch-documents': { roles: ['operator', 'admin'], every: true },
  'set-environments': { roles: ['admin'], every: true },
  'create-api-token': { roles: ['admin'], every: true },
  'revoke-api-token': { roles: ['admin'], every: true },
  'set-webhook-subscriptions': { roles: ['operator', 'admin'], every: true },
  'delete-webhook-subscriptions': { roles: ['operator', 'admin'], every: true },
  'get-all-data': { roles: ['viewer', 'developer', 'approver', 'operator', 'admin'] },
  'get-audit-log': { roles: ['viewer', 'developer', 'approver', 'operator', 'admin'] },
  'get-state-at': { roles: ['viewer', 'developer', 'approver', 'operator', 'admin'] },
  'get-changes': { roles: ['viewer', 'developer', 'approver', 'operator', 'admin'] },
  'record-deployment': { roles: ['service'] },
  'record-task': { roles: ['service'] },
  'record-plan': { roles: ['service'] },
  'record-drift': { roles: ['service'] },
  'record-import': { roles: ['service'] },
  'check-drift-on-schedule': { roles: ['service'] },
};

export const EVERY_ROLE: readonly Role[] = [
  'viewer',
  'developer',
  'approver',
  'operator',
  'service',
  'admin',
  'overrider',
];

/** Where somebody may act, as seen from the project of the command. */
export const PLACES = {
  'in every project': undefined,
  'in this project': ['pricing'],
  'in another project': ['orders'],
} as const satisfies Record<string, readonly string[] | undefined>;

export type Place = keyof typeof PLACES;

/** True if somebody with this role in this place may run a command in the project pricing. */
export function may(command: string, role: Role, place: Place): boolean {
  const allowed = MAY[command];
  if (allowed === undefined) throw new Error(`${command} is missing in the table of who may what`);
  if (!allowed.roles.includes(role)) return false;
  return place === 'in every project' || (place === 'in this project' && allowed.every !== true);
}

/** One command that was sent by somebody. */
export interface Attempt {
  readonly command: string;
  readonly role: Role;
  readonly place: Place;
}

/** How a dry run ended. */
export type Send = (
  attempt: Attempt,
  body: {
    readonly command: string;
    readonly project: string;
    readonly params: unknown;
    readonly dryRun: true;
  },
) => Promise<string>;

/** Sends every command as everybody, as a dry run, and says where an answer is not what the table says. */
export async function walk(
  send: Send,
): Promise<{ readonly tried: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  let tried = 0;
  const commands = listCommands(['test', 'prod']);
  for (const { name, schema } of commands) {
    const [params] = examplesOf(schema);
    for (const role of EVERY_ROLE) {
      for (const place of Object.keys(PLACES) as Place[]) {
        tried += 1;
        const status = await send(
          { command: name, role, place },
          { command: name, project: 'pricing', params, dryRun: true },
        );
        const denied = status === 'denied';
        if (denied === may(name, role, place) || !['ok', 'rejected', 'denied', 'invalid'].includes(status))
          wrong.push(`${name} as ${role} ${place}: ${status}`);
      }
    }
  }
  return { tried, wrong };
}
