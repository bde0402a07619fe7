import type { TargetKind, WorkloadType } from '../core/types.js';

/** Which workload of a cluster. */
export interface WorkloadRef {
  readonly type: WorkloadType;
  readonly tenant: string;
  readonly namespace: string;
  readonly name: string;
}

/** Where workloads of a type are looked for. */
export type WorkloadPlace = Pick<WorkloadRef, 'type' | 'tenant' | 'namespace'>;

/** A package to send along; sent as `data` under its file name. */
export interface PackageData {
  readonly fileName: string;
  readonly body: Buffer;
}

/** What the cluster answered: never thrown, whatever the status. `reason` is the answer's own text. */
export interface ClusterAnswer {
  readonly status: number;
  readonly reason: string;
  /** The parsed JSON body, where there is one. */
  readonly body?: unknown;
}

/** A create or update: the complete config in Pulsar's own fields, and the package if it is to be sent. */
export interface Upsert {
  readonly ref: WorkloadRef;
  readonly config: Readonly<Record<string, unknown>>;
  /** Bytes to send. */
  readonly data?: PackageData;
  /** `builtin://…` or `function://…`, passed on as it is. */
  readonly url?: string;
}

/** The package that a cluster runs. */
export interface LivePackage {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * The functions worker of one cluster: Pulsar's REST Admin API (v3) for functions, sources and sinks, or the sandbox
 * that answers as it does.
 *
 * Any HTTP answer is a ClusterAnswer. No answer (refused, cut, timed out) rejects with CLUSTER_UNREACHABLE: the outcome
 * of a write is then unknown.
 */
export interface Functions {
  readonly kind: TargetKind;
  get(ref: WorkloadRef): Promise<ClusterAnswer>;
  create(upsert: Upsert): Promise<ClusterAnswer>;
  update(upsert: Upsert): Promise<ClusterAnswer>;
  delete(ref: WorkloadRef): Promise<ClusterAnswer>;
  /**
   * Instances that are stopped are not `running`, have no `error` and, unlike all others, no lists of latest exceptions;
   * one that is about to start looks the same for a moment.
   */
  status(ref: WorkloadRef): Promise<ClusterAnswer>;
  /** Names of one type in a namespace, as a list in the body; the list of a namespace or tenant that is not there is empty. */
  list(place: WorkloadPlace): Promise<ClusterAnswer>;
  /**
   * Starts all instances: 204, or 400 `Operation not permitted` where none is stopped.
   */
  start(ref: WorkloadRef): Promise<ClusterAnswer>;
  /**
   * Stops all instances: 204, or 400 `Operation not permitted` where all are stopped. An update keeps them stopped, but
   * instances that it adds run; deleting and creating forgets it.
   */
  stop(ref: WorkloadRef): Promise<ClusterAnswer>;
  /**
   * Restarts all instances: 204. One that is stopped runs again, though the cluster still counts it as stopped: the next
   * update stops it, and only `start` changes that.
   */
  restart(ref: WorkloadRef): Promise<ClusterAnswer>;
  /** Reads the package back: 200 with a `LivePackage` as body; any other status where the cluster does not give it. */
  packageDigest(ref: WorkloadRef): Promise<ClusterAnswer>;
  close(): Promise<void>;
}
