import { randomBytes } from 'node:crypto';
import { bareLoop, create, read, remove, update } from './bare-calls.mjs';
import { makeNamespace, packageFile, pulsarConfig, settle } from './deploy-workload.mjs';

const LEVELS = [1, 2, 4];

/** What has run often in a broker is compiled: before anything is measured it has done all of it. */
export async function warmUp({ adminUrl, functions }) {
  await makeNamespace(adminUrl);
  const { body: jar } = packageFile();
  const prefix = `w${randomBytes(3).toString('hex')}`;
  const configs = (revision) =>
    Array.from({ length: functions }, (_, index) => pulsarConfig(prefix, index, revision));
  const all = (requests) => bareLoop({ adminUrl, requests, concurrency: 4 });
  await all(configs(0).map((config) => create(config, jar)));
  for (let revision = 1; revision <= 4; revision += 1) {
    await all(configs(revision).map(update));
    await all(configs(revision).map(read));
    await settle(adminUrl);
  }
  await all(configs(0).map(remove));
}

/** The same calls in a bare loop, at each fixed concurrency; the best counts. Slow ones are measured on fewer functions. */
export async function deployBare({ adminUrl, functions }) {
  await makeNamespace(adminUrl);
  const { body: jar } = packageFile();
  const best = { createsPerSecond: 0, updatesPerSecond: 0 };
  const told = {};
  for (const concurrency of LEVELS) {
    const prefix = `b${randomBytes(3).toString('hex')}`;
    const count = Math.ceil((functions * concurrency) / Math.max(...LEVELS));
    const indexes = Array.from({ length: count }, (_, index) => index);
    const rate = async (what, requests) => {
      await settle(adminUrl);
      const { ms, failed } = await bareLoop({ adminUrl, requests, concurrency });
      if (failed.length > 0) throw new Error(`${what}: ${failed.length} failed, such as ${failed[0]}`);
      const perSecond = (requests.length * 1_000) / ms;
      told[`${what} at ${concurrency}`] = perSecond;
      return perSecond;
    };
    const created = await rate(
      'creates',
      indexes.map((index) => create(pulsarConfig(prefix, index, 0), jar)),
    );
    const updated = await rate(
      'updates',
      indexes.map((index) => update(pulsarConfig(prefix, index, 1))),
    );
    best.createsPerSecond = Math.max(best.createsPerSecond, created);
    best.updatesPerSecond = Math.max(best.updatesPerSecond, updated);
    if (concurrency === Math.max(...LEVELS))
      best.unchangedPerSecond = await rate(
        'reads',
        indexes.map((index) => read(pulsarConfig(prefix, index, 1))),
      );
    const requests = indexes.map((index) => remove(pulsarConfig(prefix, index, 1)));
    await bareLoop({ adminUrl, requests, concurrency });
  }
  return { ...best, told };
}
