import type { Settings } from '../core/types.js';
import type { CredentialSettings } from './credential-checks.js';

/** An empty setting is none. */
export function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** The bus, with what its kind needs. */
export type BusConfig =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'pulsar' | 'pulsar-ws';
      readonly url: string;
      readonly adminUrl: string;
      readonly credentials: CredentialSettings;
    };

/** The document store, with what its kind needs. */
export type StoreConfig =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'couchdb';
      readonly url: string;
      readonly database: string;
      readonly user: string | undefined;
      readonly passwordFile: string | undefined;
      readonly caFile: string | undefined;
    };

/** The roles that Pulsar knows whoever uses Stageline's topics by. */
export interface RolesConfig {
  readonly processor: string;
  /** Those that send commands. */
  readonly commands: readonly string[];
  /** Those that read the journal. */
  readonly readers: readonly string[];
  readonly http: readonly string[];
  readonly routers: readonly string[];
  readonly deployers: readonly DeployerRole[];
}

/** What is shown to the Pulsar that carries Stageline's own topics. */
export function pulsarCredentials(settings: Settings): CredentialSettings {
  return {
    tokenFile: given(settings.STAGELINE_PULSAR_TOKEN_FILE),
    oauth2: {
      issuerUrl: given(settings.STAGELINE_PULSAR_OAUTH2_ISSUER_URL),
      clientId: given(settings.STAGELINE_PULSAR_OAUTH2_CLIENT_ID),
      clientSecretFile: given(settings.STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE),
      audience: given(settings.STAGELINE_PULSAR_OAUTH2_AUDIENCE),
      scope: given(settings.STAGELINE_PULSAR_OAUTH2_SCOPE),
    },
    tls: {
      caFile: given(settings.STAGELINE_PULSAR_TLS_CA_FILE),
      certFile: given(settings.STAGELINE_PULSAR_TLS_CERT_FILE),
      keyFile: given(settings.STAGELINE_PULSAR_TLS_KEY_FILE),
    },
  };
}

/** The addresses of Pulsar that the bus uses. */
export function pulsarAddresses(settings: Settings): string[] {
  switch (settings.STAGELINE_BUS) {
    case 'embedded':
      return [];
    case 'pulsar':
      return [settings.STAGELINE_PULSAR_URL, settings.STAGELINE_PULSAR_ADMIN_URL];
    case 'pulsar-ws':
      return [settings.STAGELINE_PULSAR_WS_URL, settings.STAGELINE_PULSAR_ADMIN_URL];
  }
}

/** A deployer's role at the broker: for one environment, or for all. */
export interface DeployerRole {
  readonly environment: string | undefined;
  readonly role: string;
}

/** Reads `role` or `environment=role`. */
export function deployerRoleOf(text: string): DeployerRole {
  const at = text.indexOf('=');
  return at < 0
    ? { environment: undefined, role: text }
    : { environment: text.slice(0, at), role: text.slice(at + 1) };
}

/** The bus that the settings choose. */
export function busOf(settings: Settings): BusConfig {
  const kind = settings.STAGELINE_BUS;
  if (kind === 'embedded') return { kind };
  const { STAGELINE_PULSAR_URL: native, STAGELINE_PULSAR_WS_URL: ws } = settings;
  const adminUrl = settings.STAGELINE_PULSAR_ADMIN_URL;
  return {
    kind,
    url: kind === 'pulsar' ? native : ws,
    adminUrl,
    credentials: pulsarCredentials(settings),
  };
}

/** The roles that the settings name. */
export function rolesOf(settings: Settings): RolesConfig | undefined {
  if (settings.STAGELINE_PULSAR_ROLE === '') return undefined;
  return {
    processor: settings.STAGELINE_PULSAR_ROLE,
    commands: settings.STAGELINE_PULSAR_COMMANDS_ROLES,
    readers: settings.STAGELINE_PULSAR_READER_ROLES,
    http: settings.STAGELINE_PULSAR_HTTP_ROLES,
    routers: settings.STAGELINE_PULSAR_ROUTER_ROLES,
    deployers: settings.STAGELINE_PULSAR_DEPLOYER_ROLES.map(deployerRoleOf),
  };
}

/** The document store that the settings choose. */
export function storeOf(settings: Settings): StoreConfig {
  if (settings.STAGELINE_STORE === 'embedded') return { kind: 'embedded' };
  return {
    kind: 'couchdb',
    url: settings.STAGELINE_COUCHDB_URL,
    database: settings.STAGELINE_COUCHDB_DATABASE,
    user: given(settings.STAGELINE_COUCHDB_USER),
    passwordFile: given(settings.STAGELINE_COUCHDB_PASSWORD_FILE),
    caFile: given(settings.STAGELINE_COUCHDB_TLS_CA_FILE),
  };
}
