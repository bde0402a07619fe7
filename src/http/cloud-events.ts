import {
  apiTokenId,
  approvalId,
  artifactId,
  driftId,
  environmentId,
  planId,
  releaseId,
  stageSetId,
  taskId,
  webhookSubscriptionsId,
} from '../core/ids.js';
import { redact } from '../core/redact.js';
import type { JournalEvent, JournalRecord } from '../core/types.js';

/** An event as it leaves the system: CloudEvents 1.0, JSON format, with two extension attributes. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
  readonly stagelineposition: number;
  readonly stagelineactor: string;
}

/** Which events are wanted; an empty set wants all. */
export interface EventFilter {
  readonly projects: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

/** The record's events that pass the filter. An event's id does not depend on the filter. */
export function cloudEventsOf(record: JournalRecord, filter: EventFilter): CloudEvent[] {
  return record.events.flatMap((event, index) => {
    if (filter.projects.size > 0 && !filter.projects.has(event.project)) return [];
    if (filter.types.size > 0 && !filter.types.has(event.type)) return [];
    const { type, ...data } = event;
    const subject = subjectOf(event);
    return {
      specversion: '1.0',
      id: `${record.partition}/${record.position}/${index}`,
      source: `/stageline/${event.project}`,
      type: `stageline.${type}`,
      ...(subject === undefined ? {} : { subject }),
      time: record.time,
      datacontenttype: 'application/json',
      data: redact(data),
      stagelineposition: record.position,
      stagelineactor: record.actor.name,
    };
  });
}

/** The id of the document that an event is about: `GET /v1/documents/{subject}` shows it. */
function subjectOf(event: JournalEvent): string | undefined {
  switch (event.type) {
    case 'configs-staged':
    case 'configs-unstaged':
      return stageSetId(event.project, event.stageSet);
    case 'stage-sets-merged':
      return stageSetId(event.project, event.into);
    case 'release-committed':
    case 'deployment-recorded':
    case 'effects-skipped':
    case 'wave-started':
    case 'deployments-cancelled':
    case 'release-rejected':
    case 'release-allowed':
      return releaseId(event);
    case 'task-requested':
    case 'task-recorded':
      return taskId(event);
    case 'plan-recorded':
      return planId(event);
    case 'drift-recorded':
      return driftId(event);
    case 'functions-imported':
      return taskId(event);
    case 'api-token-created':
    case 'api-token-revoked':
      return apiTokenId(event.name);
    case 'webhook-subscriptions-set':
    case 'webhook-subscriptions-deleted':
      return webhookSubscriptionsId(event.topic);
    case 'approval-requested':
    case 'approval-given':
    case 'approval-rejected':
    case 'approval-withdrawn':
      return approvalId(event);
    case 'environment-frozen':
    case 'environment-unfrozen':
      return environmentId(event.environment);
    case 'artifact-rejected':
    case 'artifact-allowed':
      return artifactId(event.sha256);
    case 'environments-set':
    case 'effects-published':
    case 'effects-released':
    case 'documents-switched':
      return undefined;
  }
}
