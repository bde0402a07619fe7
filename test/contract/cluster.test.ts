import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createPulsarCluster } from '../../src/adapters/pulsar-admin/cluster.js';
import { createSandboxCluster } from '../../src/adapters/sandbox/cluster.js';
import type { Cluster } from '../../src/ports/cluster.js';
import { backend } from '../support/backends.js';
import { clusterContract } from './cluster.js';

describe('cluster: sandbox', () => {
  let dir = '';
  afterAll(() => rm(dir, { recursive: true, force: true }));

  clusterContract(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-sandbox-'));
    return {
      cluster: await createSandboxCluster({ dir }),
      data: { fileName: 'examples.jar', body: Buffer.from('any bytes') },
      other: { fileName: 'examples.jar', body: Buffer.from('other bytes') },
    };
  });
});

const adminUrl = process.env['PULSAR_TEST_ADMIN_URL'] ?? '';
const jar = process.env['PULSAR_EXAMPLES_JAR'] ?? '';
const why = 'PULSAR_TEST_ADMIN_URL and PULSAR_EXAMPLES_JAR are not set';

backend('cluster: Pulsar REST Admin API', adminUrl !== '' && jar !== '', why, () => {
  clusterContract(async () => {
    const body = await readFile(jar);
    return {
      cluster: createPulsarCluster({ adminUrl }),
      data: { fileName: basename(jar), body },
      // What stands before an archive is no part of it; a line end there would be lost on the way.
      other: { fileName: basename(jar), body: Buffer.concat([Buffer.from('xx'), body]) },
    };
  });
});

const PLACE = 'persistent://public/cluster-facts';

backend('what Pulsar tells of a cluster', adminUrl !== '', why, () => {
  let cluster: Cluster;
  const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${adminUrl}/admin/v2/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status >= 300 && response.status !== 409) throw new Error(`${path}: ${response.status}`);
  };
  beforeAll(async () => {
    cluster = createPulsarCluster({ adminUrl });
    await ask('PUT', 'namespaces/public/cluster-facts', {});
    await ask('PUT', 'persistent/public/cluster-facts/whole');
    await ask('PUT', 'persistent/public/cluster-facts/split/partitions', 2);
    await ask('PUT', 'persistent/public/cluster-facts/split/subscription/readers');
    const schema = { type: 'STRING', schema: '', properties: {} };
    await ask('POST', 'schemas/public/cluster-facts/whole/schema', schema);
    await ask('POST', 'namespaces/public/cluster-facts/permissions/some-role', ['functions', 'consume']);
  });
  afterAll(async () => {
    await ask('DELETE', 'persistent/public/cluster-facts/whole?force=true');
    await ask('DELETE', 'persistent/public/cluster-facts/split/partitions?force=true');
    await ask('DELETE', 'namespaces/public/cluster-facts');
    await cluster.functions.close();
  });
  const known = (value: unknown): object => ({ known: true, value });

  it('has no namespaces of a tenant that is not there', async () => {
    expect(await cluster.admin.namespaces('no-such-tenant')).toEqual(known(undefined));
    expect(await cluster.admin.topics('public', 'no-such-namespace')).toEqual(known(undefined));
    expect(await cluster.admin.permissions('public', 'no-such-namespace')).toEqual(known(undefined));
  });

  it('lists topics, a partitioned one as one', async () => {
    const expected = new Map([
      [`${PLACE}/split`, { partitioned: true }],
      [`${PLACE}/whole`, { partitioned: false }],
    ]);
    expect(await cluster.admin.topics('public', 'cluster-facts')).toEqual(known(expected));
    expect(await cluster.admin.topic(`${PLACE}/split`)).toEqual(known({ partitions: 2 }));
    expect(await cluster.admin.topic(`${PLACE}/whole`)).toEqual(known({ partitions: 0 }));
    expect(await cluster.admin.topic(`${PLACE}/none`)).toEqual(known(undefined));
  });

  it('has subscriptions of a topic, over all its partitions', async () => {
    const readers = new Map([['readers', { backlog: 0, consumers: [] }]]);
    expect(await cluster.admin.subscriptions(`${PLACE}/split`)).toEqual(known(readers));
    expect(await cluster.admin.subscriptions(`${PLACE}/whole`)).toEqual(known(new Map()));
    expect(await cluster.admin.subscriptions(`${PLACE}/none`)).toEqual(known(undefined));
  });

  it('tells schemas and permissions', async () => {
    expect(await cluster.admin.schema(`${PLACE}/whole`)).toEqual(known('STRING'));
    expect(await cluster.admin.schema(`${PLACE}/split`)).toEqual(known(undefined));
    const granted = await cluster.admin.permissions('public', 'cluster-facts');
    const actions: unknown = granted.known ? granted.value?.get('some-role') : undefined;
    expect(new Set(actions as string[])).toEqual(new Set(['functions', 'consume']));
  });

  it('knows which packages are there', async () => {
    const url = `function://public/cluster-facts/no-such-${process.pid}@0`;
    const ref = {
      type: 'function',
      tenant: 'public',
      namespace: 'cluster-facts',
      name: `no-such-${process.pid}`,
    } as const;
    expect(await cluster.admin.hasPackage(url, ref)).toEqual(known(false));
    for (const type of ['function', 'source', 'sink'] as const)
      expect(await cluster.admin.hasPackage('builtin://no-such', { ...ref, type })).toEqual(known(false));
    expect(await cluster.admin.workers()).toEqual(known(1));
    expect(await cluster.admin.packageVersions(ref)).toEqual(known([]));
    expect(await cluster.admin.packageAt(url)).toEqual(known(undefined));
  });
});
