import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxFunctions } from '../../../../src/adapters/sandbox/sandbox-functions.js';

const REF = { type: 'function', tenant: 'public', namespace: 'default', name: 'enrich' } as const;
const CONFIG = { runtime: 'JAVA', className: 'a.B', inputs: ['in'] };

describe('the sandbox', () => {
  let root = '';
  let dir = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'stageline-sandbox-'));
    dir = join(root, 'not', 'there');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('is shown as one', async () => {
    const functions = await createSandboxFunctions({ dir });
    expect(functions.kind).toBe('sandbox');
    await functions.close();
  });

  it('remembers what was deployed', async () => {
    const before = await createSandboxFunctions({ dir });
    await before.create({ ref: REF, config: CONFIG, url: 'function://a/b/c@1' });
    await before.close();
    const after = await createSandboxFunctions({ dir });
    expect(await after.get(REF)).toMatchObject({ status: 200, body: { className: 'a.B' } });
    await after.close();
  });

  it('takes requests at once, one after the other', async () => {
    const functions = await createSandboxFunctions({ dir });
    const create = () => functions.create({ ref: REF, config: CONFIG, url: 'function://a/b/c@1' });
    const statuses = (await Promise.all([create(), create(), create()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([204, 400, 400]);
    await functions.close();
  });

  it('cannot be reached once it is closed', async () => {
    const functions = await createSandboxFunctions({ dir });
    await functions.close();
    await expect(functions.get(REF)).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' });
  });
});
