import type { Config } from '../config.js';
import { withLimit } from '../core/pause.js';
import type { Check, ServiceStatus, Standing } from '../core/status.js';
import type { Beat, EnvironmentDocument } from '../core/types.js';
import { AppError } from '../errors.js';
import type { JournalFollower } from '../feed/journal-follower.js';
import type { CommandDoor } from '../ports/command-door.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Clock } from '../ports/system.js';
import type { Processor } from '../processor/processor.js';
import { MAX_LAG_MS, type LagWatch } from './lag.js';

/** An instance of the writer that says nothing for longer is missing. */
const SILENCE_MS = 10_000;
/** A release that gets no outcome for longer has no deployer. */
const UNDEPLOYED_MS = 30_000;
/** Void messages are an alarm for so long. */
const VOID_ALARM_MS = 600_000;
/** How long the status waits for documents. */
const READ_LIMIT_MS = 2_000;

export interface StatusSources {
  readonly config: Config;
  readonly version: string;
  readonly instance: string;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly reads: DocumentReads;
  readonly follower: JournalFollower;
  readonly feed: EventFeed;
  readonly processor: Processor | undefined;
  readonly door: CommandDoor | undefined;
  readonly lag: LagWatch;
  readonly lastBeat: () => { readonly beat: Beat; readonly at: number } | undefined;
}

/** Makes what `GET /v1/status` and `GET /readyz` tell, anew at each call. */
export async function serviceStatus(sources: StatusSources): Promise<ServiceStatus> {
  const { config, processor } = sources;
  const term = processor?.standing();
  const documents = await documentChecks(sources);
  const all = standings(sources, documents.position);
  return {
    version: sources.version,
    instance: sources.instance,
    startedAt: new Date(sources.startedAt).toISOString(),
    parts: config.parts,
    bus: config.bus.kind,
    store: config.store.kind,
    authentication: 'none',
    environments: config.environments.map(({ name, adminUrl }) => ({ name, target: adminUrl ?? 'sandbox' })),
    lease: {
      state: term?.state ?? 'none',
      epoch: term?.term?.epoch ?? term?.beat?.epoch ?? 0,
      writer: term?.writer ?? '',
    },
    standings: all,
    counters: { voidMessages: sources.follower.standing().voids },
    checks: [
      ...writerChecks(sources),
      ...journalChecks(sources),
      ...documents.checks,
      ...doorChecks(sources),
      ...lagChecks(all),
    ],
  };
}

function writerChecks({ processor, lastBeat, clock }: StatusSources): Check[] {
  const standing = processor?.standing();
  if (standing?.fault !== undefined) {
    return [
      {
        name: 'writer',
        ok: false,
        detail: standing.fault.message,
        since: new Date(standing.since).toISOString(),
      },
    ];
  }
  if (standing?.state === 'leading') {
    const doing = standing.term?.doing ?? 'starting';
    const checks: Check[] = [
      {
        name: 'writer',
        ok: doing === 'working' || doing === 'draining',
        detail: `this instance writes: ${doing}`,
      },
    ];
    const dispatcher = standing.term?.dispatcher;
    if (dispatcher?.held !== undefined) {
      const { environment, release, project, time } = dispatcher.held;
      checks.push({
        name: 'effects',
        ok: false,
        since: time,
        detail: `deployments of release ${release} of ${project} to ${environment} were committed more than an hour before the start: held, with all behind them, until someone sends release-effects`,
      });
    }
    if (dispatcher?.fault !== undefined)
      checks.push({ name: 'effects', ok: false, detail: dispatcher.fault });
    return checks;
  }
  const heard = lastBeat();
  const ok = heard !== undefined && clock.now() - heard.at < SILENCE_MS;
  const detail =
    heard === undefined
      ? 'no writer has been heard'
      : `writer ${heard.beat.writer} is ${heard.beat.doing} at position ${heard.beat.head}`;
  return [{ name: 'writer', ok, detail, ...(heard === undefined ? {} : { since: heard.beat.time }) }];
}

