import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createPulsarFunctions } from '../../src/adapters/pulsar-admin/functions.js';
import { createSandboxFunctions } from '../../src/adapters/sandbox/sandbox-functions.js';
import { backend } from '../support/backends.js';
import { realUpdates } from '../support/updates/real-subject.js';
import { untriedFields, updatesContract } from './updates.js';

const PYTHON = { fileName: 'enrich.py', body: Buffer.from('# no more than a name') };

describe('updates: sandbox', () => {
  let dir = '';
  afterAll(() => rm(dir, { recursive: true, force: true }));

  updatesContract({
    runs: 300,
    open: async () => {
      dir = await mkdtemp(join(tmpdir(), 'stageline-sandbox-'));
      const java = { fileName: 'examples.jar', body: Buffer.from('any bytes') };
      return { functions: await createSandboxFunctions({ dir }), java, python: PYTHON };
    },
  });
});

const adminUrl = process.env['PULSAR_PROD_ADMIN_URL'] ?? '';
const jar = process.env['PULSAR_EXAMPLES_JAR'] ?? '';

backend(
  'updates: Pulsar',
  adminUrl !== '' && jar !== '',
  'PULSAR_PROD_ADMIN_URL and PULSAR_EXAMPLES_JAR are not set',
  () => {
    updatesContract({
      runs: 40,
      open: async () => ({
        functions: createPulsarFunctions({ adminUrl }),
        java: { fileName: basename(jar), body: await readFile(jar) },
        python: PYTHON,
        ...(await realUpdates(adminUrl)),
      }),
    });
  },
);

describe('the fields that are tried', () => {
  it('are all that an update may change, but those that no standalone broker can be given', () => {
    expect(untriedFields()).toEqual([]);
  });
});
