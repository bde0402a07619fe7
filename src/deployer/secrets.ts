import { AppError } from '../errors.js';
import { maskOf } from './secret-mask.js';
import { createSecretProviders, type SecretProvidersOptions } from './secret-providers.js';

/** A config with its secrets in place, and what hides them again. */
export interface Resolved<T> {
  readonly config: T;
  /** Replaces every secret of this config in a text. */
  readonly mask: (text: string) => string;
}

export interface Secrets {
  /**
   * Puts secrets where `{"$secret":"name"}` stands, at any depth. Rejects with SECRET_MISSING, naming those that cannot
   * be had and where they were looked for.
   */
  resolve<T extends object>(config: T): Promise<Resolved<T>>;
}

export interface SecretsOptions extends SecretProvidersOptions {
  /** The environment that is deployed to. */
  readonly environment: string;
}

/**
 * The secrets of one environment; those of the config's tenant come first. What stands in the map `secrets` without
 * `$secret`, such as `{"path":"…","key":"…"}`, is a reference that Pulsar's own SecretsProvider resolves where the
 * function runs: it is passed on as it is.
 */
export function createSecrets({ environment, ...options }: SecretsOptions): Secrets {
  const providers = createSecretProviders(options);

  return {
    async resolve(config) {
      if (holdsSealed(config))
        throw new AppError(
          'SECRET_MISSING',
          'A sealed secret cannot be opened by this deployer; use {"$secret":"name"}.',
        );
      const { tenant } = config as { readonly tenant?: unknown };
      const scope = { environment, tenant: typeof tenant === 'string' ? tenant : undefined };
      const values = new Map<string, string>();
      const missing: string[] = [];
      for (const name of new Set(namesIn(config))) {
        const found = await providers.find(name, scope);
        if ('value' in found) values.set(name, found.value);
        else missing.push(`No secret ${JSON.stringify(name)}: ${whereOf(found.looked)}.`);
      }
      if (missing.length > 0) throw new AppError('SECRET_MISSING', missing.join(' '));
      return { config: replace(config, values) as typeof config, mask: maskOf([...values.values()]) };
    },
  };
}

function whereOf(looked: readonly string[]): string {
  return looked.length === 0
    ? 'a name has letters, digits, ".", "_" and "-"'
    : `looked for in ${looked.join(', ')}`;
}

/** Sealed secrets are taken at staging; passing one on as it is would deploy the wrong value. */
function holdsSealed(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => key === '$sealed' || holdsSealed(item));
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
