/**
 * What a rebuild notes in the database that it folds into, in a document outside the fold: `folding` while it writes there,
 * `ready` once nobody but the writer may.
 */
export interface RebuildMark {
  readonly state: 'folding' | 'ready';
  /** When the rebuild began, ISO 8601. */
  readonly startedAt: string;
}

export function rebuildMarkBody({ state, startedAt }: RebuildMark): Record<string, unknown> {
  return { kind: 'rebuild', state, startedAt };
}

/** Reads a rebuild's mark; undefined if it is none. */
export function readRebuildMark(
  body: Readonly<Record<string, unknown>> | undefined,
): RebuildMark | undefined {
  const state = body?.['state'];
  if (body?.['kind'] !== 'rebuild' || (state !== 'folding' && state !== 'ready')) return undefined;
  return { state, startedAt: String(body['startedAt']) };
}
