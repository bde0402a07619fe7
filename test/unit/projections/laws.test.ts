import fc from 'fast-check';
import type { AnyDocument, JournalEvent, JournalRecord } from '../../../src/core/types.js';
import { settledThrough } from '../../../src/core/skipped-numbers.js';
import { createMemoryDocuments } from '../../../src/projections/memory-documents.js';
import { foldRecord, touchedIds, type Versioned } from '../../../src/projections/fold.js';
import { histories, run } from '../../support/histories.js';
import { events } from '../../support/events.js';
import type { World } from '../../support/world.js';

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

  it('makes the same documents in memory as the writer stores, however often a record comes', async () => {
    await law((world) => {
      const memory = createMemoryDocuments();
      for (const record of world.records) {
        memory.fold(record);
        memory.fold(record);
      }
      expect(new Map(memory.entries())).toEqual(world.versions);
      expect(memory.position).toBe(world.records.length);
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
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(histories, fc.array(events, { minLength: 1, maxLength: 8 }), async (history, more) => {
        const world = await run(history.slice(0, 15));
        // World checks every record and document against its schema.
        world.put(...more);
        for (const event of more) world.put(event);
        expect(world.records.at(-1)?.events).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});

function numbers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** How many effects an event numbers. */
function effectsOf(event: Extract<JournalEvent, { readonly effects: unknown }>): number {
  switch (event.type) {
    case 'task-requested':
      return event.effects.count;
    case 'wave-started':
      return event.count;
    case 'release-committed':
      return event.waves?.[0] ?? event.entries.length;
  }
}

function ofKind<Kind extends AnyDocument['kind']>(
  world: World,
  kind: Kind,
): Extract<AnyDocument, { kind: Kind }>[] {
  const isKind = (document: AnyDocument): document is Extract<AnyDocument, { kind: Kind }> =>
    document.kind === kind;
  return [...world.documents().values()].filter(isKind);
}

describe('the documents', () => {
  it('count in each stage set the entries that it has', async () => {
    await law((world) => {
      const staged = ofKind(world, 'staged');
      for (const { project, stageSet, counts } of ofKind(world, 'stage-set')) {
        const entries = staged.filter((entry) => entry.project === project && entry.stageSet === stageSet);
        expect(counts).toEqual({
          apply: entries.filter(({ operation }) => operation === 'apply').length,
          delete: entries.filter(({ operation }) => operation === 'delete').length,
        });
      }
    });
  });

  it('say of each function where it is staged as the entries do', async () => {
    await law((world) => {
      const marks = ofKind(world, 'function').flatMap(({ project, function: name, staged }) =>
        Object.entries(staged).map(([set, mark]) => [project, set, name, mark]),
      );
      const entries = ofKind(world, 'staged').map(({ project, stageSet, function: name, contentHash }) => [
        project,
        stageSet,
        name,
        contentHash ?? 'delete',
      ]);
      expect(marks.map(String).sort()).toEqual(entries.map(String).sort());
    });
  });

  it('call a release finished when every function has an outcome', async () => {
    await law((world) => {
      const deployments = ofKind(world, 'deployment');
      for (const { project, environment, release, of, state } of ofKind(world, 'release')) {
        const own = deployments.filter(
          (deployment) =>
            deployment.project === project &&
            deployment.environment === environment &&
            deployment.release === release,
        );
        expect(own).toHaveLength(of);
        const waiting = own.some((deployment) => deployment.state === 'committed');
        expect(['committed', 'deploying', 'held'].includes(state)).toBe(waiting);
      }
    });
  });

  it('give every function of a release one state, and count each once', async () => {
    await law((world) => {
      for (const { project, environment, release, of, counts, waves } of ofKind(world, 'release')) {
        const own = ofKind(world, 'deployment').filter(
          (one) => one.project === project && one.environment === environment && one.release === release,
        );
        const states = own.map(({ state }) => state).filter((state) => state !== 'committed');
        const counted = Object.entries({ ...counts }).flatMap(([state, count]) =>
          Array<string>(count).fill(state),
        );
        expect(counted.sort()).toEqual([...states].sort());
        expect((waves ?? [of]).reduce((sum, count) => sum + count, 0)).toBe(of);
      }
    });
  });

  it('leave nothing in the middle: a release waits for outcomes, for a person, or is finished', async () => {
    await law((world) => {
      for (const { project, environment, release, of, state, begun = of } of ofKind(world, 'release')) {
        const own = ofKind(world, 'deployment').filter(
          (one) => one.project === project && one.environment === environment && one.release === release,
        );
        const waiting = own.filter((one) => one.index < begun && one.state === 'committed');
        const later = own.filter((one) => one.index >= begun);
        expect(later.every((one) => one.state === 'committed')).toBe(true);
        expect(state === 'held').toBe(waiting.length === 0 && later.length > 0);
      }
    });
  });

  it('have a content for every hash that is named', async () => {
    await law((world) => {
      const contents = new Set(ofKind(world, 'content').map(({ hash }) => hash));
      const named = [...ofKind(world, 'staged'), ...ofKind(world, 'deployment')];
      for (const { contentHash } of named)
        expect(contentHash === null || contents.has(contentHash)).toBe(true);
    });
  });

  it('number effects and releases without a gap', async () => {
    await law(({ records }) => {
      let next = 1;
      const releases = new Map<string, number>();
      for (const event of records.flatMap((record) => record.events)) {
        if (!('effects' in event)) continue;
        expect(event.effects.first).toBe(next);
        next += effectsOf(event);
        if (event.type !== 'release-committed') continue;
        const key = `${event.project}:${event.environment}`;
        expect(event.release).toBe((releases.get(key) ?? 0) + 1);
        releases.set(key, event.release);
      }
    });
  });

  it('owe every number that is neither published nor skipped, and no other', async () => {
    await law((world) => {
      for (const { next, published, pending, skipped = [] } of ofKind(world, 'effects')) {
        const owed = pending.flatMap(({ first, count }) => numbers(first, first + count - 1));
        const left = skipped.flatMap(({ first, through }) => numbers(first, through));
        const ahead = [...owed, ...left].filter((number) => number > published);
        expect(ahead.sort((a, b) => a - b)).toEqual(numbers(published + 1, next - 1));
        expect(settledThrough(published, skipped)).toBe(published);
      }
    });
  });

  it('count what was skipped as the deployments do', async () => {
    await law((world) => {
      const deployments = ofKind(world, 'deployment').filter(({ state }) => state === 'skipped');
      for (const { project, environment, release, counts, skipped } of ofKind(world, 'release')) {
        const own = deployments.filter(
          (one) => one.project === project && one.environment === environment && one.release === release,
        );
        const isExplained = own.length === 0 || skipped?.reason === 'unwanted';
        expect([counts.skipped ?? 0, isExplained]).toEqual([own.length, true]);
      }
    });
  });

  it('give a function of a task one outcome, and end the task with the last', async () => {
    await law((world) => {
      for (const { functions, results = [], counts, state } of ofKind(world, 'task')) {
        const names = results.map((result) => result.function);
        expect(new Set(names).size).toBe(names.length);
        expect(counts.done + counts.failed).toBe(results.length);
        const asked = functions?.map((subject) => subject.function) ?? names;
        expect(asked).toEqual(expect.arrayContaining(names));
        const ended = counts.failed === 0 ? 'done' : 'failed';
        const due = functions === undefined ? state : names.length < asked.length ? 'requested' : ended;
        expect(state).toBe(due);
      }
    });
  });

  it('say of a complete plan as much as there is of its functions, and nothing older', async () => {
    await law((world) => {
      const planned = ofKind(world, 'planned');
      for (const { project, environment, stageSet, task, complete, summary } of ofKind(world, 'plan')) {
        const own = planned.filter(
          (one) => one.project === project && one.environment === environment && one.stageSet === stageSet,
        );
        expect(summary.received === summary.parts).toBe(complete);
        const tasks = complete ? own.map((one) => one.task) : Array<string>(summary.functions).fill(task);
        expect(tasks).toEqual(Array(summary.functions).fill(task));
      }
    });
  });

  it('never give a function to two projects', async () => {
    await law((world) => {
      const owners = new Map(ofKind(world, 'function').map(({ function: name, project }) => [name, project]));
      for (const { function: name, project } of ofKind(world, 'staged'))
        expect(owners.get(name)).toBe(project);
    });
  });
});
