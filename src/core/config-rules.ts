import { hashOf } from './canonical.js';
import { admitFields, admitPatch, fieldFaults, RUNTIME_NEEDED, runtimeOf } from './config-fields.js';
import { canonicalTopics } from './config-topics.js';
import { pointerTo } from './json-pointer.js';
import { isObject, mergePatch } from './merge-patch.js';
import { secretFaults } from './secret-literals.js';
import { withoutReferences } from './secret-references.js';
import type { SecretRules } from './secret-rules.js';
import { without } from './own.js';
import type { ProblemItem, WorkloadType } from './types.js';
import { validator, type Validate } from './validate.js';

type Fields = Readonly<Record<string, unknown>>;

/** A config as it is staged: one spelling for one meaning, known by its hash. */
export interface PreparedConfig {
  /** tenant/namespace/name. */
  readonly name: string;
  readonly workload: WorkloadType;
  readonly content: Record<string, unknown>;
  readonly contentHash: string;
  /** Environments that it has a patch for. */
  readonly environments: readonly string[];
}

/** Either the config or what is wrong with it; with the pointers of literals that were let through. */
export type Preparation = { readonly allowed: readonly string[] } & (
  | { readonly ok: true; readonly config: PreparedConfig }
  | { readonly ok: false; readonly faults: ProblemItem[] }
);

/** What counts as a literal secret. */
export interface PrepareOptions {
  readonly rules: SecretRules;
  /** Pointers of literals that are let through. @defaultValue none */
  readonly allowed?: ReadonlySet<string>;
}

const SCHEMAS: Readonly<Record<WorkloadType, Validate>> = {
  function: validator('function-config.json'),
  source: validator('source-config.json'),
  sink: validator('sink-config.json'),
};

/**
 * Checks a config as it came, with the config that each environment would get, and makes its canonical form: full topic
 * names, the runtime where the package tells it, no `fqfn`, no empty patches.
 */
export function prepareConfig(
  raw: Fields,
  at: string,
  { rules, allowed = new Set() }: PrepareOptions,
): Preparation {
  const literals = secretFaults(raw, at, rules);
  const isAllowed = ({ pointer, code }: ProblemItem): boolean =>
    code === 'SECRET_LITERAL' && allowed.has(pointer ?? '');
  const through = [...new Set(literals.filter(isAllowed).map(({ pointer = '' }) => pointer))];
  const workload = raw['type'];
  if (workload !== 'function' && workload !== 'source' && workload !== 'sink') {
    const detail = 'must say what the config deploys: "function", "source" or "sink"';
    const fault = { pointer: pointerTo(at, 'type'), code: 'INVALID_COMMAND', detail };
    return { ok: false, faults: [fault], allowed: through };
  }
  const { environments, ...own } = raw;
  const base = admitFields(own, at);
  const faults = [
    ...literals.filter((fault) => !isAllowed(fault)),
    ...base.faults,
    ...SCHEMAS[workload](withoutReferences(base.fields), at),
    ...fieldFaults(base.fields, at),
    ...nameFaults(base.fields, at),
  ];
  const canonical = canonicalTopics(base.fields, { at });
  faults.push(...canonical.faults);
  const content = without(canonical.fields, ['fqfn']);
  const runtime = workload === 'function' && content['runtime'] === undefined;
  if (runtime) faults.push(...inferRuntime(content, at));

  const patches = patchesOf(environments, pointerTo(at, 'environments'));
  faults.push(...patches.faults);
  const kept = new Map<string, unknown>();
  // A patch is tried on a base without fault only: every fault of the base would be told again for each patch.
  const sound = faults.length === 0;
  for (const [environment, patch] of patches.entries) {
    const pointer = pointerTo(at, 'environments', environment);
    const prepared = preparePatch(patch, { at: pointer, base: base.fields, workload, infer: runtime, sound });
    faults.push(...prepared.faults);
    if (Object.keys(prepared.fields).length > 0) kept.set(environment, prepared.fields);
  }
  if (faults.length > 0) return { ok: false, faults, allowed: through };
  if (kept.size > 0) content['environments'] = Object.fromEntries(kept);
  return {
    ok: true,
    allowed: through,
    config: {
      name: nameOfConfig(content) ?? '',
      workload,
      content,
      contentHash: hashOf(content),
      environments: [...kept.keys()],
    },
  };
}

