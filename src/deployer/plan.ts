import { PACKAGE_POINTER } from '../core/config-fields.js';
import type { FieldChange } from '../core/types.js';
import type { WorkloadRef } from '../ports/functions.js';
import { compareConfigs, differences, toFieldChange, type Difference } from './compare.js';
import { ruleFor } from './field-rules.js';
import { isNothing, type Fields } from './fields.js';
import type { Package } from './package.js';

import { updateConfig } from './update-config.js';

/** What is to be. */
export type Desired =
  | { readonly operation: 'delete'; readonly ref: WorkloadRef }
  | {
      readonly operation: 'apply';
      readonly ref: WorkloadRef;
      /** Complete, in Pulsar's own fields. */
      readonly config: Fields;
      /** Undefined where nobody has it: it can then be neither created nor re-created. */
      readonly package?: Package | undefined;
      /** The cluster is known to have this package already. */
      readonly samePackage: boolean;
      /** It may be deleted and created anew where Pulsar leaves no other way. */
      readonly allowRecreate?: boolean;
      /** What was deployed last, in Pulsar's own fields: some of them are not read back. */
      readonly lastApplied?: Fields | undefined;
      /** What was deployed last with success, whatever has failed since: what there was before a re-creation that was cut. */
      readonly former?: Fields | undefined;
    };

/** What a cluster has under that name and type: its config as read back. */
export type Live = Fields | undefined;

/** A config to send, and whether the package goes with it. */
interface Sent {
  readonly config: Fields;
  readonly sendPackage: boolean;
  /** Every field that differs, and what becomes of it. */
  readonly fields: readonly FieldChange[];
}

/** What to do about it, and every field that differs with what becomes of it. */
export type Plan =
  | { readonly operation: 'none'; readonly fields: readonly FieldChange[] }
  | { readonly operation: 'delete'; readonly fields: readonly FieldChange[] }
  /** Nothing is sent: Pulsar would refuse all of it, or there is no way to bring it about. */
  | { readonly operation: 'refuse'; readonly reason: string; readonly fields: readonly FieldChange[] }
  | ({ readonly operation: 'create' } & Sent)
  | ({ readonly operation: 'update' } & Sent)
  /** Delete and create, because an update would leave something out. */
  | ({ readonly operation: 're-create' } & Sent);

/** Decides by comparing; sends nothing where nothing differs, because every update restarts a function. */
export function planDeployment(desired: Desired, live: Live): Plan {
  if (desired.operation === 'delete')
    return { operation: live === undefined ? 'none' : 'delete', fields: [] };
  const { config, ref } = desired;
  const hasPackage = desired.package !== undefined && !isBuiltin(desired.package);
  if (live === undefined) return created('create', desired, []);
  const found = [
    ...compareConfigs({ type: ref.type, config, live, lastApplied: desired.lastApplied }),
    ...packageDifference(desired, live),
  ];
  const byClass = (...classes: string[]): Difference[] =>
    found.filter(({ fate }) => classes.includes(fate.class));
  const taken = byClass('update');
  const losses = taken.length === 0 ? [] : lossesOf(desired, found);
  const fields = [...found, ...losses].map(toFieldChange);
  if (desired.allowRecreate === true && taken.length < found.length + losses.length)
    return created('re-create', desired, fields);
  const blocking = byClass('refused', 're-create');
  if (blocking.length > 0)
    return { operation: 'refuse', reason: reasonOf(blocking.map(toFieldChange)), fields };
  if (taken.length === 0) return { operation: 'none', fields };
  const update = updateConfig({ desired, live, taken });
  const newPackage = taken.some(isPackage);
  return {
    operation: 'update',
    config: update.config,
    sendPackage: hasPackage && (newPackage || !update.counts),
    fields,
  };
}

/**
 * What stays different after a plan was carried out: by the config as it is read back afterwards, and by what the update
 * is known to have lost though it is not read back.
 */
export function remaining(plan: Plan, desired: Desired, live: Fields): FieldChange[] {
  if (desired.operation === 'delete') return [];
  const seen = differences(desired.ref.type, desired.config, live);
  const unseen = plan.operation === 'update' || plan.operation === 'none' ? plan.fields : [];
  return [
    ...seen,
    ...unseen.filter(
      (change) => change.class === 'lost' && seen.every(({ field }) => field !== change.field),
    ),
  ];
}

function created(
  operation: 'create' | 're-create',
  { config, package: from }: Extract<Desired, { operation: 'apply' }>,
  fields: readonly FieldChange[],
): Plan {
  if (from === undefined)
    return { operation: 'refuse', reason: 'Its package is not known, and a creation needs it.', fields };
  return { operation, config, sendPackage: !isBuiltin(from), fields };
}

function reasonOf(blocking: readonly FieldChange[]): string {
  return blocking.map(({ field, detail }) => `${field}: ${detail}`).join(' ');
}

/** A function's package is not read back: only what was deployed last tells; a builtin source or sink is. */
function packageDifference(desired: Extract<Desired, { operation: 'apply' }>, live: Fields): Difference[] {
  const { config, ref, samePackage, package: from } = desired;
  const builtin = from !== undefined && isBuiltin(from);
  const liveBuiltin = ref.type !== 'function' && isBuiltinUrl(live['archive']);
  const same =
    from === undefined ||
    (builtin && ref.type !== 'function'
      ? live['archive'] === config['archive']
      : samePackage && !liveBuiltin);
  const path = [PACKAGE_POINTER.slice(1)];
  const rule = ruleFor(ref.type, path);
  const fate = rule?.fates.find(({ when }) => when === undefined || when.holds(config, live));
  return same || rule === undefined || fate === undefined ? [] : [{ path, kind: 'changed', rule, fate }];
}

/** What any update of this function loses, beyond what differs already. */
function lossesOf(
  { ref, config }: Extract<Desired, { operation: 'apply' }>,
  found: readonly Difference[],
): Difference[] {
  const known = new Set(found.map(({ path }) => path[0]));
  return Object.keys(config).flatMap((field): Difference[] => {
    const rule = ruleFor(ref.type, [field]);
    const fate = rule?.fates.find((each) => each.class === 'lost');
    if (rule === undefined || fate === undefined || known.has(field)) return [];
    return loses(field, config) ? [{ path: [field], kind: 'set', rule, fate }] : [];
  });
}

/** True where the config asks for something other than what the update leaves. */
function loses(field: string, config: Fields): boolean {
  if (field === 'skipToLatest') return config[field] === true;
  if (field === 'forwardSourceMessageProperty') return config[field] === false;
  if (field.endsWith('TypeClassName') && config['runtime'] === 'JAVA') return false;
  return !isNothing(config[field]);
}

const isPackage = ({ path }: Difference): boolean => path[0] === PACKAGE_POINTER.slice(1);
const isBuiltin = (from: Package): boolean => from.kind === 'reference' && isBuiltinUrl(from.url);
const isBuiltinUrl = (url: unknown): boolean => typeof url === 'string' && url.startsWith('builtin://');
