import net from 'node:net';
import type { AddressInfo } from 'node:net';
import type { AdminHttp } from '../../../src/adapters/pulsar-admin/http.js';
import { createPulsarTopicAdmin } from '../../../src/adapters/pulsar-admin/topic-admin.js';
import type { ClusterAnswer } from '../../../src/ports/functions.js';
import type { NamespacePlan } from '../../../src/ports/topic-admin.js';

const JOURNAL = 'persistent://ops/stageline/journal';
const PLAN: NamespacePlan[] = [
  {
    tenant: 'ops',
    namespace: 'stageline',
    keepForEver: true,
    deduplicate: false,
    topics: [JOURNAL, 'commands', 'non-persistent://ops/stageline/beats'],
  },
  { tenant: 'ops', namespace: 'deployment', keepForEver: false, deduplicate: true, topics: [] },
];

const adminOver = (request: AdminHttp['request']) =>
  createPulsarTopicAdmin({ adminUrl: 'http://broker:8080/', http: { request } });

/** Answers as Pulsar's admin API does for what is used here: an unset policy is 200 without a body. */
function createFakeAdmin(state: Record<string, unknown> = {}) {
  const requests: string[] = [];
  const request: AdminHttp['request'] = ({ method, path: full, body: form }) => {
    const path = full.replace('/admin/v2/', '');
    const sent: unknown = form === undefined ? undefined : JSON.parse(Buffer.concat(form.chunks).toString());
    requests.push([method, path, ...(sent === undefined ? [] : [JSON.stringify(sent)])].join(' '));
    const answer = (status: number, body?: unknown): Promise<ClusterAnswer> =>
      Promise.resolve({ status, reason: '', ...(body === undefined ? {} : { body }) });
    if (method === 'GET' && path === 'clusters') return answer(200, ['east', 'west']);
    const known = path in state;
    if (method === 'GET') {
      const isPolicy = /^namespaces\/[^/]+\/[^/]+\/|applied/.test(path);
      return known || isPolicy ? answer(200, state[path]) : answer(404, { reason: 'not found' });
    }
    if (method === 'PUT' && known) return answer(409, { reason: 'exists' });
    state[path] = sent ?? {};
    return answer(204);
  };
  return { state, requests, admin: adminOver(request) };
}

/** A journal as it should be. */
const sound = (): Record<string, unknown> => {
  const path = 'persistent/ops/stageline/journal';
  return {
    [`${path}/partitions`]: { partitions: 0 },
    [`${path}/retention?applied=true`]: { retentionTimeInMinutes: -1, retentionSizeInMB: -1 },
    [`${path}/deduplicationEnabled?applied=true`]: false,
    [`${path}/inactiveTopicPolicies?applied=true`]: { deleteWhileInactive: false },
  };
};

