import { isObject } from './merge-patch.js';
import { isWithin, readSealed, type ConfigPlace } from './sealed-form.js';
import { shapeIn } from './secret-shapes.js';
import type { ProblemItem } from './types.js';

const SECRET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Maps of a config whose keys are the user's own: where secrets are looked for, and where references to them may stand. */
export const FREE_MAPS: ReadonlySet<string> = new Set([
  'userConfig',
  'configs',
  'secrets',
  'schemaProperties',
  'consumerProperties',
  'cryptoKeyReaderConfig',
  'discoveryTriggererConfig',
]);

/** True for `{"$secret":"name"}` and `{"$sealed":"<compact JWE>"}`. A secret where its name should be is none. */
export function isSecretReference(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).length !== 1) return false;
  const { $secret, $sealed } = value;
  return typeof $secret === 'string'
    ? SECRET_NAME.test($secret) && shapeIn($secret) === undefined
    : typeof $sealed === 'string' && readSealed($sealed) !== undefined;
}

/** Where a reference stands. */
export interface ReferencePlace {
  readonly config: ConfigPlace;
  /** It stands in the patch for this environment. */
  readonly environment?: string | undefined;
}

/** What is wrong with an object that holds a reference; undefined where it holds none. */
export function referenceFault(
  value: Record<string, unknown>,
  at: string,
  { config, environment }: ReferencePlace,
): ProblemItem | 'none' | undefined {
  const { $secret, $sealed } = value;
  if ($secret === undefined && $sealed === undefined) return undefined;
  if (!isSecretReference(value)) {
    const detail =
      'a reference to a secret is {"$secret":"name"} (letters, digits, ".", "_", "-") or {"$sealed":"…"} as "stageline seal" writes it, and nothing beside it';
    return { pointer: at, code: 'INVALID_COMMAND', detail };
  }
  const sealed = typeof $sealed === 'string' ? readSealed($sealed) : undefined;
  if (sealed === undefined) return 'none';
  const elsewhere = (detail: string): ProblemItem => ({ pointer: at, code: 'SEALED_ELSEWHERE', detail });
  if (!isWithin(sealed.scope, config))
    return elsewhere(
      `is sealed for ${sealed.scope}, not for this config; seal it anew with "stageline seal"`,
    );
  if (environment !== undefined && sealed.environment !== undefined && sealed.environment !== environment)
    return elsewhere(
      `is sealed for environment ${sealed.environment}, and stands in the patch for ${environment}`,
    );
  return 'none';
}

/** The config with a string in place of each reference to a secret: what the schema of the config is checked on, since that is what the deployer will put there. */
export function withoutReferences(value: unknown, free = false): unknown {
  return holdsReference(value) ? replaced(value, free) : value;
}

function holdsReference(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsReference);
  for (const key of Object.keys(value)) {
    if (key === '$secret' || key === '$sealed') return true;
    if (holdsReference((value as Record<string, unknown>)[key])) return true;
  }
  return false;
}

function replaced(value: unknown, free: boolean): unknown {
  if (free && isSecretReference(value)) return 'secret';
  if (Array.isArray(value)) return value.map((item) => replaced(item, free));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaced(item, free || FREE_MAPS.has(key))]),
  );
}
