import { join } from 'node:path';
import { createCouchDbDocumentStore } from '../adapters/couchdb/documents.js';
import { createLevelBus } from '../adapters/level/bus.js';
import { createLevelDocumentStore } from '../adapters/level/documents.js';
import { createPulsarCluster } from '../adapters/pulsar-admin/cluster.js';
import { createPulsarTopicAdmin } from '../adapters/pulsar-admin/topic-admin.js';
import { createPulsarNativeBus } from '../adapters/pulsar-native/bus.js';
import { createPulsarWsBus } from '../adapters/pulsar-ws/bus.js';
import { createSandboxCluster } from '../adapters/sandbox/cluster.js';
import type { Config, EnvironmentConfig } from '../config.js';
import type { Bus } from '../ports/bus.js';
import type { Cluster } from '../ports/cluster.js';
import type { DocumentStore } from '../ports/documents.js';
import type { Log } from '../ports/system.js';
import type { TopicAdmin } from '../ports/topic-admin.js';
import { busCredentials, environmentCredentials, storeCredentials } from './credentials.js';

/** Opens the bus that the configuration names. */
export function openBus(config: Config, log: Log): Promise<Bus> {
  const credentials = busCredentials(config);
  switch (config.bus.kind) {
    case 'embedded':
      return createLevelBus({ dir: config.dataDir, log });
    case 'pulsar':
      return createPulsarNativeBus({ url: config.bus.url, credentials, log });
    case 'pulsar-ws':
      return Promise.resolve(createPulsarWsBus({ url: config.bus.url, credentials, log }));
  }
}

/** Opens the document store that the configuration names. */
export function openStore(config: Config, log?: Log): Promise<DocumentStore> {
  switch (config.store.kind) {
    case 'embedded':
      return createLevelDocumentStore({ dir: config.dataDir, log });
    case 'couchdb':
      return createCouchDbDocumentStore({
        url: config.store.url,
        database: config.store.database,
        credentials: storeCredentials(config),
      });
  }
}

/** The administration of Stageline's own topics; the embedded bus needs none. */
export function openTopicAdmin(config: Config): TopicAdmin | undefined {
  return config.bus.kind === 'embedded'
    ? undefined
    : createPulsarTopicAdmin({ adminUrl: config.bus.adminUrl, credentials: busCredentials(config) });
}

/** The cluster of an environment: over its REST Admin API, or the sandbox. */
export function openCluster(config: Config, environment: EnvironmentConfig): Promise<Cluster> {
  if (environment.adminUrl === undefined)
    return createSandboxCluster({ dir: join(config.dataDir, 'sandbox', environment.name) });
  const { adminUrl, allowedHosts = [] } = environment;
  return Promise.resolve(
    createPulsarCluster({ adminUrl, allowedHosts, credentials: environmentCredentials(environment) }),
  );
}
