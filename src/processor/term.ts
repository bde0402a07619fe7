import { noteEffectsPublished } from '../commands/internal/note-effects-published.js';
import { isAborted, pause } from '../core/pause.js';
import { maskedKeys } from '../core/secret-rules.js';
import type { Beat, JournalRecord } from '../core/types.js';
import { messageOf } from '../errors.js';
import type { Consumer } from '../ports/bus.js';
import { createAppender, type Appender } from './appender.js';
import { createAttempts, type Attempts } from './attempts.js';
import { createDecider } from './decide.js';
import { createDelivery } from './delivery.js';
import { createDispatcher, type Dispatcher } from './dispatcher.js';
import { createInbox, type Incoming } from './inbox.js';
import { ownCommand } from './own-command.js';
import { createPost } from './replies.js';
import type { TermOptions, TermStart } from './term-options.js';
import { beginTerm } from './term-start.js';

/** Batches appended and not yet read back at most. */
const MAX_IN_FLIGHT = 8;
/** Documents changed and not yet stored at most: beyond it no commands are taken. */
const MAX_UNSTORED = 20_000;
const MAX_BATCH = 500;
/** A batch that takes longer to decide is appended in parts. */
const FLUSH_MS = 25;
/** How long a clean end waits for what is under way. */
const DRAIN_MS = 10_000;
/** How long a term that is to end goes on deciding what has arrived; the rest comes again, since nobody acknowledged it. */
const FINISH_MS = 2_000;

/** A record of this term after which another database is the current one. */
interface DocumentsSwitch {
  readonly position: number;
  readonly database: string;
}

function switchIn({ position, events }: JournalRecord): DocumentsSwitch | undefined {
  const event = events.find(({ type }) => type === 'documents-switched');
  return event?.type === 'documents-switched' ? { position, database: event.database } : undefined;
}

/** Where a term stands, for beats, status and readiness. */
export interface TermStanding {
  readonly doing: Beat['doing'];
  /** It has come as far as taking commands. */
  readonly worked: boolean;
  readonly epoch: number;
  /** The last position decided. */
  readonly head: number;
  readonly committed: number;
  readonly stored: number;
  /** Commands that have arrived and are not decided. */
  readonly waiting: number;
  readonly dispatcher: ReturnType<Dispatcher['standing']> | undefined;
}

/**
 * One term of the one writer: from its mark to the loss of its lease or the stop, or until documents are to be switched:
 * it returns the database for the next term then. Everything unexpected is thrown; the caller drops the memory and begins
 * again, there is no undo.
 */
