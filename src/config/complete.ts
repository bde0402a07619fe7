import { join, resolve } from 'node:path';
import type { RouterConfig, Settings } from '../core/types.js';
import { topicParts } from '../core/topic-name.js';
import { expandParts } from './parts.js';
import type { SettingName } from './settings-schema.js';

/** Settings that name a file which a connection needs. */
const FILES = [
  'STAGELINE_PULSAR_TOKEN_FILE',
  'STAGELINE_PULSAR_TLS_CA_FILE',
  'STAGELINE_PULSAR_TLS_CERT_FILE',
  'STAGELINE_PULSAR_TLS_KEY_FILE',
  'STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE',
  'STAGELINE_COUCHDB_PASSWORD_FILE',
  'STAGELINE_COUCHDB_TLS_CA_FILE',
] as const satisfies readonly SettingName[];

/** Makes paths absolute and fills in the defaults that follow from other settings. */
export function complete(settings: Settings, cwd: string): Settings {
  const names = settings.STAGELINE_ENVIRONMENTS.map(({ name }) => name);
  const dataDir = resolve(cwd, settings.STAGELINE_DATA_DIR);
  const roots = settings.STAGELINE_ARTIFACT_ROOTS;
  const absolute = (path: string): string => (path === '' ? '' : resolve(cwd, path));
  const absolutes = (paths: Readonly<Record<string, string | undefined>>): Record<string, string> =>
    Object.fromEntries(Object.entries(paths).map(([key, path = '']) => [key, absolute(path)]));
  return {
    ...settings,
    STAGELINE_DATA_DIR: dataDir,
    STAGELINE_ARTIFACT_ROOTS:
      roots.length > 0
        ? roots.map((root) => resolve(cwd, root))
        : [join(dataDir, 'artifacts'), resolve(cwd, 'examples')],
    STAGELINE_SECRETS_DIR: absolute(settings.STAGELINE_SECRETS_DIR),
    STAGELINE_AUTH_PUBLIC_KEY_FILE: absolute(settings.STAGELINE_AUTH_PUBLIC_KEY_FILE),
    STAGELINE_AUTH_HS256_SECRET_FILE: absolute(settings.STAGELINE_AUTH_HS256_SECRET_FILE),
    STAGELINE_TICKET_KEY_FILE: absolute(settings.STAGELINE_TICKET_KEY_FILE),
    STAGELINE_WEBHOOK_KEYS_FILE: absolute(settings.STAGELINE_WEBHOOK_KEYS_FILE),
    STAGELINE_SERVICE_KEY_FILE: absolute(settings.STAGELINE_SERVICE_KEY_FILE),
    STAGELINE_ENVIRONMENTS: settings.STAGELINE_ENVIRONMENTS.map((environment) => ({
      ...environment,
      ...(environment.tokenFile === undefined ? {} : { tokenFile: absolute(environment.tokenFile) }),
      ...(environment.tenantTokenFiles === undefined
        ? {}
        : { tenantTokenFiles: absolutes(environment.tenantTokenFiles) }),
      ...(environment.tls === undefined ? {} : { tls: absolutes({ ...environment.tls }) }),
      ...(environment.oauth2 === undefined
        ? {}
        : {
            oauth2: {
              ...environment.oauth2,
              clientSecretFile: absolute(environment.oauth2.clientSecretFile),
            },
          }),
    })),
    ...Object.fromEntries(FILES.map((name) => [name, absolute(settings[name])])),
    STAGELINE_SEALING_KEYS_FILE: absolute(settings.STAGELINE_SEALING_KEYS_FILE),
    STAGELINE_SEALING_PUBLIC_KEYS_FILE: absolute(settings.STAGELINE_SEALING_PUBLIC_KEYS_FILE),
    STAGELINE_HEADS_FILE: absolute(settings.STAGELINE_HEADS_FILE),
    STAGELINE_HEADS_KEY_FILE: absolute(settings.STAGELINE_HEADS_KEY_FILE),
    STAGELINE_PARTS: expandParts(settings.STAGELINE_PARTS, names),
    STAGELINE_ROUTERS:
      settings.STAGELINE_ROUTERS.length > 0 ? settings.STAGELINE_ROUTERS : [deploymentRouter(settings)],
  };
}

/** The router of the deployment pipeline. It has no allow-list: environments can come while it runs, and what it has dead-lettered nobody deploys any more. */
function deploymentRouter(settings: Settings): RouterConfig {
  const source = topicParts(settings.STAGELINE_TOPIC_DEPLOYMENTS);
  const target = topicParts(`${settings.STAGELINE_TOPIC_ENVIRONMENT_PREFIX}any`);
  const name = 'pubSubConfigDeploymentRouter';
  return {
    type: 'function',
    tenant: source.tenant,
    namespace: source.namespace,
    name,
    userConfig: {
      key: 'environment',
      tenant: target.tenant,
      namespace: target.namespace,
    },
    inputs: [settings.STAGELINE_TOPIC_DEPLOYMENTS],
    logTopic: `persistent://${source.tenant}/${source.namespace}/${name}-log`,
  };
}
