/** Where the tenant stands in the paths of the REST Admin API. */
const PLACES = [
  /^\/admin\/v3\/(?:functions|sources|sinks)\/([^/?]+)\//,
  /^\/admin\/v3\/packages\/[^/?]+\/([^/?]+)\//,
  /^\/admin\/v2\/(?:namespaces|schemas|persistent|non-persistent)\/([^/?]+)(?:[/?]|$)/,
] as const;

/** Whose path it is; undefined for what belongs to no tenant. */
export function tenantOf(path: string): string | undefined {
  for (const place of PLACES) {
    const tenant = place.exec(path)?.[1];
    if (tenant !== undefined) return decodeURIComponent(tenant);
  }
  return undefined;
}
