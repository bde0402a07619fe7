import { compareConfigs, toFieldChange, type Difference } from '../../../src/deployer/compare.js';
import { fieldsOf, type Fields } from '../../../src/deployer/fields.js';
import { planDeployment, remaining, type Desired, type Plan } from '../../../src/deployer/plan.js';
import { completeConfig } from '../../../src/deployer/update-config.js';
import type { ClusterAnswer, Functions, PackageData, WorkloadRef } from '../../../src/ports/functions.js';
import { put } from './put.js';

/** A cluster that updates are tried on. */
export interface UpdatesSubject {
  readonly functions: Functions;
  readonly java: PackageData;
  readonly python: PackageData;
  /** Stops it, so that no update starts it again. */
  readonly stop?: (ref: WorkloadRef) => Promise<void>;
  /** What the cluster keeps and does not give back; undefined where that cannot be seen. */
  readonly hidden?: (ref: WorkloadRef) => Promise<Fields>;
}

let next = 0;

/** One function, source or sink, with what it is known to have. */
export interface Trial {
  readonly ref: WorkloadRef;
  /** What it has, as far as updates changed it. */
  current: Fields;
  read(): Promise<Fields>;
  differences(config: Fields): Promise<Difference[]>;
  plan(config: Fields): Promise<Plan>;
  /** Sends a config as it is, with what clears the rest, but nothing to make it count. */
  sendAlone(config: Fields): Promise<ClusterAnswer>;
  /** Plans, updates, and says what went otherwise than planned; undefined if nothing did. */
  carryOut(config: Fields): Promise<string | undefined>;
  /** The config with a change of something else. */
  withOther(config: Fields): Fields;
  close(): Promise<void>;
}

/** Creates it; what is read back must not differ from what was asked. */
export async function openTrial(
  type: WorkloadRef['type'],
  config: Fields,
  { functions, java, python, stop }: UpdatesSubject,
): Promise<Trial> {
  const name = `updates-${process.pid}-${Date.now().toString(36)}-${next++}`;
  const ref: WorkloadRef = { type, tenant: 'public', namespace: 'updates', name };
  const data = config['runtime'] === 'PYTHON' ? python : java;
  const named = (fields: Fields): Fields => ({ tenant: 'public', namespace: 'updates', name, ...fields });
  const settings = type === 'function' ? 'userConfig' : 'configs';
  let turn = 0;

  const desired = (fields: Fields): Extract<Desired, { operation: 'apply' }> => ({
    operation: 'apply',
    ref,
    config: named(fields),
    package: { kind: 'data', ...data, sha256: '00' },
    samePackage: true,
    lastApplied: trial.current,
  });
  const update = (fields: Fields, withPackage = false): Promise<ClusterAnswer> =>
    functions.update({ ref, config: named(fields), ...(withPackage ? { data } : {}) });

  const trial: Trial = {
    ref,
    current: config,
    async read() {
      const { status, body, reason } = await functions.get(ref);
      if (status !== 200) throw new Error(`${name}: ${status} ${reason}`);
      return fieldsOf(body);
    },
    async differences(fields) {
      return compareConfigs({ type, config: fields, live: await trial.read(), lastApplied: trial.current });
    },
    async plan(fields) {
      return planDeployment(desired(fields), await trial.read());
    },
    async sendAlone(fields) {
      const live = await trial.read();
      const found = compareConfigs({ type, config: fields, live, lastApplied: trial.current });
      const taken = found.filter(({ fate }) => fate.class === 'update');
      return update(completeConfig({ desired: desired(fields), live, taken }));
    },
    async carryOut(fields) {
      const wanted = desired(fields);
      const plan = planDeployment(wanted, await trial.read());
      if (plan.operation !== 'update') return `planned as ${plan.operation}`;
      const answer = await update(plan.config, plan.sendPackage);
      if (answer.status !== 204) return `planned: ${answer.status} ${answer.reason}`;
      const said = plan.fields.filter((change) => change.class !== 'update').map(({ field }) => field);
      const unsaid = remaining(plan, wanted, await trial.read()).filter(({ field }) => !said.includes(field));
      return unsaid.length === 0 ? undefined : `nobody said that it stays: ${JSON.stringify(unsaid)}`;
    },
    withOther: (fields) => put(fields, [settings, 'turn'], `${++turn}`),
    async close() {
      await functions.delete(ref);
    },
  };

  const answer = await functions.create({ ref, config: named(config), data });
  if (answer.status !== 204) throw new Error(`${name}: ${answer.status} ${answer.reason}`);
  await stop?.(ref);
  const left = await trial.differences(config);
  if (left.length > 0) throw new Error(`differs after creation: ${JSON.stringify(left.map(toFieldChange))}`);
  return trial;
}
