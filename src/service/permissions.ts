import type { RolesConfig } from '../config/connections.js';
import type { Config } from '../config.js';
import { topicFullName } from '../core/topic-name.js';
import type { TopicAction, TopicPermissions } from '../ports/topic-admin.js';

/** What a part does with topics: it sends to the one kind and reads the other. */
interface Needs {
  readonly roles: readonly string[];
  readonly produce: readonly string[];
  readonly consume: readonly string[];
}

/**
 * Who needs what on Stageline's topics. The processor's role may do all of it, for it may run all parts; the journal is
 * written by nobody else.
 */
export function permissionPlans(config: Config, roles: RolesConfig): TopicPermissions[] {
  const plans = new Map<string, Map<string, Set<TopicAction>>>();
  const give = (topic: string, role: string, action: TopicAction): void => {
    const byRole = plans.get(topic) ?? new Map<string, Set<TopicAction>>();
    plans.set(topic, byRole);
    byRole.set(role, (byRole.get(role) ?? new Set()).add(action));
  };
  for (const topic of allTopics(config)) {
    give(topic, roles.processor, 'produce');
    give(topic, roles.processor, 'consume');
  }
  for (const { roles: names, produce, consume } of needs(config, roles)) {
    for (const role of names) {
      for (const topic of produce) give(topic, role, 'produce');
      for (const topic of consume) give(topic, role, 'consume');
    }
  }
  return [...plans].map(([topic, byRole]) => ({
    topic,
    roles: Object.fromEntries([...byRole].map(([role, actions]) => [role, [...actions]])),
    exclusive: topic === config.topics.journal,
  }));
}

function needs(config: Config, roles: RolesConfig): Needs[] {
  const { topics } = config;
  const { commands, replies, deadLetters, results, deployments } = topics;
  // Every process follows the journal, and hears whether a writer is there.
  const everyone = [topics.journal, topics.beats];
  const inputs = routed(config);
  const logs = config.routers.flatMap(({ logTopic }) => (logTopic === undefined ? [] : [full(logTopic)]));
  const environments = config.environments.map(({ name }) => topics.environmentPrefix + name);
  return [
    { roles: roles.commands, produce: [commands], consume: [replies] },
    { roles: roles.readers, produce: [], consume: everyone },
    {
      roles: roles.http,
      // Dead letters are sent again to where they came from, and made of what webhooks do not take.
      produce: [commands, results, deployments, deadLetters, ...inputs, ...environments],
      consume: [...everyone, replies, deadLetters],
    },
    {
      roles: roles.routers,
      produce: [...environments, ...logs, deadLetters],
      consume: [...everyone, ...inputs],
    },
    {
      roles: [roles.processor],
      produce: config.heads.topic === undefined ? [] : [config.heads.topic],
      consume: [],
    },
    ...roles.deployers.map(({ environment, role }) => ({
      roles: [role],
      produce: [results, deadLetters],
      consume: [
        ...everyone,
        ...(environment === undefined ? environments : [topics.environmentPrefix + environment]),
      ],
    })),
  ];
}

/** All that a service with all its parts uses. */
function allTopics(config: Config): string[] {
  const { environmentPrefix, ...own } = config.topics;
  const environments = config.environments.map(({ name }) => environmentPrefix + name);
  const logs = config.routers.flatMap(({ logTopic }) => (logTopic === undefined ? [] : [full(logTopic)]));
  return [...new Set([...Object.values(own), ...environments, ...routed(config), ...logs])];
}

function routed({ routers }: Config): string[] {
  return routers.flatMap(({ inputs }) => inputs).map(full);
}

function full(name: string): string {
  return topicFullName(name) ?? name;
}
