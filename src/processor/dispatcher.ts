import { createBell } from '../core/bell.js';
import { contentId, deploymentPrefix, effectsId, endOf } from '../core/ids.js';
import { isAborted, pause } from '../core/pause.js';
import type { Reach } from '../core/failpoints.js';
import type { DeploymentDocument, EffectsDocument, PendingEffects } from '../core/types.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import { positioned } from '../feed/document-reads.js';
import type { Bus, OutgoingMessage, Producer } from '../ports/bus.js';
import type { Documents } from '../ports/documents.js';
import type { Clock, Log } from '../ports/system.js';
import type { TopicAdmin } from '../ports/topic-admin.js';
import { effectMessage } from './effect-message.js';
import { patiently } from './patience.js';

/** Effects older than this when a term starts are not published without a person's word. */
const STALE_MS = 60 * 60 * 1_000;
/** How far a topic is published is noted in the journal at most this often. */
const NOTE_EVERY_MS = 1_000;
/** The topic is unloaded at most this often to take the dispatcher's name, and the name tried in a loop for so long after. */
const UNLOAD_EVERY_MS = 30_000;
const FORCE_MS = 5_000;
/** Deployment documents read at a time. */
const PAGE = 200;

export interface DispatcherOptions {
  readonly reach: Reach;
  readonly bus: Bus;
  readonly documents: Documents;
  readonly topic: string;
  /** Frees the topic from a holder that stopped answering; the embedded bus has none. */
  readonly admin: TopicAdmin | undefined;
  /** Writer id of the journal's first mark: a restored journal starts numbers of its own. */
  readonly origin: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Puts "published through" into the journal. */
  readonly note: (through: number) => void;
}

export interface Dispatcher {
  /** Documents were stored: there may be new effects. */
  wake(): void;
  /** Publishes until the signal; an engine that does not answer is waited for. */
  run(): Promise<void>;
  standing(): {
    readonly published: number;
    readonly next: number;
    readonly held: PendingEffects | undefined;
    readonly fault: string | undefined;
  };
}

