import { deployBare, warmUp } from '../lib/deploy-bare.mjs';
import { deployStageline } from '../lib/deploy-stageline.mjs';
import { missingFor } from '../lib/engines.mjs';
import { serveSandbox } from '../lib/sandbox-server.mjs';
import { scratch } from '../lib/scratch.mjs';
import { folder } from '../lib/deploy-workload.mjs';

const functions = 300;
const quick = { functions: 40 };

/** From the commit until the last function is read back, against nothing but the calls to the cluster. */
export const row = {
  title: `${functions} functions deployed, from the commit to the last read-back`,
  against: 'a bare loop of the same calls at the best of 1, 2 and 4 at once',
  sides: ['stageline', 'bare loop'],
  cases: [
    { name: 'a real broker, embedded bus', params: { functions, engine: 'embedded' }, quick },
    { name: 'a real broker, Pulsar and CouchDB protocol', params: { functions, engine: 'pulsar-ws' }, quick },
    {
      name: 'the sandbox, 20 ms added to each call',
      params: { functions, engine: 'embedded', addMs: 20 },
      quick,
    },
  ],
  figures: [
    { name: 'creates with a 70 KB package/s', field: 'createsPerSecond', ratio: { atLeast: 0.9 } },
    { name: 'changed, no package/s', field: 'updatesPerSecond', ratio: { atLeast: 0.8 } },
    { name: 'unchanged/s; against: reads at 4', field: 'unchangedPerSecond', ratio: { atLeast: 0.8 } },
    { name: 'restarts of unchanged ones', field: 'restarts', limit: { atMost: 0 } },
    { name: 's until changed ones are recorded', field: 'recordedSeconds' },
  ],
  missing({ engine, addMs }) {
    if (!process.env.PULSAR_EXAMPLES_JAR) return 'not set: PULSAR_EXAMPLES_JAR';
    if (addMs === undefined && !process.env.PULSAR_TEST_ADMIN_URL) return 'not set: PULSAR_TEST_ADMIN_URL';
    return missingFor(engine);
  },
  async prepare({ functions: count, addMs }) {
    if (addMs === undefined) await warmUp({ adminUrl: process.env.PULSAR_TEST_ADMIN_URL, functions: count });
  },
  async measure(side, { functions: count, engine, addMs }) {
    const { dir, remove } = scratch();
    const served =
      addMs === undefined ? undefined : await serveSandbox({ dir: folder(`${dir}/sandbox`), addMs });
    const adminUrl = served?.adminUrl ?? process.env.PULSAR_TEST_ADMIN_URL;
    try {
      return side === 'stageline'
        ? await deployStageline({ adminUrl, functions: count, engine, dir })
        : await deployBare({ adminUrl, functions: count });
    } finally {
      await served?.close();
      remove();
    }
  },
};
