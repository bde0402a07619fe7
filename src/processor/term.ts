import { noteEffectsPublished } from '../commands/internal/note-effects-published.js';
import { recordsMessage, type JournalState } from '../core/journal.js';
import { pause } from '../core/pause.js';
import type { Beat, Reply } from '../core/types.js';
import { AppError, type Code } from '../errors.js';
import type { Consumer } from '../ports/bus.js';
import { createAttempts } from './attempts.js';
import { createDecider, type Head, type Outcome } from './decide.js';
import { createDispatcher, type Dispatcher } from './dispatcher.js';
import { createInbox, type Incoming } from './inbox.js';
import { createKeeper } from './keeper.js';
import type { Layer, Overlay } from './overlay.js';
import { createPost } from './replies.js';
import { beginTerm, type TermOptions, type TermStart } from './term-start.js';

/** An append that has not come back by then has failed. */
const READ_BACK_MS = 5_000;
/** Batches appended and not yet read back at most. */
const MAX_IN_FLIGHT = 8;
/** Documents changed and not yet stored at most: beyond it no commands are taken. */
const MAX_UNSTORED = 20_000;
const MAX_BATCH = 500;
/** A writer whose clock is further than this from the broker's gives up the lease. */
const MAX_CLOCK_SKEW_MS = 60_000;
/** Dead letters that could not be published; beyond it the term ends. */
const MAX_UNPUBLISHED = 1_000;
const DRAIN_MS = 10_000;

/** Where a term stands, for beats, status and readiness. */
export interface TermStanding {
  readonly doing: Beat['doing'];
  readonly epoch: number;
  readonly head: number;
  readonly committed: number;
  readonly stored: number;
  readonly waiting: number;
  readonly dispatcher: ReturnType<Dispatcher['standing']> | undefined;
}

interface Batch {
  readonly lines: Buffer[];
  readonly layer: Layer;
  bytes: number;
  sentAt: number;
  head: Head;
}

interface Settled {
  readonly after: number;
  readonly incoming: Incoming;
  readonly reply: Reply | undefined;
  readonly replyTo: string | undefined;
  readonly deadLetter: { readonly code: Code; readonly reason: string } | undefined;
}

/**
 * One term of the one writer: from its mark to the loss of its lease or the stop. Everything unexpected is thrown; the
 * caller drops the memory and begins again, there is no undo.
 */
