import type { AdminHttp } from '../../../src/adapters/pulsar-admin/http.js';
import { createPulsarTopicAdmin } from '../../../src/adapters/pulsar-admin/topic-admin.js';
import type { ClusterAnswer } from '../../../src/ports/functions.js';
import type { TopicPermissions } from '../../../src/ports/topic-admin.js';

const JOURNAL = 'persistent://ops/stageline/journal';
const PLAN: TopicPermissions = {
  topic: JOURNAL,
  exclusive: true,
  roles: { writer: ['produce', 'consume'], reader: ['consume'] },
};
type Actions = Record<string, (string | null)[]>;

interface Fake {
  readonly topics: Record<string, Actions>;
  readonly namespace?: Actions;
  readonly admins?: string[];
  readonly authorizationEnabled?: string;
  /** What a grant stores; Pulsar stores what it does not know as null. */
  readonly stores?: (actions: string[]) => (string | null)[];
  readonly refusal?: ClusterAnswer;
}

/** Permissions as a broker keeps them: a grant replaces all that the role had. */
function createFake({ topics, namespace = {}, admins = ['writer'], ...more }: Fake) {
  const writes: string[] = [];
  const request: AdminHttp['request'] = async ({ method, path, body }) => {
    const answer = (status: number, json?: unknown): ClusterAnswer => ({
      status,
      reason: '',
      ...(json === undefined ? {} : { body: json }),
    });
    const [, topic = '', role = ''] =
      /^\/admin\/v2\/((?:non-)?persistent\/.*?)\/permissions\/(.*)$/.exec(path) ?? [];
    if (path.endsWith('/namespaces/ops/stageline')) {
      if (more.refusal !== undefined) return more.refusal;
      const auth = { auth_policies: { namespace_auth: namespace, destination_auth: topics } };
      return answer(200, auth);
    }
    if (path.endsWith('/tenants/ops')) return answer(200, { adminRoles: admins });
    if (path.endsWith('/brokers/configuration/runtime'))
      return answer(200, { authorizationEnabled: more.authorizationEnabled ?? 'true' });
    writes.push(`${method} ${path.replace('/admin/v2/', '')}`);
    if (topic === '') return answer(204);
    const name = topic.replace('persistent/', 'persistent://');
    const given = (topics[name] ??= {});
    if (method === 'DELETE') Reflect.deleteProperty(given, role);
    else {
      const actions = JSON.parse(Buffer.concat(body?.chunks ?? []).toString()) as string[];
      given[role] = more.stores?.(actions) ?? actions;
    }
    return answer(204);
  };
  const admin = createPulsarTopicAdmin({ adminUrl: 'http://broker:8080', http: { request } });
  const permit = async (plan = PLAN, dryRun = false): Promise<string[]> =>
    (await admin.permit([plan], { dryRun })).map(
      ({ done, what, why }) => `${done}: ${what}${why === undefined ? '' : ` | ${why}`}`,
    );
  return { topics, writes, permit };
}

describe('permissions on a topic', () => {
  it('are added to what a role has, and found present the second time', async () => {
    const fake = createFake({ topics: { [JOURNAL]: { reader: ['produce'], writer: ['consume'] } } });
    const plan = { ...PLAN, exclusive: false };
    expect(await fake.permit(plan)).toEqual([
      `granted: produce and consume on ${JOURNAL} for writer`,
      `granted: consume on ${JOURNAL} for reader`,
    ]);
    expect(fake.topics[JOURNAL]).toEqual({
      reader: ['produce', 'consume'],
      writer: ['consume', 'produce'],
    });
    fake.writes.length = 0;
    expect((await fake.permit(plan)).every((line) => line.startsWith('present'))).toBe(true);
    expect(fake.writes).toEqual([]);
  });

  it('are taken from others who could write the journal, who keep the rest', async () => {
    const fake = createFake({
      topics: {
        [JOURNAL]: { writer: ['produce', 'consume'], other: ['produce', 'consume'], x: ['produce'] },
      },
    });
    expect(await fake.permit()).toEqual([
      `present: produce and consume on ${JOURNAL} for writer`,
      `granted: consume on ${JOURNAL} for reader`,
      `revoked: produce on ${JOURNAL} for other`,
      `revoked: produce on ${JOURNAL} for x`,
    ]);
    expect(fake.topics[JOURNAL]).toEqual({
      writer: ['produce', 'consume'],
      reader: ['consume'],
      other: ['consume'],
    });
  });

  it('that a namespace or a tenant gives are not changed, and told', async () => {
    const topics = { [JOURNAL]: { writer: ['produce', 'consume'], reader: ['consume'] } };
    const fake = createFake({ topics, namespace: { app: ['produce'] }, admins: ['writer', 'boss'] });
    const told = await fake.permit();
    expect(told.slice(2)).toEqual([
      expect.stringMatching(
        /^warning: who may write .*journal \| app may write it .* revoke-permission ops\/stageline --role app/,
      ),
      expect.stringMatching(/^warning: .* \| boss may write it as admin of tenant ops/),
    ]);
    expect(fake.writes).toEqual([]);
  });

  it('are not enough for a processor that is no admin of the tenant', async () => {
    const topics = { [JOURNAL]: { writer: ['produce', 'consume'], reader: ['consume'] } };
    expect((await createFake({ topics, admins: ['boss'] }).permit()).at(-1)).toMatch(
      /^warning: admin of tenant ops \| writer is none, .* tenants update ops --admin-roles boss,writer$/,
    );
  });

  it('that were stored as nothing are not taken for set', async () => {
    const fake = createFake({ topics: {}, stores: (actions) => actions.map(() => null) });
    expect((await fake.permit())[0]).toMatch(
      /^failed: .* for writer \| .* answered as done, and the role has nothing/,
    );
  });

  it('that cannot be read are told with the right that is missing', async () => {
    const reason = 'Unauthorized to validateNamespacePolicyOperation';
    const fake = createFake({ topics: {}, refusal: { status: 403, reason, body: { reason } } });
    expect(await fake.permit()).toEqual([
      expect.stringMatching(
        /^failed: permissions on .* \| Pulsar answered 403: Unauthorized .* admin role of tenant ops/,
      ),
    ]);
    expect(fake.writes).toEqual([]);
  });

  it('are told to be checked by nobody where authorization is off', async () => {
    const fake = createFake({ topics: {}, authorizationEnabled: 'false' });
    expect((await fake.permit()).at(-1)).toMatch(/^warning: authorization \| .* checks none/);
  });

  it('are only told in a dry run', async () => {
    const fake = createFake({ topics: { [JOURNAL]: { x: ['produce'] } } });
    const told = await fake.permit(PLAN, true);
    expect(told.map((line) => line.split(':')[0])).toEqual(['granted', 'granted', 'revoked']);
    expect(fake.writes).toEqual([]);
  });

  it('on a topic that is not persistent are set after it was made', async () => {
    const fake = createFake({ topics: {} });
    const topic = 'non-persistent://ops/stageline/beats';
    await fake.permit({ topic, exclusive: false, roles: { writer: ['produce'] } });
    expect(fake.writes).toEqual([
      'PUT non-persistent/ops/stageline/beats',
      'POST non-persistent/ops/stageline/beats/permissions/writer',
    ]);
  });
});
