import { topicParts } from '../../core/topic-name.js';
import { AppError } from '../../errors.js';
import type { NamespacePlan, ProvisionOptions, ProvisionStep } from '../../ports/topic-admin.js';
import { FOR_EVER, includes, namespacePath, NEVER_DELETED, topicPath } from './policies.js';
import { expectStatus, isDenied, type Request } from './requests.js';

/** Makes tenants, namespaces, policies and topics. */
export async function provision(
  request: Request,
  plan: readonly NamespacePlan[],
  { dryRun = false, tenantAdmins = [] }: ProvisionOptions,
): Promise<ProvisionStep[]> {
  const ask = dryRun ? withoutChanges(request) : request;
  const steps: ProvisionStep[] = [];
  for (const tenant of new Set(plan.map((namespace) => namespace.tenant)))
    steps.push(await makeTenant(ask, tenant, tenantAdmins));
  for (const namespace of plan) steps.push(...(await makeNamespace(ask, namespace, dryRun)));
  return steps;
}

/** What would be changed counts as done. */
function withoutChanges(request: Request): Request {
  return async (method, path, body) =>
    method === 'GET' ? request(method, path, body) : { status: 204, reason: '', path };
}

async function makeTenant(
  request: Request,
  tenant: string,
  adminRoles: readonly string[],
): Promise<ProvisionStep> {
  const what = `tenant ${tenant}`;
  const path = `tenants/${encodeURIComponent(tenant)}`;
  const found = await request('GET', path);
  // Only its admins may look. Whether it is there is told by its namespaces.
  if (isDenied(found)) return { what: `${what}, which this role may not look at`, done: 'present' };
  await expectStatus(Promise.resolve(found), [200, 404]);
  if (found.status === 200) return { what, done: 'present' };
  const clusters = await expectStatus(request('GET', 'clusters'), [200]);
  const made = await expectStatus(
    request('PUT', path, { adminRoles, allowedClusters: clusters.body }),
    [200, 204, 409],
  );
  return { what, done: made.status === 409 ? 'present' : 'created' };
}

async function makeNamespace(
  request: Request,
  plan: NamespacePlan,
  dryRun: boolean,
): Promise<ProvisionStep[]> {
  const name = `${plan.tenant}/${plan.namespace}`;
  const path = namespacePath(plan);
  const made = (await isListed(request, `namespaces/${encodeURIComponent(plan.tenant)}`, name))
    ? undefined
    : await expectStatus(request('PUT', path), [200, 204, 409]);
  const isNew = made !== undefined && made.status !== 409;
  const steps: ProvisionStep[] = [{ what: `namespace ${name}`, done: isNew ? 'created' : 'present' }];
  const policy = async (what: string, part: string, wanted: unknown): Promise<void> => {
    const { body } = await expectStatus(request('GET', `${path}/${part}`), dryRun ? [200, 404] : [200]);
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
  if (parts.tenant !== plan.tenant || parts.namespace !== plan.namespace)
    throw new AppError('INVALID_CONFIG', `${full} is not in namespace ${plan.tenant}/${plan.namespace}`);
  const what = `topic ${full}`;
  if (parts.domain === 'non-persistent') return { what, done: 'present' };
  const listed = namespacePath(plan).replace(/^namespaces/, 'persistent');
  if (await isListed(request, listed, full)) return { what, done: 'present' };
  const made = await expectStatus(request('PUT', topicPath(parts)), [200, 204, 409]);
  return { what, done: made.status === 409 ? 'present' : 'created' };
}

async function isListed(request: Request, path: string, name: string): Promise<boolean> {
  const { status, body } = await request('GET', path);
  return status === 200 && Array.isArray(body) && body.includes(name);
}
