import fc from 'fast-check';
import { hashOf } from '../../../src/core/canonical.js';
import type { Actor, AnyDocument } from '../../../src/core/types.js';
import { arrived, createDecidedWorld, type Decided } from '../../support/decided-world.js';
import { createGatesModel, type GatesModel, type Policies } from '../../support/gates-model.js';
import { planReport, policies, ROOT, SERVICE, step, type Step } from '../../support/gates-steps.js';

const RUNS = Number(process.env['STAGELINE_TEST_RUNS'] ?? 80);
const LENGTH = 120;
/** Looking for a smaller example ends then. */
const LIMIT_MS = 120_000;

interface Totals {
  readonly seen: Map<string, number>;
}

/** Runs a history; what may never be fails it. */
async function run(policy: Policies, history: readonly Step[], totals: Totals): Promise<void> {
  let who = ROOT;
  let id = 0;
  const world = await createDecidedWorld({ whoAsks: () => who });
  const model: GatesModel = createGatesModel(policy);
  const count = (what: string): void => void totals.seen.set(what, (totals.seen.get(what) ?? 0) + 1);
  const documents = (): Map<string, AnyDocument> =>
    new Map(
      [...world.versions].flatMap(([key, { document }]) =>
        document === undefined ? [] : [[key, document] as const],
      ),
    );

  const send = async (
    asks: Actor,
    command: string,
    params: object,
  ): Promise<Decided & { readonly id: string }> => {
    who = asks;
    const named = `0193a5a0-0000-7000-8000-${String((id += 1)).padStart(12, '0')}`;
    const text = JSON.stringify({ id: named, command, project: 'default', params });
    const incoming = arrived(text, asks === SERVICE ? 'results' : 'commands');
    await world.prepare([incoming]);
    const decided = await world.decide(incoming);
    world.endBatch();
    await world.store(1);
    count(`${decided.status} ${decided.code ?? ''}`.trim());
    if (decided.record !== undefined && decided.status === 'ok') {
      const faults = model.see(decided.record, asks);
      expect({ command, by: asks.name, params, faults }).toEqual({
        command,
        by: asks.name,
        params,
        faults: [],
      });
    }
    return { ...decided, id: named };
  };

  const act = async (one: Step): Promise<void> => {
    switch (one.kind) {
      case 'send':
        await send(one.actor, one.command, one.params);
        return;
      case 'plan': {
        const { environment: at, names: some } = one;
        const asked = { environment: at, ...(some === undefined ? {} : { names: some }) };
        const { id: task, status } = await send(one.actor, 'plan', asked);
        if (status !== 'ok') return;
        await send(SERVICE, 'record-plan', planReport(documents(), { ...asked, task, run: hashOf(task) }));
        return;
      }
      case 'all-the-way': {
        const { environment: at, people } = one;
        const [planner = ROOT, asker = ROOT, ...approvers] = people;
        await act({ kind: 'plan', actor: planner, environment: at });
        await send(asker, 'request-approval', { environment: at, force: true });
        for (const approver of approvers)
          await act({ kind: 'approve', actor: approver, environment: at, stale: false });
        await send(approvers[0] ?? ROOT, `commit-staged-to-${at}`, { force: true });
        return;
      }
      case 'approve': {
        const approval = documents().get(`approval:default:${one.environment}:main`);
        if (approval?.kind !== 'approval') return;
        const contentHash = one.stale ? hashOf('something else') : approval.contentHash;
        await send(one.actor, 'approve', { environment: one.environment, contentHash });
        return;
      }
      case 'report': {
        const release = model.releases[one.pick % Math.max(1, model.releases.length)];
        if (release === undefined) return;
        const results = release.entries.map(([name, content]) => ({
          function: name,
          outcome: one.outcome === 'deployed' && content === null ? 'deleted' : one.outcome,
          ...(content === null ? {} : { packageSha256: one.digest }),
        }));
        await send(SERVICE, 'record-deployment', {
          ...{ environment: release.environment, release: release.release },
          results,
        });
        return;
      }
      case 'of-release': {
        const release = model.releases[one.pick % Math.max(1, model.releases.length)];
        if (release === undefined) return;
        const { environment: at, release: number } = release;
        const isReasoned = ['reject-release', 'cancel-deployment'].includes(one.command);
        const reason = isReasoned ? { reason: 'loses orders' } : {};
        await send(one.actor, one.command, { environment: at, release: number, ...reason });
      }
    }
  };

  const environments = ['test', 'prod'].map((name) => {
    const required = policy[name];
    return required === undefined ? { name } : { name, approvals: { required, planMaxAgeMinutes: 60 } };
  });
  await send(ROOT, 'set-environments', { environments });
  for (const one of history) await act(one);
  for (const [what, times] of model.seen) totals.seen.set(what, (totals.seen.get(what) ?? 0) + times);
}

describe('gates, in histories of many people', () => {
  jest.setTimeout(600_000);

  const check = async (parameters: {
    readonly numRuns: number;
    readonly seed?: number;
  }): Promise<ReadonlySet<string>> => {
    const totals: Totals = { seen: new Map() };
    await fc.assert(
      fc.asyncProperty(
        policies,
        fc.array(step, { minLength: LENGTH, maxLength: LENGTH }),
        (policy, history) => run(policy, history, totals),
      ),
      { ...parameters, interruptAfterTimeLimit: LIMIT_MS },
    );
    return new Set(totals.seen.keys());
  };

  it('let nothing through without approvals, into a freeze, or that was rejected', async () => {
    expect.hasAssertions();
    await check({ numRuns: RUNS });
  });

  it('are all met, and passed, in such histories', async () => {
    // Always the same ones: some of it is rare.
    const met = await check({ numRuns: 100, seed: 1 });
    expect(EXPECTED.filter((what) => !met.has(what))).toEqual([]);
  });
});

/** What has to have happened, or the above says nothing. */
const EXPECTED = [
  ...[
    'commit test',
    'commit prod',
    'commit overridden',
    'rollback',
    'retry',
    'overrode a freeze',
    'wave-started',
  ],
  ...[
    'approved by 1',
    'approved by 2',
    'approval-requested',
    'approval-given',
    'approval-rejected',
    'approval-withdrawn',
  ],
  ...['environment-frozen', 'environment-unfrozen', 'artifact-rejected', 'artifact-allowed'],
  ...['release-rejected', 'release-allowed', 'api-token-created', 'api-token-revoked', 'stage-sets-merged'],
  ...[
    'rejected APPROVAL_MISSING',
    'rejected APPROVAL_VOID',
    'rejected APPROVAL_REJECTED',
    'rejected FOUR_EYES',
  ],
  ...['rejected ALREADY_APPROVED', 'rejected ENVIRONMENT_FROZEN', 'rejected ARTIFACT_REJECTED'],
  ...['rejected RELEASE_REJECTED', 'rejected PLAN_MISSING', 'rejected DENIED', 'denied DENIED'],
];
