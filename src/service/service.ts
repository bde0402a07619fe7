import { randomUUID } from 'node:crypto';
import type { Config } from '../config.js';
import { isAborted, pause } from '../core/pause.js';
import type { Check } from '../core/status.js';
import type { Beat } from '../core/types.js';
import type { Reach } from '../core/failpoints.js';
import { AppError, type Code } from '../errors.js';
import { createDocumentReads } from '../feed/document-reads.js';
import { createEventFeed } from '../feed/event-feed.js';
import { createJournalFollower } from '../feed/journal-follower.js';
import { createHistory } from '../history/history.js';
import { topicSource } from '../history/journal-source.js';
import { createCommandDoor } from '../http/command-door.js';
import type { ReceivedMessage } from '../ports/bus.js';
import type { CommandDoor } from '../ports/command-door.js';
import type { Jobs } from '../ports/jobs.js';
import type { Log } from '../ports/system.js';
import { hearBeats } from '../processor/beats.js';
import { startProcessor } from '../processor/processor.js';
import { createPost } from '../processor/replies.js';
import { runRouter } from '../router/run-router.js';
import { startDeployers } from './deployers.js';
import { openIdentity } from './identity.js';
import { openBus, openStore, openTopicAdmin } from './engines.js';
import { createServiceJobs } from './jobs.js';
import { createConsumers } from './consumers.js';
import { createHeadsExporters } from './heads.js';
import { startMetrics } from './start-metrics.js';
import { checkPort, startHttp } from './start-http.js';
import { startFollowing } from './start-following.js';
import { serviceStatus } from './status.js';
import { systemClock as clock, systemIds as ids } from './system.js';
import { version } from './version.js';
import { webhookRulesOf } from './webhook-rules.js';
import { openWebhookSigner, startWebhooks } from './webhooks.js';

/** How often lag is looked at. */
const LOOK_EVERY_MS = 2_000;
/** A journal topic that says nothing for so long has ended. */
const JOURNAL_IDLE_MS = 5_000;

export interface RunningService {
  /** Where the HTTP part listens; '' where that part is not run. */
  readonly url: string;
  /** Where metrics are told; '' where they are not. */
  readonly metricsUrl: string;
  /** Resolves when a writer works, here or elsewhere, or with what is wrong after `waitMs`. */
  ready(waitMs: number): Promise<Check[]>;
  /** Resolves when everything has stopped. */
  readonly stopped: Promise<void>;
  /** Drains and stops; safe to repeat. */
  stop(): Promise<void>;
}

export interface ServiceHooks {
  /** Told of each gap between two steps of a command's way: for tests that end the process there. */
  readonly reach?: Reach;
}

