import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.js';

/** A config with its secrets in place, and what hides them again. */
export interface Resolved<T> {
  readonly config: T;
  /** Replaces every secret of this config in a text. */
  readonly mask: (text: string) => string;
}

export interface Secrets {
  /** Puts secrets where `{"$secret":"name"}` stands, at any depth. Rejects with SECRET_MISSING, naming those that cannot be read. */
  resolve<T extends object>(config: T): Promise<Resolved<T>>;
}

const NAME = /^[A-Za-z0-9_.-]+$/;
/** Shorter ones would blot out half of a text and are no secrets. */
const SHORTEST_MASKED = 3;

/** Secrets from a folder with a file for each; one line end after the value is cut. */
export function createSecrets({ dir }: { readonly dir?: string }): Secrets {
  const read = async (name: string): Promise<string | undefined> => {
    if (dir === undefined || dir === '' || !NAME.test(name) || /^\.+$/.test(name)) return undefined;
    const text = await readFile(join(dir, name), 'utf8').catch(() => undefined);
    return text?.replace(/\r?\n$/, '');
  };

  return {
    async resolve(config) {
      if (holdsSealed(config))
        throw new AppError(
          'SECRET_MISSING',
          'A sealed secret cannot be opened by this deployer; use {"$secret":"name"}.',
        );
      const values = new Map<string, string>();
      const missing: string[] = [];
      for (const name of new Set(namesIn(config))) {
        const value = await read(name);
        if (value === undefined) missing.push(name);
        else values.set(name, value);
      }
      if (missing.length > 0)
        throw new AppError(
          'SECRET_MISSING',
          `No secret ${missing.map((name) => `"${name}"`).join(', ')} ${where(dir)}.`,
        );
      return { config: replace(config, values) as typeof config, mask: maskOf([...values.values()]) };
    },
  };
}

/** Sealed secrets are taken at staging; passing one on as it is would deploy the wrong value. */
function holdsSealed(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => key === '$sealed' || holdsSealed(item));
}

function where(dir: string | undefined): string {
  return dir === undefined || dir === ''
    ? 'can be had: STAGELINE_SECRETS_DIR is not set'
    : 'has a file of its name in the folder of secrets';
}

/** The name in `{"$secret":"name"}`; undefined for anything else. */
function secretName(value: object): string | undefined {
  const [[key, name] = [], ...more] = Object.entries(value) as [string, unknown][];
  return key === '$secret' && more.length === 0 && typeof name === 'string' ? name : undefined;
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const name = Array.isArray(value) ? undefined : secretName(value);
  return name === undefined ? Object.values(value).flatMap(namesIn) : [name];
}

function replace(value: unknown, secrets: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replace(item, secrets));
  const name = secretName(value);
  if (name !== undefined) return secrets.get(name);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, secrets)]));
}

/** Also as JSON and URLs write them: a server may quote what it was sent. */
function maskOf(values: readonly string[]): (text: string) => string {
  const spellings = values
    .filter((value) => value.length >= SHORTEST_MASKED)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
    .sort((a, b) => b.length - a.length);
  return (text) => spellings.reduce((masked, spelling) => masked.replaceAll(spelling, '***'), text);
}