export async function runTerm(
  options: TermOptions,
  report: (standing: () => TermStanding) => void,
): Promise<string | undefined> {
  const ending = new AbortController();
  const signal = ending.signal;
  const handingOver = new AbortController();
  const stopping = AbortSignal.any([signal, options.signal, handingOver.signal]);
  const failures: unknown[] = [];
  const fail = (error: unknown): void => {
    failures.push(error);
    ending.abort();
  };
  const inbox = createInbox();
  const post = createPost({
    ...options,
    repliesTopic: options.topics.replies,
    deadLettersTopic: options.topics.deadLetters,
    isSecret: maskedKeys(options.limits.secretRules),
  });
  const delivery = createDelivery({ post, fail, reach: options.reach });
  const consumers: Consumer[] = [];
  let doing: Beat['doing'] = 'starting';
  let worked = false;
  let waiting = false;
  let start: TermStart | undefined;
  let appender: Appender | undefined;
  let dispatcher: Dispatcher | undefined;
  let attempts: Attempts | undefined;
  let committed = 0;
  let stored = 0;
  let switching: DocumentsSwitch | undefined;
  report(() => ({
    doing: waiting && doing !== 'draining' ? 'waiting-for-documents' : doing,
    worked,
    epoch: start?.state.epoch ?? 0,
    head: appender?.head().position ?? committed,
    committed,
    stored,
    waiting: inbox.size(),
    dispatcher: dispatcher?.standing(),
  }));

  try {
    start = await beginTerm(options, {
      signal,
      fail,
      doing: (what) => (doing = what),
      waiting: (yes) => (waiting = yes),
      onStored: (position) => {
        stored = position;
        delivery.stored(position);
        dispatcher?.wake();
        if (switching !== undefined && position >= switching.position) handingOver.abort();
      },
      onOwn: (state, publishTime) => {
        committed = state.position;
        return (appender as Appender).cameBack(state, publishTime);
      },
    });
    const { overlay, opened, state } = start;
    committed = state.position;
    stored = state.position;
    delivery.stored(stored);
    appender = createAppender({
      overlay,
      state,
      maxBytes: options.limits.maxRecordBytes,
      now: () => options.clock.now(),
      append: (message, lines) => {
        options.follower.expect(message.payload, lines);
        start?.append(message);
      },
    });
    const decider = createDecider({ ...options, overlay, deploymentsTopic: options.topics.deployments });
    const careful = await createAttempts({ ...options, documents: opened.documents, signal });
    attempts = careful;
    for (const incoming of start.firstCommands) inbox.put(incoming);
    consumers.push(...(await openConsumers(options, state.epoch)));
    options.reach('consumers-opened');
    for (const [index, via] of (['commands', 'results'] as const).entries()) {
      const source = { consumer: consumers[index] as Consumer, via, topic: options.topics[via] };
      inbox.readFrom(source, stopping).catch((error: unknown) => {
        if (!stopping.aborted) fail(error);
      });
    }
    const topic = options.topics.deployments;
    dispatcher = createDispatcher({
      ...options,
      documents: opened.documents,
      topic,
      origin: state.origin,
      restored: state.restored,
      signal: stopping,
      note: (through) => inbox.put(ownCommand(noteEffectsPublished, { topic, through })),
    });
    const dispatching = dispatcher.run().catch(fail);
    doing = 'working';
    worked = true;
    options.log.info(
      {
        epoch: state.epoch,
        writer: options.writer,
        position: state.position,
        database: opened.documents.name,
      },
      'term-begun',
    );

    const writer = appender;
    const decideAll = async (taken: readonly Incoming[]): Promise<void> => {
      if (taken.length > 0) options.reach('commands-taken');
      await decider.prepare(taken, writer.head());
      let begun = options.clock.now();
      for (const incoming of taken) {
        if (isAborted(signal)) return;
        // What is decided need not wait for what takes long.
        if (options.clock.now() - begun > FLUSH_MS) {
          writer.flush();
          begun = options.clock.now();
        }
        const outcome =
          (await careful.undecided(incoming, overlay, writer.head().position)) ??
          (await decider.decide(incoming, writer.head()));
        if (outcome.kind === 'record') {
          writer.add(outcome);
          switching = switchIn(outcome.record) ?? switching;
        }
        delivery.settle(incoming, outcome, writer.head().position);
      }
      if (taken.length > 0) options.reach('batch-decided');
      writer.flush();
      if (taken.length > 0) options.reach('batch-appending');
      overlay.trim();
    };
    let stoppedAt = stopping.aborted ? options.clock.now() : Infinity;
    stopping.addEventListener('abort', () => (stoppedAt = options.clock.now()), { once: true });
    while (!isAborted(signal) && options.clock.now() - stoppedAt < FINISH_MS) {
      while ((writer.inFlight() >= MAX_IN_FLIGHT || overlay.pending() > MAX_UNSTORED) && !isAborted(signal))
        await pause(2, signal);
      const taken = await inbox.take(careful.careful() ? 1 : MAX_BATCH, 250, stopping);
      if (taken.length === 0) {
        careful.quiet(options.clock.now());
        if (stopping.aborted) break;
      }
      await decideAll(taken);
    }

    doing = 'draining';
    await dispatching;
    await decideAll((await inbox.take(MAX_BATCH, 0)).filter(({ via }) => via === 'internal'));
    const end = options.clock.now() + DRAIN_MS;
    while (
      (writer.inFlight() > 0 || delivery.waiting() > 0) &&
      !isAborted(signal) &&
      options.clock.now() < end
    )
      await pause(5, signal);
    await Promise.race([start.keeper.drained(), pause(Math.max(1, end - options.clock.now()), signal)]);
    options.reach('drained');
  } catch (error) {
    fail(error);
  } finally {
    ending.abort();
    // The process lives: nothing that was under way has ended it.
    await attempts
      ?.end()
      .catch((error: unknown) => options.log.warn({ reason: messageOf(error) }, 'end-not-noted'));
    options.reach('end-noted');
    await start?.close();
    await Promise.allSettled([...consumers.map((consumer) => consumer.close()), post.close()]);
  }
  const [first] = failures;
  if (first !== undefined) throw first as Error;
  return handingOver.signal.aborted ? switching?.database : undefined;
}

/** The newest writer's consumers are the active ones: its priority level is the lowest. */
async function openConsumers(options: TermOptions, epoch: number): Promise<Consumer[]> {
  const settings = {
    subscription: 'stageline-processor',
    type: 'Failover',
    priorityLevel: 1_000_000 - epoch,
    queueSize: 1_000,
  } as const;
  const topics = [options.topics.commands, options.topics.results];
  const opened = await Promise.allSettled(topics.map((topic) => options.bus.openConsumer(topic, settings)));
  const consumers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed === undefined) return consumers;
  // One that stayed open would hold messages back from whoever writes next.
  await Promise.allSettled(consumers.map((consumer) => consumer.close()));
  throw failed.reason as Error;
}
