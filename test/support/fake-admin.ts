import type { ClusterAdmin, Learnt } from '../../src/ports/cluster.js';

const unknown = <T>(): Promise<Learnt<T>> => Promise.resolve({ known: false, reason: 'not told' });

/** A cluster's administration that tells what a test says, and nothing else; `asked` counts its requests. */
export function fakeAdmin(told: Partial<ClusterAdmin> = {}) {
  const asked: string[] = [];
  const nothing: ClusterAdmin = {
    kind: 'pulsar',
    traits: () => Promise.resolve({}),
    tenants: unknown,
    workers: unknown,
    namespaces: unknown,
    topics: unknown,
    topic: unknown,
    subscriptions: unknown,
    permissions: unknown,
    schema: unknown,
    hasPackage: unknown,
    packageVersions: unknown,
    packageAt: unknown,
  };
  const admin = new Proxy(
    { ...nothing, ...told },
    {
      get(target, name: keyof ClusterAdmin) {
        const value = target[name];
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]) => {
          asked.push(`${name} ${parameters.map((one) => JSON.stringify(one)).join(' ')}`.trim());
          return (value as (...all: unknown[]) => unknown)(...parameters);
        };
      },
    },
  );
  return { admin, asked };
}
