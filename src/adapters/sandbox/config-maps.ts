/** A JSON object of Pulsar's config. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object's fields; none where the value is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The strings of an array; none where it is none. */
export function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The named fields that hold something; null, '' and what is not named are left out, as Pulsar does. */
export function pick(config: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.map((name) => [name, config[name]]).filter(([, value]) => hasValue(value)),
  ) as Fields;
}

/** Pulsar takes null and '' for "not given". */
export function hasValue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Pulsar keeps no entry of a map that is null, at any depth; in a list they stay. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null && field !== undefined)
      .map(([name, field]) => [name, withoutNulls(field)]),
  );
}
