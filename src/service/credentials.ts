import { createCredentials, type CredentialsConfig } from '../adapters/credentials/credentials.js';
import { settingName } from '../config/credential-names.js';
import type { CredentialSettings } from '../config/credential-checks.js';
import type { Config, EnvironmentConfig } from '../config.js';
import type { Credentials, CredentialsOf } from '../ports/credentials.js';

/** Whoever shows the same shares what was read, and a token that was issued. */
const kept = new WeakMap<object, Credentials>();

function shared(owner: object, create: () => Credentials): Credentials {
  const credentials = kept.get(owner) ?? create();
  kept.set(owner, credentials);
  return credentials;
}

/** What the bus and the administration of its topics show to Pulsar; undefined on the embedded bus. */
export function busCredentials({ bus }: Config): Credentials | undefined {
  if (bus.kind === 'embedded') return undefined;
  return shared(bus, () =>
    createCredentials({
      config: checked(bus.credentials),
      owner: 'Pulsar',
      nameOf: (field) => settingName('STAGELINE_PULSAR', field),
    }),
  );
}

/** What is shown to CouchDB beside its URL; undefined where documents are embedded. */
export function storeCredentials({ store }: Config): Credentials | undefined {
  if (store.kind === 'embedded') return undefined;
  const { user, passwordFile, caFile } = store;
  const basic = user === undefined || passwordFile === undefined ? undefined : { user, passwordFile };
  return createCredentials({
    config: { basic, tls: { caFile } },
    owner: 'CouchDB',
    nameOf: (field) => settingName('STAGELINE_COUCHDB', field.replace('basic/', '')),
  });
}

/** What a deployer shows to the cluster of its environment, for what belongs to a tenant, or to none. */
export function environmentCredentials(environment: EnvironmentConfig): CredentialsOf {
  const { name, tenantTokenFiles = {} } = environment;
  const create = (config: CredentialsConfig, tokenField: string): Credentials =>
    createCredentials({
      config,
      owner: `environment ${name}`,
      nameOf: (field) => `its ${field === 'tokenFile' ? tokenField : field}`,
    });
  const general = shared(environment, () => create(checked(environment), 'tokenFile'));
  const own = new Map(
    Object.entries(tenantTokenFiles).map(([tenant, tokenFile]) => [
      tenant,
      create({ tokenFile, tls: environment.tls }, `tenantTokenFiles/${tenant}`),
    ]),
  );
  return (tenant) => (tenant === undefined ? undefined : own.get(tenant)) ?? general;
}

/** Settings that were checked: what an issuer needs is there, or there is none. */
function checked({ tokenFile, oauth2, tls }: CredentialSettings): CredentialsConfig {
  const { issuerUrl, clientSecretFile } = oauth2 ?? {};
  const isIssued = issuerUrl !== undefined && clientSecretFile !== undefined;
  return { tokenFile, tls, oauth2: isIssued ? { ...oauth2, issuerUrl, clientSecretFile } : undefined };
}
