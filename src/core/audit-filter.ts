import type { AuditEntry } from './audit-entry.js';
import { functionId, padded } from './ids.js';
import type { GetAuditLogParams } from './types.js';

/** What is asked for, besides the page. */
export type AuditQuery = Omit<GetAuditLogParams, 'limit' | 'cursor'>;

/** What is asked for, in one spelling: full ids, times as records have them. */
export interface AuditFilter {
  readonly actor?: string;
  readonly command?: string;
  /** Absent: every project, and the writer's own records. */
  readonly project?: string;
  /** A document's id. */
  readonly entity?: string;
  readonly outcome?: AuditEntry['outcome'];
  readonly code?: string;
  readonly since?: string;
  readonly until?: string;
  readonly after?: number;
  readonly before?: number;
  /** Only what somebody overrode a refusal for. */
  readonly overrides?: true;
  readonly order: 'newest' | 'oldest';
}

/** Ids of the kinds that the log names. */
export const ENTITY_ID = /^(function|stage-set|release|environment|approval|artifact):./s;
export const FUNCTION_NAME = /^[^/]+\/[^/]+\/[^/]+$/;

/** The filter for a query without faults, asked within a project. */
export function auditFilter(query: AuditQuery, project: string): AuditFilter {
  const { allProjects = false, entity, since, until, order = 'newest', overrides = false, ...rest } = query;
  return {
    ...rest,
    order,
    ...(allProjects ? {} : { project }),
    ...(overrides ? { overrides } : {}),
    ...(entity === undefined ? {} : { entity: entityId(entity) }),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
}

function entityId(entity: string): string {
  if (!ENTITY_ID.test(entity)) return functionId(entity);
  // People write release:default:test:7.
  return entity.replace(
    /^(release:[^:]+:[^:]+:)(\d+)$/,
    (_, ref: string, number: string) => ref + padded(Number(number)),
  );
}

/** True if the log shows this entry to who asks with this filter. */
export function isAsked(entry: AuditEntry, filter: AuditFilter): boolean {
  const { actor, command, outcome, code, since, until, after, before } = filter;
  return (
    (actor === undefined || entry.actor === actor) &&
    (command === undefined || entry.command === command) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (code === undefined || entry.code === code) &&
    (since === undefined || entry.time >= since) &&
    (until === undefined || entry.time < until) &&
    (after === undefined || entry.position > after) &&
    (before === undefined || entry.position < before) &&
    (filter.overrides !== true || entry.override !== undefined) &&
    isOfProject(entry, filter) &&
    concerns(entry, filter)
  );
}

/** What the writer records on its own account belongs to nobody's project, also where somebody's has that name. */
function isOfProject({ project, via }: AuditEntry, filter: AuditFilter): boolean {
  return filter.project === undefined || (project === filter.project && via !== 'internal');
}

/** A record that touched more functions than it lists may have touched this one: better told than missed. */
function concerns({ entities, entitiesOmitted }: AuditEntry, { entity }: AuditFilter): boolean {
  return (
    entity === undefined ||
    entities.includes(entity) ||
    (entitiesOmitted !== undefined && entity.startsWith(functionId('')))
  );
}
