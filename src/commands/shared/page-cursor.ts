import { isObject } from '../../core/merge-patch.js';

/** How far a reader has come: opaque to callers. */
export interface Cursor {
  /** The section that is read. */
  readonly section: string;
  /** The last id looked at there. */
  readonly after: string;
  readonly prefix: string;
  readonly followFrom: number;
}

export function writeCursor({ section, after, prefix, followFrom }: Cursor): string {
  return Buffer.from(JSON.stringify([section, after, prefix, followFrom])).toString('base64url');
}

/** The cursor, if it is one and belongs to this prefix. */
export function readCursor(text: string, prefix = ''): Cursor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (isObject(value) || !Array.isArray(value)) return undefined;
  const [section, after, ofPrefix, followFrom] = value as unknown[];
  const valid =
    typeof section === 'string' &&
    typeof after === 'string' &&
    ofPrefix === prefix &&
    typeof followFrom === 'number' &&
    Number.isSafeInteger(followFrom) &&
    followFrom >= 0;
  return valid ? { section, after, prefix, followFrom } : undefined;
}
