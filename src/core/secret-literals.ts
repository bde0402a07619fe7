import { pointerTo } from './json-pointer.js';
import { isObject } from './merge-patch.js';
import { isSecretLooking } from './secret-words.js';
import type { ProblemItem } from './types.js';

/** Maps of a config whose keys are the user's own: where secrets are looked for, and where references to them may stand. */
const FREE_MAPS = new Set([
  'userConfig',
  'configs',
  'secrets',
  'schemaProperties',
  'consumerProperties',
  'cryptoKeyReaderConfig',
  'discoveryTriggererConfig',
]);

/** Fields that hold JSON in a string. */
const JSON_TEXTS = new Set(['transformFunctionConfig', 'customRuntimeOptions']);

const SECRET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const WAYS_OUT =
  'write {"$secret":"name"}, which the deployer resolves when it deploys (from STAGELINE_SECRETS_DIR), or {"$sealed":"…"}, which is kept for sealed secrets and opened by no deployer yet';

/** True for `{"$secret":"name"}` and `{"$sealed":"…"}`. */
export function isSecretReference(value: unknown): boolean {
  if (!isObject(value) || Object.keys(value).length !== 1) return false;
  const { $secret, $sealed } = value;
  return typeof $secret === 'string'
    ? SECRET_NAME.test($secret)
    : typeof $sealed === 'string' && $sealed !== '';
}

/**
 * Literals under secret-looking keys anywhere in the free maps of a config, its patches included, and references to
 * secrets that are written wrongly. What an item says never holds the value.
 */
export function secretFaults(config: unknown, at: string): ProblemItem[] {
  const faults: ProblemItem[] = [];
  visit(config, at, faults);
  return faults;
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

/** Pulsar's own fields: nothing is looked for but free maps. */
function visit(node: unknown, at: string, faults: ProblemItem[]): void {
  if (!isObject(node)) return;
  for (const [key, value] of Object.entries(node)) {
    const pointer = pointerTo(at, key);
    if (FREE_MAPS.has(key)) scanMap(value, pointer, { faults, literals: key === 'secrets' });
    else if (JSON_TEXTS.has(key)) scanText(value, pointer, faults);
    else visit(value, pointer, faults);
  }
}

interface Scan {
  readonly faults: ProblemItem[];
  /** Every literal right in this map counts, whatever its key: `secrets` holds nothing else. */
  readonly literals?: boolean;
}

function scanMap(map: unknown, at: string, { faults, literals = false }: Scan): void {
  if (!isObject(map)) return;
  const pair = namedValue(map);
  for (const [key, value] of Object.entries(map)) {
    const secret = literals || isSecretLooking(key) || (key === 'value' && pair);
    scanValue(value, pointerTo(at, key), { faults, secret, key });
  }
}

function scanValue(
  value: unknown,
  at: string,
  context: { readonly faults: ProblemItem[]; readonly secret: boolean; readonly key: string },
): void {
  const { faults, secret, key } = context;
  if (Array.isArray(value)) {
    value.forEach((item, index) => scanValue(item, pointerTo(at, index), context));
  } else if (isObject(value)) {
    if (isSecretReference(value)) return;
    if ('$secret' in value || '$sealed' in value) {
      faults.push({
        pointer: at,
        code: 'INVALID_COMMAND',
        detail:
          'a reference to a secret is {"$secret":"name"} (letters, digits, ".", "_", "-") or {"$sealed":"…"}, and nothing beside it',
      });
    } else scanMap(value, at, { faults });
  } else if (secret && ((typeof value === 'string' && value !== '') || typeof value === 'number')) {
    faults.push({
      pointer: at,
      code: 'SECRET_LITERAL',
      detail: `"${key}" holds a secret in plain text; ${WAYS_OUT}`,
    });
  }
}

/** `{"name":"db.password","value":"…"}`: the key stands beside the value. */
function namedValue(map: Record<string, unknown>): boolean {
  return ['name', 'key'].some((field) => typeof map[field] === 'string' && isSecretLooking(map[field]));
}

function scanText(text: unknown, at: string, faults: ProblemItem[]): void {
  if (typeof text !== 'string') return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  const inside: ProblemItem[] = [];
  scanMap(value, '', { faults: inside });
  faults.push(
    ...inside
      .filter(({ code }) => code === 'SECRET_LITERAL')
      .map(({ pointer }) => ({
        pointer: at,
        code: 'SECRET_LITERAL',
        detail: `the JSON in it holds a secret in plain text at ${pointer ?? ''}; put it into userConfig or configs and there ${WAYS_OUT}`,
      })),
  );
}
