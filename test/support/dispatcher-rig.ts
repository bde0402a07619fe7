import { pino } from 'pino';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import { contentId, deploymentId, effectsId, taskId } from '../../src/core/ids.js';
import type { EffectsDocument, PendingEffects, PendingTask, TaskDocument } from '../../src/core/types.js';
import type { Bus } from '../../src/ports/bus.js';
import type { DocumentStore, Documents } from '../../src/ports/documents.js';
import { createDispatcher, type Dispatcher } from '../../src/processor/dispatcher.js';

export const EFFECTS_TOPIC = 'persistent://ops/deployment/out';
export const NOW = Date.parse('2026-01-01T12:00:00Z');
const project = 'default';
const environment = 'test';

type Pending = PendingEffects;

/** A dispatcher over a bus and documents that a test writes. */
export interface DispatcherRig {
  /** What was asked to be noted in the journal. */
  readonly noted: number[];
  /** A release of functions with one content, numbered from `first`. */
  commit(release: number, first: number, names: readonly string[]): Promise<Pending>;
  /** A task whose number is its position. */
  request(position: number, more: Partial<TaskDocument>): Promise<PendingTask>;
  /** The messages that the topic holds. */
  bodies(): Promise<unknown[]>;
  /** Writes what is owed. */
  effects(document: Partial<EffectsDocument>): Promise<void>;
  /** Runs a dispatcher, as at the beginning of a term; the one before is to be stopped. */
  run(restored?: number): { dispatcher: Dispatcher; done: Promise<void> };
  /** What the topic holds: `count` messages, and whatever comes right behind them. */
  published(count: number): Promise<string[]>;
  stop(): void;
  close(): Promise<void>;
}

export async function createDispatcherRig(
  bus: Bus,
  dir: string,
  topic: string = EFFECTS_TOPIC,
): Promise<DispatcherRig> {
  const store: DocumentStore = await createLevelDocumentStore({ dir });
  const documents: Documents = await store.create('documents-a');
  const noted: number[] = [];
  let stop = new AbortController();

  const put = async (id: string, body: object): Promise<void> => {
    const rev = (await documents.get([id])).get(id)?.rev;
    await documents.write([{ id, ...(rev === undefined ? {} : { rev }), body: { ...body, position: 1 } }]);
  };

  return {
    noted,

    async commit(release, first, names) {
      await put(contentId('hash'), {
        kind: 'content',
        hash: 'hash',
        config: { type: 'function', name: 'f', environments: { test: { parallelism: 2 } } },
      });
      for (const [index, name] of names.entries()) {
        await put(deploymentId({ project, environment, release }, name), {
          kind: 'deployment',
          project,
          environment,
          release,
          function: name,
          workload: 'function',
          index,
          of: names.length,
          operation: 'apply',
          contentHash: 'hash',
          target: 'sandbox',
          state: 'committed',
        });
      }
      const time = new Date(NOW).toISOString();
      return { project, environment, release, position: release, first, count: names.length, time };
    },

    async request(position, more) {
      const time = new Date(NOW).toISOString();
      const task = `00000000-0000-7000-8000-${String(position).padStart(12, '0')}`;
      const ref = { project, environment, task };
      const count = more.functions?.length ?? 1;
      await put(taskId(ref), { kind: 'task', ...ref, state: 'requested', of: count, ...more });
      return { ...ref, position, first: position, count, time };
    },

    async bodies() {
      const reader = await bus.openReader(topic, { start: 'earliest' });
      const found = await reader.receive({ max: 100, waitMs: 1_000, lingerMs: 100 });
      await reader.close();
      return found.map(({ payload }) => JSON.parse(payload.toString()) as unknown);
    },

    effects: (document) =>
      put(effectsId(topic), { kind: 'effects', topic, next: 1, published: 0, pending: [], ...document }),

    run(restored) {
      stop = new AbortController();
      const dispatcher = createDispatcher({
        bus,
        documents,
        topic,
        admin: undefined,
        reach: () => undefined,
        origin: 'first-writer',
        restored,
        clock: { now: () => NOW },
        log: pino({ level: 'silent' }),
        signal: stop.signal,
        note: (through) => noted.push(through),
      });
      return { dispatcher, done: dispatcher.run() };
    },

    async published(count) {
      const reader = await bus.openReader(topic, { start: 'earliest' });
      const found: string[] = [];
      const end = Date.now() + 20_000;
      for (;;) {
        const some = await reader.receive({ max: 100, waitMs: found.length < count ? 1_000 : 300 });
        found.push(...some.map(({ properties, key }) => `${properties['effect'] ?? ''} ${key ?? ''}`));
        if (some.length === 0 && (found.length >= count || Date.now() > end)) break;
      }
      await reader.close();
      return found;
    },

    stop: () => stop.abort(),

    async close() {
      stop.abort();
      await store.close();
    },
  };
}
