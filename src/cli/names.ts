import { InvalidArgumentError } from 'commander';
import type { ReleaseRef } from '../core/ids.js';
import { usage } from './exit.js';

const PART = '[A-Za-z0-9][A-Za-z0-9_.-]*';
const FULL_NAME = new RegExp(`^${PART}/${PART}/${PART}$`);
const SHORT_NAME = new RegExp(`^${PART}$`);

/** A function's full name; a bare name is in public/default, as with pulsar-admin. */
export function functionName(text: string): string {
  if (FULL_NAME.test(text)) return text;
  if (SHORT_NAME.test(text)) return `public/default/${text}`;
  throw new InvalidArgumentError(
    `"${text}" is no function; write tenant/namespace/name (a bare name means public/default/name).`,
  );
}

/** For options that may be repeated and may hold comma lists. */
export function functionNames(text: string, before: readonly string[] = []): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(functionName);
  return [...before, ...names];
}

/** Reads `test/1`, `pricing/test/1` or `release:pricing:test:00000001`. */
export function parseReleaseRef(text: string, project: string): ReleaseRef {
  const parts = text.startsWith('release:') ? text.slice('release:'.length).split(':') : text.split('/');
  const [owner, environment, number] = parts.length === 2 ? [project, ...parts] : parts;
  if (
    parts.length > 3 ||
    owner === undefined ||
    environment === undefined ||
    !/^[a-z0-9][a-z0-9-]*$/.test(owner) ||
    !/^[a-z][a-z0-9-]*$/.test(environment) ||
    !/^\d{1,15}$/.test(number ?? '')
  ) {
    throw usage(
      `"${text}" is no release; write environment/number, project/environment/number or release:project:environment:number`,
    );
  }
  return { project: owner, environment, release: Number(number) };
}

/** How a release is shown and may be typed. */
export function formatReleaseRef({ project, environment, release }: ReleaseRef): string {
  return `${project === 'default' ? '' : `${project}/`}${environment}/${release}`;
}
