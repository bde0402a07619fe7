import { readSealed } from '../core/sealed-form.js';
import { AppError, hasCode, type Code } from '../errors.js';
import type { KeysNow } from '../sealing/key-file.js';
import type { PrivateKey } from '../sealing/keys.js';
import { openFor } from '../sealing/open.js';
import { maskOf } from './secret-mask.js';
import { secretsWanted, withSecrets, type Wanted } from './secret-places.js';
import { createSecretProviders, type SecretProvidersOptions } from './secret-providers.js';

/** A config with its secrets in place, and what hides them again. */
export interface Resolved<T> {
  readonly config: T;
  /** Replaces every secret of this config in a text. */
  readonly mask: (text: string) => string;
  /** Pointers of what is sealed to a key that is not the newest. */
  readonly oldKeys: readonly string[];
}

export interface Secrets {
  /**
   * Puts secrets where `{"$secret":"name"}` and `{"$sealed":"…"}` stand, at any depth. Rejects with a code of
   * SECRET_FAULTS, naming all that cannot be had: where a named one was looked for, and why a sealed one is not opened.
   */
  resolve<T extends object>(config: T): Promise<Resolved<T>>;
}

export interface SecretsOptions extends SecretProvidersOptions {
  /** The environment that is deployed to. */
  readonly environment: string;
  /** Opens what is sealed; without it nothing is opened. */
  readonly sealingKeys?: KeysNow<PrivateKey> | undefined;
}

/** What `resolve` rejects with where a secret cannot be had. */
export const SECRET_FAULTS = [
  'SECRET_MISSING',
  'SEALED_ELSEWHERE',
  'SEALED_KEY_UNKNOWN',
  'SEALED_DAMAGED',
] as const satisfies readonly Code[];

/** True where a secret could not be had. */
export function isSecretFault(error: unknown): boolean {
  return SECRET_FAULTS.some((code) => hasCode(error, code));
}

/** A secret, or why it cannot be had. */
type Found = { readonly value: string; readonly old: boolean } | { readonly fault: AppError };

/**
 * The secrets of one environment; those of the config's tenant come first. What stands in the map `secrets` without
 * `$secret`, such as `{"path":"…","key":"…"}`, is a reference that Pulsar's own SecretsProvider resolves where the
 * function runs: it is passed on as it is.
 */
export function createSecrets({ environment, sealingKeys, ...options }: SecretsOptions): Secrets {
  const providers = createSecretProviders(options);

  const named = async (name: string, config: object): Promise<Found> => {
    const { tenant } = config as { readonly tenant?: unknown };
    const scope = { environment, tenant: typeof tenant === 'string' ? tenant : undefined };
    const found = await providers.find(name, scope);
    if ('value' in found) return { ...found, old: false };
    return fault('SECRET_MISSING', `No secret ${JSON.stringify(name)}: ${whereOf(found.looked)}.`);
  };

  const unsealed = async (sealed: string | undefined, pointer: string, config: object): Promise<Found> => {
    try {
      if (sealingKeys === undefined)
        throw new AppError(
          'SEALED_KEY_UNKNOWN',
          'STAGELINE_SEALING_KEYS_FILE is not set where it is deployed.',
        );
      const keys = await sealingKeys();
      const value = await openFor(sealed ?? '', { config, environment }, keys);
      return { value, old: readSealed(sealed ?? '')?.kid !== keys.keys[0]?.kid };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return fault(error.code, `The sealed secret at ${pointer} is not opened: ${error.message}`);
    }
  };

  return {
    async resolve(config) {
      const values = new Map<string, string>();
      const faults = new Map<string, AppError>();
      const oldKeys: string[] = [];
      const known = new Map<string, Found>();
      for (const wanted of secretsWanted(config)) {
        const key = keyOf(wanted);
        const { pointer } = wanted;
        const found =
          known.get(key) ??
          (wanted.kind === 'named'
            ? await named(wanted.name, config)
            : await unsealed(wanted.sealed, pointer, config));
        known.set(key, found);
        if ('fault' in found) faults.set(key, found.fault);
        else {
          values.set(pointer, found.value);
          if (found.old) oldKeys.push(pointer);
        }
      }
      const [first] = faults.values();
      if (first !== undefined)
        throw new AppError(first.code, [...faults.values()].map(({ message }) => message).join(' '));
      return {
        config: withSecrets(config, values) as typeof config,
        mask: maskOf([...values.values()]),
        oldKeys,
      };
    },
  };
}

const fault = (code: Code, detail: string): Found => ({ fault: new AppError(code, detail) });

/** The same secret is looked for once. */
function keyOf(wanted: Wanted): string {
  return wanted.kind === 'named' ? `named ${wanted.name}` : `sealed ${wanted.sealed ?? wanted.pointer}`;
}

function whereOf(looked: readonly string[]): string {
  return looked.length === 0
    ? 'a name has letters, digits, ".", "_" and "-"'
    : `looked for in ${looked.join(', ')}`;
}