/** tenant/namespace/name, where it says them. */
export function nameOfConfig({ tenant, namespace, name }: Fields): string | undefined {
  const parts = [tenant, namespace, name];
  return parts.every((part) => typeof part === 'string') ? parts.join('/') : undefined;
}

interface PatchContext {
  readonly at: string;
  readonly base: Fields;
  readonly workload: WorkloadType;
  /** The runtime was taken from the package's file name. */
  readonly infer: boolean;
  readonly sound: boolean;
}

function preparePatch(
  patch: Fields,
  { at, base, workload, infer, sound }: PatchContext,
): { fields: Record<string, unknown>; faults: ProblemItem[] } {
  const admitted = admitPatch(patch, at);
  const canonical = canonicalTopics(admitted.fields, { at, base });
  const faults = [...admitted.faults, ...fieldFaults(admitted.fields, at), ...canonical.faults];
  const { fields } = canonical;
  if (workload === 'function') faults.push(...patchRuntime(fields, { at, base, infer }));
  if (sound) faults.push(...SCHEMAS[workload](withoutReferences(mergePatch(base, admitted.fields)), at));
  return { fields, faults };
}

function patchesOf(
  environments: unknown,
  at: string,
): { entries: [string, Fields][]; faults: ProblemItem[] } {
  if (environments === undefined) return { entries: [], faults: [] };
  const faults: ProblemItem[] = [];
  const entries: [string, Fields][] = [];
  const objectNeeded = (pointer: string, detail: string): void => {
    faults.push({ pointer, code: 'INVALID_COMMAND', detail });
  };
  if (!isObject(environments)) objectNeeded(at, 'must be an object with a patch for each environment');
  else {
    for (const [name, patch] of Object.entries(environments)) {
      if (isObject(patch)) entries.push([name, patch]);
      else objectNeeded(pointerTo(at, name), 'must be a merge patch (RFC 7396), a JSON object');
    }
  }
  return { entries, faults };
}

/** Puts the runtime in where the package's file name tells it. */
function inferRuntime(fields: Record<string, unknown>, at: string): ProblemItem[] {
  const artifact = fields['artifactPathOrUrl'];
  if (typeof artifact !== 'string') return [];
  const runtime = runtimeOf(artifact);
  if (runtime === undefined) {
    return [{ pointer: pointerTo(at, 'runtime'), code: 'INVALID_COMMAND', detail: RUNTIME_NEEDED }];
  }
  fields['runtime'] = runtime;
  return [];
}

/** A patch with another package may need another runtime; one that takes the runtime away leaves it to the file name. */
function patchRuntime(
  fields: Record<string, unknown>,
  { at, base, infer }: Pick<PatchContext, 'at' | 'base' | 'infer'>,
): ProblemItem[] {
  const removed = fields['runtime'] === null;
  const changed = infer && fields['runtime'] === undefined && typeof fields['artifactPathOrUrl'] === 'string';
  if (!removed && !changed) return [];
  delete fields['runtime'];
  const inferred: Record<string, unknown> = { artifactPathOrUrl: base['artifactPathOrUrl'], ...fields };
  const faults = inferRuntime(inferred, at);
  const standing = base['runtime'] ?? runtimeOf(String(base['artifactPathOrUrl']));
  if (faults.length === 0 && inferred['runtime'] !== standing) fields['runtime'] = inferred['runtime'];
  return faults;
}

function nameFaults({ tenant, namespace, name, fqfn }: Fields, at: string): ProblemItem[] {
  if (typeof fqfn !== 'string' || fqfn === `${String(tenant)}/${String(namespace)}/${String(name)}`)
    return [];
  const detail = 'must say the same as tenant, namespace and name, or be left out';
  return [{ pointer: pointerTo(at, 'fqfn'), code: 'INVALID_COMMAND', detail }];
}
