import type { Config } from '../config.js';
import { topicFullName, topicParts } from '../core/topic-name.js';
import type { NamespacePlan } from '../ports/topic-admin.js';

/** What `init` provisions: every topic of the configuration with the policies that its namespace needs. */
export function namespacePlans(config: Config): NamespacePlan[] {
  const { topics } = config;
  const kept = [topics.journal, topics.commands, topics.replies, topics.deadLetters, topics.beats];
  const routed = config.routers.flatMap(({ inputs, logTopic }) =>
    logTopic === undefined ? inputs : [...inputs, logTopic],
  );
  const environments = config.environments.map(({ name }) => topics.environmentPrefix + name);
  const others = [
    topics.deployments,
    topics.results,
    ...environments,
    ...routed.map((name) => topicFullName(name) ?? name),
    ...(config.heads.topic === undefined ? [] : [config.heads.topic]),
  ];
  const plans = new Map<string, { plan: NamespacePlan; topics: string[] }>();
  for (const topic of new Set([...kept, ...others])) {
    const { tenant, namespace } = topicParts(topic);
    const key = `${tenant}/${namespace}`;
    let entry = plans.get(key);
    if (entry === undefined) {
      const list: string[] = [];
      // Broker deduplication is off on the journal (the log itself decides what counts) and on where effects go.
      const holdsJournal = key === namespaceOf(topics.journal);
      const holdsHeads = config.heads.topic !== undefined && key === namespaceOf(config.heads.topic);
      entry = {
        topics: list,
        plan: {
          tenant,
          namespace,
          keepForEver: holdsJournal || holdsHeads,
          deduplicate: !holdsJournal,
          topics: list,
        },
      };
      plans.set(key, entry);
    }
    entry.topics.push(topic);
  }
  return [...plans.values()].map(({ plan }) => plan);
}

/** Topics that the parts of this service read, by their full names: what dead letters may be sent to again. */
export function ownInputs({ topics, environments, routers }: Config): string[] {
  const { commands, results, deployments, environmentPrefix } = topics;
  const routed = routers.flatMap(({ inputs }) => inputs).map((name) => topicFullName(name) ?? name);
  const deployed = environments.map(({ name }) => environmentPrefix + name);
  return [...new Set([commands, results, deployments, ...routed, ...deployed])];
}

function namespaceOf(topic: string): string {
  const { tenant, namespace } = topicParts(topic);
  return `${tenant}/${namespace}`;
}
