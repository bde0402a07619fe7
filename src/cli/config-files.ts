import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { notJson } from '../core/json-fault.js';
import { parseJson } from '../core/parse-json.js';
import { isObject } from '../core/merge-patch.js';
import type { WorkloadType } from '../core/types.js';
import { messageOf } from '../errors.js';
import { usage } from './exit.js';
import { readConfig } from './read-config.js';

/** One change to stage: a config, or a deletion where there is none. */
export interface StageItem {
  /** tenant/namespace/name, as far as it is known. */
  readonly name: string;
  /** Where it came from, for people. */
  readonly origin: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface ReadOptions {
  readonly cwd: string;
  /** For configs that neither say nor show their type. */
  readonly type?: WorkloadType;
  readonly stdin: () => Promise<string>;
}

/** Reads every config of the files (`-`: standard input); faults of all files are told together. */
export async function readConfigFiles(files: readonly string[], options: ReadOptions): Promise<StageItem[]> {
  const items: StageItem[] = [];
  const faults: string[] = [];
  for (const file of files) {
    try {
      const text = file === '-' ? await options.stdin() : readFileSync(resolve(options.cwd, file), 'utf8');
      const found = configsOf(parse(file, text));
      if (found.length === 0) throw new TypeError('holds no config');
      const folder = file === '-' ? options.cwd : dirname(resolve(options.cwd, file));
      for (const [index, value] of found.entries()) {
        const origin = found.length === 1 ? file : `${file}#${index + 1}`;
        try {
          items.push({ origin, ...readConfig(value, { ...options, folder }) });
        } catch (error) {
          faults.push(`${origin}: ${messageOf(error)}`);
        }
      }
    } catch (error) {
      faults.push(`${file}: ${messageOf(error)}`);
    }
  }
  if (faults.length > 0) throw usage(faults.join('\n'));
  return items;
}

/** JSON by the file's name, otherwise YAML, of which JSON is a part. One value a document. */
function parse(file: string, text: string): unknown[] {
  if (file.endsWith('.json')) {
    try {
      return [parseJson(text)];
    } catch {
      throw new TypeError(notJson(text));
    }
  }
  return parseAllDocuments(text, { merge: true })
    .map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw new TypeError(error.message.split('\n\n')[0]);
      return document.toJS() as unknown;
    })
    .filter((value) => value !== null);
}

/** A document is a config, a list of configs, or an object that holds a list of them as `configs`. */
function configsOf(documents: readonly unknown[]): Record<string, unknown>[] {
  return documents.flatMap((value) => {
    const list = isObject(value) && Array.isArray(value['configs']) ? value['configs'] : value;
    return (Array.isArray(list) ? (list as unknown[]) : [list]).map((config) => {
      if (!isObject(config)) throw new TypeError('holds something that is no config (a JSON object)');
      return config;
    });
  });
}
