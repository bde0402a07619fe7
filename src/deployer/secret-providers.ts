import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** For which deployment a secret is wanted. */
export interface SecretScope {
  readonly environment: string;
  readonly tenant?: string | undefined;
}

/** A secret, or the places where it was looked for, in words and in order. */
export type SecretFound = { readonly value: string } | { readonly looked: readonly string[] };

export interface SecretProviders {
  find(name: string, scope: SecretScope): Promise<SecretFound>;
}

export interface SecretProvidersOptions {
  /** Value of a variable of the process. */
  readonly variable?: ((name: string) => string | undefined) | undefined;
  /** Folder with a file for each secret. */
  readonly dir?: string | undefined;
}

/** What `{"$secret":…}` may name: no separator and nothing that means a folder. */
const NAME = /^[A-Za-z0-9_.-]+$/;
const ONLY_DOTS = /^\.+$/;
/** One spelling, one variable: `team-a` and `team_a` would be the same one, so only the former has variables. */
const SCOPE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Two underlines separate scopes: a name that brought them along could reach into another tenant's. */
const VARIABLE_NAME = /^[A-Za-z0-9]+([_.-][A-Za-z0-9]+)*$/;

/**
 * Looks a secret up where it is meant most narrowly first: for the environment and the tenant, for the environment, for
 * all; at each of the three in the variables, then in the files. What is empty is not there.
 */
export function createSecretProviders({ variable, dir }: SecretProvidersOptions): SecretProviders {
  const providers = [
    ...(variable === undefined ? [] : [fromVariables(variable)]),
    ...(dir === undefined || dir === '' ? [] : [fromFiles(dir)]),
  ];

  return {
    async find(name, { environment, tenant }) {
      const looked: string[] = [];
      if (!NAME.test(name) || ONLY_DOTS.test(name)) return { looked };
      const scopes = [...(tenant === undefined ? [] : [[environment, tenant]]), [environment], []];
      for (const scope of scopes) {
        for (const provider of providers) {
          const place = provider(scope, name);
          if (place === undefined) continue;
          const value = await place.read();
          if (value !== undefined && value !== '') return { value };
          looked.push(place.shown);
        }
      }
      if (dir === undefined || dir === '') looked.push('no folder, since STAGELINE_SECRETS_DIR is not set');
      return { looked };
    },
  };
}

interface Place {
  /** What people call it. */
  readonly shown: string;
  read(): Promise<string | undefined>;
}

type Provider = (scope: readonly string[], name: string) => Place | undefined;

function fromVariables(variable: (name: string) => string | undefined): Provider {
  return (scope, name) => {
    if (!VARIABLE_NAME.test(name) || !scope.every((part) => SCOPE.test(part))) return undefined;
    const spelled = [...scope, name].map((part) => part.replaceAll(/[.-]/g, '_').toUpperCase()).join('__');
    const shown = `STAGELINE_SECRET_${spelled}`;
    return { shown, read: () => Promise.resolve(variable(shown)) };
  };
}

/** One line end after the value is cut. */
function fromFiles(dir: string): Provider {
  return (scope, name) => {
    // A tenant's name comes out of a config.
    if (!scope.every((part) => NAME.test(part) && !ONLY_DOTS.test(part))) return undefined;
    return {
      shown: ['STAGELINE_SECRETS_DIR', ...scope, name].join('/'),
      async read() {
        const text = await readFile(join(dir, ...scope, name), 'utf8').catch(() => undefined);
        return text?.replace(/\r?\n$/, '');
      },
    };
  };
}
