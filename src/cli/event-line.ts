import { isFailure } from '../core/function-state.js';
import { printable } from '../core/printable.js';
import type { JournalEvent, Override, TaskRequested } from '../core/types.js';
import { formatReleaseRef } from './names.js';
import { counted } from './table.js';

/** An event as it comes over the stream, as far as it is read here. */
export interface CloudEvent {
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly stagelineposition?: number;
  readonly stagelineactor?: string;
}

const PREFIX = 'stageline.';

/** One readable line for an event; what fails is on lines of its own. */
export function eventLine({ type, time, data, stagelineposition, stagelineactor }: CloudEvent): string {
  const name = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type;
  const head = [
    clock(time),
    stagelineposition === undefined ? undefined : `#${stagelineposition}`.padEnd(6),
    typeof data['project'] === 'string' ? data['project'].padEnd(9) : undefined,
    name.padEnd(19),
    told({ ...data, type: name } as JournalEvent),
    stagelineactor === undefined ? undefined : `(${stagelineactor})`,
  ];
  return head.filter((part) => part !== undefined && part !== '').join('  ');
}

function clock(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toTimeString().slice(0, 8);
}

function told(event: JournalEvent): string {
  switch (event.type) {
    case 'configs-staged':
      return `${event.stageSet}: ${counted(event.entries.length, 'entry', 'entries')} staged${names(event.entries)}${note(event)}`;
    case 'configs-unstaged':
      return (
        `${event.stageSet}: ${counted(event.functions.length, 'entry', 'entries')} ` +
        `${event.reason === 'deployed' ? 'left it, deployed everywhere' : 'taken out'}${list(event.functions)}`
      );
    case 'stage-sets-merged':
      return `${event.closed.join(', ')} into ${event.into}: ${counted(event.entries.length, 'entry', 'entries')}`;
    case 'release-committed':
      return `${formatReleaseRef(event)} ${event.kind}: ${counted(event.entries.length, 'function')} on ${event.target.kind}${inWaves(event)}${note(event)}${overridden(event)}`;
    case 'deployment-recorded':
      return [
        `${formatReleaseRef(event)} ${event.state}: ${counted(event.results.length, 'result')}`,
        ...event.results
          .filter(({ outcome }) => isFailure(outcome))
          .map(
            ({ outcome, function: name, answer }) =>
              `    ${outcome}  ${name}: ${answer?.reason ?? 'no reason given'}`,
          ),
      ].join('\n');
    case 'environments-set':
      return [
        ...event.environments.map(({ name, target }) => `${name} is ${target.adminUrl ?? target.kind}`),
        ...event.removed.map((name) => `${name} removed`),
      ].join(', ');
    case 'api-token-created':
      return `${event.name} for ${event.people.join(', ')}: ${event.roles.join(', ')} in ${event.projects?.join(', ') ?? 'every project'} until ${event.expiresAt}${note(event)}`;
    case 'api-token-revoked':
      return `${event.name}${event.reason === undefined ? '' : `; ${printable(event.reason)}`}`;
    case 'webhook-subscriptions-set':
      return `${event.topic} to ${event.webhooks.map(({ url }) => url).join(', ')}${note(event)}`;
    case 'webhook-subscriptions-deleted':
      return `${event.topic}${event.reason === undefined ? '' : `; ${printable(event.reason)}`}`;
    case 'documents-switched':
      return `the writer goes on with ${event.database}`;
    case 'effects-released':
      return `${event.topic}: what was held is let out up to ${event.through}`;
    case 'effects-skipped':
      return `${formatReleaseRef(event)} ${event.state}: ${counted(event.functions.length, 'function')} skipped; ${printable(event.reason)}`;
    case 'deployments-cancelled':
      return `${formatReleaseRef(event)} ${event.state}: ${counted(event.functions.length, 'function')} cancelled; ${printable(event.reason)}`;
    case 'wave-started':
      return `${formatReleaseRef(event)} wave ${event.wave + 1} begins: ${counted(event.count, 'function')}${overridden(event)}`;
    case 'effects-published':
      return `${event.topic} up to ${event.through}`;
    case 'task-requested':
      return `${event.operation} in ${event.environment} asked for${list(subjects(event))}${overridden(event)}`;
    case 'task-recorded':
      return [
        `${event.operation} in ${event.environment} ${event.state}${event.reason === undefined ? '' : `: ${printable(event.reason)}`}`,
        ...event.results
          .filter(({ outcome }) => outcome === 'failed')
          .map(({ function: name, answer }) => `    failed  ${name}: ${answer?.reason ?? 'no reason given'}`),
      ].join('\n');
    case 'plan-recorded':
      return `${event.stageSet} for ${event.environment}: ${event.summary.functions} planned${event.state === 'done' ? '' : ', more to come'}`;
    case 'drift-recorded': {
      const { checked, drifted, missing, unreadable } = event.summary;
      const more = event.state === 'done' ? '' : ', more to come';
      return `drift in ${event.environment}: ${checked} compared, ${drifted} differ, ${missing} missing, ${unreadable} not readable${more}`;
    }
    case 'functions-imported':
      return `${counted(event.entries.length, 'function')} taken over in ${event.environment}${list(event.entries.map((entry) => entry.function))}, ${event.leftOut.length} left out`;
    case 'approval-requested':
      return `${event.stageSet} for ${event.environment}: approval of ${counted(event.functions, 'function')} asked for${note(event)}`;
    case 'approval-given':
      return `${event.stageSet} for ${event.environment}: ${event.state === 'approved' ? 'approved' : 'one more approval'}${note(event)}`;
    case 'approval-rejected':
      return `${event.stageSet} for ${event.environment}: ${printable(event.reason)}`;
    case 'approval-withdrawn':
      return `${event.stageSet} for ${event.environment}${note(event)}`;
    case 'environment-frozen':
      return `${event.environment}${event.until === undefined ? '' : ` until ${event.until}`}: ${printable(event.reason)}`;
    case 'environment-unfrozen':
      return `${event.environment}${note(event)}`;
    case 'artifact-rejected':
      return `${event.sha256}: ${printable(event.reason)}`;
    case 'artifact-allowed':
      return `${event.sha256}${note(event)}`;
    case 'release-rejected':
      return `${formatReleaseRef(event)}: ${printable(event.reason)}`;
    case 'release-allowed':
      return `${formatReleaseRef(event)}${note(event)}`;
    default:
      // An event of a newer version: its type says the most.
      return '';
  }
}

function subjects({ functions, entries, names: some = [] }: TaskRequested): readonly string[] {
  return functions?.map((subject) => subject.function) ?? entries?.map(([name]) => name) ?? some;
}

function names(entries: readonly { readonly function: string; readonly operation: string }[]): string {
  return list(entries.map((entry) => (entry.operation === 'delete' ? `-${entry.function}` : entry.function)));
}

function list(all: readonly string[]): string {
  const rest = all.length - 3;
  return all.length === 0 ? '' : ` (${all.slice(0, 3).join(', ')}${rest > 0 ? `, ${rest} more` : ''})`;
}

function inWaves({ waves }: { readonly waves?: readonly number[] }): string {
  return waves === undefined ? '' : ` in ${waves.length} waves`;
}

/** It stands out. */
function overridden({ override }: { readonly override?: Override }): string {
  if (override === undefined) return '';
  const { passed, reason } = override;
  return `; OVERRIDE${passed.length === 0 ? '' : ` of ${passed.join(', ')}`}: ${printable(reason)}`;
}

function note({ note: text }: { readonly note?: string }): string {
  return text === undefined ? '' : `; ${text}`;
}
