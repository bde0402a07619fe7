import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createPulsarFunctions } from '../../src/adapters/pulsar-admin/functions.js';
import { createSandboxFunctions } from '../../src/adapters/sandbox/sandbox-functions.js';
import { backend } from '../support/backends.js';
import { functionsContract } from './functions.js';
import type { FunctionsSubject } from './functions-session.js';
import { statesContract } from './functions-states.js';

describe('functions: sandbox', () => {
  const dirs: string[] = [];
  afterAll(async () => {
    for (const dir of dirs) await rm(dir, { recursive: true, force: true });
  });

  const open = async (): Promise<FunctionsSubject> => {
    const dir = await mkdtemp(join(tmpdir(), 'stageline-sandbox-'));
    dirs.push(dir);
    return {
      functions: await createSandboxFunctions({ dir }),
      data: { fileName: 'examples.jar', body: Buffer.from('any bytes') },
    };
  };
  describe('requests', () => {
    functionsContract(open);
  });
  describe('states', () => {
    statesContract(open);
  });
});

const adminUrl = process.env['PULSAR_TEST_ADMIN_URL'] ?? '';
const jar = process.env['PULSAR_EXAMPLES_JAR'] ?? '';

backend(
  'functions: Pulsar REST Admin API',
  adminUrl !== '' && jar !== '',
  'PULSAR_TEST_ADMIN_URL and PULSAR_EXAMPLES_JAR are not set',
  () => {
    const open = async (): Promise<FunctionsSubject> => ({
      functions: createPulsarFunctions({ adminUrl }),
      data: { fileName: basename(jar), body: await readFile(jar) },
    });
    describe('requests', () => {
      functionsContract(open);
    });
    describe('states', () => {
      statesContract(open);
    });
  },
);
