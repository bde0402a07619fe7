import { topicFullName } from '../core/topic-name.js';

/** A JSON object of Pulsar's config. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object's fields; none where the value is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Pulsar makes no difference between nothing, null, '' and {}. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** A topic as Pulsar finds it; what is none stays as it is. */
export function fullName(topic: unknown): string {
  const text = String(topic);
  return topicFullName(text) ?? text;
}
