// A home for one broker: its own configuration and data around the shared programs of the distribution.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { LOOPBACK } from './net.mjs';

/** What a broker writes; everything else in its home is made anew at each start. */
const DATA = ['data', 'download', 'packages-storage'];

/**
 * Makes the home. bin/ is a real folder, because bin/pulsar takes the folder above it for its home and works there:
 * with one home for both brokers they would share `download` and `packages-storage`.
 */
export function makeHome({ home, distribution, ports, keepData, settings = {} }) {
  const made = ['bin', 'conf', 'lib', 'instances', 'logs', 'tmp', ...(keepData ? [] : DATA)];
  for (const name of made) rmSync(join(home, name), { recursive: true, force: true });
  for (const name of ['bin', 'tmp']) mkdirSync(join(home, name), { recursive: true });
  for (const name of ['bin/pulsar', 'lib', 'instances'])
    symlinkSync(join(distribution, name), join(home, name));
  cpSync(join(distribution, 'conf'), join(home, 'conf'), { recursive: true });
  edit(join(home, 'conf', 'standalone.conf'), (text) => brokerConfig(text, ports, settings));
  edit(join(home, 'conf', 'functions_worker.yml'), (text) => workerConfig(text, ports));
}

function edit(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** Everything on loopback; all else as the distribution has it, so that tests meet what a real broker does, or as the test says. */
function brokerConfig(text, ports, settings) {
  const changed = setKeys(text, '=', {
    brokerServicePort: ports.binary,
    webServicePort: ports.web,
    bindAddress: LOOPBACK,
    advertisedAddress: LOOPBACK,
  });
  // The last of a name counts.
  const wished = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  // Read by the bookie inside; the file does not list them. Without the second one it takes any free port.
  return `${changed}\nlisteningInterface=${loopbackInterface()}\nallowEphemeralPorts=true\n${wished.join('')}`;
}

function workerConfig(text, ports) {
  const changed = setKeys(text, ': ', {
    workerHostname: LOOPBACK,
    workerPort: ports.web,
    pulsarServiceUrl: `pulsar://${LOOPBACK}:${ports.binary}`,
    pulsarWebServiceUrl: `http://${LOOPBACK}:${ports.web}`,
    functionRuntimeFactoryClassName: 'org.apache.pulsar.functions.runtime.thread.ThreadRuntimeFactory',
  });
  // Functions as threads, not as a Java process of 200 MB each. The keys of the process runtime would stop the start.
  return replaceOnce(
    changed,
    /^functionRuntimeFactoryConfigs:\n(?:[ \t]+.*\n)*/m,
    'functionRuntimeFactoryConfigs:\n  threadGroupName: "functions"\n',
  );
}

function setKeys(text, separator, values) {
  return Object.entries(values).reduce(
    (changed, [key, value]) =>
      replaceOnce(changed, new RegExp(`^${key}${separator.trim()}.*$`, 'm'), `${key}${separator}${value}`),
    text,
  );
}

/** A pattern that is not there means another Pulsar version: better said than started on default ports. */
function replaceOnce(text, pattern, replacement) {
  if (!pattern.test(text)) throw new Error(`Pulsar's configuration has no ${pattern.source}`);
  return text.replace(pattern, () => replacement);
}

/** `lo` on Linux, `lo0` on macOS. */
function loopbackInterface() {
  const found = Object.entries(networkInterfaces()).find(([, addresses]) =>
    addresses.some(({ address }) => address === LOOPBACK),
  );
  return found?.[0] ?? 'lo';
}