/** Starts the parts that the configuration names and wires them together. */
export async function startService(
  config: Config,
  log: Log,
  { reach = () => undefined }: ServiceHooks = {},
): Promise<RunningService> {
  const stopping = new AbortController();
  const signal = stopping.signal;
  const closing: (() => Promise<void>)[] = [];
  const running: Promise<void>[] = [];
  let closeDoor = (): Promise<void> => Promise.resolve();
  const stopAll = async (): Promise<void> => {
    // The way in closes first: who waits for a reply still gets it.
    await closeDoor();
    stopping.abort();
    await Promise.allSettled(running);
    for (const close of closing.reverse())
      await close().catch((error: unknown) => log.warn({ err: error }, 'not-closed-cleanly'));
  };

  try {
    if (config.parts.includes('http')) await checkPort(config);
    const bus = await openBus(config, log);
    closing.push(() => bus.close());
    const store = await openStore(config, log);
    closing.push(() => store.close());
    const admin = openTopicAdmin(config);
    const { topics } = config;
    const shared = { bus, store, clock, ids, log, topic: topics.journal, now: () => clock.now() };
    const reads = createDocumentReads(store);
    const identity = await openIdentity({ config, reads, clock });
    const follower = createJournalFollower(shared);
    closing.push(() => follower.close());
    const feed = createEventFeed({ ...shared, follower });
    const heads = createHeadsExporters({ ...shared, config, follower });
    for (const exporter of heads) {
      closing.push(() => exporter.close());
      running.push(exporter.run(signal));
    }
    const post = createPost({
      ...shared,
      repliesTopic: topics.replies,
      deadLettersTopic: topics.deadLetters,
    });
    closing.push(() => post.close());
    const deadLetter = async (
      message: ReceivedMessage,
      topic: string,
      problem: { code: Code; reason: string },
    ): Promise<void> => {
      if (!(await post.deadLetter({ ...problem, topic, message })))
        throw new AppError('ENGINE_UNAVAILABLE', 'the dead letter could not be stored');
    };

    const source = topicSource({
      ...shared,
      head: () => follower.state().position,
      idleMs: JOURNAL_IDLE_MS,
    });
    const history = createHistory({ source, signal });

    running.push(startFollowing(store, follower, { log, signal }));
    let heard: { beat: Beat; at: number } | undefined;
    running.push(
      hearBeats({ ...shared, topic: topics.beats, signal }, (beat) => (heard = { beat, at: clock.now() })),
    );
    const processor = config.parts.includes('processor')
      ? startProcessor({
          ...shared,
          admin,
          follower,
          topics,
          environments: config.environments,
          limits: {
            ...config.limits,
            webhooks: webhookRulesOf(config),
            maxBytes: config.limits.maxCommandBytes,
            maxDepth: config.limits.maxCommandDepth,
          },
          replyTopicPrefixes: config.replyTopicPrefixes,
          ...(identity.whoAsks === undefined ? {} : { whoAsks: identity.whoAsks }),
          history,
          reach,
          signal,
        })
      : undefined;
    if (processor !== undefined) running.push(processor.done);
    if (config.parts.includes('router')) {
      for (const router of config.routers)
        running.push(
          runRouter({ bus, config: router, deadLetter, log: log.child({ part: 'router' }), reach, signal }),
        );
    }
    const webhookSigner = await openWebhookSigner(config);
    const webhooks = startWebhooks({ ...shared, config, reads, signer: webhookSigner, deadLetter, signal });
    if (webhooks !== undefined) {
      running.push(webhooks.running);
      closing.push(() => webhooks.close());
    }
    const deployers = await startDeployers({
      config,
      bus,
      serviceTickets: identity.serviceTickets,
      reads,
      deadLetter,
      log,
      reach,
      signal,
    });
    running.push(...deployers.running);
    closing.push(() => deployers.close());

    let door: CommandDoor | undefined;
    let jobs: Jobs | undefined;
    const consumers = createConsumers({
      ...shared,
      config,
      follower,
      feed,
      processor,
      heads,
      jobs: () => jobs,
      toldHead: () => heard?.beat.head ?? 0,
    });
    closing.push(async () => consumers.close());
    const self = { version, instance: randomUUID(), startedAt: clock.now() };
    const status = () =>
      serviceStatus({
        ...self,
        config,
        clock,
        reads,
        follower,
        processor,
        door,
        consumers,
        deployers,
        webhooks,
        lastBeat: () => heard,
      });
    const { startedAt } = self;
    const metrics = await startMetrics({ ...shared, config, feed, follower, status, startedAt, signal });
    if (metrics !== undefined) {
      closing.push(() => metrics.close());
      running.push(metrics.running);
    }

    let url = '';
    let checks = (): Promise<readonly Check[]> => Promise.resolve([]);
    if (config.parts.includes('http')) {
      const opened = await createCommandDoor({
        ...shared,
        commandsTopic: topics.commands,
        repliesTopic: topics.replies,
        tickets: identity.tickets,
        reads,
        maxBytes: config.limits.maxCommandBytes,
      });
      door = opened;
      closing.push(() => opened.close());
      const work = createServiceJobs({ ...shared, config, door: opened, feed });
      jobs = work.jobs;
      closing.push(work.close);
      const listening = await startHttp({
        ...shared,
        config,
        identity,
        door: opened,
        feed,
        reads,
        source,
        follower,
        jobs: work.jobs,
        databases: work.databases,
        status,
        meter: metrics?.meter,
        webhookSigner,
      });
      closing.push(() => listening.release());
      closeDoor = () => listening.close();
      url = listening.url;
      checks = async () => (await status()).checks;
      // Looked at also while nobody asks, so that "since when" is known.
      const watch = setInterval(() => void status().catch(() => undefined), LOOK_EVERY_MS).unref();
      closing.push(async () => clearInterval(watch));
    }
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= stopAll());
    const ended = Promise.all(running).then(stop, async (error: unknown) => {
      log.error({ err: error }, 'part-ended');
      await stop();
      throw error as Error;
    });
    ended.catch(() => undefined);
    const ready = async (waitMs: number): Promise<Check[]> => {
      const end = clock.now() + waitMs;
      for (;;) {
        const wrong = (await checks()).filter(({ ok }) => !ok);
        if (wrong.length === 0 || clock.now() >= end || isAborted(signal)) return wrong;
        await pause(50, signal);
      }
    };
    return { url, metricsUrl: metrics?.url ?? '', ready, stop, stopped: ended };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
