import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { schemas } from '../generated/schemas.js';
import { cutText } from './cut-text.js';
import { pointerTo } from './json-pointer.js';
import type { ProblemItem } from './types.js';

/** The $id of a schema in schemas/. */
export type SchemaId = keyof typeof schemas;

/** Checks a value: an item for each fault, none if it is valid. `at` is put before every pointer. */
export type Validate = (value: unknown, at?: string) => ProblemItem[];

/** More faults than this help nobody, and must fit into a reply. */
const MAX_FAULTS = 100;
/** So much is told of a name from outside, which may be as long as the command. */
const MAX_TEXT = 500;

const settings = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  verbose: true,
  schemas: Object.values(schemas),
};
/** Stops at the first fault: cheap for whatever is sent. */
const quick = new Ajv({ ...settings, allErrors: false });
/** Finds every fault. */
const thorough = new Ajv({ ...settings, allErrors: true });
addFormats(quick);
addFormats(thorough);

const compiled = new Map<Ajv, Map<SchemaId, ValidateFunction>>([
  [quick, new Map()],
  [thorough, new Map()],
]);

function compile(ajv: Ajv, id: SchemaId): ValidateFunction {
  const known = compiled.get(ajv)?.get(id);
  if (known !== undefined) return known;
  const check = ajv.getSchema(id);
  if (check === undefined) throw new TypeError(`no schema ${id}`);
  compiled.get(ajv)?.set(id, check);
  return check;
}

/** The validator of a schema; compiled once. */
export function validator(id: SchemaId): Validate {
  return (value, at = '') => {
    const first = compile(quick, id);
    if (first(value)) return [];
    // A list that is too long is not looked at item by item.
    const tooLong = first.errors?.filter(({ keyword }) => keyword === 'maxItems') ?? [];
    if (tooLong.length > 0) return tooLong.map((error) => toItem(error, at));
    const check = compile(thorough, id);
    check(value);
    const faults = (check.errors ?? []).filter(isOwnFault);
    const items = faults.slice(0, MAX_FAULTS).map((error) => toItem(error, at));
    return faults.length > MAX_FAULTS
      ? [...items, { detail: `and ${faults.length - MAX_FAULTS} more faults` }]
      : items;
  };
}

/** Faults that only say "one of the branches failed" repeat what the branches say. */
function isOwnFault(error: ErrorObject): boolean {
  return error.keyword !== 'if' && error.keyword !== 'propertyNames';
}

/** What a pattern asks for, in words. */
const PATTERNS = new Map([
  [
    '^[a-z0-9][a-z0-9-]{0,62}$',
    'must be lower-case letters, digits and hyphens, a letter or digit first, at most 63',
  ],
  ['^[a-z][a-z0-9-]{0,62}$', 'must be lower-case letters, digits and hyphens, a letter first, at most 63'],
  ['^[^/]+/[^/]+/[^/]+$', 'must be tenant/namespace/name'],
  [
    '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$',
    'must be letters, digits, dots, hyphens and underscores, a letter or digit first, at most 128',
  ],
]);

function toItem(error: ErrorObject, at: string): ProblemItem {
  const { pointer = '', detail, ...rest } = describe(error, at);
  return { ...rest, pointer: cutText(pointer, MAX_TEXT), detail: cutText(detail, MAX_TEXT) };
}

function describe(error: ErrorObject, at: string): ProblemItem {
  const params = error.params as Record<string, unknown>;
  const pointer = at + error.instancePath;
  switch (error.keyword) {
    case 'additionalProperties': {
      const field = String(params['additionalProperty']);
      const known = Object.keys(
        (error.parentSchema as { properties?: object } | undefined)?.properties ?? {},
      );
      return {
        pointer: pointerTo(pointer, field),
        code: 'UNKNOWN_FIELD',
        detail: `"${field}" is not known here; known: ${known.join(', ')}`,
      };
    }
    case 'required':
      return {
        pointer: pointerTo(pointer, String(params['missingProperty'])),
        code: 'INVALID_COMMAND',
        detail: 'is required',
      };
    case 'enum':
      return {
        pointer,
        code: 'INVALID_COMMAND',
        detail: `must be one of ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`,
      };
    case 'const':
      return {
        pointer,
        code: 'INVALID_COMMAND',
        detail: `must be ${JSON.stringify(params['allowedValue'])}`,
      };
    case 'uniqueItems':
      return {
        pointer: pointerTo(pointer, String(params['i'])),
        code: 'INVALID_COMMAND',
        detail: `is the same as item ${String(params['j'])}`,
      };
    case 'minItems':
      return { pointer, code: 'INVALID_COMMAND', detail: `must hold at least ${String(params['limit'])}` };
    case 'pattern': {
      const words = PATTERNS.get(String(params['pattern'])) ?? error.message ?? 'is not valid';
      const name = error.propertyName === undefined ? '' : `the name "${error.propertyName}" `;
      return { pointer, code: 'INVALID_COMMAND', detail: name + words };
    }
    default: {
      const name = error.propertyName === undefined ? '' : `the name "${error.propertyName}" `;
      return { pointer, code: 'INVALID_COMMAND', detail: `${name}${error.message ?? 'is not valid'}` };
    }
  }
}
