import type { DocumentChange } from '../commands/shared/document-changes.js';
import type { ValueChange } from '../core/history.js';

const SIGN = { created: '+', changed: '~', deleted: '-' } as const;
/** A value is shown up to here. */
const SHOWN = 80;

/** A document and, where it was there before and still is, what changed in it; a line each. */
export function changeLines({ id, change, position, values, omittedBytes }: DocumentChange): string {
  const head = `${SIGN[change]} ${id}  (position ${position})`;
  if (omittedBytes !== undefined)
    return `${head}\n    ${omittedBytes} bytes of changes: too much for a reply`;
  if (change !== 'changed') return head;
  return [head, ...valueLines(values ?? [])].join('\n');
}

/** What changed in a value: pointer, before and after; a line each. */
export function valueLines(values: readonly ValueChange[]): string[] {
  return values.map((value) => {
    const before = 'before' in value ? shown(value.before) : '(nothing)';
    const after = 'after' in value ? shown(value.after) : '(nothing)';
    return `    ${value.pointer === '' ? '/' : value.pointer}: ${before} → ${after}`;
  });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}
