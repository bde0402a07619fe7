// What is deployed: one function with many names, each with an input and an output of its own.
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const NAMESPACE = { tenant: 'public', namespace: 'bench' };
const CLASS = 'org.apache.pulsar.functions.api.examples.ExclamationFunction';

/** The package, 70 KB: Pulsar's own examples. */
export function packageFile() {
  const path = process.env.PULSAR_EXAMPLES_JAR;
  return { path, folder: dirname(path), name: basename(path), body: readFileSync(path) };
}

const topic = (name) => `persistent://${NAMESPACE.tenant}/${NAMESPACE.namespace}/${name}`;

/** A config as Pulsar takes it. */
export function pulsarConfig(prefix, index, revision) {
  const name = `${prefix}-${index}`;
  return {
    ...NAMESPACE,
    name,
    className: CLASS,
    runtime: 'JAVA',
    inputSpecs: { [topic(`${name}-in`)]: {} },
    output: topic(`${name}-out`),
    userConfig: { revision: `r${revision}` },
    parallelism: 1,
  };
}

/** The same as people give it to Stageline. */
export function stagedConfig(prefix, index, revision) {
  const { inputSpecs, ...config } = pulsarConfig(prefix, index, revision);
  return {
    type: 'function',
    artifactPathOrUrl: packageFile().name,
    ...config,
    inputs: Object.keys(inputSpecs),
  };
}

/** The namespace of the functions; a sandbox has every one. */
export async function makeNamespace(adminUrl) {
  const { tenant, namespace } = NAMESPACE;
  await fetch(`${adminUrl}/admin/v2/namespaces/${tenant}/${namespace}`, { method: 'PUT' });
}

/** What a broker was asked for before is mostly done by then: it starts functions long after it has answered. */
export const settle = (adminUrl) => pause(adminUrl === process.env.PULSAR_TEST_ADMIN_URL ? 10_000 : 0);

/** A folder that is there. */
export function folder(path) {
  mkdirSync(path, { recursive: true });
  return path;
}
