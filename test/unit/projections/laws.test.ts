import fc from 'fast-check';
import type { JournalRecord } from '../../../src/core/types.js';
import { foldRecord, touchedIds, type Versioned } from '../../../src/projections/fold.js';
import { histories, run } from '../../support/histories.js';
import { events } from '../../support/events.js';
import { World } from '../../support/world.js';

type Versions = ReadonlyMap<string, Versioned>;

/** Folds records one after the other onto documents. */
function foldAll(records: readonly JournalRecord[], from: Versions = new Map()): Map<string, Versioned> {
  const versions = new Map(from);
  for (const record of records)
    for (const [id, version] of foldRecord(record, versions)) versions.set(id, version);
  return versions;
}

const law = async (check: (world: World) => void): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => check(await run(history))),
    { numRuns: 60 },
  );
};

describe('the fold', () => {
  it('gives on replay what it gave live', async () => {
    await law((world) => expect(foldAll(world.records)).toEqual(world.versions));
  });

  it('changes nothing when a record is folded again', async () => {
    await law((world) => {
      for (const record of world.records) expect(foldRecord(record, world.versions).size).toBe(0);
    });
  });

  it('comes to the same from any point, also where it begins further back than it stopped', async () => {
    await law((world) => {
      const middle = Math.floor(world.records.length / 2);
      const half = foldAll(world.records.slice(0, middle));
      expect(foldAll(world.records.slice(middle), half)).toEqual(world.versions);
      expect(foldAll(world.records.slice(Math.floor(middle / 2)), half)).toEqual(world.versions);
    });
  });

  it('needs no other documents than those that the record says it touches', async () => {
    await law((world) => {
      const versions = new Map<string, Versioned>();
      for (const record of world.records) {
        const touched = touchedIds(record);
        const few = new Map(touched.map((id) => [id, versions.get(id)]));
        const changed = foldRecord(record, few);
        for (const [id, version] of changed) {
          expect(touched).toContain(id);
          versions.set(id, version);
        }
      }
      expect(versions).toEqual(world.versions);
    });
  });

  it('does not change what it is given', async () => {
    await law((world) => {
      const versions = new Map<string, Versioned>();
      for (const record of world.records) {
        const before = JSON.stringify([...versions]);
        const changed = foldRecord(record, versions);
        expect(JSON.stringify([...versions])).toBe(before);
        for (const [id, version] of changed) versions.set(id, version);
      }
    });
  });

  it('takes any valid event on any documents', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.array(events, { minLength: 1, maxLength: 8 }), async (history, more) => {
        const world = await run(history.slice(0, 15));
        // World checks every record and document against its schema.
        world.put(...more);
        for (const event of more) world.put(event);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the documents', () => {
  it('agree with each other', async () => {
    await law((world) => {
      const documents = [...world.documents().values()];
      const count = new Map<string, number>();
      const staged = new Set<string>();
      for (const document of documents) {
        if (document.kind !== 'staged') continue;
        const { project, stageSet, operation } = document;
        const key = `${project}:${stageSet}:${operation}`;
        count.set(key, (count.get(key) ?? 0) + 1);
        staged.add(`${project}:${document.function}:${stageSet}:${document.contentHash ?? 'delete'}`);
      }
      const marks = new Set<string>();
      for (const document of documents) {
        if (document.kind === 'stage-set') {
          const key = `${document.project}:${document.stageSet}`;
          expect([key, document.counts]).toEqual([
            key,
            { apply: count.get(`${key}:apply`) ?? 0, delete: count.get(`${key}:delete`) ?? 0 },
          ]);
        }
        if (document.kind === 'function') {
          for (const [set, mark] of Object.entries(document.staged))
            marks.add(`${document.project}:${document.function}:${set}:${mark ?? ''}`);
        }
        if (document.kind === 'release') {
          const { counts, of, state } = document;
          const finished = Object.values(counts).reduce((sum, some) => sum + some, 0);
          expect(['committed', 'deploying'].includes(state)).toBe(finished < of);
        }
      }
      expect(marks).toEqual(staged);
    });
  });

  it('number effects and releases without a gap', async () => {
    await law(({ records }) => {
      let next = 1;
      const releases = new Map<string, number>();
      for (const event of records.flatMap((record) => record.events)) {
        if (event.type !== 'release-committed') continue;
        expect(event.effects.first).toBe(next);
        next += event.entries.length;
        const key = `${event.project}:${event.environment}`;
        expect(event.release).toBe((releases.get(key) ?? 0) + 1);
        releases.set(key, event.release);
      }
    });
  });

  it('never give a function to two projects', async () => {
    await law((world) => {
      const owners = new Map<string, string>();
      for (const document of world.documents().values()) {
        if (document.kind !== 'staged') continue;
        expect(owners.get(document.function) ?? document.project).toBe(document.project);
        owners.set(document.function, document.project);
      }
    });
  });
});
