import { topicFlow } from '../core/topic-flow.js';
import type { Cluster } from '../ports/cluster.js';
import type { WorkloadRef } from '../ports/functions.js';
import { fieldsOf, type Fields } from './fields.js';
import type { BacklogOf } from './health-gate.js';

/** Inputs asked for one by one. */
const MOST_TOPICS = 50;

/** The subscription of a workload over its inputs. */
export function subscriptionOf({ tenant, namespace, name }: WorkloadRef, config: Fields): string {
  const given = config['subName'] ?? config['sourceSubscriptionName'];
  return typeof given === 'string' && given !== '' ? given : `${tenant}/${namespace}/${name}`;
}

/** How much waits for a workload that is deployed; undefined where nobody tells. */
export function createBacklogOf({ functions, admin }: Cluster): BacklogOf {
  return async (ref) => {
    if (ref.type === 'source') return undefined;
    const { status, body } = await functions.get(ref);
    if (status !== 200) return undefined;
    const config = fieldsOf(body);
    const subscription = subscriptionOf(ref, config);
    let sum: number | undefined;
    for (const topic of topicFlow(config).reads.slice(0, MOST_TOPICS)) {
      const found = await admin.subscriptions(topic);
      const facts = found.known ? found.value?.get(subscription) : undefined;
      if (facts !== undefined) sum = (sum ?? 0) + facts.backlog;
    }
    return sum;
  };
}
