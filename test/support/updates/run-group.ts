import { compareConfigs, type Difference } from '../../../src/deployer/compare.js';
import type { ChangeKind } from '../../../src/deployer/field-rules.js';
import { fieldsOf, isNothing, type Fields } from '../../../src/deployer/fields.js';
import { isWithin, put } from './put.js';
import { kindsOf, type Group, type Sample } from './sample.js';
import { openTrial, type Trial, type UpdatesSubject } from './trial.js';

/** What a cluster did with one change, and what the rules say it does. */
export interface Observation {
  readonly group: string;
  readonly field: string;
  readonly kind: ChangeKind;
  readonly expected: string;
  readonly observed: string;
  /** Pulsar took the change alone for one. */
  readonly counted: boolean;
}

type Seen = Pick<Observation, 'observed' | 'counted'>;

const NO_CHANGE = /Update contains no change/;

/** Tries every sample of a group, alone and beside another change; expected and observed are equal where the rules hold. */
export async function runGroup(group: Group, subject: UpdatesSubject): Promise<Observation[]> {
  const bare = await openTrial(group.type, group.base, subject);
  const full = await openTrial(group.type, group.samples.reduce(withSample, group.base), subject);
  const seen: Observation[] = [];
  try {
    for (const sample of group.samples)
      for (const kind of kindsOf(sample)) {
        const trial = kind === 'set' ? bare : full;
        if (kind === 'cleared' || (kind === 'changed' && sample.later === true)) await restore(trial, sample);
        const config = changed(trial.current, sample, kind);
        const found = await trial.differences(config);
        const difference = found.find(({ path }) => isWithin(path, sample.path));
        seen.push({
          group: `${group.type}: ${group.title}`,
          field: `/${sample.path.join('/')}`,
          kind,
          expected: difference === undefined ? 'no difference' : nameOf(difference),
          ...(await attempt({ trial, subject, sample, config, difference })),
        });
      }
  } finally {
    await bare.close();
    await full.close();
  }
  return seen;
}

interface Attempt {
  readonly trial: Trial;
  readonly subject: UpdatesSubject;
  readonly sample: Sample;
  readonly config: Fields;
  readonly difference: Difference | undefined;
}

async function attempt(given: Attempt): Promise<Seen> {
  const { trial, config } = given;
  const plan = await trial.plan(config);
  const alone = await trial.sendAlone(config);
  if (alone.status === 204) return { observed: await verdict(given, config), counted: true };
  if (!NO_CHANGE.test(alone.reason)) return { observed: await refused(given, alone.reason), counted: true };
  if (plan.operation !== 'update' && plan.operation !== 'none')
    return { observed: `no change, planned as ${plan.operation}`, counted: false };
  // As planned, with what makes it count; where nothing is planned, beside another change.
  const wanted = plan.operation === 'update' ? config : trial.withOther(config);
  const fault = await trial.carryOut(wanted);
  return { observed: fault ?? (await verdict(given, wanted)), counted: false };
}

/** Refused alone; beside another change too, and that change with it. */
async function refused({ trial, config }: Attempt, reason: string): Promise<string> {
  const before = await trial.read();
  const plan = await trial.plan(config);
  if (plan.operation !== 'refuse') return `refused, planned as ${plan.operation}: ${reason}`;
  const both = await trial.sendAlone(trial.withOther(config));
  if (both.reason !== reason) return `refused alone only: ${both.status} ${both.reason}`;
  const { type } = trial.ref;
  if (compareConfigs({ type, config: before, live: await trial.read() }).length > 0)
    return 'refused, and changed all the same';
  return `refused: ${reason.replace(/persistent:\S+/, '…')}`;
}

async function verdict({ trial, subject, sample, difference }: Attempt, wanted: Fields): Promise<string> {
  const { type } = trial.ref;
  const left = compareConfigs({ type, config: wanted, live: await trial.read() });
  const stays = left.some(({ path }) => isWithin(path, sample.path));
  // What was ignored is still as it was.
  trial.current = stays ? { ...trial.current, ...settingsOf(wanted) } : wanted;
  if (difference?.rule.hidden !== true) return stays ? 'ignored' : 'update';
  if (subject.hidden === undefined) return nameOf(difference);
  const found = hiddenValue(await subject.hidden(trial.ref), difference.path);
  const asked = hiddenValue(wanted, difference.path);
  const same = isEmpty(asked) ? isEmpty(found) : JSON.stringify(asked) === JSON.stringify(found);
  return same ? 'update' : isEmpty(found) ? 'lost' : `keeps ${JSON.stringify(found)}`;
}

/** What a worker keeps, and what a config asks for. */
function hiddenValue(from: Fields, [field = '', topic = '', inner = '']: readonly string[]): unknown {
  const value = from[field];
  return field === 'inputSpecs' ? fieldsOf(fieldsOf(value)[topic])[inner] : value;
}

const isEmpty = (value: unknown): boolean => value === false || isNothing(value);
const settingsOf = ({ userConfig, configs }: Fields): Fields => ({
  ...(userConfig === undefined ? {} : { userConfig }),
  ...(configs === undefined ? {} : { configs }),
});

function nameOf({ fate }: Difference): string {
  return fate.class === 'refused' ? `refused: ${/"(.*)"/.exec(fate.detail)?.[1] ?? ''}` : fate.class;
}

/** What is only ever added is not there from the beginning. */
function withSample(config: Fields, { path, a, kinds, later = false }: Sample): Fields {
  return later || (kinds?.every((kind) => kind === 'set') ?? false) ? config : put(config, path, a);
}

/** What was changed to the default is there no more, and could not be cleared. */
async function restore(trial: Trial, { path, a }: Sample): Promise<void> {
  const again = put(trial.current, path, a);
  const missing = await trial.differences(again);
  if (!missing.some((each) => each.fate.class === 'update' && isWithin(each.path, path))) return;
  const fault = await trial.carryOut(again);
  if (fault !== undefined) throw new Error(`${path.join('/')}: ${fault}`);
  trial.current = again;
}

function changed(config: Fields, { path, a, b, along = [] }: Sample, kind: ChangeKind): Fields {
  const rest = along.reduce<Fields>((left, other) => put(left, other, undefined), config);
  switch (kind) {
    case 'set':
      return put(rest, path, a);
    case 'changed':
      return put(config, path, b);
    case 'cleared':
      return put(rest, path, undefined);
  }
}
