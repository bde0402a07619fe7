import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { isObject } from '../core/merge-patch.js';
import { notJson } from '../core/json-fault.js';
import { messageOf } from '../errors.js';
import { hint, type Fault } from './faults.js';
import {
  FURTHER_VARIABLES,
  SETTING_NAMES,
  SETTINGS,
  isForeign,
  isSecretVariable,
  isSettingName,
  type SettingName,
  type SettingSchema,
} from './settings-schema.js';

/** Where settings come from. */
export interface Sources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start at, and where stageline.config.json is looked for. */
  readonly cwd: string;
}

/** What was given, before anything is checked. */
export interface Given {
  readonly values: Partial<Record<SettingName, unknown>>;
  /** Where each value came from. */
  readonly origins: Partial<Record<SettingName, string>>;
  readonly faults: Fault[];
}

const CONFIG_FILE = 'stageline.config.json';
const ENVIRONMENT = 'environment';

/** Reads the file and then the variables, which win. Whatever cannot be read is a fault and leaves its default. */
export function gather({ env, cwd }: Sources): Given {
  const given: Given = { values: {}, origins: {}, faults: [] };
  readConfigFile(given, { env, cwd });
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('STAGELINE_') || Object.hasOwn(FURTHER_VARIABLES, name)) continue;
    if (isForeign(name, text) || isSecretVariable(name)) continue;
    if (!isSettingName(name)) {
      given.faults.push(unknown(name, ENVIRONMENT));
    } else if (text !== undefined && text.trim() !== '') {
      readVariable(given, name, text.trim());
    }
  }
  return given;
}

function unknown(name: string, source: string): Fault {
  return {
    name,
    source,
    detail: `there is no such setting${hint(name, [...SETTING_NAMES, ...Object.keys(FURTHER_VARIABLES)])}`,
  };
}

function readConfigFile(given: Given, { env, cwd }: Sources): void {
  const named = env['STAGELINE_CONFIG_FILE']?.trim();
  const path = resolve(cwd, named === undefined || named === '' ? CONFIG_FILE : named);
  if (!existsSync(path)) {
    if (named === undefined || named === '') return;
    given.faults.push({
      name: 'STAGELINE_CONFIG_FILE',
      value: named,
      source: ENVIRONMENT,
      detail: `there is no file ${path}`,
    });
    return;
  }
  const file = basename(path);
  try {
    const content = readJson(readFileSync(path, 'utf8'));
    if (!isObject(content)) throw new TypeError('it must hold one JSON object');
    for (const [name, value] of Object.entries(content)) {
      if (name === '$schema') continue;
      if (isSettingName(name)) {
        given.values[name] = value;
        given.origins[name] = file;
      } else {
        given.faults.push(unknown(name, file));
      }
    }
  } catch (error) {
    given.faults.push({ name: file, detail: `cannot be read: ${messageOf(error)}` });
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new TypeError(notJson(text));
  }
}

function readVariable(given: Given, name: SettingName, text: string): void {
  const parsed = parse(SETTINGS[name], text);
  if ('wrong' in parsed) {
    given.faults.push({ name, value: text, source: ENVIRONMENT, detail: parsed.wrong });
  } else {
    given.values[name] = parsed.value;
    given.origins[name] = ENVIRONMENT;
  }
}

type Parsed = { readonly value: unknown } | { readonly wrong: string };

function parse(schema: SettingSchema, text: string): Parsed {
  switch (schema.type) {
    case 'string':
      return { value: text };
    case 'integer': {
      const value = Number(text);
      return /^-?\d+$/.test(text) && Number.isSafeInteger(value)
        ? { value }
        : { wrong: `must be a whole number, such as ${String(schema.default)}` };
    }
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { value: text === 'true' }
        : { wrong: 'must be true or false' };
    case 'array':
      return parseList(schema, text);
  }
}

function parseList(schema: SettingSchema, text: string): Parsed {
  const ofObjects = schema.items?.type === 'object' || schema.items?.$ref !== undefined;
  if (!text.startsWith('[')) {
    if (ofObjects) return { wrong: 'must be a JSON list, such as [{"name":"…"}]' };
    return {
      value: text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { wrong: `is not valid JSON: ${notJson(text)}` };
  }
}
