import { pino } from 'pino';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import { contentId, deploymentId, effectsId } from '../../src/core/ids.js';
import type { EffectsDocument } from '../../src/core/types.js';
import type { Bus } from '../../src/ports/bus.js';
import type { Documents, DocumentStore } from '../../src/ports/documents.js';
import { createDispatcher, type Dispatcher } from '../../src/processor/dispatcher.js';
import { dataDir } from '../support/stageline-process.js';

const TOPIC = 'persistent://ops/deployment/out';
const NOW = Date.parse('2026-01-01T12:00:00Z');
const project = 'default';
const environment = 'test';

describe('the dispatcher', () => {
  let bus: Bus;
  let store: DocumentStore;
  let documents: Documents;
  let stop: AbortController;
  let noted: number[];

  beforeEach(async () => {
    const dir = dataDir();
    bus = await createLevelBus({ dir });
    store = await createLevelDocumentStore({ dir });
    documents = await store.create('documents-a');
    noted = [];
  });

  afterEach(async () => {
    stop.abort();
    await bus.close();
    await store.close();
  });

  const put = async (id: string, body: object): Promise<void> => {
    const rev = (await documents.get([id])).get(id)?.rev;
    await documents.write([{ id, ...(rev === undefined ? {} : { rev }), body: { ...body, position: 1 } }]);
  };

  /** A release of functions with one content, numbered from `first`. */
  const commit = async (
    release: number,
    first: number,
    names: readonly string[],
  ): Promise<EffectsDocument['pending'][number]> => {
    await put(contentId('hash'), {
      kind: 'content',
      hash: 'hash',
      config: { type: 'function', name: 'f', environments: { test: { parallelism: 2 } } },
    });
    for (const [index, name] of names.entries()) {
      const deployment = {
        kind: 'deployment',
        project,
        environment,
        release,
        function: name,
        workload: 'function',
        index,
        of: names.length,
      };
      await put(deploymentId({ project, environment, release }, name), {
        ...deployment,
        operation: 'apply',
        contentHash: 'hash',
        target: 'sandbox',
        state: 'committed',
      });
    }
    return {
      project,
      environment,
      release,
      position: release,
      first,
      count: names.length,
      time: new Date(NOW).toISOString(),
    };
  };

  const effects = (document: Partial<EffectsDocument>): Promise<void> =>
    put(effectsId(TOPIC), { kind: 'effects', topic: TOPIC, next: 1, published: 0, pending: [], ...document });

  const run = (): { dispatcher: Dispatcher; done: Promise<void> } => {
    stop = new AbortController();
    const dispatcher = createDispatcher({
      bus,
      documents,
      topic: TOPIC,
      admin: undefined,
      reach: () => undefined,
      origin: 'first-writer',
      clock: { now: () => NOW },
      log: pino({ level: 'silent' }),
      signal: stop.signal,
      note: (through) => noted.push(through),
    });
    return { dispatcher, done: dispatcher.run() };
  };

  const published = async (count: number): Promise<string[]> => {
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    const found: string[] = [];
    for (let empty = 0; found.length < count + 1 && empty < 3;) {
      const some = await reader.receive({ max: 100, waitMs: 100 });
      found.push(...some.map(({ properties, key }) => `${properties['effect'] ?? ''} ${key ?? ''}`));
      if (some.length === 0) empty += 1;
    }
    await reader.close();
    return found;
  };

  it('publishes what is owed once, in order, with the environment patched in', async () => {
    const first = await commit(1, 1, ['t/n/a', 't/n/b']);
    const second = await commit(2, 3, ['t/n/a']);
    await effects({ next: 4, pending: [first, second] });
    run();
    expect(await published(3)).toEqual(['0/1/0 t/n/a', '0/1/1 t/n/b', '0/2/0 t/n/a']);
    const reader = await bus.openReader(TOPIC, { start: 'earliest' });
    const [message] = await reader.receive({ max: 1, waitMs: 1_000 });
    expect(JSON.parse(message!.payload.toString())).toMatchObject({
      release: 1,
      index: 0,
      of: 2,
      configs: [{ name: 'f', parallelism: 2 }],
    });
    expect(JSON.parse(message!.payload.toString())).not.toHaveProperty('configs.0.environments');
    await reader.close();
  });

  it('publishes nothing twice when it begins again before its note was in the journal', async () => {
    await effects({ next: 3, pending: [await commit(1, 1, ['t/n/a', 't/n/b'])] });
    const { done } = run();
    expect(await published(2)).toHaveLength(2);
    stop.abort();
    await done;
    expect(noted.at(-1)).toBe(2);
    // The note never arrived: the documents still say that nothing is published.
    await effects({
      next: 4,
      pending: [await commit(1, 1, ['t/n/a', 't/n/b']), await commit(2, 3, ['t/n/c'])],
    });
    run();
    expect(await published(3)).toEqual(['0/1/0 t/n/a', '0/1/1 t/n/b', '0/2/0 t/n/c']);
  });

  it('holds what was committed more than an hour before it started, and all behind it, until someone releases it', async () => {
    const old = { ...(await commit(1, 1, ['t/n/a'])), time: new Date(NOW - 3_600_001).toISOString() };
    const fresh = await commit(2, 2, ['t/n/b']);
    await effects({ next: 3, pending: [old, fresh] });
    const { dispatcher } = run();
    expect(await published(1)).toEqual([]);
    expect(dispatcher.standing().held).toMatchObject({ release: 1 });
    await effects({ next: 3, pending: [old, fresh], released: 1 });
    dispatcher.wake();
    expect(await published(2)).toEqual(['0/1/0 t/n/a', '0/2/0 t/n/b']);
    expect(dispatcher.standing().held).toBeUndefined();
  });
});
