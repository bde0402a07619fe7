import type { TopicParts } from '../../core/topic-name.js';

/** Retention of what is the truth. */
export const FOR_EVER = { retentionTimeInMinutes: -1, retentionSizeInMB: -1 };

export const NEVER_DELETED = {
  inactiveTopicDeleteMode: 'delete_when_no_subscriptions',
  maxInactiveDurationSeconds: 60,
  deleteWhileInactive: false,
};

/** True if `value` is `wanted`, or an object that has all of its members. */
export function includes(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Record<string, unknown>;
  return Object.entries(wanted).every(([name, member]) => members[name] === member);
}

export function namespacePath(plan: { readonly tenant: string; readonly namespace: string }): string {
  return `namespaces/${encodeURIComponent(plan.tenant)}/${encodeURIComponent(plan.namespace)}`;
}

export function topicPath({ domain, tenant, namespace, topic }: TopicParts): string {
  return [domain, tenant, namespace, topic].map(encodeURIComponent).join('/');
}
