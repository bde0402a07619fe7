import type { Cluster, ClusterAdmin } from '../ports/cluster.js';
import { limitFunctions, strainOfError } from './limited-functions.js';
import type { Limiter } from './limiter.js';

/** The same cluster, asked no faster than the limiter allows. */
export function limitCluster({ functions, admin }: Cluster, limiter: Limiter): Cluster {
  const ask = <T>(request: () => Promise<T>): Promise<T> =>
    limiter.run('read', request, { result: () => 'none', error: strainOfError });
  const limited: ClusterAdmin = {
    kind: admin.kind,
    traits: () => ask(() => admin.traits()),
    tenants: () => ask(() => admin.tenants()),
    workers: () => ask(() => admin.workers()),
    namespaces: (tenant) => ask(() => admin.namespaces(tenant)),
    topics: (tenant, namespace) => ask(() => admin.topics(tenant, namespace)),
    topic: (topic) => ask(() => admin.topic(topic)),
    subscriptions: (topic) => ask(() => admin.subscriptions(topic)),
    permissions: (tenant, namespace) => ask(() => admin.permissions(tenant, namespace)),
    schema: (topic) => ask(() => admin.schema(topic)),
    hasPackage: (url, ref) => ask(() => admin.hasPackage(url, ref)),
    packageVersions: (ref) => ask(() => admin.packageVersions(ref)),
    packageAt: (url) => ask(() => admin.packageAt(url)),
  };
  return { functions: limitFunctions(functions, limiter), admin: limited };
}
