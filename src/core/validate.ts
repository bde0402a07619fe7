import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { schemas } from '../generated/schemas.js';
import { pointerTo } from './json-pointer.js';
import type { ProblemItem } from './types.js';

/** The $id of a schema in schemas/. */
export type SchemaId = keyof typeof schemas;

/** Checks a value: an item for each fault, none if it is valid. `at` is put before every pointer. */
export type Validate = (value: unknown, at?: string) => ProblemItem[];

const ajv = new Ajv({
  strict: true,
  strictTypes: false,
  strictTuples: false,
  allErrors: true,
  verbose: true,
  schemas: Object.values(schemas),
});
addFormats(ajv);

const compiled = new Map<SchemaId, ValidateFunction>();

/** The validator of a schema; compiled once. */
export function validator(id: SchemaId): Validate {
  return (value, at = '') => {
    let check = compiled.get(id);
    if (check === undefined) {
      check = ajv.getSchema(id);
      if (check === undefined) throw new TypeError(`no schema ${id}`);
      compiled.set(id, check);
    }
    return check(value) ? [] : (check.errors ?? []).filter(isOwnFault).map((error) => toItem(error, at));
  };
}

/** Faults that only say "one of the branches failed" repeat what the branches say. */
function isOwnFault(error: ErrorObject): boolean {
  return !['if', 'propertyNames', 'not'].includes(error.keyword) || error.keyword === 'not';
}

function toItem(error: ErrorObject, at: string): ProblemItem {
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
    default: {
      const name = error.propertyName === undefined ? '' : `the name "${error.propertyName}" `;
      return { pointer, code: 'INVALID_COMMAND', detail: `${name}${error.message ?? 'is not valid'}` };
    }
  }
}
