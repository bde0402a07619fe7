import { warmUp } from '../lib/deploy-bare.mjs';
import { deployPulsarAdmin } from '../lib/deploy-pulsar-admin.mjs';
import { deployStageline } from '../lib/deploy-stageline.mjs';
import { scratch } from '../lib/scratch.mjs';

const functions = 300;

/** What people do without it: one command for each function, a JVM for each command. */
export const row = {
  title: `${functions} changed functions without a package, from the commit to the last read-back, on a real broker`,
  against: 'pulsar-admin functions update in series (10 timed, extrapolated)',
  sides: ['stageline', 'pulsar-admin'],
  cases: [{ name: 'embedded bus', params: { functions, timed: 10 }, quick: { functions: 40, timed: 2 } }],
  figures: [{ name: 'changed/s', field: 'updatesPerSecond', ratio: { atLeast: 100 } }],
  missing: () =>
    ['PULSAR_EXAMPLES_JAR', 'PULSAR_TEST_ADMIN_URL']
      .filter((name) => !process.env[name])
      .map((name) => `not set: ${name}`)[0],
  prepare: ({ functions: count }) =>
    warmUp({ adminUrl: process.env.PULSAR_TEST_ADMIN_URL, functions: count }),
  async measure(side, params) {
    const adminUrl = process.env.PULSAR_TEST_ADMIN_URL;
    if (side === 'pulsar-admin') return deployPulsarAdmin({ ...params, adminUrl });
    const { dir, remove } = scratch();
    try {
      return await deployStageline({ ...params, adminUrl, engine: 'embedded', dir });
    } finally {
      remove();
    }
  },
};
