import { hashOf } from '../../src/core/canonical.js';
import { planHash } from '../../src/core/plan-hash.js';
import type { Actor } from '../../src/core/types.js';
import { fn, functionConfig } from './configs.js';

export interface Gating {
  readonly send: (
    ...sending: [
      command: string,
      params: object,
      expected?: string,
      asking?: { readonly actor?: Actor; readonly id?: string },
    ]
  ) => Promise<void>;
  readonly uuid: (number: number) => string;
  /** What a document that is there says. */
  readonly told: (id: string) => Readonly<Record<string, unknown>>;
  readonly ops: Actor;
  readonly admin: Actor;
  readonly deployer: Actor;
  /** All environments, where a commit to test needs approvals. */
  readonly environments: readonly object[];
}

const SET = 'approved';
const BAD = 'ef'.repeat(32);

/** Approvals, a freeze, an override, rejections: releases 14 and 15 of the test environment. */
export async function makeGates(gating: Gating): Promise<void> {
  const { send, told, uuid, ops, admin, deployer, environments } = gating;
  const asOps = { actor: ops };
  const anne: Actor = { name: 'anne', roles: ['approver'] };
  const token: Actor = { name: 'ci', roles: ['developer', 'approver'], behind: ['anne'] };
  const olga: Actor = { name: 'olga', roles: ['operator', 'developer', 'overrider'] };
  const of = { environment: 'test', stageSet: SET };
  const [first, ...others] = environments;
  const required = [{ ...first, approvals: { required: 2 } }, ...others];
  await send('set-environments', { environments: required }, 'ok', { actor: admin });

  const contentOf = (name: string): string =>
    String(told(`staged:default:${SET}:${fn(name)}`)['contentHash']);
  const plan = async (number: number, names: readonly string[]): Promise<void> => {
    const id = uuid(7_000 + number);
    await send('plan', of, 'ok', { id });
    const functions = names.map((name) => ({
      ...{ function: fn(name), workload: 'function', contentHash: contentOf(name), operation: 'create' },
      ...{ changes: [], restarts: false, package: 'sent', notices: [] },
    }));
    const report = { ...of, task: id, contentHash: planHash(functions), run: hashOf(id), part: 0, parts: 1 };
    await send('record-plan', { ...report, functions }, 'ok', { actor: deployer });
  };
  const shown = (): unknown => told('approval:default:test:approved')['contentHash'];

  // Staged in two sets by two people; one of them may not approve.
  await send('stage-configs', { stageSet: SET, configs: [functionConfig('one')] });
  await send('stage-configs', { stageSet: 'by-token', configs: [functionConfig('two')] }, 'ok', {
    actor: token,
  });
  await send('merge-stage-sets', { from: ['by-token'], into: SET });
  await send('commit-staged-to-test', { stageSet: SET }, 'PLAN_MISSING');
  await send('request-approval', of, 'PLAN_MISSING');
  await plan(1, ['one', 'two']);
  await send('request-approval', { ...of, note: 'please' });
  await send('request-approval', of, 'ALREADY_REQUESTED');
  await send('approve', { ...of, contentHash: shown() }, 'FOUR_EYES', { actor: anne });
  await send('withdraw', { ...of, note: 'one thing more' });
  await send('approve', { ...of, contentHash: shown() }, 'NO_APPROVAL_OPEN', asOps);
  await send('request-approval', of);
  await send('reject', { ...of, reason: 'not today' }, 'ok', asOps);
  await send('commit-staged-to-test', { stageSet: SET }, 'APPROVAL_REJECTED');

  // Asked again, void, asked again, approved by two, used.
  await send('request-approval', of);
  await send('stage-configs', { stageSet: SET, configs: [functionConfig('one', { parallelism: 2 })] });
  await plan(2, ['one', 'two']);
  await send('commit-staged-to-test', { stageSet: SET }, 'APPROVAL_VOID');
  await send('request-approval', of);
  await send('approve', { ...of, contentHash: shown(), note: 'looked at it' }, 'ok', asOps);
  await send('approve', { ...of, contentHash: shown() }, 'ALREADY_APPROVED', asOps);
  await send('commit-staged-to-test', { stageSet: SET }, 'APPROVAL_MISSING');
  await send('approve', { ...of, contentHash: shown() }, 'ok', {
    actor: { name: 'bea', roles: ['approver'] },
  });
  await send('commit-staged-to-test', { stageSet: SET });

  // Frozen; overridden by who may.
  await send('freeze', { environment: 'test', reason: 'quarter end' }, 'ok', asOps);
  const operated = { environment: 'test', names: [fn('enrich')] };
  await send('restart-functions', operated, 'ENVIRONMENT_FROZEN', asOps);
  const override = { reason: 'orders are lost' };
  await send('commit-staged-to-test', { stageSet: SET, force: true, override }, 'DENIED', { actor: admin });
  await send('commit-staged-to-test', { stageSet: SET, force: true, override }, 'ok', { actor: olga });
  await send('restart-functions', { ...operated, override }, 'ok', { actor: olga });
  await send('unfreeze', { environment: 'test', note: 'over' }, 'ok', asOps);
  await send('unfreeze', { environment: 'test' }, 'NOT_FROZEN', asOps);

  // Known to be bad, and good after all.
  await send('reject-artifact', { sha256: BAD, reason: 'leaks' }, 'ok', asOps);
  await send('allow-artifact', { sha256: BAD, note: 'it was the broker' }, 'ok', asOps);
  await send('allow-artifact', { sha256: BAD }, 'NOT_REJECTED', asOps);
  await send('reject-release', { environment: 'test', release: 14, reason: 'loses orders' }, 'ok', asOps);
  await send('retry-deployment', { environment: 'test', release: 14 }, 'RELEASE_REJECTED', asOps);
  await send('allow-release', { environment: 'test', release: 14 }, 'ok', asOps);
  await send('set-environments', { environments }, 'ok', { actor: admin });
}
