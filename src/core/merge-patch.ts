type Json = Readonly<Record<string, unknown>>;

/** True for a plain JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7396: objects merge, null removes, anything else replaces. Changes neither argument. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result = new Map<string, unknown>(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, mergePatch(result.get(key), value));
  }
  return Object.fromEntries(result);
}

/** A config as one environment gets it: its patch applied, `environments` gone. */
export function configFor(config: Json, environment: string): Record<string, unknown> {
  const { environments, ...base } = config;
  const patch =
    isObject(environments) && Object.hasOwn(environments, environment)
      ? environments[environment]
      : undefined;
  return (patch === undefined ? { ...base } : mergePatch(base, patch)) as Record<string, unknown>;
}
