import { countNames, repeatedNames, shapeOf } from './json-names.js';
import { pointerTo } from './json-pointer.js';
import { isObject } from './merge-patch.js';
import { FREE_MAPS, isSecretReference, referenceFault, type ReferencePlace } from './secret-references.js';
import { isSecretKey, secretIn, type SecretRules } from './secret-rules.js';
import { shapeIn } from './secret-shapes.js';
import type { ProblemItem } from './types.js';

/** Fields that hold JSON in a string. */
const JSON_TEXTS = new Set(['transformFunctionConfig', 'customRuntimeOptions']);
/** Parameters by which cloud storage knows who signed a URL. */
const SIGNATURES = /^(sig|signature|x-(amz|goog|oss|cos)-signature|x-amz-security-token)$/i;

const WAYS_OUT =
  'write {"$secret":"name"}, which the deployer resolves when it deploys, or {"$sealed":"…"}, which "stageline seal" makes; ' +
  'what is no secret is allowed by "allowLiterals", with the reason';

interface Scan extends ReferencePlace {
  readonly faults: ProblemItem[];
  readonly rules: SecretRules;
}

/**
 * Literals under secret-looking keys anywhere in the free maps of a config, its patches included, strings that look like
 * secrets there whatever their key, those of a known shape anywhere, and references to secrets that are written wrongly or
 * are sealed for another config. What an item says never holds the value.
 */
export function secretFaults(config: unknown, at: string, rules: SecretRules): ProblemItem[] {
  if (!isObject(config)) return [];
  const faults: ProblemItem[] = [];
  const { environments, ...base } = config;
  const scan: Scan = { faults, rules, config };
  visit(base, at, scan);
  if (isObject(environments))
    for (const [environment, patch] of Object.entries(environments))
      visit(patch, pointerTo(at, 'environments', environment), { ...scan, environment });
  return faults;
}

/** Strings and keys of a known shape anywhere in a value that is no config. */
export function shapeFaults(value: unknown, at: string): ProblemItem[] {
  const faults: ProblemItem[] = [];
  walk(value, at, faults);
  return faults;
}

function walk(value: unknown, at: string, faults: ProblemItem[]): void {
  if (typeof value === 'string') faults.push(...told('it', shapeIn(value), at));
  else if (Array.isArray(value)) value.forEach((item, index) => walk(item, pointerTo(at, index), faults));
  else if (isObject(value) && !isSecretReference(value)) {
    for (const [key, item] of Object.entries(value)) {
      faults.push(...told('a name in it', shapeIn(key), at));
      walk(item, pointerTo(at, key), faults);
    }
  }
}

function told(what: string, shape: string | undefined, at: string): ProblemItem[] {
  if (shape === undefined) return [];
  const detail = `${what} looks like ${shape}, and would be kept for ever; leave it out, and give it a new value if it is one`;
  return [{ pointer: at, code: 'SECRET_LITERAL', detail }];
}

/** Pulsar's own fields: known shapes are looked for, and free maps. */
function visit(node: unknown, at: string, scan: Scan): void {
  if (typeof node === 'string') literal(shapeIn(node), at, scan);
  else if (Array.isArray(node)) node.forEach((item, index) => visit(item, pointerTo(at, index), scan));
  else if (isObject(node)) {
    for (const [key, value] of Object.entries(node)) {
      const pointer = pointerTo(at, key);
      literal(shapeIn(key), at, scan);
      if (FREE_MAPS.has(key) && isObject(value))
        scanMap(value, pointer, { ...scan, literals: key === 'secrets' });
      else if (JSON_TEXTS.has(key)) scanText(value, pointer, scan);
      else if (key === 'artifactPathOrUrl') scanLocation(value, pointer, scan);
      else visit(value, pointer, scan);
    }
  }
}

/** Who has a signed URL may fetch what it leads to. */
function scanLocation(value: unknown, at: string, scan: Scan): void {
  if (typeof value !== 'string') return;
  const query = value.split('#', 1)[0]?.split('?')[1] ?? '';
  const names = query.split('&').map((pair) => pair.split('=', 1)[0] ?? '');
  if (names.some((name) => SIGNATURES.test(name))) {
    const detail =
      'is a signed URL, which is a secret: it would be kept for ever. Name an address that needs no signature, or a file below STAGELINE_ARTIFACT_ROOTS';
    scan.faults.push({ pointer: at, code: 'SECRET_LITERAL', detail });
  } else literal(shapeIn(value), at, scan);
}

function literal(shape: string | undefined, at: string, { faults }: Scan): void {
  if (shape === undefined) return;
  faults.push({ pointer: at, code: 'SECRET_LITERAL', detail: `holds what looks like ${shape}; ${WAYS_OUT}` });
}

function scanMap(
  map: Record<string, unknown>,
  at: string,
  { literals = false, ...scan }: Scan & { readonly literals?: boolean },
): void {
  const pair = ['name', 'key'].some((field) => {
    // `{"name":"db.password","value":"…"}`: the key stands beside the value.
    const named = map[field];
    return typeof named === 'string' && isSecretKey(named, scan.rules);
  });
  for (const [key, value] of Object.entries(map)) {
    literal(shapeIn(key), at, scan);
    // Right in `secrets` every literal counts, whatever its key: that map holds nothing else.
    const secret = literals || isSecretKey(key, scan.rules) || (key === 'value' && pair);
    scanValue(value, pointerTo(at, key), { ...scan, key, secret });
  }
}

interface Keyed extends Scan {
  readonly key: string;
  readonly secret: boolean;
}

function scanValue(value: unknown, at: string, scan: Keyed): void {
  const { faults, secret, key, rules } = scan;
  if (Array.isArray(value)) {
    value.forEach((item, index) => scanValue(item, pointerTo(at, index), scan));
  } else if (isObject(value)) {
    const fault = referenceFault(value, at, scan);
    if (fault === undefined) scanMap(value, at, scan);
    else if (fault !== 'none') faults.push(fault);
  } else if ((typeof value === 'string' && value !== '') || typeof value === 'number') {
    const why = secret
      ? `${shapeIn(key) === undefined ? `"${key}"` : 'a key'} holds a secret in plain text`
      : secretIn(String(value), rules);
    if (why !== undefined)
      faults.push({ pointer: at, code: 'SECRET_LITERAL', detail: `${why}; ${WAYS_OUT}` });
  }
}

function scanText(text: unknown, at: string, scan: Scan): void {
  if (typeof text !== 'string') return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    literal(shapeIn(text), at, scan);
    return;
  }
  const inside: ProblemItem[] = [];
  scanValue(value, '', { ...scan, faults: inside, key: '', secret: false });
  // Of a name that is repeated, only the last value was looked at; whoever reads the text may see the first.
  const bytes = Buffer.from(text);
  if (isObject(value) || Array.isArray(value))
    for (const path of countNames(value) < shapeOf(bytes).names ? repeatedNames(bytes) : []) {
      const detail = `the JSON in it has a name twice, at ${pointerTo('', ...path.map((name) => (shapeIn(name) === undefined ? name : '…')))}; take one out`;
      scan.faults.push({ pointer: at, code: 'SECRET_LITERAL', detail });
    }
  for (const { pointer = '', code } of inside) {
    if (code !== 'SECRET_LITERAL') continue;
    const detail = `the JSON in it holds a secret in plain text at ${pointer}; put it into userConfig or configs and there ${WAYS_OUT}`;
    scan.faults.push({ pointer: at, code, detail });
  }
}
