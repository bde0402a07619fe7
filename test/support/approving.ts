import { approve } from '../../src/commands/approve.js';
import { plan } from '../../src/commands/plan.js';
import { recordPlan } from '../../src/commands/record-plan.js';
import { requestApproval } from '../../src/commands/request-approval.js';
import { setEnvironments } from '../../src/commands/set-environments.js';
import { stageConfigs } from '../../src/commands/stage-configs.js';
import { hashOf } from '../../src/core/canonical.js';
import { approvalId, taskId } from '../../src/core/ids.js';
import { planHash } from '../../src/core/plan-hash.js';
import type {
  Actor,
  ApprovalPolicy,
  FunctionPlan,
  RequestApprovalParams,
  StagedDocument,
} from '../../src/core/types.js';
import { functionConfig } from './configs.js';
import { sent, type Step } from './scenario.js';
import type { SendOptions, World } from './world.js';

export const DEVELOPER: Actor = { name: 'dora', roles: ['developer', 'approver'] };
export const ANNE: Actor = { name: 'anne', roles: ['approver'] };
export const BOB: Actor = { name: 'bob', roles: ['approver', 'operator'] };
/** A token that Anne made. */
export const TOKEN: Actor = { name: 'ci', roles: ['developer', 'approver'], behind: ['anne'] };
export const OVERRIDER: Actor = { name: 'olga', roles: ['operator', 'approver', 'overrider', 'developer'] };

export const APPROVAL = 'approval:default:test:main';
const REF = { project: 'default', environment: 'test', stageSet: 'main' };

/** The environments, where a commit to test needs approvals. */
export function requiring(approvals: ApprovalPolicy = { required: 1 }): Step {
  return sent(setEnvironments, { environments: [{ name: 'test', approvals }, { name: 'prod' }] });
}

/** Somebody stages functions. */
export function staging(actor: Actor, ...names: string[]): Step {
  return sent(stageConfigs, { configs: names.map((name) => functionConfig(name)) }, { actor });
}

export interface Planned extends SendOptions {
  /** @defaultValue test */
  readonly environment?: string;
  /** Only these entries. */
  readonly names?: readonly string[];
  /** What it says of each. */
  readonly says?: Partial<FunctionPlan>;
  /** How many parts it comes in. */
  readonly parts?: number;
}

/** A plan of what is staged is asked for and recorded. */
export function planning({
  environment = 'test',
  names,
  says = {},
  parts = 1,
  ...options
}: Planned = {}): Step {
  return async (world: World) => {
    const asked = names === undefined ? {} : { names: [...names] };
    await sent(plan, { environment, ...asked }, options)(world);
    const task = world.records.at(-1)?.command.id ?? '';
    const entries = [...world.documents().values()].filter(
      (one): one is StagedDocument =>
        one.kind === 'staged' && one.stageSet === 'main' && names?.includes(one.function) !== false,
    );
    const functions = entries.map(({ function: name, workload, contentHash }): FunctionPlan => ({
      ...{ function: name, workload, contentHash, operation: 'create', changes: [] },
      ...{ restarts: false, package: 'sent', notices: [] },
      ...says,
    }));
    expect(functions).not.toEqual([]);
    for (let part = 0; part < parts; part += 1) {
      const size = Math.ceil(functions.length / parts);
      const report = {
        ...{ environment, task, stageSet: 'main', contentHash: planHash(entries) },
        ...{ run: hashOf(task), part, parts, functions: functions.slice(part * size, (part + 1) * size) },
      };
      await sent(recordPlan, report, { via: 'results' })(world);
    }
    expect(world.document(taskId({ ...REF, environment, task }), 'task').state).toBe('done');
  };
}

/** Somebody asks for approval. */
export function requesting(actor: Actor = DEVELOPER, params: Partial<RequestApprovalParams> = {}): Step {
  return sent(requestApproval, { environment: 'test', ...params }, { actor });
}

/** Somebody approves what he is shown. */
export function approving(actor: Actor, environment = 'test'): Step {
  return (world: World) =>
    sent(approve, { environment, contentHash: shown(world, environment) }, { actor })(world);
}

/** The hash that an approver is shown. */
export function shown(world: World, environment = 'test'): string {
  return world.document(approvalId({ ...REF, environment }), 'approval').contentHash;
}

/** One staged function, planned, and approval asked for: what most of it begins with. */
export const requested: readonly Step[] = [requiring(), staging(DEVELOPER, 'a'), planning(), requesting()];
