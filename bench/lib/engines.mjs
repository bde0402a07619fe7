import { randomBytes } from 'node:crypto';
import { product, productPackage } from './product.mjs';
import { scratch } from './scratch.mjs';

const silent = () => undefined;
/** A log that keeps warnings and errors for whoever asks what went wrong. */
export function quietLog(kept = []) {
  const keep = (fields, name) => kept.push({ name, ...fields, err: fields?.err?.message });
  const log = { trace: silent, debug: silent, info: silent, warn: keep, error: keep, fatal: keep };
  return { ...log, child: () => quietLog(kept), kept };
}

const couchdbUrl = () => process.env.COUCHDB_URL ?? process.env.COUCHDB_TEST_URL;

/** Why an engine cannot be measured here; undefined if it can. */
export function missingFor(engine) {
  if (engine === 'embedded') return undefined;
  const needed = ['PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL'];
  if (engine === 'pulsar') needed.push('PULSAR_TEST_URL');
  const missing = needed.filter((name) => !process.env[name]);
  if (couchdbUrl() === undefined) missing.push('COUCHDB_URL');
  if (missing.length > 0) return `not set: ${missing.join(', ')}`;
  if (engine !== 'pulsar') return undefined;
  try {
    productPackage('pulsar-client');
  } catch {
    return 'the package pulsar-client is not installed';
  }
  return undefined;
}

/** Settings of a service on that engine, with a data folder, topics and a database of its own. */
export function settingsOf(engine, dir) {
  if (engine === 'embedded') return { STAGELINE_DATA_DIR: dir };
  const run = randomBytes(4).toString('hex');
  const topic = (name) => `persistent://bench-${run}/${name}`;
  const missing = missingFor(engine);
  if (missing !== undefined) throw new Error(missing);
  return {
    STAGELINE_DATA_DIR: dir,
    STAGELINE_BUS: engine,
    ...(engine === 'pulsar' ? { STAGELINE_PULSAR_URL: process.env.PULSAR_TEST_URL } : {}),
    STAGELINE_PULSAR_WS_URL: process.env.PULSAR_TEST_WS_URL,
    STAGELINE_PULSAR_ADMIN_URL: process.env.PULSAR_TEST_ADMIN_URL,
    STAGELINE_STORE: 'couchdb',
    STAGELINE_COUCHDB_URL: couchdbUrl(),
    STAGELINE_COUCHDB_DATABASE: `bench-${run}`,
    STAGELINE_ALLOW_UNAUTHENTICATED: 'true',
    STAGELINE_TOPIC_COMMANDS: topic('stageline/commands'),
    STAGELINE_TOPIC_JOURNAL: topic('stageline/journal'),
    STAGELINE_TOPIC_BEATS: `non-persistent://bench-${run}/stageline/beats`,
    STAGELINE_TOPIC_REPLIES: topic('stageline/replies'),
    STAGELINE_TOPIC_DEAD_LETTERS: topic('stageline/dead-letters'),
    STAGELINE_TOPIC_DEPLOYMENTS: topic('deployment/pre-deployment-configs-output'),
    STAGELINE_TOPIC_ENVIRONMENT_PREFIX: topic('deployment-automation/'),
    STAGELINE_TOPIC_RESULTS: topic('deployment-automation/results'),
  };
}

/**
 * Opens bus and store as the service does: `embedded` in a fresh folder (or the one given), `pulsar-ws` or `pulsar` with
 * CouchDB's protocol, on topics and a database of their own.
 */
export async function openEngines(engine, dataDir) {
  const { loadConfig } = product('config');
  const { openBus, openStore, openTopicAdmin } = product('service/engines');
  const { namespacePlans } = product('service/topics');
  const folder = dataDir === undefined ? scratch() : { dir: dataDir, remove: silent };
  const config = loadConfig({ env: settingsOf(engine, folder.dir), cwd: process.cwd() });
  const log = quietLog();
  const admin = openTopicAdmin(config);
  await admin?.provision(namespacePlans(config));
  const bus = await openBus(config, log);
  const store = await openStore(config, log);
  return {
    config,
    topics: config.topics,
    bus,
    store,
    admin,
    log,
    close: async () => {
      await bus.close();
      await store.close();
      folder.remove();
    },
  };
}