/**
 * The outbox: the one way for side effects out of the service. Effects are numbered without a gap; a number is the
 * message's sequence id on its topic, so the broker drops what it has already. One is in flight at a time: after a cut the
 * topic is opened anew behind the last number known to be stored, and the answer "duplicate" then means stored.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { documents, topic, signal } = options;
  const startedAt = options.clock.now();
  const stored = createBell();
  let wakes = 0;
  let published = 0;
  let next = 1;
  let noted = 0;
  let notedAt = 0;
  let held: PendingEffects | undefined;
  let fault: string | undefined;
  let unloaded = -Infinity;
  let producer: Producer | undefined;

  const readEffects = async (): Promise<EffectsDocument | undefined> => {
    const found = (await patiently(options, () => documents.get([effectsId(topic)]))).get(effectsId(topic));
    const document = found === undefined ? undefined : positioned(found)?.document;
    return document?.kind === 'effects' ? document : undefined;
  };

  const note = (force: boolean): void => {
    if (published === noted || (!force && options.clock.now() - notedAt < NOTE_EVERY_MS)) return;
    noted = published;
    notedAt = options.clock.now();
    options.note(published);
  };

  const publish = async (number: number, message: OutgoingMessage): Promise<void> => {
    for (let failures = 1; !isAborted(signal); failures += 1) {
      try {
        producer ??= await options.bus.openProducer(topic, {
          name: `stageline-dispatcher-${options.origin}`,
          initialSequenceId: number - 1,
        });
        options.reach('effect-due');
        await producer.send(message);
        options.reach('effect-stored');
        published = number;
        fault = undefined;
        return;
      } catch (error) {
        if (
          !hasCode(error, 'ENGINE_UNAVAILABLE') &&
          !hasCode(error, 'LEASE_HELD') &&
          !hasCode(error, 'CLOSED')
        )
          throw error;
        fault = messageOf(error);
        options.log.warn({ topic, number, failures, reason: fault }, 'effect-not-published');
        await producer?.close().catch(() => undefined);
        producer = undefined;
        if (hasCode(error, 'LEASE_HELD')) await takeName(failures);
        else await pause(Math.min(5_000, 100 * 2 ** failures), signal);
      }
    }
  };

  /** A holder that stopped keeps the name for minutes: the topic is unloaded while the name is tried. What it still sends is dropped by its numbers. */
  const takeName = async (failures: number): Promise<void> => {
    const now = options.clock.now();
    if (failures > 2 && now - unloaded > UNLOAD_EVERY_MS) {
      unloaded = now;
      options.log.warn({ topic }, 'dispatcher-name-taken-by-force');
      void options.admin
        ?.unload(topic)
        .catch((reason: unknown) => options.log.warn({ reason: messageOf(reason) }, 'topic-not-unloaded'));
    }
    await pause(now - unloaded < FORCE_MS ? 20 : 1_000, signal);
  };

  /** Publishes what a release still owes; deployments are numbered in the order of their function names, which is their index. */
  const publishRelease = async (pending: PendingEffects): Promise<void> => {
    const prefix = deploymentPrefix(pending);
    let start = prefix;
    for (;;) {
      const page = await patiently(options, () =>
        documents.range({ start, end: endOf(prefix), limit: PAGE }),
      );
      const deployments = page
        .map((stored) => positioned(stored)?.document)
        .filter((document): document is DeploymentDocument => document?.kind === 'deployment');
      const due = deployments.filter((deployment) => pending.first + deployment.index > published);
      const contents = await contentsOf(due);
      for (const deployment of due) {
        if (signal.aborted) return;
        const number = pending.first + deployment.index;
        if (number !== published + 1)
          throw new AppError(
            'INTERNAL',
            `effect ${number} of ${topic} follows ${published}: a deployment document is missing`,
          );
        await publish(number, effectMessage(deployment, contents, pending));
        note(false);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      start = `${last.id}\u0000`;
    }
  };

  const contentsOf = async (
    deployments: readonly DeploymentDocument[],
  ): Promise<Map<string, Record<string, unknown>>> => {
    const hashes = [
      ...new Set(deployments.flatMap(({ contentHash }) => (contentHash === null ? [] : [contentHash]))),
    ];
    const stored = await patiently(options, () => documents.get(hashes.map(contentId)));
    const contents = new Map<string, Record<string, unknown>>();
    for (const hash of hashes) {
      const found = stored.get(contentId(hash));
      const document = found === undefined ? undefined : positioned(found)?.document;
      if (document?.kind !== 'content') throw new AppError('INTERNAL', `content ${hash} is missing`);
      contents.set(hash, document.config);
    }
    return contents;
  };

  return {
    wake() {
      wakes += 1;
      stored.ring();
    },
    async run() {
      try {
        while (!isAborted(signal)) {
          const seen = wakes;
          const effects = await readEffects();
          published = Math.max(published, effects?.published ?? 0);
          noted = Math.max(noted, effects?.published ?? 0);
          next = effects?.next ?? 1;
          held = heldOf(effects, published, startedAt);
          const due = effects?.pending.find(({ first, count }) => first + count - 1 > published);
          if (due !== undefined && due !== held) {
            await publishRelease(due);
            continue;
          }
          note(false);
          if (wakes === seen) await stored.wait(NOTE_EVERY_MS, signal);
        }
        note(true);
      } finally {
        await producer?.close().catch(() => undefined);
      }
    },
    standing: () => ({ published, next, held, fault }),
  };
}

/** The first release whose effects are too old to be published without a person's word, which has not been given. */
function heldOf(
  effects: EffectsDocument | undefined,
  published: number,
  startedAt: number,
): PendingEffects | undefined {
  return effects?.pending.find(({ first, count, time }) => {
    const last = first + count - 1;
    return last > published && last > (effects.released ?? 0) && Date.parse(time) < startedAt - STALE_MS;
  });
}
