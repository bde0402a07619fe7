import { randomUUID } from 'node:crypto';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createPulsarTopicAdmin } from '../../src/adapters/pulsar-admin/topic-admin.js';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import { AppError } from '../../src/errors.js';
import type { EffectsDocument } from '../../src/core/types.js';
import type { Bus } from '../../src/ports/bus.js';
import { backend } from '../support/backends.js';
import { createDispatcherRig, EFFECTS_TOPIC, NOW, type DispatcherRig } from '../support/dispatcher-rig.js';
import { createFakeBus, type FakeBus } from '../support/fake-bus.js';
import { dataDir } from '../support/stageline-process.js';
import { until } from '../support/until.js';

type Pending = EffectsDocument['pending'][number];

const { PULSAR_TEST_WS_URL: wsUrl = '', PULSAR_TEST_ADMIN_URL: adminUrl = '' } = process.env;

function skipping(name: string, open: (dir: string) => Promise<Bus>): void {
  describe(`the dispatcher on ${name}`, () => {
    suite(open);
  });
}

skipping('the embedded bus', (dir) => createLevelBus({ dir }));
skipping('a bus in memory', async () => createFakeBus());
backend(
  'Pulsar over WebSocket',
  wsUrl !== '' && adminUrl !== '',
  'PULSAR_TEST_WS_URL and PULSAR_TEST_ADMIN_URL name no broker',
  () => {
    beforeAll(() =>
      createPulsarTopicAdmin({ adminUrl }).provision([
        { tenant: 'contract', namespace: 'dedup', keepForEver: false, deduplicate: true, topics: [] },
      ]),
    );
    skipping('Pulsar', async () => createPulsarWsBus({ url: wsUrl }));
  },
);

function suite(open: (dir: string) => Promise<Bus>): void {
  let bus: Bus;
  let rig: DispatcherRig;

  beforeEach(async () => {
    const dir = dataDir();
    bus = await open(dir);
    rig = await createDispatcherRig(bus, dir, `persistent://contract/dedup/${randomUUID()}`);
  });

  afterEach(async () => {
    rig.stop();
    await bus.close();
    await rig.close();
  });

  /** Three releases of two functions each: numbers 1 to 6. */
  const three = async (): Promise<[Pending, Pending, Pending]> => [
    await rig.commit(1, 1, ['t/n/a', 't/n/b']),
    await rig.commit(2, 3, ['t/n/a', 't/n/b']),
    await rig.commit(3, 5, ['t/n/a', 't/n/c']),
  ];

  it('begins behind a release that was skipped', async () => {
    const [, second, third] = await three();
    await rig.effects({ next: 7, published: 2, pending: [second, third] });
    rig.run();
    expect(await rig.published(4)).toEqual(['0/2/0 t/n/a', '0/2/1 t/n/b', '0/3/0 t/n/a', '0/3/1 t/n/c']);
  });

  it('passes over a release that was skipped between two others, also when it begins again', async () => {
    const [first, , third] = await three();
    const document = { next: 7, pending: [first, third], skipped: [{ first: 3, through: 4 }] };
    await rig.effects(document);
    const { done } = rig.run();
    const expected = ['0/1/0 t/n/a', '0/1/1 t/n/b', '0/3/0 t/n/a', '0/3/1 t/n/c'];
    expect(await rig.published(4)).toEqual(expected);
    rig.stop();
    await done;
    expect(rig.noted.at(-1)).toBe(6);
    const before = rig.noted.length;
    // The last note was lost: what is behind the gap is sent again under its numbers, and dropped by them.
    await rig.effects({ next: 7, published: 4, pending: [third] });
    rig.run();
    await until(() => rig.noted.length > before);
    expect(await rig.published(4)).toEqual(expected);
  });

  it('owes nothing where the last release was skipped, and goes on behind it', async () => {
    const [first] = await three();
    await rig.effects({ next: 5, pending: [first], skipped: [{ first: 3, through: 4 }] });
    const { dispatcher, done } = rig.run();
    expect(await rig.published(2)).toEqual(['0/1/0 t/n/a', '0/1/1 t/n/b']);
    await until(() => dispatcher.standing().published === 4);
    expect(dispatcher.standing()).toMatchObject({ next: 5, held: undefined, fault: undefined });
    const third = await rig.commit(3, 5, ['t/n/a', 't/n/c']);
    await rig.effects({ next: 7, published: 2, pending: [third], skipped: [{ first: 3, through: 4 }] });
    dispatcher.wake();
    expect(await rig.published(4)).toEqual(['0/1/0 t/n/a', '0/1/1 t/n/b', '0/3/0 t/n/a', '0/3/1 t/n/c']);
    rig.stop();
    await done;
    expect(rig.noted.at(-1)).toBe(6);
  });

  it('lets out what waits behind a held release once that is skipped', async () => {
    const [first, second] = await three();
    const old = { ...first, time: new Date(NOW - 3_600_001).toISOString() };
    await rig.effects({ next: 5, pending: [old, second] });
    const { dispatcher } = rig.run();
    await until(() => dispatcher.standing().held?.release === 1);
    await rig.effects({ next: 5, published: 2, pending: [second] });
    dispatcher.wake();
    expect(await rig.published(2)).toEqual(['0/2/0 t/n/a', '0/2/1 t/n/b']);
    expect(dispatcher.standing().held).toBeUndefined();
  });

  it('holds the next release that is too old by itself', async () => {
    const [, second] = await three();
    const old = { ...second, time: new Date(NOW - 3_600_001).toISOString() };
    await rig.effects({ next: 5, published: 2, pending: [old] });
    const { dispatcher } = rig.run();
    await until(() => dispatcher.standing().held?.release === 2);
    expect(await rig.published(0)).toEqual([]);
  });
}

