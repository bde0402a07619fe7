import type { SubscriptionFacts } from '../../ports/cluster.js';

/** An object's fields; none where the value is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** Topics of a namespace out of its two lists; partitions are folded into the topic they belong to. */
export function topicsIn(
  plain: readonly string[],
  partitioned: readonly string[],
): ReadonlyMap<string, { readonly partitioned: boolean }> {
  const whole = new Set(partitioned);
  const topics = new Map(partitioned.map((topic) => [topic, { partitioned: true }]));
  for (const topic of plain)
    if (!whole.has(topic.replace(/-partition-\d+$/, ''))) topics.set(topic, { partitioned: false });
  return topics;
}

/** Subscriptions out of a topic's statistics. */
export function subscriptionsIn(stats: unknown): ReadonlyMap<string, SubscriptionFacts> {
  return new Map(
    Object.entries(fieldsOf(fieldsOf(stats)['subscriptions'])).map(([name, subscription]) => {
      const { msgBacklog, consumers } = fieldsOf(subscription);
      const facts = {
        backlog: Number(msgBacklog ?? 0),
        consumers: Array.isArray(consumers) ? consumers.map(consumerId) : [],
      };
      return [name, facts];
    }),
  );
}

/** Names are drawn at random unless someone chose one: then the time tells two apart. */
function consumerId(consumer: unknown): string {
  const { consumerName, address, connectedSince } = fieldsOf(consumer);
  return [consumerName, address, connectedSince].join(' ');
}

/** Package versions, oldest first: Pulsar counts them, and lists them as text. */
export function versionsIn(body: unknown): readonly string[] {
  const versions = Array.isArray(body) ? body.filter((item) => typeof item === 'string') : [];
  return versions.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
}
