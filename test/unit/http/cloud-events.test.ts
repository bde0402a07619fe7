import type { JournalEvent } from '../../../src/core/types.js';
import { cloudEventsOf, type EventFilter } from '../../../src/http/cloud-events.js';
import { recordOf } from '../../support/fake-feed.js';

const ALL: EventFilter = { projects: new Set(), types: new Set() };
const staged: JournalEvent = {
  type: 'configs-staged',
  project: 'pricing',
  stageSet: 'main',
  counts: { apply: 1, delete: 0 },
  entries: [],
};
const unstaged: JournalEvent = {
  type: 'configs-unstaged',
  project: 'default',
  stageSet: 'main',
  reason: 'un-staged',
  counts: { apply: 0, delete: 0 },
  functions: ['a/b/c'],
};
const published: JournalEvent = {
  type: 'effects-published',
  project: 'stageline',
  topic: 'persistent://a/b/c',
  through: 3,
};

describe('cloudEventsOf', () => {
  it('makes CloudEvents 1.0 of the events of a record', () => {
    const { type: _type, ...data } = staged;
    expect(cloudEventsOf(recordOf(7, [staged]), ALL)).toEqual([
      {
        specversion: '1.0',
        id: '0/7/0',
        source: '/stageline/pricing',
        type: 'stageline.configs-staged',
        subject: 'stage-set:pricing:main',
        time: '2026-01-02T03:04:05.006Z',
        datacontenttype: 'application/json',
        data,
        stagelineposition: 7,
        stagelineactor: 'local',
      },
    ]);
  });

  it('names the document that an event is about, where there is one', () => {
    const target = { kind: 'sandbox', fingerprint: 'f' } as const;
    const release: JournalEvent = {
      type: 'release-committed',
      project: 'default',
      environment: 'test',
      release: 3,
      kind: 'commit',
      target,
      effects: { topic: 't', first: 1 },
      packages: [],
      entries: [],
    } as unknown as JournalEvent;
    const skipped = { ...release, type: 'effects-skipped' } as unknown as JournalEvent;
    const events = cloudEventsOf(recordOf(1, [release, skipped, published]), ALL);
    const id = 'release:default:test:00000003';
    expect(events.map(({ subject }) => subject)).toEqual([id, id, undefined]);
  });

  it('filters by project and type; ids stay those of the record', () => {
    const record = recordOf(2, [staged, unstaged, published]);
    const ids = (filter: Partial<EventFilter>): string[] =>
      cloudEventsOf(record, { ...ALL, ...filter }).map(({ id }) => id);
    expect(ids({})).toEqual(['0/2/0', '0/2/1', '0/2/2']);
    expect(ids({ projects: new Set(['default', 'stageline']) })).toEqual(['0/2/1', '0/2/2']);
    expect(ids({ types: new Set(['configs-unstaged']) })).toEqual(['0/2/1']);
    expect(ids({ projects: new Set(['pricing']), types: new Set(['effects-published']) })).toEqual([]);
  });

  it('masks secrets', () => {
    const content = { userConfig: { password: 'hunter2', token: { $secret: 'db' } } };
    const event = { ...staged, entries: [{ content }] } as unknown as JournalEvent;
    const text = JSON.stringify(cloudEventsOf(recordOf(1, [event]), ALL));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('{"$secret":"db"}');
  });
});
