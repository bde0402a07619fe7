import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bareLoop, create, remove } from './bare-calls.mjs';
import { makeNamespace, packageFile, pulsarConfig } from './deploy-workload.mjs';

const run = promisify(execFile);

/** `pulsar-admin functions update`, one after the other, as the distribution beside the examples has it. */
export async function deployPulsarAdmin({ adminUrl, timed }) {
  await makeNamespace(adminUrl);
  const { body: jar, folder } = packageFile();
  const prefix = `a${randomBytes(3).toString('hex')}`;
  const configs = Array.from({ length: timed }, (_, index) => pulsarConfig(prefix, index, 0));
  const { failed } = await bareLoop({
    adminUrl,
    requests: configs.map((config) => create(config, jar)),
    concurrency: 2,
  });
  if (failed.length > 0) throw new Error(failed[0]);
  // Settings of the brokers for tests are not the command's.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PULSAR_')));
  const begun = performance.now();
  for (const { tenant, namespace, name } of configs) {
    const which = ['--tenant', tenant, '--namespace', namespace, '--name', name];
    await run(
      join(folder, 'dist', 'bin', 'pulsar-admin'),
      ['--admin-url', adminUrl, 'functions', 'update', ...which, '--user-config', '{"revision":"r1"}'],
      { env },
    );
  }
  const ms = performance.now() - begun;
  await bareLoop({ adminUrl, requests: configs.map(remove), concurrency: 2 });
  return { updatesPerSecond: (timed * 1_000) / ms, secondsEach: ms / 1_000 / timed };
}
