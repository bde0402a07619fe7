import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createPulsarFunctions } from '../../src/adapters/pulsar-admin/functions.js';
import { createSandboxFunctions } from '../../src/adapters/sandbox/sandbox-functions.js';
import { backend } from '../support/backends.js';
import { functionsContract } from './functions.js';

describe('functions: sandbox', () => {
  let dir = '';
  afterAll(() => rm(dir, { recursive: true, force: true }));

  functionsContract(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-sandbox-'));
    return {
      functions: await createSandboxFunctions({ dir }),
      data: { fileName: 'examples.jar', body: Buffer.from('any bytes') },
    };
  });
});

const adminUrl = process.env['PULSAR_TEST_ADMIN_URL'] ?? '';
const jar = process.env['PULSAR_EXAMPLES_JAR'] ?? '';

backend(
  'functions: Pulsar REST Admin API',
  adminUrl !== '' && jar !== '',
  'PULSAR_TEST_ADMIN_URL and PULSAR_EXAMPLES_JAR are not set',
  () => {
    functionsContract(async () => ({
      functions: createPulsarFunctions({ adminUrl }),
      data: { fileName: basename(jar), body: await readFile(jar) },
    }));
  },
);
