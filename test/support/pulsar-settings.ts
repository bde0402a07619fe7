import { randomBytes } from 'node:crypto';

const env = process.env;

/** What the environment must name for a test over Pulsar and CouchDB that is not named there. */
export function missingServers(...names: string[]): string[] {
  const missing = names.filter((name) => !env[name]);
  if (!env['COUCHDB_URL'] && !env['COUCHDB_TEST_URL']) missing.push('COUCHDB_URL');
  return missing;
}

/** Settings of a service on the test broker and CouchDB, with topics and a database of its own. */
export function pulsarSettings(run = randomBytes(4).toString('hex')): Record<string, string> {
  const tenant = `e2e-${run}`;
  const topic = (name: string): string => `persistent://${tenant}/${name}`;
  return {
    STAGELINE_BUS: 'pulsar-ws',
    STAGELINE_PULSAR_WS_URL: env['PULSAR_TEST_WS_URL'] ?? '',
    STAGELINE_PULSAR_ADMIN_URL: env['PULSAR_TEST_ADMIN_URL'] ?? '',
    STAGELINE_STORE: 'couchdb',
    STAGELINE_COUCHDB_URL: env['COUCHDB_URL'] ?? env['COUCHDB_TEST_URL'] ?? '',
    STAGELINE_COUCHDB_DATABASE: `stageline-${run}`,
    // Containers are reached by the host's name, not always by a loopback address.
    STAGELINE_ALLOW_UNAUTHENTICATED: 'true',
    STAGELINE_TOPIC_COMMANDS: topic('stageline/commands'),
    STAGELINE_TOPIC_JOURNAL: topic('stageline/journal'),
    STAGELINE_TOPIC_BEATS: `non-persistent://${tenant}/stageline/beats`,
    STAGELINE_TOPIC_REPLIES: topic('stageline/replies'),
    STAGELINE_TOPIC_DEAD_LETTERS: topic('stageline/dead-letters'),
    STAGELINE_TOPIC_DEPLOYMENTS: topic('deployment/pre-deployment-configs-output'),
    STAGELINE_TOPIC_ENVIRONMENT_PREFIX: topic('deployment-automation/'),
    STAGELINE_TOPIC_RESULTS: topic('deployment-automation/results'),
    // A function of a test is watched as briefly as one can see something.
    STAGELINE_DEPLOYER_HEALTH_SETTLE_MS: '300',
    STAGELINE_DEPLOYER_HEALTH_BAKE_MS: '500',
    STAGELINE_DEPLOYER_HEALTH_LIMIT_MS: '20000',
  };
}
