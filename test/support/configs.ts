/** A function config that is complete and small. */
export function functionConfig(name: string, more: object = {}): Record<string, unknown> {
  return {
    type: 'function',
    tenant: 'public',
    namespace: 'default',
    name,
    artifactPathOrUrl: 'packages/enrich.py',
    className: 'enrich.Enrich',
    inputs: ['orders'],
    ...more,
  };
}

export const fn = (name: string): string => `public/default/${name}`;
