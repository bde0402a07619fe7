import { beamOf, type BeamConfig } from './config/beam.js';
import { CHECKS, exposures } from './config/checks.js';
import { identityOf, type IdentityConfig } from './config/identity.js';
import { isAuthenticated } from './config/identity-checks.js';
import { complete } from './config/complete.js';
import {
  busOf,
  given,
  rolesOf,
  storeOf,
  type BusConfig,
  type RolesConfig,
  type StoreConfig,
} from './config/connections.js';
import type { CredentialSettings } from './config/credential-checks.js';
import { invalidConfig, type Fault } from './config/faults.js';
import type { Part } from './config/parts.js';
import {
  defaultSettings,
  isSecretVariable,
  isSettingName,
  type SettingName,
} from './config/settings-schema.js';
import { gather, type Given, type Sources } from './config/sources.js';
import type { ProjectNamespaces } from './core/project-namespaces.js';
import type { SecretRules } from './core/secret-rules.js';
import type { ApprovalPolicy, RouterConfig, Settings } from './core/types.js';
import { validator } from './core/validate.js';

/** A deployment target; without `adminUrl` it is the sandbox. */
export interface EnvironmentConfig extends CredentialSettings {
  readonly name: string;
  readonly adminUrl?: string;
  /** As `tokenFile`, for what belongs to a tenant. */
  readonly tenantTokenFiles?: Readonly<Record<string, string | undefined>>;
  /** Hosts that the cluster may redirect to, with the token. */
  readonly allowedHosts?: readonly string[];
  /** What runs its functions. */
  readonly runtime?: 'thread' | 'process' | 'kubernetes';
  /** What a commit there needs. */
  readonly approvals?: ApprovalPolicy;
  /** How often what runs is compared with what was deployed, and whether it is put back. */
  readonly drift?: { readonly everyMinutes: number; readonly repair?: boolean };
}

/** Full names of Stageline's own topics. */
export interface TopicsConfig {
  readonly commands: string;
  readonly journal: string;
  readonly beats: string;
  readonly replies: string;
  readonly deadLetters: string;
  /** Deployments on their way to the router. */
  readonly deployments: string;
  /** The router puts the environment behind this. */
  readonly environmentPrefix: string;
  readonly results: string;
}