describe('provisioning', () => {
  it('makes tenants, namespaces, policies and topics, policies before topics', async () => {
    const { admin, requests } = createFakeAdmin();
    const steps = await admin.provision(PLAN);
    expect(steps.map(({ what, done }) => `${done}: ${what}`)).toEqual([
      'created: tenant ops',
      'created: namespace ops/stageline',
      'changed: retention for ever of ops/stageline',
      'changed: no deletion of idle topics of ops/stageline',
      'changed: deduplication off of ops/stageline',
      `created: topic ${JOURNAL}`,
      'created: topic persistent://ops/stageline/commands',
      'present: topic non-persistent://ops/stageline/beats',
      'created: namespace ops/deployment',
      'changed: no deletion of idle topics of ops/deployment',
      'changed: deduplication on of ops/deployment',
    ]);
    const policy =
      '{"inactiveTopicDeleteMode":"delete_when_no_subscriptions","maxInactiveDurationSeconds":60,"deleteWhileInactive":false}';
    expect(requests.filter((request) => !request.startsWith('GET'))).toEqual([
      'PUT tenants/ops {"adminRoles":[],"allowedClusters":["east","west"]}',
      'PUT namespaces/ops/stageline',
      'POST namespaces/ops/stageline/retention {"retentionTimeInMinutes":-1,"retentionSizeInMB":-1}',
      `POST namespaces/ops/stageline/inactiveTopicPolicies ${policy}`,
      'POST namespaces/ops/stageline/deduplication false',
      'PUT persistent/ops/stageline/journal',
      'PUT persistent/ops/stageline/commands',
      'PUT namespaces/ops/deployment',
      `POST namespaces/ops/deployment/inactiveTopicPolicies ${policy}`,
      'POST namespaces/ops/deployment/deduplication true',
    ]);
  });

  it('finds everything present the second time, and changes nothing', async () => {
    const { admin, requests } = createFakeAdmin();
    await admin.provision(PLAN);
    requests.length = 0;
    const steps = await admin.provision(PLAN);
    expect(new Set(steps.map(({ done }) => done))).toEqual(new Set(['present']));
    expect(requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it('refuses a topic that is not in its namespace', async () => {
    const { admin } = createFakeAdmin();
    const plan = [{ ...PLAN[1]!, topics: [JOURNAL] }];
    await expect(admin.provision(plan)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });
});

describe('the faults of a journal', () => {
  it('are none on a sound one', async () => {
    expect(await createFakeAdmin(sound()).admin.journalFaults(JOURNAL)).toEqual([]);
  });

  it('are told one by one, with the command that mends each', async () => {
    const path = 'persistent/ops/stageline/journal';
    const faults = await createFakeAdmin({
      [`${path}/partitions`]: { partitions: 3 },
      [`${path}/retention?applied=true`]: { retentionTimeInMinutes: -1, retentionSizeInMB: 500 },
      [`${path}/deduplicationEnabled?applied=true`]: true,
      [`${path}/inactiveTopicPolicies?applied=true`]: { deleteWhileInactive: true },
    }).admin.journalFaults(JOURNAL);
    expect(faults).toEqual([
      expect.stringMatching(/has 3 partitions.*delete-partitioned-topic/),
      expect.stringMatching(
        /-1 minutes and 500 MB.*pulsar-admin namespaces set-retention --time -1 --size -1 ops\/stageline/,
      ),
      expect.stringMatching(/deduplication is on.*set-deduplication --disable ops\/stageline/),
      expect.stringMatching(/deleted while nobody uses it.*set-inactive-topic-policies/),
    ]);
  });

  it.each([
    ['is missing', JOURNAL, /does not exist: run stageline init/],
    ['is not persistent', 'non-persistent://ops/stageline/journal', /is not persistent/],
  ])('are that it %s', async (_what, topic, fault) => {
    const faults = await createFakeAdmin().admin.journalFaults(topic);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  it('include a retention that nobody set', async () => {
    const state = { ...sound(), 'persistent/ops/stageline/journal/retention?applied=true': undefined };
    const faults = await createFakeAdmin(state).admin.journalFaults(JOURNAL);
    expect(faults).toEqual([expect.stringMatching(/0 minutes and 0 MB/)]);
  });
});

describe('the admin API', () => {
  it('that cannot be reached is named', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const admin = createPulsarTopicAdmin({ adminUrl: `http://127.0.0.1:${port}` });
    await expect(admin.unload(JOURNAL)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/http:\/\/127\.0\.0\.1:\d+ cannot be asked: .*ECONNREFUSED/) as string,
    });
  });

  it('that does not answer in time is given up', async () => {
    const server = net.createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const admin = createPulsarTopicAdmin({ adminUrl: `http://127.0.0.1:${port}`, timeoutMs: 20 });
    await expect(admin.unload(JOURNAL)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('that refuses is quoted, with the right that is missing', async () => {
    const unknown = adminOver(() => Promise.resolve({ status: 401, reason: 'Authentication required' }));
    await expect(unknown.provision(PLAN)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: "Pulsar's admin API answered 401: Authentication required",
    });
    const reason = 'Unauthorized to validateTopicOperation';
    const denied = adminOver(() => Promise.resolve({ status: 401, reason, body: { reason } }));
    await expect(denied.unload(JOURNAL)).rejects.toMatchObject({
      message: expect.stringMatching(
        /answered 401: Unauthorized to .* must be an admin role of tenant ops/,
      ) as string,
    });
  });

  it('unloads a topic, and does not mind if there is none', async () => {
    const { admin, requests } = createFakeAdmin();
    await admin.unload(JOURNAL);
    await adminOver(() => Promise.resolve({ status: 404, reason: '', body: {} })).unload(JOURNAL);
    expect(requests).toEqual(['PUT persistent/ops/stageline/journal/unload']);
  });
});
