import {
  apiTokenId,
  approvalId,
  artifactId,
  environmentId,
  functionId,
  releaseId,
  stageSetId,
  taskId,
  webhookSubscriptionsId,
} from '../core/ids.js';
import type { AuditDocument, JournalEvent } from '../core/types.js';

/** Entities listed at most. */
const MAX_LISTED = 200;

/** The functions of an event, which are not walked before somebody asks: there may be thousands. */
interface Names {
  readonly count: number;
  readonly at: (index: number) => string | undefined;
}

const NONE: Names = { count: 0, at: () => undefined };

/**
 * What a record's events touch, of the kinds that people ask for: environments, releases and stage sets first, since
 * they are few, then functions as far as there is room.
 */
export function entitiesOf(
  events: readonly JournalEvent[],
): Pick<AuditDocument, 'entities' | 'entitiesOmitted'> {
  const ids = new Set<string>();
  const lists: Names[] = [];
  for (const event of events) {
    for (const id of fewOf(event)) ids.add(id);
    const names = namesOf(event);
    if (names.count > 0) lists.push(names);
  }
  const names = lists.length > 1 ? union(lists) : (lists[0] ?? NONE);
  const listed = [...ids];
  if (listed.length > MAX_LISTED) listed.length = MAX_LISTED;
  const room = Math.min(names.count, MAX_LISTED - listed.length);
  for (let index = 0; index < room; index += 1) listed.push(functionId(names.at(index) ?? ''));
  const omitted = ids.size + names.count - listed.length;
  return { entities: listed, ...(omitted === 0 ? {} : { entitiesOmitted: omitted }) };
}

/** Ids of the environments, releases, stage sets, approvals and artifacts that an event touches. */
function fewOf(event: JournalEvent): string[] {
  switch (event.type) {
    case 'configs-staged':
    case 'configs-unstaged':
      return [stageSetId(event.project, event.stageSet)];
    case 'stage-sets-merged':
      return [...event.closed, event.into].map((set) => stageSetId(event.project, set));
    case 'release-committed': {
      const { rollbackOf } = event;
      const undone = rollbackOf === undefined ? [] : [releaseId({ ...event, release: rollbackOf })];
      return [environmentId(event.environment), ...undone, releaseId(event)];
    }
    case 'deployment-recorded':
    case 'effects-skipped':
    case 'wave-started':
    case 'deployments-cancelled':
    case 'release-rejected':
    case 'release-allowed':
      return [environmentId(event.environment), releaseId(event)];
    case 'task-requested':
    case 'task-recorded':
    case 'drift-recorded':
      return [environmentId(event.environment), taskId(event)];
    case 'plan-recorded':
      return [environmentId(event.environment), taskId(event), stageSetId(event.project, event.stageSet)];
    case 'functions-imported': {
      const { release } = event;
      const made = release === undefined ? [] : [releaseId({ ...event, release })];
      return [environmentId(event.environment), ...made, taskId(event)];
    }
    case 'approval-requested':
    case 'approval-given':
    case 'approval-rejected':
    case 'approval-withdrawn':
      return [environmentId(event.environment), stageSetId(event.project, event.stageSet), approvalId(event)];
    case 'environment-frozen':
    case 'environment-unfrozen':
      return [environmentId(event.environment)];
    case 'artifact-rejected':
    case 'artifact-allowed':
      return [artifactId(event.sha256)];
    case 'environments-set':
      return [...event.environments.map(({ name }) => name), ...event.removed].map(environmentId);
    case 'api-token-created':
    case 'api-token-revoked':
      return [apiTokenId(event.name)];
    case 'webhook-subscriptions-set':
    case 'webhook-subscriptions-deleted':
      return [webhookSubscriptionsId(event.topic)];
    case 'effects-published':
    case 'effects-released':
    case 'documents-switched':
      return [];
  }
}

/** The functions that an event touches; it names each once. */
function namesOf(event: JournalEvent): Names {
  switch (event.type) {
    case 'configs-staged':
      return { count: event.entries.length, at: (index) => event.entries[index]?.function };
    case 'configs-unstaged':
    case 'effects-skipped':
    case 'deployments-cancelled':
      return { count: event.functions.length, at: (index) => event.functions[index] };
    case 'stage-sets-merged':
    case 'release-committed':
    case 'release-rejected':
    case 'release-allowed':
      return { count: event.entries.length, at: (index) => event.entries[index]?.[0] };
    case 'functions-imported':
      return { count: event.entries.length, at: (index) => event.entries[index]?.function };
    case 'deployment-recorded':
      return { count: event.results.length, at: (index) => event.results[index]?.function };
    case 'task-requested': {
      const { functions, entries, names = [] } = event;
      if (entries !== undefined) return { count: entries.length, at: (index) => entries[index]?.[0] };
      return functions === undefined
        ? { count: names.length, at: (index) => names[index] }
        : { count: functions.length, at: (index) => functions[index]?.function };
    }
    case 'task-recorded':
      return { count: event.results.length, at: (index) => event.results[index]?.function };
    case 'plan-recorded':
    case 'drift-recorded':
      return { count: event.functions.length, at: (index) => event.functions[index]?.function };
    case 'approval-requested':
    case 'approval-given':
    case 'approval-rejected':
    case 'approval-withdrawn':
    case 'environment-frozen':
    case 'environment-unfrozen':
    case 'artifact-rejected':
    case 'artifact-allowed':
    case 'environments-set':
    case 'effects-published':
    case 'effects-released':
    case 'wave-started':
    case 'api-token-created':
    case 'api-token-revoked':
    case 'webhook-subscriptions-set':
    case 'webhook-subscriptions-deleted':
    case 'documents-switched':
      return NONE;
  }
}

/** Several events of a record name the same functions, such as outcomes and the entries that leave their set with them. */
function union(lists: readonly Names[]): Names {
  const names = new Set<string>();
  for (const { count, at } of lists)
    for (let index = 0; index < count; index += 1) names.add(at(index) ?? '');
  const all = [...names];
  return { count: all.length, at: (index) => all[index] };
}
