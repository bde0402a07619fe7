import { topicParts } from '../../core/topic-name.js';
import type { TopicAdmin } from '../../ports/topic-admin.js';
import { permit } from './permissions.js';
import { FOR_EVER, includes, topicPath } from './policies.js';
import { provision } from './provision.js';
import { createAdminRequests, expectStatus, type AdminRequestsOptions, type Request } from './requests.js';

/** Administration of Stageline's own topics over Pulsar's REST Admin API. */
export function createPulsarTopicAdmin(options: AdminRequestsOptions): TopicAdmin {
  const request = createAdminRequests(options);
  return {
    provision: (plan, options = {}) => provision(request, plan, options),
    permit: (plan, { dryRun = false } = {}) => permit(request, plan, dryRun),
    journalFaults: (topic) => journalFaults(request, topic),
    async unload(topic) {
      // 404: no such topic, so nobody is on it.
      await expectStatus(request('PUT', `${topicPath(topicParts(topic))}/unload`), [200, 204, 404]);
    },
  };
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
