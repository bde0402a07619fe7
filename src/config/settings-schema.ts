import { schemas } from '../generated/schemas.js';
import type { Settings } from '../core/types.js';

/** What schemas/config.json says of one setting. */
export interface SettingSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly description: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: { readonly type?: string; readonly $ref?: string };
}

export type SettingName = keyof Settings;

/** Every setting, in the order of the schema. */
export const SETTINGS = schemas['config.json'].properties as unknown as Readonly<
  Record<SettingName, SettingSchema>
>;

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** Variables that are read beside the settings, and only from the environment. */
export const FURTHER_VARIABLES: Readonly<Record<string, string>> = {
  STAGELINE_CONFIG_FILE:
    'File with settings as JSON, instead of `stageline.config.json` in the current folder. It must exist.',
  STAGELINE_URL:
    'Where the `stageline` command finds the service, unless `--url` says otherwise. Default: `http://127.0.0.1:7070`.',
  STAGELINE_TOKEN:
    'Token that the `stageline` command shows to the service: a JSON Web Token or an API token. `STAGELINE_TOKEN_FILE` comes before it.',
  STAGELINE_TOKEN_FILE: 'File with that token, unless `--token-file` names another.',
  'STAGELINE_SECRET_<NAME>':
    'A secret for `{"$secret":"name"}`: its name in capitals, `.` and `-` as `_`. For one environment `STAGELINE_SECRET_<ENVIRONMENT>__<NAME>`, for a tenant in it `STAGELINE_SECRET_<ENVIRONMENT>__<TENANT>__<NAME>`; the narrowest counts, and at each the variable comes before the file in `STAGELINE_SECRETS_DIR`. Names, and names of tenants, that would need two underlines in a row have no variable, nor have `keys`, `keys_ignored` and `entropy`, which are settings.',
};

/** What begins so holds a secret, whatever follows. */
const SECRET_PREFIX = 'STAGELINE_SECRET_';

/** True for a variable that holds a secret for deployments, and is no setting. `STAGELINE_SECRET_DIR` is a slip of the pen. */
export function isSecretVariable(name: string): boolean {
  return (
    name.startsWith(SECRET_PREFIX) &&
    name.length > SECRET_PREFIX.length &&
    name !== 'STAGELINE_SECRET_DIR' &&
    !isSettingName(name)
  );
}

/** Variables that begin like ours and belong to others: our own test scripts, and links that Kubernetes makes to a service named stageline. */
const FOREIGN = /^STAGELINE_(TEST_.+|SERVICE_(HOST|PORT)(_.+)?|PORT_\d+_(TCP|UDP|SCTP)(_.+)?)$/;

/** True for a variable that is none of ours, although it begins so. */
export function isForeign(name: string, value = ''): boolean {
  return FOREIGN.test(name) || (name === 'STAGELINE_PORT' && value.includes('://'));
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** The settings as they are when nothing is said. */
export function defaultSettings(): Settings {
  return structuredClone(
    Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].default])),
  ) as unknown as Settings;
}
