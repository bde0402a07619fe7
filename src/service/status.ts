import type { Config } from '../config.js';
import { withLimit } from '../core/pause.js';
import { effectsId } from '../core/ids.js';
import type { Check, ConsumerStanding, EffectsStanding, ServiceStatus } from '../core/status.js';
import type { Beat, EffectsDocument, EnvironmentDocument } from '../core/types.js';
import { AppError } from '../errors.js';
import type { JournalFollower } from '../feed/journal-follower.js';
import type { CommandDoor } from '../ports/command-door.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Clock } from '../ports/system.js';
import type { Processor } from '../processor/processor.js';
import type { Deployers } from './deployers.js';
import { owedReleases, type Consumers, type DocumentsSaid } from './consumers.js';
import type { RunningWebhooks } from './webhooks.js';

/** An instance of the writer that says nothing for longer is missing. */
const SILENCE_MS = 10_000;
/** A release that gets no outcome for longer has no deployer. */
const UNDEPLOYED_MS = 30_000;
/** Void messages are an alarm for so long. */
const VOID_ALARM_MS = 600_000;
/** A consumer that is behind for longer is not ready. */
const MAX_LAG_SECONDS = 30;
/** Consumers without which nothing is answered rightly. Heads go by their schedule, jobs take their time. */
const AWAITED = ['events', 'documents', 'dispatcher'];
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
  readonly processor: Processor | undefined;
  readonly door: CommandDoor | undefined;
  readonly consumers: Consumers;
  readonly deployers: Pick<Deployers, 'checks'>;
  /** Absent where that part is not run. */
  readonly webhooks: RunningWebhooks | undefined;
  readonly lastBeat: () => { readonly beat: Beat; readonly at: number } | undefined;
}

/** Makes what `GET /v1/status` and `GET /readyz` tell, anew at each call. */
export async function serviceStatus(sources: StatusSources): Promise<ServiceStatus> {
  const { config, processor } = sources;
  const term = processor?.standing();
  const documents = await documentChecks(sources);
  const consumers = sources.consumers.standings(documents.said);
  return {
    version: sources.version,
    instance: sources.instance,
    startedAt: new Date(sources.startedAt).toISOString(),
    parts: config.parts,
    bus: config.bus.kind,
    store: config.store.kind,
    authentication: config.identity === undefined ? 'none' : 'required',
    environments: config.environments.map(({ name, adminUrl }) => ({ name, target: adminUrl ?? 'sandbox' })),
    lease: {
      state: term?.state ?? 'none',
      epoch: term?.term?.epoch ?? term?.beat?.epoch ?? 0,
      writer: term?.writer ?? '',
    },
    consumers,
    effects: effectsStandings(sources, documents.said),
    counters: { voidMessages: sources.follower.standing().voids, ...webhookCounters(sources.webhooks) },
    checks: [
      ...writerChecks(sources),
      ...journalChecks(sources),
      ...documents.checks,
      ...sources.deployers.checks(),
      ...doorChecks(sources),
      ...lagChecks(consumers),
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
        detail: `deployments of release ${release} of ${project} to ${environment} were ${whyHeld(dispatcher)}: held, with all behind them, until someone sends release-effects or skip-effects`,
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
  config,
  reads,
  clock,
}: StatusSources): Promise<{ said: DocumentsSaid; checks: Check[] }> {
  try {
    const id = effectsId(config.topics.deployments);
    // Those in force, not those configured here: a release to any of them must be heard of.
    const [{ documents, position }, owing] = await within(
      Promise.all([reads.page({ prefix: 'environment:', limit: 1_000 }), reads.getMany([id])]),
    );
    const checks: Check[] = [{ name: 'documents', ok: true, detail: `at position ${position}` }];
    for (const { document } of documents) {
      if (document.kind === 'environment') checks.push(deployerCheck(document, clock.now()));
    }
    const effects = [...owing.values()].flatMap(({ document }): EffectsDocument[] =>
      document.kind === 'effects' ? [document] : [],
    );
    return { said: { position, effects }, checks };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { said: { fault }, checks: [{ name: 'documents', ok: false, detail: fault }] };
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

function whyHeld({ isRestored }: { readonly isRestored: boolean }): string {
  return isRestored
    ? 'committed before the journal was restored, and may be out already'
    : 'committed more than an hour before the start';
}

/** Effects leave by the instance that writes. */
function effectsStandings({ config, processor }: StatusSources, said: DocumentsSaid): EffectsStanding[] {
  const dispatcher = processor?.standing().term?.dispatcher;
  if (dispatcher === undefined) return [];
  const { published, next, held, fault } = dispatcher;
  const topic = config.topics.deployments;
  const owed = 'fault' in said ? [] : owedReleases(said.effects, topic, published);
  const behind = owed.filter(({ first }) => held !== undefined && first > held.first).length;
  return [
    {
      topic,
      published,
      next,
      ...(held === undefined
        ? {}
        : {
            held: {
              project: held.project,
              environment: held.environment,
              release: held.release,
              why: whyHeld(dispatcher),
            },
            heldReleases: 1 + behind,
          }),
      ...(fault === undefined ? {} : { fault }),
    },
  ];
}

/** A consumer that has been behind for too long is not ready. */
function lagChecks(consumers: readonly ConsumerStanding[]): Check[] {
  return consumers
    .filter(({ name }) => AWAITED.includes(name))
    .map(({ name, position, head, lagRecords, lagSeconds, since }) => ({
      name: `lag:${name}`,
      ok: lagSeconds <= MAX_LAG_SECONDS,
      detail:
        lagRecords === 0
          ? `at ${position}`
          : `at ${position}, ${lagRecords} behind ${head} for ${lagSeconds} s`,
      ...(since === undefined ? {} : { since }),
    }));
}

function webhookCounters(webhooks: RunningWebhooks | undefined): Record<string, number> {
  if (webhooks === undefined) return {};
  const { running, delivered, 'dead-lettered': deadLettered, 'passed-over': passedOver } = webhooks.counts();
  return {
    webhooksRunning: running,
    webhookMessagesDelivered: delivered,
    webhookMessagesDeadLettered: deadLettered,
    webhookMessagesPassedOver: passedOver,
  };
}