/** The settings as the program uses them: checked, complete, frozen, paths absolute. */
export interface Config {
  readonly bus: BusConfig;
  readonly store: StoreConfig;
  /** Folder of the embedded engines. */
  readonly dataDir: string;
  readonly httpHost: string;
  /** 0 takes any free port. */
  readonly httpPort: number;
  /** Further values accepted as host of the Host and Origin headers. */
  readonly httpAllowedHosts: readonly string[];
  /** Origins whose pages may send requests. */
  readonly httpCorsOrigins: readonly string[];
  /** Addresses of proxies whose word for a caller's address counts. */
  readonly httpTrustedProxies: readonly string[];
  /** Requests of one known caller in a minute; 0: any number. */
  readonly httpRequestsPerMinute: number;
  /** What this process runs; `deployer` is spelled out as one part an environment. */
  readonly parts: readonly Part[];
  /** Folders that packages may be read from; relative package paths start at the first. */
  readonly artifactRoots: readonly string[];
  /** `scheme://host[:port]` that packages may come from; empty: any https host with a public address. */
  readonly urlAllow: readonly string[];
  readonly secretsDir: string | undefined;
  /** The value of a variable that holds a secret. Asked for when it is needed: what is not in here is not shown with it. */
  readonly secretVariable: (name: string) => string | undefined;
  /** In promotion order. */
  readonly environments: readonly EnvironmentConfig[];
  /** What other machines can reach although nobody's identity is checked; empty while all is on loopback. To be said loudly. */
  readonly exposed: readonly string[];
  /** How callers are known; undefined: nobody is asked, every caller is `local`. */
  readonly identity: IdentityConfig | undefined;
  readonly logLevel: Settings['STAGELINE_LOG_LEVEL'];
  readonly replyTopicPrefixes: readonly string[];
  readonly routers: readonly RouterConfig[];
  readonly beam: BeamConfig;
  readonly webhooks: {
    readonly keysFile: string | undefined;
    /** The only URLs allowed; empty: any public https one. */
    readonly urlAllow: readonly string[];
  };
  readonly topics: TopicsConfig;
  /** What `init` sets permissions for; undefined: for nobody. */
  readonly roles: RolesConfig | undefined;
  readonly limits: {
    readonly maxCommandBytes: number;
    readonly maxCommandDepth: number;
    readonly maxConfigs: number;
    readonly maxRecordBytes: number;
    /** What is taken for a literal secret. */
    readonly secretRules: SecretRules;
    /** Which namespaces a project may deploy to. */
    readonly namespaces: ProjectNamespaces;
  };
  readonly sealing: SealingConfig;
  readonly deployer: { readonly concurrency: number; readonly deadlineMs: number };
  /** How what was deployed is watched; `bakeMs` 0: not at all. */
  readonly health: {
    readonly settleMs: number;
    readonly bakeMs: number;
    readonly limitMs: number;
    readonly backlogGrowth: number;
  };
  readonly heads: HeadsConfig;
  /** Where metrics are told; undefined: nowhere. Port 0 takes any free port. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
}

/** Files with the keys (JWKS) that secrets are sealed to and opened with. */
export interface SealingConfig {
  /** Private keys, for the deployers. */
  readonly keysFile: string | undefined;
  /** Public keys, for everyone; without it those of the private ones. */
  readonly publicKeysFile: string | undefined;
}

/** Where heads of the journal are exported to, if anywhere. */
export interface HeadsConfig {
  readonly file: string | undefined;
  readonly topic: string | undefined;
  /** Without it heads are not signed. */
  readonly keyFile: string | undefined;
  readonly everyMs: number;
}

/** This process's environment and folder: the only place where process.env is read. */
export function processSources(): Sources {
  return { env: process.env, cwd: process.cwd() };
}

/** Reads and checks everything: all of it is right, or one INVALID_CONFIG lists every fault. */
export function loadSettings({ env, cwd }: Sources): Settings {
  const given = gather({ env, cwd });
  const settings = { ...defaultSettings(), ...given.values } as Settings;
  const faults = [...given.faults, ...schemaFaults(settings, given)];
  const faulty = new Set(faults.map(({ name }) => name.split('/')[0]));
  for (const check of CHECKS) {
    if (check.needs.some((name) => faulty.has(name))) continue;
    faults.push(...check.find(settings, cwd).map((fault) => withOrigin(fault, given)));
  }
  if (faults.length > 0) throw invalidConfig(faults);
  return deepFreeze(complete(settings, cwd));
}

/** The configuration of this process, or of the sources given. */
export function loadConfig(sources: Sources = processSources()): Config {
  return toConfig(loadSettings(sources), sources.env);
}

/** Gives the settings the shape in which the program uses them. */
export function toConfig(settings: Settings, env: Sources['env'] = {}): Config {
  return deepFreeze({
    bus: busOf(settings),
    store: storeOf(settings),
    dataDir: settings.STAGELINE_DATA_DIR,
    httpHost: settings.STAGELINE_HTTP_HOST,
    httpPort: settings.STAGELINE_HTTP_PORT,
    httpAllowedHosts: settings.STAGELINE_HTTP_ALLOWED_HOSTS,
    httpCorsOrigins: settings.STAGELINE_HTTP_CORS_ORIGINS,
    httpTrustedProxies: settings.STAGELINE_HTTP_TRUSTED_PROXIES,
    httpRequestsPerMinute: settings.STAGELINE_HTTP_REQUESTS_PER_MINUTE,
    parts: settings.STAGELINE_PARTS as Part[],
    artifactRoots: settings.STAGELINE_ARTIFACT_ROOTS,
    urlAllow: settings.STAGELINE_URL_ALLOW,
    secretsDir: given(settings.STAGELINE_SECRETS_DIR),
    secretVariable: (name) => (isSecretVariable(name) ? env[name] : undefined),
    environments: settings.STAGELINE_ENVIRONMENTS,
    exposed: (isAuthenticated(settings) ? [] : exposures(settings)).map(
      ({ name, detail }) => `${name}: ${detail}`,
    ),
    identity: identityOf(settings),
    logLevel: settings.STAGELINE_LOG_LEVEL,
    replyTopicPrefixes: settings.STAGELINE_REPLY_TOPIC_PREFIXES,
    routers: settings.STAGELINE_ROUTERS,
    beam: beamOf(settings),
    webhooks: {
      keysFile: given(settings.STAGELINE_WEBHOOK_KEYS_FILE),
      urlAllow: settings.STAGELINE_WEBHOOK_URL_ALLOW,
    },
    topics: {
      commands: settings.STAGELINE_TOPIC_COMMANDS,
      journal: settings.STAGELINE_TOPIC_JOURNAL,
      beats: settings.STAGELINE_TOPIC_BEATS,
      replies: settings.STAGELINE_TOPIC_REPLIES,
      deadLetters: settings.STAGELINE_TOPIC_DEAD_LETTERS,
      deployments: settings.STAGELINE_TOPIC_DEPLOYMENTS,
      environmentPrefix: settings.STAGELINE_TOPIC_ENVIRONMENT_PREFIX,
      results: settings.STAGELINE_TOPIC_RESULTS,
    },
    roles: rolesOf(settings),
    limits: {
      maxCommandBytes: settings.STAGELINE_MAX_COMMAND_BYTES,
      maxCommandDepth: settings.STAGELINE_MAX_COMMAND_DEPTH,
      maxConfigs: settings.STAGELINE_MAX_CONFIGS,
      maxRecordBytes: settings.STAGELINE_MAX_RECORD_BYTES,
      namespaces: settings.STAGELINE_PROJECT_NAMESPACES,
      secretRules: {
        keys: settings.STAGELINE_SECRET_KEYS,
        ignoredKeys: settings.STAGELINE_SECRET_KEYS_IGNORED,
        minEntropy:
          settings.STAGELINE_SECRET_ENTROPY === 'off' ? undefined : Number(settings.STAGELINE_SECRET_ENTROPY),
      },
    },
    sealing: {
      keysFile: given(settings.STAGELINE_SEALING_KEYS_FILE),
      publicKeysFile: given(settings.STAGELINE_SEALING_PUBLIC_KEYS_FILE),
    },
    deployer: {
      concurrency: settings.STAGELINE_DEPLOYER_CONCURRENCY,
      deadlineMs: settings.STAGELINE_DEPLOYER_DEADLINE_MS,
    },
    health: {
      settleMs: settings.STAGELINE_DEPLOYER_HEALTH_SETTLE_MS,
      bakeMs: settings.STAGELINE_DEPLOYER_HEALTH_BAKE_MS,
      limitMs: settings.STAGELINE_DEPLOYER_HEALTH_LIMIT_MS,
      backlogGrowth: settings.STAGELINE_DEPLOYER_HEALTH_BACKLOG_GROWTH,
    },
    heads: {
      file: given(settings.STAGELINE_HEADS_FILE),
      topic: given(settings.STAGELINE_HEADS_TOPIC),
      keyFile: given(settings.STAGELINE_HEADS_KEY_FILE),
      everyMs: settings.STAGELINE_HEADS_EVERY_SECONDS * 1_000,
    },
    metrics:
      settings.STAGELINE_METRICS_PORT === ''
        ? undefined
        : { host: settings.STAGELINE_METRICS_HOST, port: Number(settings.STAGELINE_METRICS_PORT) },
  });
}

function schemaFaults(settings: Settings, given: Given): Fault[] {
  return validator('config.json')(settings).map(({ pointer = '', detail }) => {
    const name = pointer.slice(1);
    return withOrigin({ name, value: valueAt(settings, name), detail: inWords(detail, name) }, given);
  });
}

/** A pattern says little to people: what fits it does. */
function inWords(detail: string, name: string): string {
  if (detail === 'must NOT be valid') {
    return 'is taken: topics named results, role and token lie beside those of the environments; choose another';
  }
  if (!detail.startsWith('must match pattern')) return detail;
  const setting = name.split('/')[0] as SettingName;
  if (setting === 'STAGELINE_PARTS')
    return 'must be http, processor, router, webhooks, deployer or deployer:<environment>';
  if (name.endsWith('/name')) return 'must be lower-case letters, digits and hyphens, a letter first';
  if (name.endsWith('/adminUrl')) return 'must start with http:// or https://';
  const example: unknown = defaultSettings()[setting];
  return typeof example === 'string' ? `does not have the right form; such as ${example}` : detail;
}

function valueAt(settings: Settings, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);
}

function withOrigin(fault: Fault, { origins }: Given): Fault {
  const setting = fault.name.split('/')[0] ?? '';
  const source = isSettingName(setting) ? origins[setting] : undefined;
  return source === undefined ? fault : { ...fault, source };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
