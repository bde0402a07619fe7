import { topicParts } from '../../core/topic-name.js';
import type { TopicParts } from '../../core/topic-name.js';
import { AppError, messageOf } from '../../errors.js';
import type { NamespacePlan, ProvisionStep, TopicAdmin } from '../../ports/topic-admin.js';

export interface PulsarTopicAdminOptions {
  /** The broker's admin API, such as `http://127.0.0.1:8080`. */
  readonly adminUrl: string;
  /** @defaultValue Node's own fetch */
  readonly fetch?: typeof fetch;
  /** Limit for one request. @defaultValue 10000 */
  readonly timeoutMs?: number;
}

/** An answer of the admin API; `body` is undefined where there is none, which is how it says "not set". */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Request = (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown) => Promise<Answer>;

const FOR_EVER = { retentionTimeInMinutes: -1, retentionSizeInMB: -1 };
const NEVER_DELETED = {
  inactiveTopicDeleteMode: 'delete_when_no_subscriptions',
  maxInactiveDurationSeconds: 60,
  deleteWhileInactive: false,
};

/** Administration of Stageline's own topics over Pulsar's REST Admin API. */
export function createPulsarTopicAdmin(options: PulsarTopicAdminOptions): TopicAdmin {
  const request = createRequest(options);
  return {
    async provision(plan) {
      const steps: ProvisionStep[] = [];
      for (const tenant of new Set(plan.map((namespace) => namespace.tenant))) {
        steps.push(await makeTenant(request, tenant));
      }
      for (const namespace of plan) steps.push(...(await makeNamespace(request, namespace)));
      return steps;
    },
    journalFaults: (topic) => journalFaults(request, topic),
    async unload(topic) {
      // 404: no such topic, so nobody is on it.
      await expectStatus(request('PUT', `${topicPath(topicParts(topic))}/unload`), [200, 204, 404]);
    },
  };
}

