import type { TargetKind } from '../core/types.js';
import type { Functions, LivePackage, WorkloadRef } from './functions.js';

/** What was learnt, or in words why it was not: no permission, not offered by this server, too much to read. */
export type Learnt<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly reason: string };

/** What is true of the whole cluster; absent where it cannot be learnt. */
export interface ClusterTraits {
  /** Who asks is checked at all. */
  readonly authorization?: boolean;
  /** The token asked with is a superuser's: it may read what only those may. False where authorization is off. */
  readonly superuser?: boolean;
  /** A topic is made when somebody first uses it. */
  readonly createsTopics?: boolean;
}

/** A topic that is there. */
export interface TopicFacts {
  /** 0: not partitioned. */
  readonly partitions: number;
}

/** A subscription of a topic; of a partitioned one, all partitions together. */
export interface SubscriptionFacts {
  /** Entries not acknowledged; a batch counts as one. */
  readonly backlog: number;
  /** Those connected, each by a text that no other has had: one that connects anew is another. */
  readonly consumers: readonly string[];
}

/**
 * What the deployer asks of a cluster besides its functions; nothing here changes anything.
 *
 * What does not exist is `undefined`. No answer (refused, cut, timed out) rejects with CLUSTER_UNREACHABLE; every other
 * answer that does not tell is `known: false`. The sandbox has every tenant, namespace and topic: they are there as soon
 * as somebody names them.
 */
export interface ClusterAdmin {
  readonly kind: TargetKind;
  traits(): Promise<ClusterTraits>;
  /** Names; only superusers may list them. */
  tenants(): Promise<Learnt<readonly string[]>>;
  /** How many functions workers there are. */
  workers(): Promise<Learnt<number>>;
  /** Names without their tenant; undefined where there is no such tenant. */
  namespaces(tenant: string): Promise<Learnt<readonly string[] | undefined>>;
  /**
   * Persistent topics of a namespace by full name, partitioned ones as one; undefined where there is no such namespace.
   * Two requests, however many there are. How many partitions a topic has is told by `topic` alone.
   */
  topics(
    tenant: string,
    namespace: string,
  ): Promise<Learnt<ReadonlyMap<string, { readonly partitioned: boolean }> | undefined>>;
  /** By full name. */
  topic(topic: string): Promise<Learnt<TopicFacts | undefined>>;
  /** By name; undefined where there is no such topic. */
  subscriptions(topic: string): Promise<Learnt<ReadonlyMap<string, SubscriptionFacts> | undefined>>;
  /** Actions by Pulsar role, as granted on the namespace itself; undefined where there is none. */
  permissions(
    tenant: string,
    namespace: string,
  ): Promise<Learnt<ReadonlyMap<string, readonly string[]> | undefined>>;
  /** The newest schema's type; undefined where a topic has none. */
  schema(topic: string): Promise<Learnt<string | undefined>>;
  /**
   * Whether there is a package for the workload under `function://`, `source://` or `sink://tenant/namespace/name@version`,
   * or installed as `builtin://name`; asked for as its tenant.
   */
  hasPackage(url: string, ref: WorkloadRef): Promise<Learnt<boolean>>;
  /** Versions of the packages kept under a workload's own name, oldest first; versions of earlier lives are among them. */
  packageVersions(ref: WorkloadRef): Promise<Learnt<readonly string[]>>;
  /** What a package reference leads to. */
  packageAt(url: string): Promise<Learnt<LivePackage | undefined>>;
}

/** One cluster: its functions worker, and what else can be asked of it. Closing the functions closes both. */
export interface Cluster {
  readonly functions: Functions;
  readonly admin: ClusterAdmin;
}
