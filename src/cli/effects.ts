import type { ServiceStatus } from '../core/status.js';
import type { EffectsDocument, PendingEffects, PendingTask } from '../core/types.js';
import { formatReleaseRef } from './names.js';
import type { Session } from './session.js';
import { counted, pretty, table } from './table.js';

type Standing = ServiceStatus['effects'][number];

/** What a release or a task owes, and why it has not left. */
interface Owed {
  readonly project: string;
  readonly environment: string;
  readonly release?: number;
  readonly task?: string;
  /** The position of its commit, or of its request. */
  readonly position: number;
  /** How many of its functions have not left. */
  readonly count: number;
  readonly of: number;
  readonly committedAt: string;
  readonly state: 'due' | 'held' | 'behind' | 'unknown';
  readonly why: string;
}

interface TopicEffects {
  readonly topic: string;
  readonly published: number;
  readonly next: number;
  readonly owed: readonly Owed[];
}

/** Prints what each topic owes, out of the documents and of what the writer says. */
export async function listEffects({ client, json, context }: Session): Promise<void> {
  const standings = (await client.read<ServiceStatus>('status')).effects;
  const topics: TopicEffects[] = [];
  for await (const { document } of client.documents('effects:')) {
    if (document.kind === 'effects')
      topics.push(
        topicEffects(
          document,
          standings.find(({ topic }) => topic === document.topic),
        ),
      );
  }
  if (json) context.out(pretty({ topics }));
  else context.out(topics.length === 0 ? 'nothing was ever committed' : topics.map(topicText).join('\n\n'));
}

function topicEffects(document: EffectsDocument, standing: Standing | undefined): TopicEffects {
  const published = Math.max(document.published, standing?.published ?? 0);
  const { topic, next, pending } = document;
  const left = pending.filter(({ first, count }) => first + count - 1 > published);
  const held = left.findIndex((owed) => isSame(owed, standing?.held));
  return {
    topic,
    published,
    next,
    owed: left.map((one, index) => {
      const { project, environment, position, first, count, time } = one;
      return {
        ...{ project, environment, position },
        ...('task' in one ? { task: one.task } : { release: one.release }),
        count: count - Math.max(0, published - first + 1),
        of: count,
        committedAt: time,
        ...stateOf(one, { standing, held: left[held], isBehind: held >= 0 && index > held }),
      };
    }),
  };
}

type OwedEntry = PendingEffects | PendingTask;

interface Around {
  readonly standing: Standing | undefined;
  readonly held: OwedEntry | undefined;
  readonly isBehind: boolean;
}

function stateOf(one: OwedEntry, { standing, held, isBehind }: Around): Pick<Owed, 'state' | 'why'> {
  if (standing === undefined)
    return { state: 'unknown', why: 'this instance does not write: ask the one that does' };
  if (one === held && 'release' in one) {
    const { environment, release } = one;
    const lets = `"stageline effects release ${environment} ${release}" lets it out, skip gives it up`;
    return { state: 'held', why: `${standing.held?.why ?? 'held'}; ${lets}` };
  }
  if (isBehind && held !== undefined) return { state: 'behind', why: `waits behind ${nameOf(held)}` };
  return { state: 'due', why: standing.fault ?? 'leaves now' };
}

/** A task is never held. */
function isSame(owed: OwedEntry, held: Standing['held']): boolean {
  return (
    'release' in owed &&
    owed.project === held?.project &&
    owed.environment === held.environment &&
    owed.release === held.release
  );
}

function nameOf(owed: Pick<Owed, 'project' | 'environment' | 'release' | 'task'>): string {
  const { release } = owed;
  return release === undefined
    ? `task ${owed.task ?? ''} (${owed.environment})`
    : formatReleaseRef({ ...owed, release });
}

function topicText({ topic, published, next, owed }: TopicEffects): string {
  const head = `${topic}: published up to ${published} of ${next - 1}, ${counted(owed.length, 'release')} owed`;
  if (owed.length === 0) return head;
  const rows = owed.map((one) => [
    nameOf(one),
    `#${one.position}`,
    one.count === one.of ? String(one.of) : `${one.count} of ${one.of}`,
    age(Date.now() - Date.parse(one.committedAt)),
    one.state,
    one.why,
  ]);
  return `${head}\n${table(['release', 'position', 'functions', 'age', 'state', 'why'], rows)}`;
}

/** How long ago, in the largest unit of which there is at least one. */
function age(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
