import fc from 'fast-check';
import { differences } from '../../src/deployer/compare.js';
import { FIELD_RULES } from '../../src/deployer/field-rules.js';
import { fieldsOf, type Fields } from '../../src/deployer/fields.js';
import { planDeployment, remaining, type Desired } from '../../src/deployer/plan.js';
import { toPulsarConfig } from '../../src/deployer/pulsar-config.js';
import type { Functions, WorkloadRef } from '../../src/ports/functions.js';
import { stagedConfig, type StagedConfig } from '../support/updates/generated-configs.js';
import { runGroup, type Observation } from '../support/updates/run-group.js';
import { GROUPS } from '../support/updates/samples.js';
import type { UpdatesSubject } from '../support/updates/trial.js';

interface UpdatesContract {
  readonly open: () => Promise<UpdatesSubject>;
  /** How many generated configs are created. */
  readonly runs: number;
  readonly seed?: number;
}

let next = 0;

/** What an update does with each field is what the rules say, on a real cluster as in the sandbox. */
export function updatesContract({ open, runs, seed }: UpdatesContract): void {
  let subject: UpdatesSubject;
  const seen: Observation[] = [];
  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject.functions.close());

  it.each(GROUPS.map((group) => [`${group.type}: ${group.title}`, group] as const))(
    'an update does what the rules say: %s',
    async (_title, group) => {
      const observations = await runGroup(group, subject);
      seen.push(...observations);
      expect(observations.filter(({ expected, observed }) => expected !== observed)).toEqual([]);
    },
    120_000,
  );

  it('takes a change of nothing but inputs for none, until something else is sent with it', () => {
    const plain = seen.filter(({ group, kind }) => group === 'function: a Java function' && kind === 'set');
    const uncounted = plain.filter(({ counted, observed }) => !counted && observed === 'update');
    expect(uncounted.map(({ field }) => field.split('/').at(-1)).sort()).toEqual([
      'consumerProperties',
      'poolMessages',
      'receiverQueueSize',
      'schemaProperties',
      'schemaType',
    ]);
  });

  it('a config is read back as it was sent: nothing differs right after a clean deployment', async () => {
    await fc.assert(
      fc.asyncProperty(stagedConfig, (config) => isReadBackAsSent(config, subject)),
      { numRuns: runs, ...(seed === undefined ? {} : { seed }), endOnFailure: seed !== undefined },
    );
  }, 240_000);
}

/** Objects that are compared field by field, and the package: any update in the other suites sends one. */
const ELSEWHERE = ['/producerConfig', '/resources', '/artifactPathOrUrl'];

/** Fields that are compared, have no sample, and do not say why. */
export function untriedFields(): string[] {
  const tried = new Set(
    GROUPS.flatMap(({ type, samples }) => samples.map(({ path }) => `${type}/${generic(path)}`)),
  );
  return (['function', 'source', 'sink'] as const).flatMap((type) =>
    FIELD_RULES[type]
      .filter((rule) => rule.kind === 'compared' && rule.untried === undefined)
      .filter(({ field }) => !ELSEWHERE.includes(field) && !tried.has(`${type}${field}`))
      .map(({ field }) => `${type}${field}`),
  );
}

const generic = (path: readonly string[]): string =>
  path.map((part, index) => (index === 1 && path[0] === 'inputSpecs' ? '*' : part)).join('/');

async function isReadBackAsSent(staged: StagedConfig, subject: UpdatesSubject): Promise<void> {
  const { functions, java } = subject;
  const name = `generated-${process.pid}-${Date.now().toString(36)}-${next++}`;
  const ref: WorkloadRef = { type: staged.type, tenant: 'public', namespace: 'updates', name };
  const { config } = toPulsarConfig(ref, {
    ...staged,
    tenant: 'public',
    namespace: 'updates',
    name,
    artifactPathOrUrl: 'a.jar',
  });
  expect(await functions.create({ ref, config, data: java })).toMatchObject({ status: 204, reason: '' });
  try {
    await subject.stop?.(ref);
    const live = fieldsOf((await functions.get(ref)).body);
    expect(differences(ref.type, config, live)).toEqual([]);
    const desired = {
      ...({ operation: 'apply', ref, config, samePackage: true, lastApplied: config } as const),
      package: { kind: 'data', ...java, sha256: '00' } as const,
    };
    expect(planDeployment(desired, live)).toEqual({ operation: 'none', fields: [] });
    await updatesTheRest({ ...desired, config: { ...config, parallelism: 5 } }, live, functions);
  } finally {
    await functions.delete(ref);
  }
}

/** An update of one field leaves nothing else different than the plan says. */
async function updatesTheRest(desired: Desired, live: Fields, functions: Functions): Promise<void> {
  const { ref } = desired;
  const plan = planDeployment(desired, live);
  if (plan.operation !== 'update') throw new Error(`planned as ${plan.operation}`);
  expect(await functions.update({ ref, config: plan.config })).toMatchObject({ status: 204, reason: '' });
  const left = remaining(plan, desired, fieldsOf((await functions.get(ref)).body));
  const said = plan.fields.filter((change) => change.class !== 'update').map(({ field }) => field);
  expect(left.map(({ field }) => field).filter((field) => !said.includes(field))).toEqual([]);
}
