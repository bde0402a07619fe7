import { functionPlan, type PlanFacts } from '../../../src/deployer/function-plan.js';
import type { Plan } from '../../../src/deployer/plan.js';

const FACTS: PlanFacts = {
  ref: { type: 'function', tenant: 'public', namespace: 'default', name: 'enrich' },
  contentHash: 'a'.repeat(43),
  package: 'known',
};
const FIELD = { field: '/parallelism', class: 'update', detail: 'Pulsar takes it.' } as const;
const UPDATE: Plan = { operation: 'update', config: {}, sendPackage: false, fields: [FIELD] };
const WARNING = { code: 'TOPIC_MISSING', blocks: false, detail: 'There is no such topic.' };

describe('the plan of one function', () => {
  it.each([
    [
      { operation: 'none', fields: [] },
      { operation: 'unchanged', restarts: false, package: 'kept' },
    ],
    [
      { ...UPDATE, operation: 'create' },
      { operation: 'create', restarts: false, package: 'kept' },
    ],
    [UPDATE, { operation: 'update', restarts: true, package: 'kept', changes: [FIELD] }],
    [
      { ...UPDATE, sendPackage: true },
      { operation: 'update', package: 'sent' },
    ],
    [
      { ...UPDATE, operation: 're-create', sendPackage: true },
      { operation: 're-create', restarts: true, package: 'sent' },
    ],
    [
      { operation: 'delete', fields: [] },
      { operation: 'delete', restarts: false, package: 'none' },
    ],
    [
      { operation: 'refuse', reason: 'No way.', fields: [FIELD] },
      {
        operation: 'blocked',
        restarts: false,
        notices: [{ code: 'CLUSTER_REFUSED', blocks: true, detail: 'No way.' }],
      },
    ],
  ] as const satisfies readonly (readonly [Plan, object])[])('of %j', (plan, expected) => {
    const told = functionPlan(plan, FACTS);
    expect(told).toMatchObject({ function: 'public/default/enrich', workload: 'function', ...expected });
  });

  it('does not restart what is stopped', () => {
    expect(functionPlan(UPDATE, { ...FACTS, stopped: true })).toMatchObject({
      stopped: true,
      restarts: false,
    });
    expect(functionPlan(UPDATE, FACTS)).not.toHaveProperty('stopped');
  });

  it('holds the backlog and the notices that it is given', () => {
    expect(functionPlan(UPDATE, { ...FACTS, backlog: 7, notices: [WARNING] })).toMatchObject({
      operation: 'update',
      backlog: 7,
      notices: [WARNING],
    });
  });

  it('is blocked by a notice that says that the deployment would fail', () => {
    const blocking = { ...WARNING, blocks: true };
    expect(functionPlan({ ...UPDATE, sendPackage: true }, { ...FACTS, notices: [blocking] })).toMatchObject({
      operation: 'blocked',
      restarts: false,
      package: 'kept',
    });
  });

  it('says where nobody knows which package the cluster has, and where there is none', () => {
    expect(functionPlan(UPDATE, { ...FACTS, package: 'unknown' }).package).toBe('unknown');
    expect(functionPlan(UPDATE, { ...FACTS, package: 'none' }).package).toBe('none');
  });

  it('holds no more changes than a plan may', () => {
    const fields = Array.from({ length: 150 }, () => FIELD);
    expect(functionPlan({ ...UPDATE, fields }, FACTS).changes).toHaveLength(100);
  });
});
