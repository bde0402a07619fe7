import type { Config } from '../config.js';
import { createHeadClock } from '../core/head-clock.js';
import type { ConsumerStanding } from '../core/status.js';
import type { EffectsDocument } from '../core/types.js';
import type { HeadsExporter } from '../feed/heads-exporter.js';
import type { JournalFollower } from '../feed/journal-follower.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Job, Jobs } from '../ports/jobs.js';
import type { Clock } from '../ports/system.js';
import type { Processor } from '../processor/processor.js';

export interface ConsumerSources {
  readonly config: Config;
  readonly clock: Clock;
  readonly follower: JournalFollower;
  readonly feed: EventFeed;
  readonly processor: Processor | undefined;
  readonly heads: readonly HeadsExporter[];
  readonly jobs: () => Pick<Jobs, 'list'> | undefined;
  /** The last committed position that the writer told, wherever it is. */
  readonly toldHead: () => number;
}

/** What the documents said when they were read for this: how far they are and what the topics owe, or why they do not answer. */
export type DocumentsSaid =
  { readonly position: number; readonly effects: readonly EffectsDocument[] } | { readonly fault: string };

export interface Consumers {
  /** Where each consumer of the journal stands. */
  standings(said: DocumentsSaid): ConsumerStanding[];
  close(): void;
}

/** Knows where each consumer of the journal stands, and since when it is behind. */
export function createConsumers(sources: ConsumerSources): Consumers {
  const { clock, follower, feed, processor } = sources;
  const headClock = createHeadClock(() => clock.now());
  const unwatch = feed.watch((records) => headClock.note(records.at(-1)?.position ?? 0));
  /** What the documents said last, and since when they say nothing. */
  let known: Exclude<DocumentsSaid, { fault: string }> = { position: 0, effects: [] };
  let silentSince: number | undefined;
  /** The last position of a job, by its id: while it compares it tells none. */
  const jobPositions = new Map<string, number>();

  const standing = (
    facts: Pick<ConsumerStanding, 'name' | 'position' | 'target'>,
    head: number,
    { state = 'running', why, since, lagMs = headClock.sinceAbove(facts.position) }: More = {},
  ): ConsumerStanding => ({
    ...facts,
    head,
    lagRecords: Math.max(0, head - facts.position),
    lagSeconds: Math.max(0, Math.round(lagMs / 1_000)),
    state,
    ...(why === undefined ? {} : { why }),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
  });

  const events = (head: number): ConsumerStanding => {
    const { stopped, since } = follower.standing();
    const facts = { name: 'events', position: follower.state().position };
    return standing(
      facts,
      head,
      stopped === undefined ? {} : { state: 'stopped', why: stopped.message, since },
    );
  };

  const documents = (head: number, said: DocumentsSaid): ConsumerStanding => {
    const term = processor?.standing().term;
    const position = term?.worked === true ? term.stored : known.position;
    const facts = { name: 'documents', position };
    if ('fault' in said)
      return standing(facts, head, {
        state: 'waiting',
        why: said.fault,
        since: (silentSince ??= clock.now()),
      });
    silentSince = undefined;
    return standing(
      facts,
      head,
      term?.doing === 'waiting-for-documents'
        ? { state: 'waiting', why: 'the store does not take documents at the moment' }
        : {},
    );
  };

  const dispatcher = (head: number, stored: number): ConsumerStanding[] => {
    const at = processor?.standing().term?.dispatcher;
    if (at === undefined) return [];
    const topic = sources.config.topics.deployments;
    const owed = owedBy(known.effects, topic, at.published);
    const facts = { name: 'dispatcher', target: topic };
    // What is not stored yet it does not know of.
    if (owed === undefined) return [standing({ ...facts, position: stored }, head)];
    const lagMs = clock.now() - Date.parse(owed.time);
    const place = { ...facts, position: owed.position - 1 };
    const { held, fault } = at;
    if (held !== undefined && held.position === owed.position) {
      const why = `release ${held.environment}/${held.release} of ${held.project} is held until a person releases or skips it`;
      return [standing(place, head, { lagMs, state: 'waiting', why, since: Date.parse(held.time) })];
    }
    return [standing(place, head, fault === undefined ? { lagMs } : { lagMs, state: 'waiting', why: fault })];
  };

  const heads = (head: number): ConsumerStanding[] =>
    sources.heads.map((exporter) => {
      const { target, position, ...more } = exporter.standing();
      return standing({ name: 'heads', target, position }, head, more);
    });

  const jobs = (head: number): ConsumerStanding[] =>
    (sources.jobs()?.list() ?? [])
      .filter(({ state }) => state === 'running')
      .map(({ id, kind, progress, startedAt }) => {
        if (progress !== undefined && isReading(progress)) jobPositions.set(id, progress.done);
        const position = jobPositions.get(id) ?? 0;
        const why = progress === undefined ? 'it begins' : progress.phase;
        return standing({ name: kind, position }, head, { why, since: Date.parse(startedAt) });
      });

  return {
    standings(said) {
      if (!('fault' in said)) known = said;
      const told = [follower.state().position, processor?.standing().term?.committed ?? 0];
      const head = Math.max(feed.head(), known.position, sources.toldHead(), ...told);
      headClock.note(head);
      const stored = documents(head, said);
      return [events(head), stored, ...dispatcher(head, stored.position), ...heads(head), ...jobs(head)];
    },
    close: unwatch,
  };
}

interface More {
  readonly state?: ConsumerStanding['state'];
  readonly why?: string | undefined;
  readonly since?: number | undefined;
  /** @defaultValue since the head passed the position */
  readonly lagMs?: number;
}

type Owed = EffectsDocument['pending'][number];

/** The first release or task that a topic owes something of. */
function owedBy(effects: readonly EffectsDocument[], topic: string, published: number): Owed | undefined {
  return owedReleases(effects, topic, published)[0];
}

/** What a topic still owes of releases and tasks, oldest first. */
export function owedReleases(
  effects: readonly EffectsDocument[],
  topic: string,
  published: number,
): readonly Owed[] {
  const document = effects.find((one) => one.topic === topic);
  return (document?.pending ?? []).filter(({ first, count }) => first + count - 1 > published);
}

/** While it compares, progress counts documents. */
function isReading({ phase }: NonNullable<Job['progress']>): boolean {
  return phase === 'folding' || phase === 'reading';
}
