import type { Cluster, ClusterAdmin, Learnt } from '../../ports/cluster.js';
import { sandboxFunctions, type SandboxOptions } from './sandbox-functions.js';
import { openWorkloads, type Workloads } from './workloads.js';

const know = <T>(value: T): Learnt<T> => ({ known: true, value });

/** The sandbox's functions worker, and what else can be asked of it. */
export async function createSandboxCluster({ dir }: SandboxOptions): Promise<Cluster> {
  const workloads = await openWorkloads(dir);
  return { functions: sandboxFunctions(workloads), admin: sandboxAdmin(workloads) };
}

/**
 * Tenants and namespaces are listed where something is deployed, and are there wherever they are named; so are topics,
 * none of which is partitioned, has a schema, a subscription or a backlog. Packages are kept as digests only.
 */
function sandboxAdmin(workloads: Workloads): ClusterAdmin {
  const places = (): ReturnType<Workloads['tenantsAndNamespaces']> =>
    workloads.inTurn(() => workloads.tenantsAndNamespaces());
  return {
    kind: 'sandbox',
    traits: () => Promise.resolve({ authorization: false, superuser: false, createsTopics: true }),
    tenants: async () => know([...new Set((await places()).map(([tenant]) => tenant))]),
    namespaces: async (tenant) =>
      know((await places()).filter(([owner]) => owner === tenant).map(([, namespace]) => namespace)),
    workers: () => Promise.resolve(know(1)),
    topics: () => Promise.resolve(know(new Map())),
    topic: () => Promise.resolve(know({ partitions: 0 })),
    subscriptions: () => Promise.resolve(know(new Map())),
    permissions: () => Promise.resolve(know(new Map())),
    schema: () => Promise.resolve(know(undefined)),
    hasPackage: () => Promise.resolve(know(true)),
    packageVersions: () => Promise.resolve(know([])),
    packageAt: () =>
      Promise.resolve({ known: false, reason: 'the sandbox keeps no packages, only their digests' }),
  };
}