function journalChecks({ follower, clock }: StatusSources): Check[] {
  const { stopped, since, voids, lastVoid } = follower.standing();
  if (stopped !== undefined)
    return [{ name: 'journal', ok: false, detail: stopped.message, since: new Date(since).toISOString() }];
  const alarmed = lastVoid !== undefined && clock.now() - lastVoid < VOID_ALARM_MS;
  return [
    {
      name: 'journal',
      ok: !alarmed,
      detail:
        voids === 0
          ? 'every message counts'
          : `${voids} void messages: appended by a writer that was not, or not any more, in force`,
      ...(lastVoid === undefined ? {} : { since: new Date(lastVoid).toISOString() }),
    },
  ];
}

async function documentChecks({
  reads,
  clock,
}: StatusSources): Promise<{ position: number | undefined; checks: Check[] }> {
  try {
    // Those in force, not those configured here: a release to any of them must be heard of.
    const { documents, position } = await within(reads.page({ prefix: 'environment:', limit: 1_000 }));
    const checks: Check[] = [{ name: 'documents', ok: true, detail: `at position ${position}` }];
    for (const { document } of documents) {
      if (document.kind === 'environment') checks.push(deployerCheck(document, clock.now()));
    }
    return { position, checks };
  } catch (error) {
    return {
      position: undefined,
      checks: [
        { name: 'documents', ok: false, detail: error instanceof Error ? error.message : String(error) },
      ],
    };
  }
}

/** Whoever asks for the status wants it now: an engine that does not answer is part of it. */
function within<T>(reading: Promise<T>): Promise<T> {
  return withLimit(
    reading,
    READ_LIMIT_MS,
    () => new AppError('ENGINE_UNAVAILABLE', `the documents do not answer within ${READ_LIMIT_MS} ms`),
  );
}

/** Releases that nobody deploys name the environment and since when. */
function deployerCheck({ environment, open }: EnvironmentDocument, now: number): Check {
  const oldest = open.reduce<(typeof open)[number] | undefined>(
    (first, one) => (first === undefined || one.since < first.since ? one : first),
    undefined,
  );
  const name = `deployer:${environment}`;
  if (oldest === undefined) return { name, ok: true, detail: 'every release is deployed' };
  const late = now - Date.parse(oldest.since) > UNDEPLOYED_MS;
  return {
    name,
    ok: !late,
    since: oldest.since,
    detail: `release ${oldest.release} of ${oldest.project} waits for outcomes${late ? ': is a deployer running?' : ''}`,
  };
}

function doorChecks({ door }: StatusSources): Check[] {
  if (door === undefined) return [];
  const { ok, detail } = door.health();
  return [{ name: 'door', ok, detail }];
}

/** Where each consumer of the journal stands. */
function standings(
  { follower, feed, processor, lag }: StatusSources,
  stored: number | undefined,
): Standing[] {
  const { stopped, since } = follower.standing();
  const head = Math.max(feed.head(), processor?.standing().term?.committed ?? 0);
  const standing = (name: string, position: number, of: number): Standing => {
    const lagMs = lag.look(name, position, of);
    const state = stopped === undefined ? (lagMs === 0 ? 'running' : 'waiting') : 'stopped';
    return {
      name,
      position,
      head: of,
      lagRecords: Math.max(0, of - position),
      lagSeconds: Math.round(lagMs / 1_000),
      state,
      ...(stopped === undefined ? {} : { reason: stopped.message, since: new Date(since).toISOString() }),
    };
  };
  const effects = processor?.standing().term?.dispatcher;
  return [
    standing('feed', feed.head(), head),
    ...(stored === undefined ? [] : [standing('documents', stored, head)]),
    ...(effects === undefined ? [] : [standing('effects', effects.published, effects.next - 1)]),
  ];
}

/** A consumer that has been behind for too long is not ready. */
function lagChecks(all: readonly Standing[]): Check[] {
  return all.map(({ name, position, head, lagRecords, lagSeconds }) => ({
    name: `lag:${name}`,
    ok: lagSeconds * 1_000 <= MAX_LAG_MS,
    detail:
      lagRecords === 0
        ? `at ${position}`
        : `at ${position}, ${lagRecords} behind ${head} for ${lagSeconds} s`,
  }));
}
