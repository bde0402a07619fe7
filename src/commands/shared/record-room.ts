/**
 * What a decision may put into its record, in bytes of JSON: with the rest of the record it stays below what the bus takes.
 * A record that is larger is one of a failed command, without events.
 */
export const RECORD_ROOM = 600 * 1024;

/** Bytes that values take in a record. */
export function bytesOf(...values: readonly unknown[]): number {
  return values.reduce<number>(
    (sum, value) => sum + (value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value)) + 1),
    0,
  );
}

/** The first of them, as far as there is room. */
export function fitting<Item>(items: readonly Item[], room: number, of: (item: Item) => unknown): Item[] {
  let left = room;
  const end = items.findIndex((item) => (left -= bytesOf(of(item))) < 0);
  return end === -1 ? [...items] : items.slice(0, end);
}
