// Real servers where Docker is: two Pulsar standalone containers and a CouchDB, by testcontainers.
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const PULSAR_IMAGE = 'apachepulsar/pulsar:4.0.8';
const COUCHDB_IMAGE = 'couchdb:3.4';
const START_LIMIT_MS = 300_000;

/** True if a Docker engine answers. */
export function dockerAnswers() {
  return spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

/** Starts everything; returns the variables that the tests look at, and what stops it again. */
export async function startContainers() {
  const { GenericContainer, Wait } = await import('testcontainers');
  const pulsar = () =>
    new GenericContainer(PULSAR_IMAGE)
      .withCommand(['bin/pulsar', 'standalone'])
      .withEnvironment({ PULSAR_MEM: '-Xms256m -Xmx768m -XX:MaxDirectMemorySize=768m' })
      .withExposedPorts(8080)
      .withWaitStrategy(Wait.forHttp('/admin/v3/functions/public/default', 8080).forStatusCode(200))
      .withStartupTimeout(START_LIMIT_MS)
      .start();
  const couchdb = new GenericContainer(COUCHDB_IMAGE)
    .withEnvironment({ COUCHDB_USER: 'test', COUCHDB_PASSWORD: 'test' })
    .withExposedPorts(5984)
    .withWaitStrategy(Wait.forHttp('/_up', 5984).forStatusCode(200))
    .start();
  const [test, prod, couch] = await Promise.all([pulsar(), pulsar(), couchdb]);

  const folder = mkdtempSync(join(tmpdir(), 'stageline-examples-'));
  const archive = join(folder, 'examples.tar');
  await pipeline(
    await test.copyArchiveFromContainer('/pulsar/examples/api-examples.jar'),
    createWriteStream(archive),
  );
  spawnSync('tar', ['-xf', archive, '-C', folder], { stdio: 'inherit' });

  const address = (container) => `${container.getHost()}:${container.getMappedPort(8080)}`;
  return {
    variables: {
      PULSAR_TEST_WS_URL: `ws://${address(test)}`,
      PULSAR_TEST_ADMIN_URL: `http://${address(test)}`,
      PULSAR_PROD_WS_URL: `ws://${address(prod)}`,
      PULSAR_PROD_ADMIN_URL: `http://${address(prod)}`,
      PULSAR_EXAMPLES_JAR: join(folder, 'api-examples.jar'),
      COUCHDB_URL: `http://test:test@${couch.getHost()}:${couch.getMappedPort(5984)}`,
    },
    stop: () => Promise.all([test, prod, couch].map((container) => container.stop())),
  };
}
