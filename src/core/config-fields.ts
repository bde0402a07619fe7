import { pointerTo } from './json-pointer.js';
import { isObject } from './merge-patch.js';
import { without } from './own.js';
import type { ProblemItem } from './types.js';

type Fields = Readonly<Record<string, unknown>>;

/** Where a config names its package. */
export const PACKAGE_POINTER = '/artifactPathOrUrl';
/** Pulsar's own fields for the package, which Stageline has one field for. */
const PACKAGE_FIELDS = ['jar', 'py', 'go', 'archive'];
/** What says which function it is: the same in every environment. */
const IDENTITY = ['type', 'tenant', 'namespace', 'name', 'fqfn', 'environments'];

const SCHEMES = ['http', 'https', 'builtin', 'function', 'source', 'sink'];
const REFERENCES = ['function', 'source', 'sink'];
/** A package that the cluster keeps, with its version or without; no part may be `.` or `..`, which would lead elsewhere. */
const PART = String.raw`(?!\.{1,2}(?:[/@]|$))[-=:.+\w]+`;
const REFERENCE = new RegExp(`^[a-z]+://${PART}/${PART}/${PART}(?:@${PART})?$`);
const RUNTIMES: Readonly<Record<string, string>> = {
  jar: 'JAVA',
  nar: 'JAVA',
  py: 'PYTHON',
  whl: 'PYTHON',
  zip: 'PYTHON',
  go: 'GO',
};

const unknown = (pointer: string, detail: string): ProblemItem => ({
  pointer,
  code: 'UNKNOWN_FIELD',
  detail,
});
const wrong = (pointer: string, detail: string): ProblemItem => ({
  pointer,
  code: 'INVALID_COMMAND',
  detail,
});

/** The fields without those that are refused by name, and a fault for each of those. */
export interface Admitted {
  readonly fields: Record<string, unknown>;
  readonly faults: ProblemItem[];
}

/** Takes out what Pulsar or pulsar-admin write and Stageline does not, with the field to use instead. */
export function admitFields(config: Fields, at: string): Admitted {
  const fields = { ...config };
  const faults: ProblemItem[] = [];
  for (const field of PACKAGE_FIELDS.filter((name) => Object.hasOwn(fields, name))) {
    faults.push(unknown(pointerTo(at, field), 'is not used here; write the package into artifactPathOrUrl'));
    Reflect.deleteProperty(fields, field);
  }
  const specs = fields['inputSpecs'];
  if (isObject(specs)) {
    fields['inputSpecs'] = Object.fromEntries(
      Object.entries(specs).map(([topic, spec]) => {
        if (!isObject(spec) || !Object.hasOwn(spec, 'isRegexPattern')) return [topic, spec];
        const pointer = pointerTo(at, 'inputSpecs', topic, 'isRegexPattern');
        faults.push(
          unknown(pointer, 'is what pulsar-admin prints; the REST API reads it as regexPattern: write that'),
        );
        // What follows takes the topic for the pattern that it is meant to be.
        return [topic, { ...without(spec, ['isRegexPattern']), regexPattern: spec['isRegexPattern'] }];
      }),
    );
  }
  return { fields, faults };
}

/** Takes out of a patch what no patch may change. */
export function admitPatch(patch: Fields, at: string): Admitted {
  const { fields, faults } = admitFields(patch, at);
  for (const field of IDENTITY.filter((name) => Object.hasOwn(fields, name))) {
    faults.push(
      wrong(pointerTo(at, field), `"${field}" is the same in every environment; take it out of the patch`),
    );
    Reflect.deleteProperty(fields, field);
  }
  return { fields, faults };
}

/** Rules within one field that the schema cannot say, for a config or a patch. */
export function fieldFaults(fields: Fields, at: string): ProblemItem[] {
  const { artifactPathOrUrl: artifact, transformFunction: transform } = fields;
  const faults =
    typeof artifact === 'string' ? artifactFaults(artifact, pointerTo(at, 'artifactPathOrUrl')) : [];
  if (typeof transform === 'string' && !/^(builtin|function):\/\/./.test(transform)) {
    const detail =
      'must be builtin://<name> or function://<tenant>/<namespace>/<name>@<version>: a transformation is not sent along';
    faults.push(wrong(pointerTo(at, 'transformFunction'), detail));
  }
  return faults;
}

function artifactFaults(artifact: string, pointer: string): ProblemItem[] {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(artifact)?.[1]?.toLowerCase();
  if (scheme === undefined) return [];
  if (!SCHEMES.includes(scheme)) {
    return [wrong(pointer, `must be a path or begin with ${SCHEMES.join('://, ')}://`)];
  }
  if (REFERENCES.includes(scheme) && !REFERENCE.test(artifact)) {
    return [wrong(pointer, `must be ${scheme}://<tenant>/<namespace>/<name>@<version>`)];
  }
  if (!scheme.startsWith('http')) return [];
  const url = URL.canParse(artifact) ? new URL(artifact) : undefined;
  if (url === undefined) return [wrong(pointer, 'is no URL')];
  if (url.username === '' && url.password === '') return [];
  return [
    {
      pointer,
      code: 'SECRET_LITERAL',
      detail: 'holds a user name or password; take it out: the journal would keep it for ever',
    },
  ];
}

/** The runtime that the package's file name stands for. A file without an extension may be anything. */
export function runtimeOf(artifact: string): string | undefined {
  if (/^builtin:\/\//i.test(artifact)) return 'JAVA';
  const file =
    artifact
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? '';
  const extension = /\.([a-z0-9]+)$/i.exec(file)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : RUNTIMES[extension];
}

/** What to say where the file name tells nothing. */
export const RUNTIME_NEEDED =
  'is required: the file name of the package does not tell it (.jar and .nar are JAVA, .py, .whl and .zip PYTHON, .go GO); give JAVA, PYTHON or GO';