export async function runTerm(
  options: TermOptions,
  report: (standing: () => TermStanding) => void,
): Promise<void> {
  const ending = new AbortController();
  const signal = ending.signal;
  const failures: unknown[] = [];
  const fail = (error: unknown): void => {
    failures.push(error);
    ending.abort();
  };
  let doing: Beat['doing'] = 'starting';
  let dispatcher: Dispatcher | undefined;
  let start: TermStart | undefined;
  let head: Head = { position: 0, hash: null, time: '' };
  let committed = 0;
  let stored = 0;
  let unpublished = 0;
  const inFlight: Batch[] = [];
  const settled: Settled[] = [];
  const consumers: Consumer[] = [];
  const inbox = createInbox();
  const post = createPost({
    ...options,
    repliesTopic: options.topics.replies,
    deadLettersTopic: options.topics.deadLetters,
  });
  const delivering = new Set<Promise<void>>();
  report(() => ({
    doing,
    epoch: start?.epoch ?? 0,
    head: head.position,
    committed,
    stored,
    waiting: inbox.size(),
    dispatcher: dispatcher?.standing(),
  }));

  const deliver = async ({ incoming, reply, replyTo, deadLetter }: Settled): Promise<void> => {
    if (incoming.via === 'internal') return;
    const { message, topic } = incoming;
    const replied = reply === undefined || (await post.reply(reply, replyTo));
    const letter =
      deadLetter ??
      (replied
        ? undefined
        : { code: 'REPLY_UNDELIVERED' as const, reason: `the reply to ${reply.id} could not be delivered` });
    if (letter !== undefined && !(await post.deadLetter({ ...letter, topic, message }))) {
      // Not acknowledged: it comes again. Others go on, up to a bound.
      unpublished += 1;
      if (unpublished > MAX_UNPUBLISHED)
        fail(new AppError('ENGINE_UNAVAILABLE', 'too many dead letters could not be published'));
      return;
    }
    await incoming.consumer.acknowledge(message);
  };

  /** Sends every reply whose documents are stored. */
  const release = (): void => {
    while (settled[0] !== undefined && settled[0].after <= stored) {
      const delivery = deliver(settled.shift() as Settled)
        .catch(fail)
        .finally(() => delivering.delete(delivery));
      delivering.add(delivery);
    }
  };

  try {
    start = await beginTerm(options, {
      signal,
      fail,
      doing: (what) => (doing = what),
      createKeeper: (opened, overlay) =>
        createKeeper({
          documents: opened.documents,
          overlay,
          checkpointRev: opened.checkpointRev,
          log: options.log,
          signal,
          onStored: (position) => {
            stored = position;
            release();
            dispatcher?.wake();
          },
        }),
      /** A batch of our own has come back: it is committed. */
      onOwn: (state, publishTime) => {
        const batch = inFlight.shift();
        if (batch?.head.position !== state.position || batch.head.hash !== state.hash) {
          throw new AppError('LEASE_LOST', `position ${state.position} came back other than it was appended`);
        }
        committed = state.position;
        if (Math.abs(publishTime - batch.sentAt) > MAX_CLOCK_SKEW_MS) {
          throw new AppError(
            'LEASE_LOST',
            `the clock here is ${Math.round((batch.sentAt - publishTime) / 1000)} s from the broker's; set it right`,
          );
        }
        return batch.layer;
      },
    });
    const { overlay, keeper, opened, state } = start;
    head = { position: state.position, hash: state.hash, time: state.time };
    committed = state.position;
    stored = state.position;
    const decide = createDecider({ ...options, overlay, deploymentsTopic: options.topics.deployments });
    const attempts = await createAttempts({
      documents: opened.documents,
      writer: options.writer,
      careful: options.careful,
      log: options.log,
      signal,
    });

    for (const incoming of start.firstCommands) inbox.put(incoming);
    for (const via of ['commands', 'results'] as const) {
      const topic = options.topics[via];
      const consumer = await options.bus.openConsumer(topic, {
        subscription: 'stageline-processor',
        type: 'Failover',
        priorityLevel: 1_000_000 - start.epoch,
        queueSize: 1_000,
      });
      consumers.push(consumer);
      inbox
        .readFrom({ consumer, via, topic }, AbortSignal.any([signal, options.signal]))
        .catch((error: unknown) => {
          if (!signal.aborted && !options.signal.aborted) fail(error);
        });
    }
    dispatcher = createDispatcher({
      ...options,
      documents: opened.documents,
      topic: options.topics.deployments,
      origin: start.origin,
      signal: AbortSignal.any([signal, options.signal]),
      note: (through) =>
        inbox.put({
          via: 'internal',
          definition: noteEffectsPublished as never,
          params: { topic: options.topics.deployments, through },
        }),
    });
    const dispatching = dispatcher.run().catch(fail);
    doing = 'working';
    options.log.info(
      {
        epoch: start.epoch,
        writer: options.writer,
        position: head.position,
        database: opened.documents.name,
      },
      'term-begun',
    );

    const writer = writerLoop({ options, start, overlay, inFlight, settled, signal });
    const decideAll = async (taken: readonly Incoming[]): Promise<void> => {
      for (const incoming of taken) {
        if (aborted(signal)) return;
        const outcome = (await attempts.undecided(incoming)) ?? (await decide(incoming, head));
        if (outcome.kind === 'record') head = writer.add(outcome, head);
        settled.push(settle(outcome, incoming, head.position));
      }
      writer.append();
      overlay.trim();
    };
    while (!aborted(signal)) {
      const draining = options.signal.aborted;
      if (draining) doing = 'draining';
      while ((inFlight.length >= MAX_IN_FLIGHT || overlay.pending() > MAX_UNSTORED) && !aborted(signal))
        await pause(2, signal);
      const taken = await inbox.take(attempts.careful() ? 1 : MAX_BATCH, draining ? 0 : 250);
      if (taken.length === 0) {
        attempts.quiet();
        if (draining) break;
      }
      await decideAll(taken);
      release();
      checkReadBack(inFlight[0], options.clock.now());
    }
    await dispatching;
    const last = inbox.size() > 0 ? await inbox.take(10, 0) : [];
    await decideAll(last.filter(({ via }) => via === 'internal'));
    await drain({ settled, inFlight, delivering, keeper, signal, now: () => options.clock.now(), release });
    await attempts.end();
  } catch (error) {
    fail(error);
  } finally {
    ending.abort();
    await start?.close();
    await Promise.allSettled([...consumers.map((consumer) => consumer.close()), post.close()]);
  }
  const [first] = failures;
  if (first !== undefined) throw first as Error;
}

function aborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function settle(outcome: Outcome, incoming: Incoming, after: number): Settled {
  const reply = outcome.reply;
  return {
    after,
    incoming,
    reply,
    replyTo: outcome.replyTo,
    deadLetter: outcome.kind === 'dead-letter' ? { code: outcome.code, reason: outcome.reason } : undefined,
  };
}

function checkReadBack(oldest: Batch | undefined, now: number): void {
  if (oldest !== undefined && now - oldest.sentAt > READ_BACK_MS) {
    throw new AppError('ENGINE_UNAVAILABLE', `an append was not read back within ${READ_BACK_MS} ms`);
  }
}

interface WriterLoopOptions {
  readonly options: TermOptions;
  readonly start: TermStart;
  readonly overlay: Overlay;
  readonly inFlight: Batch[];
  readonly settled: Settled[];
  readonly signal: AbortSignal;
}

/** Gathers records into batches, cut by bytes, and appends each as one message. */
function writerLoop({ options, start, overlay, inFlight }: WriterLoopOptions) {
  let batch: Batch | undefined;
  const append = (): void => {
    if (batch === undefined) return;
    batch.sentAt = options.clock.now();
    inFlight.push(batch);
    const state: Pick<JournalState, 'epoch' | 'writer'> = { epoch: start.epoch, writer: options.writer };
    start.append(recordsMessage(batch.lines, state));
    batch = undefined;
  };
  return {
    append,
    add(outcome: Outcome & { kind: 'record' }, before: Head): Head {
      if (batch !== undefined && batch.bytes + outcome.line.length + 1 > options.limits.maxRecordBytes)
        append();
      batch ??= { lines: [], layer: overlay.begin(), bytes: 0, sentAt: 0, head: before };
      batch.lines.push(outcome.line);
      batch.bytes += outcome.line.length + 1;
      batch.head = outcome.head;
      overlay.add(batch.layer, outcome.record.position, outcome.folded);
      return outcome.head;
    },
  };
}
interface DrainOptions {
  readonly settled: readonly Settled[];
  readonly inFlight: readonly Batch[];
  readonly delivering: ReadonlySet<Promise<void>>;
  readonly keeper: { drained(): Promise<void> };
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly release: () => void;
}

/** Waits, within a bound, until everything decided is committed, stored and answered. */
async function drain({
  settled,
  inFlight,
  delivering,
  keeper,
  signal,
  now,
  release,
}: DrainOptions): Promise<void> {
  const end = now() + DRAIN_MS;
  while (
    (inFlight.length > 0 || settled.length > 0 || delivering.size > 0) &&
    !signal.aborted &&
    now() < end
  ) {
    release();
    await pause(5, signal);
  }
  await Promise.race([keeper.drained(), pause(Math.max(1, end - now()), signal)]);
}
