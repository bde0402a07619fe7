import { pause, untilAborted } from '../core/pause.js';
import type { Reach } from '../core/failpoints.js';
import type { RouterConfig } from '../core/types.js';
import { hasCode, messageOf } from '../errors.js';
import type { Bus, Consumer, ReceivedMessage } from '../ports/bus.js';
import type { Log } from '../ports/system.js';
import { createByKey } from '../core/by-key.js';
import { createProducers, type Producers } from './producers.js';
import { reopenUntil } from '../core/reopen.js';
import { route, type RouteProblem } from './router.js';

export interface RouterOptions {
  readonly bus: Bus;
  readonly config: RouterConfig;
  /** Puts a message aside with the reason; when it rejects, the message comes again. */
  readonly deadLetter: (message: ReceivedMessage, topic: string, problem: RouteProblem) => Promise<void>;
  readonly log: Log;
  /** Told of the gaps between its steps. */
  readonly reach?: Reach;
  /** Ends the router; what is in flight is finished first. */
  readonly signal: AbortSignal;
}

const IN_FLIGHT = 64;
const FINISH_MS = 10_000;
const RECEIVE_MS = 500;

/**
 * Runs a router until the signal. Any number of them share the work: the subscription (Key_Shared) has the router's name,
 * so a key's messages stay with one of them. A message is acknowledged when it is stored where it belongs, or put aside;
 * the next message of its key waits for that. Nothing is dropped: on an error the bus is opened anew, and what was not
 * acknowledged comes again.
 */
export async function runRouter(options: RouterOptions): Promise<void> {
  const { config, signal } = options;
  const log = options.log.child({ router: config.name });
  log.info({ inputs: config.inputs, key: config.userConfig.key }, 'router-runs');
  await Promise.all(
    config.inputs.map((topic) => reopenUntil(signal, log, () => runInput({ ...options, log }, topic))),
  );
  log.info({}, 'router-stopped');
}

/** One consumer's life: resolves on the signal, rejects when the bus is lost. */
async function runInput(options: RouterOptions, topic: string): Promise<void> {
  const { bus, config, signal } = options;
  const consumer = await bus.openConsumer(topic, { subscription: config.name, type: 'Key_Shared' });
  const producers = createProducers(bus);
  const work = createByKey(IN_FLIGHT);
  const session = new AbortController();
  const ended = AbortSignal.any([signal, session.signal]);
  try {
    while (!ended.aborted) {
      const received = consumer.receive({ max: work.free(), waitMs: RECEIVE_MS });
      for (const message of (await untilAborted(ended, received)) ?? [])
        work.add(message.key, async () => {
          // After a failure nothing more is sent: a later message of the same key must not overtake the failed one.
          if (session.signal.aborted) return;
          await handle({ options, consumer, producers, topic }, message).catch((error: unknown) => {
            session.abort(error);
          });
        });
      await work.room();
    }
    if (session.signal.aborted) throw session.signal.reason;
  } finally {
    const finished = new AbortController();
    await Promise.race([work.idle(), pause(FINISH_MS, finished.signal)]);
    finished.abort();
    await producers.close();
    await consumer.close().catch(() => undefined);
  }
}

interface Input {
  readonly options: RouterOptions;
  readonly consumer: Consumer;
  readonly producers: Producers;
  readonly topic: string;
}

async function handle(input: Input, message: ReceivedMessage): Promise<void> {
  const { options, consumer, producers } = input;
  const target = route(options.config, message);
  if (target.deadLetter !== undefined) {
    await putAside(input, message, target.deadLetter);
  } else {
    try {
      await producers.send(target.topic, target.message);
      options.log.debug({ from: message.id, to: target.topic, key: message.key }, 'routed');
      options.reach?.('routed');
    } catch (error) {
      if (!hasCode(error, 'TOO_LARGE')) throw error;
      await putAside(input, message, { code: 'TOO_LARGE', reason: messageOf(error) });
    }
  }
  await consumer.acknowledge(message);
}

async function putAside(input: Input, message: ReceivedMessage, problem: RouteProblem): Promise<void> {
  const { options, producers, topic } = input;
  const facts = { topic, messageId: message.id, key: message.key, ...problem };
  options.log.warn(facts, 'message-not-routable');
  await options.deadLetter(message, topic, problem);
  const { logTopic, name } = options.config;
  if (logTopic === undefined) return;
  const line = { level: 'WARN', router: name, message: 'message-not-routable', ...facts };
  // Only a copy: the dead letter is stored.
  await producers
    .send(logTopic, { payload: Buffer.from(JSON.stringify(line)) })
    .catch((error: unknown) => options.log.warn({ logTopic, reason: messageOf(error) }, 'log-topic-failed'));
}