describe('the dispatcher while a release is skipped', () => {
  let bus: FakeBus;
  let rig: DispatcherRig;
  let first: Pending;
  let second: Pending;

  beforeEach(async () => {
    bus = createFakeBus();
    rig = await createDispatcherRig(bus, dataDir());
    first = await rig.commit(1, 1, ['t/n/a', 't/n/b', 't/n/c']);
    second = await rig.commit(2, 4, ['t/n/d']);
    await rig.effects({ next: 5, pending: [first, second] });
  });

  afterEach(() => rig.close());

  it('stops in the middle of it: nothing but what was on its way goes out', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `t/n/f${String(index).padStart(3, '0')}`);
    const large = await rig.commit(3, 1, names);
    const behind = await rig.commit(4, 101, ['t/n/d']);
    await rig.effects({ next: 102, pending: [large, behind] });
    const started = rig.run();
    bus.beforeSend = async (_topic, key) => {
      if (key !== 't/n/f010') return;
      await rig.effects({ next: 102, published: 100, pending: [behind] });
      started.dispatcher.wake();
    };
    await until(() => started.dispatcher.standing().published === 101);
    const published = await rig.published(60);
    expect(published.length).toBeLessThan(90);
    expect(published).toEqual([
      ...names.slice(0, published.length - 1).map((name, index) => `0/3/${index} ${name}`),
      '0/4/0 t/n/d',
    ]);
    expect(bus.opened.map(({ initialSequenceId }) => initialSequenceId)).toEqual([0, 100]);
    expect(new Set(bus.opened.map(({ name }) => name))).toEqual(
      new Set(['stageline-dispatcher-first-writer']),
    );
  });

  it('sends anew what failed under way, and loses nothing that a broker has passed over', async () => {
    let refused = 0;
    // As a broker does that refuses one and stores those behind it.
    bus.beforeSend = async (_topic, key) => {
      if (key !== 't/n/b' || refused > 0) return;
      refused += 1;
      throw new AppError('ENGINE_UNAVAILABLE', 'its queue is full');
    };
    rig.run();
    const published = await rig.published(5);
    expect(published).toEqual(['0/1/0 t/n/a', '0/1/2 t/n/c', '0/1/1 t/n/b', '0/1/2 t/n/c', '0/2/0 t/n/d']);
  });

  it('gives up what a topic that takes nothing was asked to take', async () => {
    bus.sends = 'unknown-lost';
    const { dispatcher } = rig.run();
    await until(() => dispatcher.standing().fault !== undefined);
    await rig.effects({ next: 5, published: 3, pending: [second] });
    bus.sends = 'stored';
    dispatcher.wake();
    expect(await rig.published(1)).toEqual(['0/2/0 t/n/d']);
    await until(() => dispatcher.standing().fault === undefined);
    expect(bus.topics.get(EFFECTS_TOPIC)).toHaveLength(1);
  });
});
