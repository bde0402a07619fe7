import { topicParts } from '../../core/topic-name.js';
import type { Cluster, ClusterAdmin, ClusterTraits, Learnt } from '../../ports/cluster.js';
import type { ClusterAnswer, LivePackage } from '../../ports/functions.js';
import { fieldsOf, subscriptionsIn, topicsIn, versionsIn } from './cluster-answers.js';
import { pulsarFunctions } from './functions.js';
import { digestOf } from './package-store.js';
import { createAdminHttp, type AdminHttp, type AdminHttpOptions } from './http.js';

/** A real cluster over Pulsar's REST Admin API: its functions worker, and what else can be asked of it. */
export function createPulsarCluster(options: AdminHttpOptions): Cluster {
  const http = createAdminHttp(options);
  return { functions: pulsarFunctions(http), admin: pulsarAdmin(http) };
}

function pulsarAdmin(http: AdminHttp): ClusterAdmin {
  const get = (...path: readonly string[]): Promise<ClusterAnswer> =>
    http.request({ method: 'GET', path: `/admin/${path.join('/')}` });

  const digest = async (...path: readonly string[]): Promise<Learnt<LivePackage | undefined>> => {
    const { answer, facts } = await digestOf(http, `/admin/${path.join('/')}`);
    return learnt<LivePackage | undefined>(answer, () => facts);
  };

  return {
    kind: 'pulsar',
    traits: async () => traitsIn(await get('v2/brokers/configuration/runtime')),
    tenants: async () => present(learnt(await get('v2/tenants'), stringsIn)),
    workers: async () =>
      present(learnt(await get('v2/worker/cluster'), (body) => (Array.isArray(body) ? body.length : 0))),
    namespaces: async (tenant) =>
      learnt(await get('v2/namespaces', part(tenant)), (body) =>
        stringsIn(body).map((name) => name.slice(name.indexOf('/') + 1)),
      ),
    async topics(tenant, namespace) {
      const path = ['v2/persistent', part(tenant), part(namespace)];
      const partitioned = learnt(await get(...path, 'partitioned'), stringsIn);
      if (!partitioned.known || partitioned.value === undefined) return partitioned as Learnt<undefined>;
      const whole = partitioned.value;
      return learnt(await get(...path), (body) => topicsIn(stringsIn(body), whole));
    },
    topic: async (topic) =>
      learnt(await get('v2', topicPath(topic), 'partitions'), (body) => ({
        partitions: Number(fieldsOf(body)['partitions']),
      })),
    async subscriptions(topic) {
      const plain = await get('v2', topicPath(topic), 'stats');
      // A partitioned topic has statistics of its own kind, and none of the plain one.
      const answer =
        plain.status === 404
          ? await get('v2', topicPath(topic), 'partitioned-stats?perPartition=false')
          : plain;
      return learnt(answer, subscriptionsIn);
    },
    permissions: async (tenant, namespace) =>
      learnt(
        await get('v2/namespaces', part(tenant), part(namespace), 'permissions'),
        (body) =>
          new Map(Object.entries(fieldsOf(body)).map(([role, actions]) => [role, stringsIn(actions)])),
      ),
    async schema(topic) {
      const { tenant, namespace, topic: name } = topicParts(topic);
      return learnt(await get('v2/schemas', part(tenant), part(namespace), part(name), 'schema'), (body) =>
        String(fieldsOf(body)['type']),
      );
    },
    async hasPackage(url, ref) {
      const { tenant } = ref;
      const builtin = /^builtin:\/\/(.+)$/.exec(url)?.[1];
      if (builtin !== undefined)
        return present(
          learnt(await get(`v3/${BUILTINS[ref.type]}`), (body) =>
            (Array.isArray(body) ? body : []).some((one) => fieldsOf(one)['name'] === builtin),
          ),
        );
      // Asking for what is not there makes the broker list it from then on (tried on 4.0.8): so the list comes first.
      const { name, version } = packagePath(url);
      const ask = (...path: readonly string[]): Promise<ClusterAnswer> =>
        http.request({ method: 'GET', path: `/admin/v3/packages/${path.join('/')}`, tenant });
      const listed = learnt(await ask(name), stringsIn);
      if (!listed.known || listed.value?.includes(version) !== true)
        return listed.known ? { known: true, value: false } : listed;
      const found = learnt(await ask(name, part(version), 'metadata'), () => true);
      return found.known ? { known: true, value: found.value === true } : found;
    },
    packageVersions: async ({ type, ...ref }) => {
      const path = [ref.tenant, ref.namespace, ref.name].map(part);
      return present(learnt(await get('v3/packages', type, ...path), versionsIn));
    },
    packageAt: (url) => {
      const { name, version } = packagePath(url);
      return digest('v3/packages', name, part(version));
    },
  };
}

/** Where each kind lists what is installed with the cluster. */
const BUILTINS = {
  function: 'functions/builtins',
  source: 'sources/builtinsources',
  sink: 'sinks/builtinsinks',
} as const;

const part = encodeURIComponent;
const stringsIn = (body: unknown): string[] =>
  Array.isArray(body) ? body.filter((item) => typeof item === 'string') : [];

function topicPath(topic: string): string {
  const { domain, tenant, namespace, topic: name } = topicParts(topic);
  return [domain, tenant, namespace, name].map(part).join('/');
}

/** `function://tenant/namespace/name@version` as a path and a version; what has no version is the newest, as Pulsar takes it. */
function packagePath(url: string): { readonly name: string; readonly version: string } {
  const [type = '', rest = ''] = url.split('://', 2);
  const at = rest.lastIndexOf('@');
  const name = at < 0 ? rest : rest.slice(0, at);
  return {
    name: [type, ...name.split('/')].map(part).join('/'),
    version: at < 0 ? 'latest' : rest.slice(at + 1),
  };
}

/** 200 tells, 404 says in a reason of its own that it is not there, anything else tells nothing. */
function learnt<T>(answer: ClusterAnswer, read: (body: unknown) => T): Learnt<T | undefined> {
  const { status, reason, body } = answer;
  if (status === 200) return { known: true, value: read(body) };
  if (status === 404 && typeof fieldsOf(body)['reason'] === 'string')
    return { known: true, value: undefined };
  return { known: false, reason: `the cluster answered ${status}: ${reason}` };
}

/** What is always there: that it is not found means that this server does not offer it. */
function present<T>(found: Learnt<T | undefined>): Learnt<T> {
  if (!found.known) return found;
  const { value } = found;
  return value === undefined
    ? { known: false, reason: 'the cluster does not offer it' }
    : { known: true, value };
}

/** Only superusers may read a broker's settings; where authorization is off everybody may. */
function traitsIn({ status, body }: ClusterAnswer): ClusterTraits {
  if (status === 401 || status === 403) return { authorization: true, superuser: false };
  if (status !== 200) return {};
  const { authorizationEnabled, allowAutoTopicCreation } = fieldsOf(body);
  const authorization = authorizationEnabled === 'true';
  return {
    authorization,
    superuser: authorization,
    createsTopics: allowAutoTopicCreation === 'true',
  };
}
