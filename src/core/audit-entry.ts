import type { SeenDocument } from './decision.js';
import type { AuditDocument } from './types.js';

/** One line of the audit log: a record's audit with its position. */
export type AuditEntry = { readonly position: number } & Omit<AuditDocument, 'kind'>;

/** What the ids of the audit log begin with. */
export const AUDIT_PREFIX = 'audit:';

/** The entry that a document holds; undefined for any other kind of document. */
export function auditEntryOf({ position, document }: SeenDocument): AuditEntry | undefined {
  if (document.kind !== 'audit') return undefined;
  const { kind: _kind, ...facts } = document;
  return { position, ...facts };
}
