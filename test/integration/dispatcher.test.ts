import { createLevelBus } from '../../src/adapters/level/bus.js';
import type { Bus } from '../../src/ports/bus.js';
import { createDispatcherRig, EFFECTS_TOPIC, NOW, type DispatcherRig } from '../support/dispatcher-rig.js';
import { dataDir } from '../support/stageline-process.js';

describe('the dispatcher', () => {
  let bus: Bus;
  let rig: DispatcherRig;

  beforeEach(async () => {
    const dir = dataDir();
    bus = await createLevelBus({ dir });
    rig = await createDispatcherRig(bus, dir);
  });

  afterEach(async () => {
    rig.stop();
    await bus.close();
    await rig.close();
  });

  it('publishes what is owed once, in order, with the environment patched in', async () => {
    const first = await rig.commit(1, 1, ['t/n/a', 't/n/b']);
    const second = await rig.commit(2, 3, ['t/n/a']);
    await rig.effects({ next: 4, pending: [first, second] });
    rig.run();
    expect(await rig.published(3)).toEqual(['0/1/0 t/n/a', '0/1/1 t/n/b', '0/2/0 t/n/a']);
    const reader = await bus.openReader(EFFECTS_TOPIC, { start: 'earliest' });
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

  it('publishes the waves of a release one by one, and lets others go between them', async () => {
    const whole = await rig.commit(1, 1, ['t/n/z', 't/n/c', 't/n/a', 't/n/b']);
    const first = { ...whole, count: 1 };
    const other = await rig.commit(2, 2, ['t/n/q']);
    await rig.effects({ next: 3, pending: [first, other] });
    const { dispatcher } = rig.run();
    expect(await rig.published(2)).toEqual(['0/1/0 t/n/z', '0/2/0 t/n/q']);
    const second = { ...whole, position: 7, first: 3, count: 3, from: 1 };
    await rig.effects({ next: 6, published: 2, pending: [second] });
    dispatcher.wake();
    expect(await rig.published(5)).toEqual([
      ...['0/1/0 t/n/z', '0/2/0 t/n/q'],
      ...['0/7/1 t/n/c', '0/7/2 t/n/a', '0/7/3 t/n/b'],
    ]);
  });

  it('publishes nothing twice when it begins again before its note was in the journal', async () => {
    await rig.effects({ next: 3, pending: [await rig.commit(1, 1, ['t/n/a', 't/n/b'])] });
    const { done } = rig.run();
    expect(await rig.published(2)).toHaveLength(2);
    rig.stop();
    await done;
    expect(rig.noted.at(-1)).toBe(2);
    // The note never arrived: the documents still say that nothing is published.
    await rig.effects({
      next: 4,
      pending: [await rig.commit(1, 1, ['t/n/a', 't/n/b']), await rig.commit(2, 3, ['t/n/c'])],
    });
    rig.run();
    expect(await rig.published(3)).toEqual(['0/1/0 t/n/a', '0/1/1 t/n/b', '0/2/0 t/n/c']);
  });

  it('holds what was committed more than an hour before it started, and all behind it, until someone releases it', async () => {
    const old = { ...(await rig.commit(1, 1, ['t/n/a'])), time: new Date(NOW - 3_600_001).toISOString() };
    const fresh = await rig.commit(2, 2, ['t/n/b']);
    await rig.effects({ next: 3, pending: [old, fresh] });
    const { dispatcher } = rig.run();
    expect(await rig.published(0)).toEqual([]);
    expect(dispatcher.standing().held).toMatchObject({ release: 1 });
    await rig.effects({ next: 3, pending: [old, fresh], released: 1 });
    dispatcher.wake();
    expect(await rig.published(2)).toEqual(['0/1/0 t/n/a', '0/2/0 t/n/b']);
    expect(dispatcher.standing().held).toBeUndefined();
  });

  it('holds what was committed before the journal was restored, however young, until someone lets it out anew', async () => {
    const before = await rig.commit(1, 1, ['t/n/a']);
    const after = await rig.commit(2, 2, ['t/n/b']);
    // Let out once, in the journal that was lost: nobody knows whether it left.
    const once = { released: 1, releases: [{ through: 1, position: 1 }] };
    await rig.effects({ next: 3, pending: [before, after], ...once });
    const { dispatcher } = rig.run(1);
    expect(await rig.published(0)).toEqual([]);
    expect(dispatcher.standing()).toMatchObject({ held: { release: 1 }, isRestored: true, published: 0 });

    const anew = { released: 1, releases: [{ through: 1, position: 3 }] };
    await rig.effects({ next: 3, pending: [before, after], ...anew });
    dispatcher.wake();
    expect(await rig.published(2)).toEqual(['0/1/0 t/n/a', '0/2/0 t/n/b']);
    expect(dispatcher.standing()).toMatchObject({ held: undefined, isRestored: false });
  });

  it('does not hold what was committed after the journal was restored', async () => {
    await rig.effects({ next: 2, pending: [await rig.commit(2, 1, ['t/n/a'])] });
    rig.run(1);
    expect(await rig.published(1)).toEqual(['0/2/0 t/n/a']);
  });

  it('publishes tasks in their place: one message a function, or one in all', async () => {
    const functions = ['t/n/a', 't/n/b'].map((name) => ({ function: name, workload: 'sink' as const }));
    const first = await rig.request(1, { operation: 'restart', functions });
    const release = await rig.commit(1, 3, ['t/n/a']);
    const second = await rig.request(4, { operation: 'plan', stageSet: 'main' });
    await rig.effects({ next: 5, pending: [first, { ...release, position: 3 }, second] });
    rig.run();
    expect(await rig.published(4)).toEqual([
      '0/1/0 t/n/a',
      '0/1/1 t/n/b',
      '0/3/0 t/n/a',
      `0/4/0 ${second.task}`,
    ]);
    expect(await rig.bodies()).toMatchObject([
      {
        environment: 'test',
        project: 'default',
        task: first.task,
        operation: 'restart',
        function: 't/n/a',
        workload: 'sink',
      },
      { function: 't/n/b' },
      { release: 1 },
      { task: second.task, operation: 'plan' },
    ]);
  });

  it('never holds a task: one that is too old, or was asked for before the journal was restored, leaves and says so', async () => {
    const stale = {
      ...(await rig.request(2, { operation: 'plan' })),
      first: 1,
      time: new Date(NOW - 3_600_001).toISOString(),
    };
    const fresh = { ...(await rig.request(3, { operation: 'plan' })), first: 2 };
    const before = { ...(await rig.request(1, { operation: 'plan' })), first: 3 };
    await rig.effects({ next: 4, pending: [stale, fresh, before] });
    const { dispatcher } = rig.run(1);
    expect(await rig.published(3)).toHaveLength(3);
    expect(dispatcher.standing().held).toBeUndefined();
    const bodies = await rig.bodies();
    expect(bodies[0]).toMatchObject({ expired: expect.stringContaining('an hour') as unknown });
    expect(bodies[1]).not.toHaveProperty('expired');
    expect(bodies[2]).toMatchObject({ expired: expect.stringContaining('restored') as unknown });
  });
});
