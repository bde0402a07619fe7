import { topicFlow } from '../core/topic-flow.js';
import type { WorkloadType } from '../core/types.js';
import { hasCode, messageOf } from '../errors.js';
import type { Cluster, ClusterTraits, Learnt } from '../ports/cluster.js';
import type { WorkloadRef } from '../ports/functions.js';
import {
  declaredSchemas,
  type PlaceState,
  type PreflightFacts,
  type PreflightSubject,
  type TopicState,
} from './preflight.js';
import type { Reading } from './subscriptions.js';
import type { TargetRuntime } from './runtime-names.js';

/** Facts of a cluster for one task: whatever several functions need is asked for once. */
export interface ClusterFacts {
  readonly traits: () => Promise<ClusterTraits>;
  /** All that the pre-flight of one function needs. */
  readonly of: (subject: PreflightSubject) => Promise<PreflightFacts>;
  /** How many functions workers there are; undefined where the cluster does not tell, or they run no instances. */
  readonly workers: () => Promise<number | undefined>;
  /** What waits in a subscription over its topics; undefined where none of them tells. */
  readonly backlog: (reading: Reading) => Promise<number | undefined>;
}

const KINDS: readonly WorkloadType[] = ['function', 'source', 'sink'];
const REFERENCE = /^(builtin|function|source|sink):\/\//;
/** Topics of one function that are asked for one by one. */
const MOST_TOPICS = 50;

/** What a namespace holds. */
interface Place {
  readonly state: PlaceState;
  /** Undefined where they cannot be listed. */
  readonly topics: ReadonlyMap<string, unknown> | undefined;
}

/** The three kinds by name, and why one may not be listed. */
interface Names {
  readonly kinds: ReadonlyMap<string, WorkloadType>;
  readonly denied: ReadonlyMap<WorkloadType, string>;
}

/**
 * Reads facts when they are first needed and remembers them: five requests for a namespace, one for each topic with a
 * declared schema. A cluster that does not answer, or does not tell, leaves a fact unknown; it is never guessed.
 */