function createRequest({
  adminUrl,
  fetch: send = fetch,
  timeoutMs = 10_000,
}: PulsarTopicAdminOptions): Request {
  const root = adminUrl.replace(/\/+$/, '');
  return async (method, path, body) => {
    try {
      const response = await send(`${root}/admin/v2/${path}`, {
        method,
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: response.status, body: parseBody(await response.text()) };
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      const detail = cause === undefined ? messageOf(error) : `${messageOf(error)} (${describe(cause)})`;
      throw new AppError('ENGINE_UNAVAILABLE', `Pulsar's admin API at ${root} does not answer: ${detail}`, {
        cause: error,
      });
    }
  };
}

/** What lies behind fetch's own "fetch failed"; several refused addresses have a code, but no message. */
function describe(cause: unknown): string {
  const { code } = cause as { code?: unknown };
  return typeof code === 'string' ? code : messageOf(cause);
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Rejects where the answer's status is none of those. */
async function expectStatus(answered: Promise<Answer>, expected: readonly number[]): Promise<Answer> {
  const answer = await answered;
  if (expected.includes(answer.status)) return answer;
  const { reason } = (answer.body ?? {}) as { reason?: unknown };
  const text = typeof reason === 'string' ? reason : JSON.stringify(answer.body ?? '');
  throw new AppError('ENGINE_UNAVAILABLE', `Pulsar's admin API answered ${answer.status}: ${text}`);
}

async function makeTenant(request: Request, tenant: string): Promise<ProvisionStep> {
  const what = `tenant ${tenant}`;
  const path = `tenants/${encodeURIComponent(tenant)}`;
  const found = await expectStatus(request('GET', path), [200, 404]);
  if (found.status === 200) return { what, done: 'present' };
  const clusters = await expectStatus(request('GET', 'clusters'), [200]);
  const made = await expectStatus(
    request('PUT', path, { adminRoles: [], allowedClusters: clusters.body }),
    [200, 204, 409],
  );
  return { what, done: made.status === 409 ? 'present' : 'created' };
}

async function makeNamespace(request: Request, plan: NamespacePlan): Promise<ProvisionStep[]> {
  const name = `${plan.tenant}/${plan.namespace}`;
  const path = namespacePath(plan);
  const made = await expectStatus(request('PUT', path), [200, 204, 409]);
  const steps: ProvisionStep[] = [
    { what: `namespace ${name}`, done: made.status === 409 ? 'present' : 'created' },
  ];
  const policy = async (what: string, part: string, wanted: unknown): Promise<void> => {
    const { body } = await expectStatus(request('GET', `${path}/${part}`), [200]);
    const same = includes(body, wanted);
    if (!same) await expectStatus(request('POST', `${path}/${part}`, wanted), [200, 204]);
    steps.push({ what: `${what} of ${name}`, done: same ? 'present' : 'changed' });
  };
  // Before any topic is made: policies count from the first message on.
  if (plan.keepForEver) await policy('retention for ever', 'retention', FOR_EVER);
  // A topic of the plan that the broker deletes again while nobody uses it would lose its deduplication state too.
  await policy('no deletion of idle topics', 'inactiveTopicPolicies', NEVER_DELETED);
  await policy(`deduplication ${plan.deduplicate ? 'on' : 'off'}`, 'deduplication', plan.deduplicate);
  for (const topic of plan.topics) steps.push(await makeTopic(request, plan, topic));
  return steps;
}

/** Makes a topic, without partitions. A non-persistent one needs nothing: it is there once somebody uses it. */
async function makeTopic(request: Request, plan: NamespacePlan, topic: string): Promise<ProvisionStep> {
  const full = topic.includes('://') ? topic : `persistent://${plan.tenant}/${plan.namespace}/${topic}`;
  const parts = topicParts(full);
  if (parts.tenant !== plan.tenant || parts.namespace !== plan.namespace) {
    throw new AppError('INVALID_CONFIG', `${full} is not in namespace ${plan.tenant}/${plan.namespace}`);
  }
  const what = `topic ${full}`;
  if (parts.domain === 'non-persistent') return { what, done: 'present' };
  const made = await expectStatus(request('PUT', topicPath(parts)), [200, 204, 409]);
  return { what, done: made.status === 409 ? 'present' : 'created' };
}

async function journalFaults(request: Request, topic: string): Promise<string[]> {
  const parts = topicParts(topic);
  if (parts.domain !== 'persistent') return [`${topic} is not persistent: name a persistent:// topic`];
  const path = topicPath(parts);
  const namespace = `${parts.tenant}/${parts.namespace}`;
  const found = await expectStatus(request('GET', `${path}/partitions`), [200, 404]);
  if (found.status === 404) return [`${topic} does not exist: run stageline init`];
  const faults: string[] = [];
  const { partitions } = found.body as { partitions?: number };
  if (partitions !== undefined && partitions > 0) {
    faults.push(
      `${topic} has ${partitions} partitions, a journal has none: name another topic, or, if it is empty, run pulsar-admin topics delete-partitioned-topic ${topic} and stageline init`,
    );
  }
  /** The policy in force, wherever it is set: on the topic, its namespace or the broker. */
  const applied = async (part: string): Promise<unknown> =>
    (await expectStatus(request('GET', `${path}/${part}?applied=true`), [200])).body;
  const mend = (policy: string, command: string): string =>
    `run pulsar-admin namespaces ${command} ${namespace}, and if the topic has a policy of its own, pulsar-admin topicPolicies remove-${policy} ${topic}`;

  const retention = await applied('retention');
  if (!includes(retention, FOR_EVER)) {
    const { retentionTimeInMinutes: time = 0, retentionSizeInMB: size = 0 } = (retention ?? {}) as Partial<
      typeof FOR_EVER
    >;
    faults.push(
      `${topic} keeps messages for ${time} minutes and ${size} MB, not for ever (-1 and -1): ${mend('retention', 'set-retention --time -1 --size -1')}`,
    );
  }
  if ((await applied('deduplicationEnabled')) === true) {
    faults.push(`deduplication is on for ${topic}: ${mend('deduplication', 'set-deduplication --disable')}`);
  }
  if (!includes(await applied('inactiveTopicPolicies'), { deleteWhileInactive: false })) {
    faults.push(
      `${topic} is deleted while nobody uses it: ${mend('inactive-topic-policies', 'set-inactive-topic-policies --disable-delete-while-inactive --max-inactive-duration 60s --delete-mode delete_when_no_subscriptions')}`,
    );
  }
  return faults;
}

/** True if `value` is `wanted`, or an object that has all of its members. */
function includes(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Record<string, unknown>;
  return Object.entries(wanted).every(([name, member]) => members[name] === member);
}

function namespacePath(plan: { readonly tenant: string; readonly namespace: string }): string {
  return `namespaces/${encodeURIComponent(plan.tenant)}/${encodeURIComponent(plan.namespace)}`;
}

function topicPath({ domain, tenant, namespace, topic }: TopicParts): string {
  return [domain, tenant, namespace, topic].map(encodeURIComponent).join('/');
}
