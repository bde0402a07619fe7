import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { isObject } from '../core/merge-patch.js';
import type { WorkloadType } from '../core/types.js';
import { guessType } from './guess-type.js';

type Json = Record<string, unknown>;

export interface ReadConfigOptions {
  /** The folder of the config's file: where `./` and `../` start. */
  readonly folder: string;
  /** Where the paths of pulsar-admin's own fields start. */
  readonly cwd: string;
  readonly type?: WorkloadType;
}

/** Where pulsar-admin's config files name the package, and the runtime that this implies. */
const PACKAGE_FIELDS: Readonly<Record<string, string | undefined>> = {
  jar: 'JAVA',
  py: 'PYTHON',
  go: 'GO',
  archive: undefined,
};

/** How pulsar-admin's files name a package that is installed on the cluster. */
const BUILTIN_FIELDS: Readonly<Record<WorkloadType, string>> = {
  function: 'functionType',
  source: 'sourceType',
  sink: 'sinkType',
};

/** Reads one config as it stands in a file: Stageline's own form, or pulsar-admin's, which is brought into that form. */
export function readConfig(value: Json, options: ReadConfigOptions): { name: string; config: Json } {
  const config = isPulsarAdmins(value) ? fromPulsarAdmin(value, options) : { ...value };
  if (isObject(config['inputSpecs'])) config['inputSpecs'] = withRegexPattern(config['inputSpecs']);
  const path = config['artifactPathOrUrl'];
  if (typeof path === 'string' && /^\.\.?\//.test(path)) {
    config['artifactPathOrUrl'] = besideFile(path, options.folder);
  }
  const part = (key: string): string => (typeof config[key] === 'string' ? config[key] : '?');
  return { name: `${part('tenant')}/${part('namespace')}/${part('name')}`, config };
}

function isPulsarAdmins(value: Json): boolean {
  return value['type'] === undefined || Object.keys(PACKAGE_FIELDS).some((field) => field in value);
}

/** Fills in what pulsar-admin fills in, and names the package as Stageline does. */
function fromPulsarAdmin(value: Json, { cwd, type: given }: ReadConfigOptions): Json {
  const type = value['type'] ?? given ?? guessType(value);
  const { jar, py, go, archive, fqfn, ...rest } = value;
  const named = Object.entries({ jar, py, go, archive }).filter(([, path]) => path !== undefined);
  const [first, second] = named;
  if (second !== undefined || (first !== undefined && rest['artifactPathOrUrl'] !== undefined)) {
    throw new TypeError(
      'names more than one package; jar, py, go, archive and artifactPathOrUrl exclude each other',
    );
  }
  const [tenant, namespace, name] = typeof fqfn === 'string' ? fqfn.split('/') : [];
  const config: Json = {
    type,
    tenant: tenant ?? 'public',
    namespace: namespace ?? 'default',
    ...(name === undefined ? nameFromClass(rest['className']) : { name }),
    ...rest,
  };
  if (first !== undefined) {
    const [field, path] = first;
    config['artifactPathOrUrl'] = typeof path === 'string' ? inCurrentFolder(path, cwd) : path;
    const runtime = PACKAGE_FIELDS[field];
    if (runtime !== undefined && type === 'function') config['runtime'] ??= runtime;
  }
  const builtin = BUILTIN_FIELDS[type as WorkloadType];
  if (config['artifactPathOrUrl'] === undefined && typeof config[builtin] === 'string') {
    config['artifactPathOrUrl'] = `builtin://${config[builtin]}`;
    Reflect.deleteProperty(config, builtin);
  }
  return config;
}

/** pulsar-admin names a function after its class where nothing else does. */
function nameFromClass(className: unknown): Json {
  return typeof className === 'string' ? { name: className.slice(className.lastIndexOf('.') + 1) } : {};
}

/** Java's field, and what `pulsar-admin … get` prints, is isRegexPattern; the REST API reads only regexPattern. */
function withRegexPattern(specs: Json): Json {
  return Object.fromEntries(
    Object.entries(specs).map(([topic, spec]) => {
      if (!isObject(spec) || !('isRegexPattern' in spec) || 'regexPattern' in spec) return [topic, spec];
      const { isRegexPattern, ...rest } = spec;
      return [topic, { ...rest, regexPattern: isRegexPattern }];
    }),
  );
}

function besideFile(path: string, folder: string): string {
  const full = resolve(folder, path);
  if (!existsSync(full)) {
    throw new TypeError(
      `there is no package ${full} ("${path}" starts at the config's folder; ` +
        'without ./ or ../ a path starts at the first artifact root of the service)',
    );
  }
  return full;
}

/** pulsar-admin's paths start at the current folder; what is not there is left for the service to find. */
function inCurrentFolder(path: string, cwd: string): string {
  if (path.includes('://') || isAbsolute(path)) return path;
  const full = resolve(cwd, path);
  return existsSync(full) ? full : path;
}
