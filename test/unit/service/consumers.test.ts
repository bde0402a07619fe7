import { AppError } from '../../../src/errors.js';
import type { Config } from '../../../src/config.js';
import type { EffectsDocument, PendingEffects } from '../../../src/core/types.js';
import type { HeadsExporter } from '../../../src/feed/heads-exporter.js';
import type { Job } from '../../../src/ports/jobs.js';
import { createConsumers, type ConsumerSources, type DocumentsSaid } from '../../../src/service/consumers.js';

const TOPIC = 'persistent://ops/deployment/pre-deployment-configs-output';
const START = Date.UTC(2026, 0, 2);
const pending: PendingEffects = {
  project: 'default',
  environment: 'test',
  release: 4,
  position: 30,
  first: 5,
  count: 3,
  time: new Date(START - 90_000).toISOString(),
};
const effects = {
  kind: 'effects',
  topic: TOPIC,
  next: 8,
  published: 4,
  pending: [pending],
} as EffectsDocument;

/** A service whose journal is at 40 and whose writer is elsewhere, unless said otherwise. */
function setUp(more: object = {}) {
  let now = START;
  const sources = {
    config: { topics: { deployments: TOPIC } } as Config,
    clock: { now: () => now },
    follower: { state: () => ({ position: 40 }), standing: () => ({ voids: 0, since: START }) },
    feed: { head: () => 40, watch: () => () => undefined },
    processor: undefined,
    heads: [],
    jobs: () => undefined,
    toldHead: () => 0,
    ...more,
  } as unknown as ConsumerSources;
  const consumers = createConsumers(sources);
  return {
    at: (said: DocumentsSaid, name: string) => consumers.standings(said).find((one) => one.name === name),
    names: (said: DocumentsSaid) => consumers.standings(said).map(({ name }) => name),
    wait: (ms: number) => (now += ms),
  };
}

const writer = (dispatcher: object) => ({
  standing: () => ({ term: { worked: true, stored: 40, committed: 40, dispatcher } }),
});

describe('consumers of the journal', () => {
  it('are behind the position that the writer tells, also where nothing is read here', () => {
    const { at, wait } = setUp({ toldHead: () => 50 });
    at({ position: 40, effects: [] }, 'events');
    wait(12_000);
    expect(at({ position: 40, effects: [] }, 'events')).toMatchObject({
      head: 50,
      lagRecords: 10,
      lagSeconds: 12,
    });
  });

  it('that have stopped say why and since when', () => {
    const stopped = new AppError('JOURNAL_UNUSABLE', 'It does not go on.');
    const { at } = setUp({
      follower: { state: () => ({ position: 7 }), standing: () => ({ stopped, since: START - 5_000 }) },
    });
    expect(at({ position: 40, effects: [] }, 'events')).toMatchObject({
      position: 7,
      lagRecords: 33,
      state: 'stopped',
      why: expect.stringContaining('It does not go on.') as string,
      since: new Date(START - 5_000).toISOString(),
    });
  });

  it('keep the position that documents had when they do not answer', () => {
    const { at, wait } = setUp();
    at({ position: 38, effects: [] }, 'documents');
    expect(at({ fault: 'no answer' }, 'documents')).toMatchObject({ position: 38, state: 'waiting' });
    wait(4_000);
    expect(at({ fault: 'no answer' }, 'documents')).toMatchObject({
      lagRecords: 2,
      lagSeconds: 4,
      why: 'no answer',
      since: new Date(START).toISOString(),
    });
    expect(at({ position: 40, effects: [] }, 'documents')).toMatchObject({ lagSeconds: 0, state: 'running' });
  });

  it('have the dispatcher before the first release that it owes, as old as that is', () => {
    const { at } = setUp({ processor: writer({ published: 6, held: undefined, fault: undefined }) });
    expect(at({ position: 40, effects: [effects] }, 'dispatcher')).toEqual({
      name: 'dispatcher',
      target: TOPIC,
      position: 29,
      head: 40,
      lagRecords: 11,
      lagSeconds: 90,
      state: 'running',
    });
  });

  it('have the dispatcher where the documents are once it owes nothing', () => {
    const { at } = setUp({ processor: writer({ published: 7, held: undefined, fault: undefined }) });
    expect(at({ position: 40, effects: [effects] }, 'dispatcher')).toMatchObject({
      position: 40,
      lagSeconds: 0,
    });
  });

  it('say what keeps the dispatcher', () => {
    const held = setUp({ processor: writer({ published: 4, held: pending, fault: undefined }) });
    expect(held.at({ position: 40, effects: [effects] }, 'dispatcher')).toMatchObject({
      state: 'waiting',
      why: 'release test/4 of default is held until a person releases or skips it',
      since: pending.time,
    });
    const refused = setUp({
      processor: writer({ published: 4, held: undefined, fault: 'the topic refuses' }),
    });
    expect(refused.at({ position: 40, effects: [effects] }, 'dispatcher')).toMatchObject({
      state: 'waiting',
      why: 'the topic refuses',
    });
  });

  it('name exports of heads, and the job under way while it reads and while it compares', () => {
    const exporter = {
      standing: () => ({ target: '/mnt/heads', position: 12, state: 'running' }),
    } as HeadsExporter;
    let job: Job = { id: 'j', kind: 'verify', state: 'running', startedAt: pending.time };
    const { at, names } = setUp({ heads: [exporter], jobs: () => ({ list: () => [job] }) });
    const said = { position: 40, effects: [] };
    expect(at(said, 'heads')).toMatchObject({ target: '/mnt/heads', position: 12, lagRecords: 28 });
    job = { ...job, progress: { phase: 'reading', done: 25, perSecond: 1 } };
    expect(at(said, 'verify')).toMatchObject({ position: 25, why: 'reading', since: pending.time });
    job = { ...job, progress: { phase: 'comparing', done: 900, perSecond: 1 } };
    expect(at(said, 'verify')).toMatchObject({ position: 25, why: 'comparing' });
    job = { ...job, state: 'cancelled', endedAt: pending.time };
    expect(names(said)).toEqual(['events', 'documents', 'heads']);
  });
});
