import { createBell } from '../core/bell.js';
import { contentId, deploymentPrefix, effectsId, endOf, taskId } from '../core/ids.js';
import { isAborted } from '../core/pause.js';
import { settledThrough } from '../core/skipped-numbers.js';
import type { DeploymentDocument, EffectsDocument, PendingEffects, PendingTask } from '../core/types.js';
import { AppError } from '../errors.js';
import { positioned } from '../feed/document-reads.js';
import type { Documents } from '../ports/documents.js';
import { effectMessage } from './effect-message.js';
import { createEffectSender, type EffectSenderOptions, type SendOptions } from './effect-sender.js';
import { patiently } from './patience.js';
import { expiryOf, taskMessages } from './task-message.js';

/** Effects older than this when a term starts are not published without a person's word. */
const STALE_MS = 60 * 60 * 1_000;
/** How far a topic is published is noted in the journal at most this often. */
const NOTE_EVERY_MS = 1_000;
/** Deployment documents read at a time. */
const PAGE = 200;

export interface DispatcherOptions extends EffectSenderOptions {
  readonly documents: Documents;
  /** The journal was restored from a backup up to here: what these records owe may be out already. */
  readonly restored?: number | undefined;
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
    /** What is held was committed before the journal was restored. */
    readonly isRestored: boolean;
    readonly fault: string | undefined;
  };
}

/**
 * The outbox: the one way for side effects out of the service. Effects are numbered without a gap and leave in their order;
 * numbers that a person skipped are passed over.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { documents, topic, signal, restored = 0 } = options;
  const startedAt = options.clock.now();
  const stored = createBell();
  let wakes = 0;
  let published = 0;
  let next = 1;
  let noted = 0;
  let notedAt = 0;
  let held: PendingEffects | undefined;
  /** Wakes seen when the effects were last read. */
  let looked = 0;
  const sender = createEffectSender(options);

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

  /** False once it was skipped; looked at again when documents have been stored since. */
  const isOwed = async ({ first }: Pick<PendingEffects, 'first'>): Promise<boolean> => {
    if (looked === wakes) return true;
    looked = wakes;
    return (await readEffects())?.pending.some((owed) => owed.first === first) ?? false;
  };

  const sendingOf = (pending: Pick<PendingEffects, 'first'>): SendOptions => {
    let isWanted = true;
    return {
      isWanted: async () => (isWanted &&= await isOwed(pending)),
      stored: (number) => {
        published = number;
        note(false);
      },
    };
  };

  /** The deployments of a wave that are still to be published, in the order of their numbers. */
  const dueOf = async (pending: PendingEffects): Promise<DeploymentDocument[]> => {
    const { from = 0, count } = pending;
    const prefix = deploymentPrefix(pending);
    const due: DeploymentDocument[] = [];
    for (let start = prefix; ;) {
      const page = await patiently(options, () =>
        documents.range({ start, end: endOf(prefix), limit: PAGE }),
      );
      for (const stored of page) {
        const document = positioned(stored)?.document;
        if (document?.kind !== 'deployment') continue;
        const { index } = document;
        if (index >= from && index < from + count && numberOf(document, pending) > published)
          due.push(document);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      start = `${last.id}\u0000`;
    }
    return due.sort((left, right) => left.index - right.index);
  };

  /** Publishes what a wave still owes. */
  const publishWave = async (pending: PendingEffects): Promise<void> => {
    const due = await dueOf(pending);
    for (let start = 0; start < due.length; start += PAGE) {
      const part = due.slice(start, start + PAGE);
      const contents = await contentsOf(part);
      const effects = part.map((deployment, index) => {
        const number = numberOf(deployment, pending);
        if (number !== published + 1 + index)
          throw new AppError(
            'INTERNAL',
            `effect ${number} of ${topic} follows ${published + index}: a deployment document is missing`,
          );
        return { number, message: effectMessage(deployment, contents, pending) };
      });
      if (signal.aborted || !(await sender.send(effects, sendingOf(pending)))) return;
    }
  };

  /** Publishes what a task still owes. It is never held: one that is too old leaves too, and only ends. */
  const publishTask = async (pending: PendingTask): Promise<void> => {
    const id = taskId(pending);
    const found = (await patiently(options, () => documents.get([id]))).get(id);
    const task = found === undefined ? undefined : positioned(found)?.document;
    if (task?.kind !== 'task') throw new AppError('INTERNAL', `document ${id} is missing`);
    const expired = expiryOf(pending, { staleBefore: startedAt - STALE_MS, restored });
    const due = taskMessages(task, pending, expired).filter(({ number }) => number > published);
    if (!signal.aborted) await sender.send(due, sendingOf(pending));
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
          looked = wakes;
          const effects = await readEffects();
          published = settledThrough(Math.max(published, effects?.published ?? 0), effects?.skipped);
          noted = Math.max(noted, effects?.published ?? 0);
          next = effects?.next ?? 1;
          held = heldOf(effects, published, { startedAt, restored });
          const due = effects?.pending.find(({ first, count }) => first + count - 1 > published);
          if (due !== undefined && due !== held) {
            await ('task' in due ? publishTask(due) : publishWave(due));
            continue;
          }
          note(false);
          if (wakes === looked) await stored.wait(NOTE_EVERY_MS, signal);
        }
        note(true);
      } finally {
        await sender.close();
      }
    },
    standing: () => {
      const isRestored = held !== undefined && held.position <= restored;
      return { published, next, held, isRestored, fault: sender.fault() };
    },
  };
}

/** An effect's number: those of a wave follow each other as its functions do. */
function numberOf({ index }: DeploymentDocument, { first, from = 0 }: PendingEffects): number {
  return first + index - from;
}

/**
 * The first release whose effects are not published without a person's word, which has not been given: they are too old,
 * or were committed before the journal was restored and may be out already.
 */
function heldOf(
  effects: EffectsDocument | undefined,
  published: number,
  { startedAt, restored }: { readonly startedAt: number; readonly restored: number },
): PendingEffects | undefined {
  // Whoever let something out before the journal was lost said nothing of what is to become of it now.
  const since = (effects?.releases ?? []).filter(({ position }) => position > restored);
  const releasedSince = Math.max(0, ...since.map(({ through }) => through));
  return effects?.pending.find((owed): owed is PendingEffects => {
    if ('task' in owed) return false;
    const { first, count, time, position } = owed;
    const last = first + count - 1;
    if (position <= restored) return last > Math.max(published, releasedSince);
    return last > Math.max(published, effects.released ?? 0) && Date.parse(time) < startedAt - STALE_MS;
  });
}
