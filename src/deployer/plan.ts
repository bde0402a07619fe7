import type { WorkloadRef } from '../ports/functions.js';
import { compareConfigs } from './compare.js';
import { fullName } from './normalise.js';
import type { Package } from './package.js';
import { fieldsOf, type Fields } from './pulsar-config.js';

/** What is to be. */
export type Desired =
  | { readonly operation: 'delete'; readonly ref: WorkloadRef }
  | {
      readonly operation: 'apply';
      readonly ref: WorkloadRef;
      /** Complete, in Pulsar's own fields. */
      readonly config: Fields;
      readonly package: Package;
      /** The cluster is known to have this package already. */
      readonly samePackage: boolean;
    };

/** What a cluster has under that name and type: its config as read back. */
export type Live = Fields | undefined;

/** What to do about it. */
export type Plan =
  | { readonly operation: 'none'; readonly kept: readonly string[] }
  | { readonly operation: 'delete' }
  | { readonly operation: 'refuse'; readonly reason: string }
  | {
      readonly operation: 'create' | 'update';
      readonly config: Fields;
      readonly sendPackage: boolean;
      /** Fields that the update changes. */
      readonly changes: readonly string[];
      /** Fields that stay different all the same. */
      readonly kept: readonly string[];
    };

/** Decides by comparing; sends nothing where nothing differs, because every update restarts a function. */
export function planDeployment(desired: Desired, live: Live): Plan {
  if (desired.operation === 'delete')
    return live === undefined ? { operation: 'none', kept: [] } : { operation: 'delete' };
  const { config, ref } = desired;
  const hasPackage = !isBuiltin(desired.package);
  if (live === undefined)
    return { operation: 'create', config, sendPackage: hasPackage, changes: [], kept: [] };
  if (isBuiltinArchive(live['archive']) && !isBuiltinArchive(config['archive'])) {
    const reason = `It was made from ${String(live['archive'])}, which Pulsar keeps on update; delete it first.`;
    return { operation: 'refuse', reason };
  }
  const { changes, kept, resets } = compareConfigs(config, live);
  const newPackage = hasPackage && !desired.samePackage;
  // A function's builtin package is not read back: only what was deployed last tells.
  const newBuiltin = !hasPackage && !desired.samePackage && ref.type === 'function';
  if (changes.length === 0 && !newPackage && !newBuiltin) return { operation: 'none', kept };
  const unseen =
    ref.type === 'function' && changes.length > 0 && changes.every((field) => field === 'inputSpecs');
  const nudge = unseen && isEmpty(config['secrets']) ? { secrets: {} } : {};
  return {
    operation: 'update',
    config: { ...withLiveSpelling(config, live), ...resets, ...nudge },
    // A change inside inputSpecs alone does not count as one; with empty secrets (not null) or a package it does.
    sendPackage: newPackage || (unseen && hasPackage && !isEmpty(config['secrets'])),
    changes: newPackage || newBuiltin ? [...changes, 'package'] : changes,
    kept,
  };
}

const isEmpty = (value: unknown): boolean => Object.keys(fieldsOf(value)).length === 0;
const isBuiltin = (from: Package): boolean => from.kind === 'reference' && from.url.startsWith('builtin://');
const isBuiltinArchive = (archive: unknown): boolean =>
  typeof archive === 'string' && archive.startsWith('builtin://');

/** Pulsar compares inputs by spelling: what is deployed as `in` may not be updated as `persistent://public/default/in`. */
function withLiveSpelling(config: Fields, live: Fields): Fields {
  const specs = config['inputSpecs'];
  if (specs === undefined) return config;
  const spellings = new Map(
    Object.keys(fieldsOf(live['inputSpecs'])).map((topic) => [fullName(topic), topic]),
  );
  const respelled = Object.entries(fieldsOf(specs)).map(([topic, spec]) => [
    spellings.get(fullName(topic)) ?? topic,
    spec,
  ]);
  return { ...config, inputSpecs: Object.fromEntries(respelled) as Fields };
}
