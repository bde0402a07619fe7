import { mkdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { AppError, messageOf } from '../../errors.js';
import type { WorkloadPlace, WorkloadRef } from '../../ports/functions.js';
import type { Fields } from './config-maps.js';
import type { InstanceStates } from './instance-states.js';

/** What is kept of a workload; of its package the digest or the reference. */
export interface Entry {
  readonly type: WorkloadRef['type'];
  readonly version: number;
  readonly config: Fields;
  /** `sha256:…`, or a reference. */
  readonly package: string;
  readonly bytes?: number;
  readonly states?: InstanceStates;
}

/** The sandbox's state on disk. */
export interface Workloads {
  get(ref: WorkloadRef): Promise<Entry | undefined>;
  put(ref: WorkloadRef, entry: Entry): Promise<void>;
  delete(ref: WorkloadRef): Promise<void>;
  /** Names of one type, sorted. */
  names(place: WorkloadPlace): Promise<string[]>;
  /** Where workloads are. */
  tenantsAndNamespaces(): Promise<readonly (readonly [tenant: string, namespace: string])[]>;
  /** One at a time: what was read holds until it is written. Rejects with CLUSTER_UNREACHABLE. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens the folder of a sandbox's state; one process at a time. */
export async function openWorkloads(dir: string): Promise<Workloads> {
  await mkdir(dir, { recursive: true });
  const entries = new ClassicLevel<string, Entry>(dir, { valueEncoding: 'json' });
  await entries.open();
  let last: Promise<unknown> = Promise.resolve();

  return {
    get: (ref) => entries.get(keyOf(ref)),
    put: (ref, entry) => entries.put(keyOf(ref), entry),
    delete: (ref) => entries.del(keyOf(ref)),
    async names({ type, tenant, namespace }) {
      const prefix = `${tenant}/${namespace}/`;
      const names: string[] = [];
      for await (const [key, entry] of entries.iterator({ gt: prefix, lt: `${tenant}/${namespace}0` }))
        if (entry.type === type) names.push(key.slice(prefix.length));
      return names;
    },
    async tenantsAndNamespaces() {
      const places = new Set<string>();
      for await (const key of entries.keys()) places.add(key.slice(0, key.lastIndexOf('/')));
      return [...places].map((place) => place.split('/') as unknown as readonly [string, string]);
    },
    inTurn(work) {
      const result = last.then(work).catch((error: unknown) => {
        throw new AppError('CLUSTER_UNREACHABLE', `sandbox in ${dir}: ${messageOf(error)}`, { cause: error });
      });
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
      await entries.close();
    },
  };
}

const keyOf = ({ tenant, namespace, name }: WorkloadRef): string => `${tenant}/${namespace}/${name}`;
