import { topicParts } from '../../core/topic-name.js';
import type { ClusterAnswer } from '../../ports/functions.js';
import type { ProvisionStep, TopicPermissions } from '../../ports/topic-admin.js';
import { fieldsOf } from './cluster-answers.js';
import { namespacePath, topicPath } from './policies.js';
import { adviceOn, type Request } from './requests.js';

/** Actions by role. */
type Grants = ReadonlyMap<string, readonly string[]>;

/** Who may do what in a namespace, as its policies tell it: what a topic has of its own, and what all its topics have. */
interface Granted {
  readonly namespace: Grants;
  readonly topic: (name: string) => Grants;
}

/**
 * Gives roles what they need, one at a time and on the topic alone. A grant of Pulsar's replaces all that the role had on
 * the topic, and an action that it does not know it stores as nothing: so what is there is read, added to, and read back.
 */
export async function permit(
  request: Request,
  plan: readonly TopicPermissions[],
  dryRun: boolean,
): Promise<ProvisionStep[]> {
  const steps: ProvisionStep[] = [];
  for (const one of plan) steps.push(...(await permitOne(request, one, dryRun)));
  return [...steps, ...(await authorizationSteps(request))];
}

async function permitOne(
  request: Request,
  plan: TopicPermissions,
  dryRun: boolean,
): Promise<ProvisionStep[]> {
  const { topic, roles, exclusive } = plan;
  const parts = topicParts(topic);
  const path = topicPath(parts);
  const before = await readGrants(request, namespacePath(parts));
  if ('why' in before) return [{ what: `permissions on ${topic}`, done: 'failed', why: before.why }];
  // Its grants are refused while nobody uses it; made by hand, it takes them, and they stay.
  if (parts.domain === 'non-persistent' && !dryRun) await request('PUT', path);
  const steps: ProvisionStep[] = [];

  /** Sets all that a role has on the topic, and looks whether it took. */
  const set = async (role: string, actions: readonly string[]): Promise<string | undefined> => {
    if (dryRun) return undefined;
    const at = `${path}/permissions/${encodeURIComponent(role)}`;
    const answer = await (actions.length === 0 ? request('DELETE', at) : request('POST', at, actions));
    if (answer.status >= 300) return refusalOf(answer);
    const after = await readGrants(request, namespacePath(parts));
    if ('why' in after) return after.why;
    const has = after.topic(topic).get(role) ?? [];
    return sameSet(has, actions) ? undefined : `it was answered as done, and the role has ${listOf(has)} now`;
  };
  const step = (what: string, done: 'granted' | 'revoked', why: string | undefined): ProvisionStep =>
    why === undefined ? { what, done } : { what, done: 'failed', why };

  for (const [role, wanted] of Object.entries(roles)) {
    const what = `${wanted.join(' and ')} on ${topic} for ${role}`;
    const own = before.topic(topic).get(role) ?? [];
    const has = new Set([...own, ...(before.namespace.get(role) ?? [])]);
    if (wanted.every((action) => has.has(action))) steps.push({ what, done: 'present' });
    else steps.push(step(what, 'granted', await set(role, [...new Set([...own, ...wanted])])));
  }
  if (!exclusive) return steps;

  for (const [role, own] of before.topic(topic)) {
    if (isWriter(roles, role) || !own.includes('produce')) continue;
    const rest = own.filter((action) => action !== 'produce');
    steps.push(step(`produce on ${topic} for ${role}`, 'revoked', await set(role, rest)));
  }
  const name = `${parts.tenant}/${parts.namespace}`;
  for (const [role, actions] of before.namespace) {
    if (isWriter(roles, role) || !actions.includes('produce')) continue;
    const why = `${role} may write it by a permission on the whole namespace: run pulsar-admin namespaces revoke-permission ${name} --role ${role}, and grant it what it needs on topics`;
    steps.push({ what: `who may write ${topic}`, done: 'warning', why });
  }
  return [...steps, ...(await adminSteps(request, plan))];
}

/**
 * Admins of a tenant may write all its topics, whatever is granted. The writer should be the only one: only an admin may
 * look whether the topic keeps its messages, and unload it from a writer that hangs.
 */
async function adminSteps(request: Request, { topic, roles }: TopicPermissions): Promise<ProvisionStep[]> {
  const { tenant } = topicParts(topic);
  const { status, body } = await request('GET', `tenants/${encodeURIComponent(tenant)}`);
  if (status !== 200) return [];
  const admins = textsIn(fieldsOf(body)['adminRoles']);
  const others = admins.filter((role) => !isWriter(roles, role));
  const missing = Object.keys(roles).filter((role) => isWriter(roles, role) && !admins.includes(role));
  const steps: ProvisionStep[] = [];
  if (others.length > 0)
    steps.push({
      what: `who may write ${topic}`,
      done: 'warning',
      why: `${others.join(', ')} may write it as admin of tenant ${tenant}: let tenant ${tenant} have no other admin than the processor's role`,
    });
  if (missing.length > 0)
    steps.push({
      what: `admin of tenant ${tenant}`,
      done: 'warning',
      why: `${missing.join(', ')} is none, so the processor cannot look whether ${topic} keeps its messages, and does not start: run pulsar-admin tenants update ${tenant} --admin-roles ${[...admins, ...missing].join(',')}`,
    });
  return steps;
}

/** Only superusers may read a broker's settings; where authorization is off everybody may. */
async function authorizationSteps(request: Request): Promise<ProvisionStep[]> {
  const { status, body } = await request('GET', 'brokers/configuration/runtime');
  if (status !== 200 || fieldsOf(body)['authorizationEnabled'] !== 'false') return [];
  const why =
    "the broker stores permissions and checks none (authorizationEnabled=false): everybody may do everything until that is true in the broker's configuration";
  return [{ what: 'authorization', done: 'warning', why }];
}

async function readGrants(request: Request, path: string): Promise<Granted | { readonly why: string }> {
  const answer = await request('GET', path);
  if (answer.status !== 200) return { why: refusalOf(answer) };
  const policies = fieldsOf(fieldsOf(answer.body)['auth_policies']);
  const topics = fieldsOf(policies['destination_auth']);
  return {
    namespace: grantsIn(policies['namespace_auth']),
    topic: (name) => grantsIn(Object.hasOwn(topics, name) ? topics[name] : undefined),
  };
}

/** An action that the broker did not know is null there: it counts for nothing. */
function grantsIn(value: unknown): Grants {
  return new Map(Object.entries(fieldsOf(value)).map(([role, actions]) => [role, textsIn(actions)]));
}

function isWriter(roles: TopicPermissions['roles'], role: string): boolean {
  return Object.hasOwn(roles, role) && roles[role]?.includes('produce') === true;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

function refusalOf(answer: ClusterAnswer & { readonly path: string }): string {
  return `Pulsar answered ${answer.status}: ${answer.reason}${adviceOn(answer)}`;
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
const listOf = (actions: readonly string[]): string => actions.join(' and ') || 'nothing';