export function createClusterFacts(
  { admin, functions }: Cluster,
  runtime: TargetRuntime | undefined,
): ClusterFacts {
  const once = createOnce();
  const sandbox = admin.kind === 'sandbox';
  const traits = (): Promise<ClusterTraits> =>
    once('traits', () => admin.traits().catch(unlessReached<ClusterTraits>({})));
  const ask = <T>(key: string, request: () => Promise<Learnt<T>>): Promise<Learnt<T>> =>
    once(key, () => request().catch(unknownLearnt));

  const placeState = async (tenant: string, namespace: string): Promise<PlaceState> => {
    const found = await ask(`namespaces ${tenant}`, () => admin.namespaces(tenant));
    if (!found.known) return { unknown: found.reason };
    if (found.value === undefined) return 'no-tenant';
    return found.value.includes(namespace) ? 'there' : 'no-namespace';
  };

  const place = (tenant: string, namespace: string): Promise<Place> =>
    once(`place ${tenant}/${namespace}`, async () => {
      // There, everything is there.
      if (sandbox) return { state: 'there', topics: undefined };
      const state = await placeState(tenant, namespace);
      if (state === 'no-tenant' || state === 'no-namespace') return { state, topics: undefined };
      const found = await ask(`topics ${tenant}/${namespace}`, () => admin.topics(tenant, namespace));
      return { state, topics: found.known ? found.value : undefined };
    });

  const names = ({ tenant, namespace }: WorkloadRef): Promise<Names> =>
    once(`names ${tenant}/${namespace}`, async () => {
      const kinds = new Map<string, WorkloadType>();
      const denied = new Map<WorkloadType, string>();
      for (const type of KINDS) {
        const answer = await functions.list({ type, tenant, namespace }).catch(unlessReached(undefined));
        if (answer === undefined) continue;
        if (answer.status === 401 || answer.status === 403)
          denied.set(type, `HTTP ${answer.status} ${answer.reason}`);
        if (answer.status === 200 && Array.isArray(answer.body))
          for (const name of answer.body as unknown[]) kinds.set(String(name), type);
      }
      return { kinds, denied };
    });

  const topicState = async (topic: string): Promise<TopicState> => {
    const [domain = '', rest = ''] = topic.split('://', 2);
    const [tenant = '', namespace = ''] = rest.split('/');
    // A topic that keeps nothing is there while it is used.
    if (sandbox || domain !== 'persistent' || tenant === '' || namespace === '') return 'unknown';
    const { state, topics } = await place(tenant, namespace);
    if (topics !== undefined)
      return topics.has(topic.replace(/-partition-\d+$/, '')) || topics.has(topic) ? 'there' : 'missing';
    if (state === 'no-tenant' || state === 'no-namespace') return 'missing';
    const found = await ask(`topic ${topic}`, () => admin.topic(topic));
    return !found.known ? 'unknown' : found.value === undefined ? 'missing' : 'there';
  };

  const schemasOf = async (subject: PreflightSubject): Promise<ReadonlyMap<string, string>> => {
    const schemas = new Map<string, string>();
    if (sandbox) return schemas;
    for (const { topic } of declaredSchemas(subject.config ?? {}).slice(0, MOST_TOPICS)) {
      if ((await topicState(topic)) !== 'there') continue;
      const found = await ask(`schema ${topic}`, () => admin.schema(topic));
      if (found.known && found.value !== undefined) schemas.set(topic, found.value);
    }
    return schemas;
  };

  return {
    traits,
    async workers() {
      // There instances run in pods of their own.
      if (runtime === 'kubernetes') return undefined;
      const found = await ask('workers', () => admin.workers());
      return found.known ? found.value : undefined;
    },
    async of(subject) {
      const { ref, config, artifact } = subject;
      const { kinds, denied } = await names(ref);
      const kind = kinds.get(ref.name);
      const flow = topicFlow(config ?? {});
      const topics = new Map<string, TopicState>();
      for (const topic of [...flow.reads, ...flow.writes].slice(0, MOST_TOPICS))
        topics.set(topic, await topicState(topic));
      const reference = artifact !== undefined && REFERENCE.test(artifact) ? artifact : undefined;
      const found =
        reference === undefined || sandbox
          ? undefined
          : await ask(`package ${ref.type} ${ref.tenant} ${reference}`, () =>
              admin.hasPackage(reference, ref),
            );
      const { createsTopics } = await traits();
      return {
        runtime,
        place: (await place(ref.tenant, ref.namespace)).state,
        taken: kind === undefined || kind === ref.type ? undefined : kind,
        denied: denied.get(ref.type),
        createsTopics,
        topics,
        schemas: await schemasOf(subject),
        packageThere: found?.known === true ? found.value : undefined,
      };
    },
    async backlog({ topics, subscription }) {
      let sum: number | undefined;
      for (const topic of topics.slice(0, MOST_TOPICS)) {
        const found = await ask(`subscriptions ${topic}`, () => admin.subscriptions(topic));
        const facts = found.known ? found.value?.get(subscription) : undefined;
        if (facts !== undefined) sum = (sum ?? 0) + facts.backlog;
      }
      return sum;
    },
  };
}

/** Runs each work once, whoever asks. */
function createOnce(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = known.get(key) as Promise<T> | undefined;
    if (before !== undefined) return before;
    const value = work();
    known.set(key, value);
    return value;
  };
}

/** That value where the cluster does not answer; anything else is a fault. */
function unlessReached<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (hasCode(error, 'CLUSTER_UNREACHABLE')) return value;
    throw error;
  };
}

function unknownLearnt(error: unknown): { readonly known: false; readonly reason: string } {
  return unlessReached({ known: false as const, reason: messageOf(error) })(error);
}
