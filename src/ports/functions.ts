import type { TargetKind, WorkloadType } from '../core/types.js';

/** Which workload of a cluster. */
export interface WorkloadRef {
  readonly type: WorkloadType;
  readonly tenant: string;
  readonly namespace: string;
  readonly name: string;
}

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
  status(ref: WorkloadRef): Promise<ClusterAnswer>;
  /** Reads the package back: 200 with `{"sha256":"<hex>"}` as body; any other status where the cluster does not give it. */
  packageDigest(ref: WorkloadRef): Promise<ClusterAnswer>;
  close(): Promise<void>;
}
