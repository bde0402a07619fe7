import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import type { Config } from '../config.js';
import { readCheckpoint } from '../core/checkpoint.js';
import { CHECKPOINT_ID } from '../core/ids.js';
import { isAborted, pause } from '../core/pause.js';
import type { StartPoint } from '../core/start-point.js';
import type { Check } from '../core/status.js';
import type { Beat } from '../core/types.js';
import type { Reach } from '../core/failpoints.js';
import { AppError, hasCode, messageOf, type Code } from '../errors.js';
import { createDocumentReads } from '../feed/document-reads.js';
import { createEventFeed } from '../feed/event-feed.js';
import { createJournalFollower, type JournalFollower } from '../feed/journal-follower.js';
import { buildApp } from '../http/app.js';
import { createHistory } from '../history/history.js';
import { topicSource } from '../history/journal-source.js';
import { createCommandDoor } from '../http/command-door.js';
import type { ReceivedMessage } from '../ports/bus.js';
import type { DocumentStore } from '../ports/documents.js';
import type { Log } from '../ports/system.js';
import { hearBeats } from '../processor/beats.js';
import { startProcessor } from '../processor/processor.js';
import { createPost } from '../processor/replies.js';
import { runRouter } from '../router/run-router.js';
import { startDeployers } from './deployers.js';
import { openBus, openStore, openTopicAdmin } from './engines.js';
import { createLagWatch } from './lag.js';
import { serviceStatus } from './status.js';
import { systemClock as clock, systemIds as ids } from './system.js';
import { version } from './version.js';

/** How often lag is looked at. */
const LOOK_EVERY_MS = 2_000;
/** A journal topic that says nothing for so long has ended. */
const JOURNAL_IDLE_MS = 5_000;

export interface RunningService {
  /** Where the HTTP part listens; '' where that part is not run. */
  readonly url: string;
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
    const store = await openStore(config);
    closing.push(() => store.close());
    const admin = openTopicAdmin(config);
    const { topics } = config;
    const shared = { bus, store, clock, ids, log, topic: topics.journal, now: () => clock.now() };
    const reads = createDocumentReads(store);
    const follower = createJournalFollower(shared);
    closing.push(() => follower.close());
    const feed = createEventFeed({ ...shared, follower });
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
            maxBytes: config.limits.maxCommandBytes,
            maxDepth: config.limits.maxCommandDepth,
          },
          replyTopicPrefixes: config.replyTopicPrefixes,
          history,
          reach,
          signal,
        })
      : undefined;
    if (processor !== undefined) running.push(processor.done);
    if (config.parts.includes('router')) {
      for (const router of config.routers)
        running.push(
          runRouter({ bus, config: router, deadLetter, log: log.child({ part: 'router' }), signal }),
        );
    }
    const deployers = await startDeployers({ config, bus, reads, deadLetter, log, signal });
    running.push(...deployers.running);
    closing.push(() => deployers.close());

    let url = '';
    let checks = (): Promise<readonly Check[]> => Promise.resolve([]);
    if (config.parts.includes('http')) {
      const door = await createCommandDoor({
        ...shared,
        commandsTopic: topics.commands,
        repliesTopic: topics.replies,
        reads,
        maxBytes: config.limits.maxCommandBytes,
      });
      closing.push(() => door.close());
      const identity = { version, instance: randomUUID(), startedAt: clock.now() };
      const lag = createLagWatch(() => clock.now());
      const status = () =>
        serviceStatus({
          ...identity,
          config,
          clock,
          reads,
          follower,
          feed,
          processor,
          door,
          lag,
          lastBeat: () => heard,
        });
      const app = buildApp({
        door,
        feed,
        reads,
        status,
        clock,
        log: log.child({ part: 'http' }),
        environments: () => config.environments.map(({ name }) => name),
        settings: {
          host: config.httpHost,
          port: config.httpPort,
          allowedHosts: config.httpAllowedHosts,
          maxCommandBytes: config.limits.maxCommandBytes,
        },
      });
      checks = async () => (await status()).checks;
      // Looked at also while nobody asks, so that "since when" is known.
      const watch = setInterval(() => void status().catch(() => undefined), LOOK_EVERY_MS).unref();
      closing.push(async () => clearInterval(watch));
      await app.listen({ host: config.httpHost, port: config.httpPort });
      closeDoor = () => app.close();
      const { port } = app.server.address() as AddressInfo;
      url = `http://${config.httpHost.includes(':') ? `[${config.httpHost}]` : config.httpHost}:${port}`;
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
    return { url, ready, stop, stopped: ended };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** A port that is taken is told before anything is begun. */
async function checkPort({ httpHost, httpPort }: Config): Promise<void> {
  const probe = createServer();
  const free = new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(httpPort, httpHost, resolve);
  });
  try {
    await free;
  } catch (cause) {
    const detail = `Nothing can listen on ${httpHost}:${httpPort}: ${messageOf(cause)}. Set STAGELINE_HTTP_HOST and STAGELINE_HTTP_PORT.`;
    throw new AppError('INVALID_CONFIG', detail, { cause });
  }
  await new Promise<void>((resolve) => {
    probe.close(() => resolve());
  });
}

/** Begins to read the journal behind the documents; a store that does not answer is waited for. */
async function startFollowing(
  store: DocumentStore,
  follower: JournalFollower,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  for (let waitMs = 250; !isAborted(signal); waitMs = Math.min(5_000, waitMs * 2)) {
    try {
      const from = await startPoint(store);
      // A writer in this process may have begun already, further on.
      if (follower.state().epoch === 0) follower.start(from);
      return;
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'documents-do-not-answer');
      await pause(waitMs, signal);
    }
  }
}

/** Where this process begins to read the journal: behind the documents, if there are any. */
async function startPoint(store: DocumentStore): Promise<StartPoint | undefined> {
  const name = await store.current();
  if (name === undefined) return undefined;
  try {
    const documents = await store.open(name);
    return readCheckpoint((await documents.get([CHECKPOINT_ID])).get(CHECKPOINT_ID)?.body);
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
