import { canonicalJson } from '../core/canonical.js';
import { pointerTo } from '../core/json-pointer.js';
import { own } from '../core/own.js';
import type { FieldChange, WorkloadType } from '../core/types.js';
import { hiddenRules, ruleFor, type ChangeKind, type ComparedRule, type Fate } from './field-rules.js';
import { fieldsOf, isNothing, type Fields } from './fields.js';
import { isPartOfMissing, leavesOf, type Leaf } from './leaves.js';
import { normalise } from './normalise.js';

/** One field that differs, with its rule. */
export interface Difference {
  readonly path: readonly string[];
  readonly kind: ChangeKind;
  readonly rule: ComparedRule;
  readonly fate: Fate;
}

export interface Comparison {
  readonly type: WorkloadType;
  /** What is asked for, in Pulsar's own fields. */
  readonly config: Fields;
  /** As read back. */
  readonly live: Fields;
  /** What was deployed last, where that is known: fields that are not given back are compared with it. */
  readonly lastApplied?: Fields | undefined;
}

const POINTER_LENGTH = 300;
const FORWARD = 'forwardSourceMessageProperty';

/** Where what is asked for differs from what the cluster has; empty right after a clean deployment. */
export function differences(type: WorkloadType, config: Fields, live: Fields): FieldChange[] {
  return compareConfigs({ type, config, live }).map(toFieldChange);
}

/** Every difference, with what Pulsar does about it on update. */
export function compareConfigs({ type, config, live, lastApplied }: Comparison): Difference[] {
  const wanted = normalise(type, config);
  const present = normalise(type, live);
  const hidden = new Set(hiddenRules(type).map(({ field }) => field));
  const found: Difference[] = [];
  const compare = (ours: ReadonlyMap<string, Leaf>, theirs: ReadonlyMap<string, Leaf>, isHidden: boolean) => {
    for (const [pointer, { path }] of new Map([...ours, ...theirs])) {
      const rule = ruleFor(type, path);
      if (rule === undefined || hidden.has(rule.field) !== isHidden) continue;
      if (filledIn(path, wanted) || isPartOfMissing(path, [ours, theirs])) continue;
      const kind = kindOf(config, ours.get(pointer), theirs.get(pointer));
      if (kind === undefined) continue;
      const fate = rule.fates.find((each) => each.kinds.includes(kind) && holds(each, wanted, present));
      if (fate !== undefined) found.push({ path, kind, rule, fate });
    }
  };
  compare(leavesOf(wanted), leavesOf(present), false);
  // A builtin connector is read back.
  const last = lastApplied === undefined ? wanted : normalise(type, lastApplied);
  compare(leavesOf(wanted), leavesOf(last), true);
  if (type === 'function') found.push(...forwarding(config, live));
  return found;
}

const holds = ({ when }: Fate, wanted: Fields, present: Fields): boolean =>
  when === undefined || when.holds(wanted, present);

/** How the two differ; undefined if they do not. */
function kindOf(config: Fields, ours: Leaf | undefined, theirs: Leaf | undefined): ChangeKind | undefined {
  if (ours === undefined) {
    if (theirs === undefined) return undefined;
    // The default, said in so many words, is a change; nothing said is a field cleared.
    return isNothing(valueAt(config, theirs.path)) ? 'cleared' : 'changed';
  }
  if (theirs === undefined) return 'set';
  return canonicalJson(ours.value) === canonicalJson(theirs.value) ? undefined : 'changed';
}

function valueAt(config: Fields, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, part) => own(fieldsOf(value), part), config);
}

/** What the worker fills in out of the package or the runtime. */
function filledIn(path: readonly string[], wanted: Fields): boolean {
  const [field = ''] = path;
  if (field === 'transformFunctionClassName')
    return wanted[field] === undefined && wanted['transformFunction'] !== undefined;
  return (field === 'className' || field === 'archive' || field === 'runtime') && wanted[field] === undefined;
}

/** Read back as true or not at all; not read back, and not asked for either, it may be off in the whole cluster. */
function forwarding(config: Fields, live: Fields): Difference[] {
  const wanted = config[FORWARD];
  if (typeof wanted !== 'boolean' || wanted === (live[FORWARD] === true)) return [];
  const rule = ruleFor('function', [FORWARD]);
  const kind = wanted ? 'cleared' : 'changed';
  const fate = rule?.fates.find(({ kinds }) => kinds.includes(kind));
  return rule === undefined || fate === undefined ? [] : [{ path: [FORWARD], kind, rule, fate }];
}

/** As it is told to people and kept. */
export function toFieldChange({ path, fate }: Pick<Difference, 'path' | 'fate'>): FieldChange {
  return { field: pointerOf(path), class: fate.class, detail: fate.detail };
}

/** The longest part of the path that fits. */
function pointerOf(path: readonly string[]): string {
  const pointer = pointerTo('', ...path);
  return pointer.length <= POINTER_LENGTH ? pointer : pointerOf(path.slice(0, -1));
}
