import { createHash } from 'node:crypto';
import type { Cluster } from '../../src/ports/cluster.js';
import type { PackageData, WorkloadRef } from '../../src/ports/functions.js';

/** A cluster to ask, and a package that it takes. */
export interface ClusterSubject {
  readonly cluster: Cluster;
  readonly data: PackageData;
  /** Another package. */
  readonly other: PackageData;
}

const CLASS = 'org.apache.pulsar.functions.api.examples.ExclamationFunction';
const CONFIGS = {
  function: { runtime: 'JAVA', className: CLASS, inputs: ['persistent://public/default/cluster-in'] },
  source: {
    className: 'org.apache.pulsar.functions.source.batch.BatchSourceExecutor',
    topicName: 'persistent://public/default/cluster-out',
  },
  sink: {
    className: 'org.apache.pulsar.functions.sink.PulsarSink',
    inputs: ['persistent://public/default/cluster-in'],
  },
} as const;
const TYPES = ['function', 'source', 'sink'] as const;

let next = 0;

/** What every cluster tells, the sandbox or a real one. */
export function clusterContract(open: () => Promise<ClusterSubject>): void {
  let subject: ClusterSubject;
  const made: WorkloadRef[] = [];
  beforeAll(async () => {
    subject = await open();
  });
  afterEach(async () => {
    for (const ref of made.splice(0)) await subject.cluster.functions.delete(ref);
  });
  afterAll(() => subject.cluster.functions.close());

  const deployed = async (type: WorkloadRef['type']): Promise<WorkloadRef> => {
    const name = `cluster-${process.pid}-${Date.now().toString(36)}-${next++}`;
    const ref: WorkloadRef = { type, tenant: 'public', namespace: 'default', name };
    made.push(ref);
    const config = { tenant: 'public', namespace: 'default', name, ...CONFIGS[type] };
    const { functions } = subject.cluster;
    expect(await functions.create({ ref, config, data: subject.data })).toMatchObject({ status: 204 });
    return ref;
  };
  const known = (value: unknown): object => ({ known: true, value });

  it('is of one kind', () => {
    expect(subject.cluster.admin.kind).toBe(subject.cluster.functions.kind);
  });

  it('knows the tenant and the namespace of what is deployed', async () => {
    await deployed('function');
    const { admin } = subject.cluster;
    expect(await admin.tenants()).toMatchObject(known(expect.arrayContaining(['public'])));
    expect(await admin.namespaces('public')).toMatchObject(known(expect.arrayContaining(['default'])));
  });

  it.each(TYPES)('gives the digest of the package that a %s has now', async (type) => {
    const ref = await deployed(type);
    const { functions } = subject.cluster;
    expect(await functions.packageDigest(ref)).toMatchObject(factsOf(subject.data));
    const config = { tenant: 'public', namespace: 'default', name: ref.name, ...CONFIGS[type] };
    expect(await functions.update({ ref, config, data: subject.other })).toMatchObject({ status: 204 });
    expect(await functions.packageDigest(ref)).toMatchObject(factsOf(subject.other));
  });

  it('has no package of what is not deployed', async () => {
    const ref = await deployed('function');
    const { status } = await subject.cluster.functions.packageDigest({ ...ref, name: 'no-such' });
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it('reads permissions and traits where nothing is restricted', async () => {
    const { admin } = subject.cluster;
    expect(await admin.permissions('public', 'default')).toMatchObject({ known: true });
    expect(await admin.traits()).toEqual({ authorization: false, superuser: false, createsTopics: true });
  });
}

function factsOf({ body }: PackageData): object {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { status: 200, body: { sha256, bytes: body.length } };
}
