import fc from 'fast-check';
import type { AuditEntry } from '../../../src/core/audit-entry.js';
import { readAuditPage, type AuditPage } from '../../../src/core/audit-page.js';
import { readAuditRequest } from '../../../src/core/audit-request.js';
import { searchTime } from '../../../src/core/audit-search.js';
import type { Load, LoadRange, SeenDocument } from '../../../src/core/decision.js';
import { auditId } from '../../../src/core/ids.js';
import type { GetAuditLogParams } from '../../../src/core/types.js';

const START = Date.UTC(2026, 0, 1);
const timeAt = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();

function entry(position: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    position,
    time: timeAt(position),
    id: `c${position}`,
    command: 'un-stage',
    project: 'default',
    actor: 'alice',
    via: 'commands',
    outcome: 'ok',
    events: [],
    entities: [],
    ...more,
  };
}

/** A log in memory that counts what is read. */
function logOf(entries: readonly AuditEntry[]): {
  load: Load;
  head: number;
  ranges: LoadRange[];
  gets: number;
} {
  const documents: SeenDocument[] = entries.map(({ position, ...facts }) => ({
    id: auditId(position),
    position,
    document: { kind: 'audit', ...facts },
  }));
  const byId = new Map(documents.map((seen) => [seen.id, seen]));
  const log = {
    head: entries.at(-1)?.position ?? 0,
    ranges: [] as LoadRange[],
    gets: 0,
    load: {
      get: async (ids) => {
        log.gets += 1;
        return new Map(ids.flatMap((id) => (byId.has(id) ? [[id, byId.get(id)!] as const] : [])));
      },
      range: async (prefix, range = {}) => {
        log.ranges.push(range);
        const { after = '', before = '~', limit = Infinity, descending = false } = range;
        const within = documents.filter(({ id }) => id.startsWith(prefix) && id > after && id < before);
        return (descending ? within.reverse() : within).slice(0, limit);
      },
    } satisfies Load,
  };
  return log;
}

/** Every page of one question. */
async function pages(
  { load, head }: { readonly load: Load; readonly head: number },
  params: GetAuditLogParams,
): Promise<AuditPage[]> {
  const read: AuditPage[] = [];
  for (let cursor: string | undefined; ;) {
    const asked = { ...params, ...(cursor === undefined ? {} : { cursor }) };
    const request = readAuditRequest(asked, { project: 'default', at: '', code: 'INVALID_COMMAND' });
    if (!request.ok) throw new Error(JSON.stringify(request.faults));
    const page = await readAuditPage(load, { ...request, limit: params.limit ?? 100, head });
    read.push(page);
    cursor = page.cursor;
    if (cursor === undefined) return read;
  }
}

const positionsOf = (read: readonly AuditPage[]): number[] =>
  read.flatMap(({ entries }) => entries.map(({ position }) => position));

/** What a reader with the whole log before him would pick. */
function picked(entries: readonly AuditEntry[], params: GetAuditLogParams): number[] {
  const id = (text: string): string => (text.includes(':') ? text : `function:${text}`);
  const found = entries.filter((one) => {
    if (params.allProjects !== true && (one.project !== 'default' || one.via === 'internal')) return false;
    if (params.actor !== undefined && one.actor !== params.actor) return false;
    if (params.command !== undefined && one.command !== params.command) return false;
    if (params.outcome !== undefined && one.outcome !== params.outcome) return false;
    if (params.code !== undefined && one.code !== params.code) return false;
    if (params.since !== undefined && Date.parse(one.time) < Date.parse(params.since)) return false;
    if (params.until !== undefined && Date.parse(one.time) >= Date.parse(params.until)) return false;
    if (params.after !== undefined && one.position <= params.after) return false;
    if (params.before !== undefined && one.position >= params.before) return false;
    if (params.entity === undefined) return true;
    const wanted = id(params.entity);
    return (
      one.entities.includes(wanted) || (wanted.startsWith('function:') && one.entitiesOmitted !== undefined)
    );
  });
  const positions = found.map(({ position }) => position);
  return params.order === 'oldest' ? positions : positions.reverse();
}

const actor = fc.constantFrom('alice', 'bob');
const command = fc.constantFrom('un-stage', 'rollback');
const outcome = fc.constantFrom('ok' as const, 'rejected' as const, 'denied' as const, 'failed' as const);
const code = fc.constantFrom('DENIED', 'UNKNOWN_NAME');
const entity = fc.constantFrom('function:a/b/c', 'a/b/c', 'a/b/d', 'release:default:test:00000001');

/** A log in which several records share a time. */
const logs: fc.Arbitrary<AuditEntry[]> = fc
  .array(
    fc.record(
      {
        actor,
        command,
        outcome,
        code,
        project: fc.constantFrom('default', 'default', 'pricing', 'stageline'),
        via: fc.constantFrom(
          'commands' as const,
          'commands' as const,
          'results' as const,
          'internal' as const,
        ),
        entities: fc.uniqueArray(
          fc.constantFrom('function:a/b/c', 'function:a/b/d', 'release:default:test:00000001'),
        ),
        entitiesOmitted: fc.constant(3),
        wait: fc.nat(2),
      },
      { requiredKeys: ['actor', 'command', 'outcome', 'project', 'via', 'entities', 'wait'] },
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((facts) => {
    let seconds = 0;
    return facts.map(({ wait, ...more }, index) =>
      entry(index + 1, { ...more, time: timeAt((seconds += wait)) }),
    );
  });

const time = fc.integer({ min: -2, max: 70 }).map(timeAt);
const questions: fc.Arbitrary<GetAuditLogParams> = fc.record(
  {
    actor,
    command,
    outcome,
    code,
    entity,
    allProjects: fc.boolean(),
    since: time,
    until: time.map((text) => text.replace('.000Z', '+00:00')),
    after: fc.nat(65),
    before: fc.nat(65),
    order: fc.constantFrom('newest' as const, 'oldest' as const),
    limit: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: [] },
);

describe('pages of the audit log', () => {
  it('joined are what one look at all of it picks, for any filter and page size', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(logs, questions, async (entries, question) => {
        const read = await pages(logOf(entries), question);
        expect(positionsOf(read)).toEqual(picked(entries, question));
        for (const page of read) expect(page.entries.length).toBeLessThanOrEqual(question.limit ?? 100);
      }),
      { numRuns: 500 },
    );
  });

  it('find a time as a look from end to end does, also where documents are missing', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(logs, time, fc.array(fc.nat(60)), async (entries, when, lost) => {
        const missing = new Set(lost);
        const there = entries.filter(({ position }) => !missing.has(position));
        const { load } = logOf(there);
        const { after, before } = await searchTime(load, { after: 0, before: entries.length + 1 }, when);
        const wrong = there.filter(
          (one) => (one.position <= after && one.time >= when) || (one.position >= before && one.time < when),
        );
        expect(wrong).toEqual([]);
        expect(lost.length > 0 || before - after === 1).toBe(true);
      }),
    );
  });

  it('look at a bounded number of records, and say where to go on', async () => {
    const entries = Array.from({ length: 12_000 }, (_, index) => entry(index + 1));
    entries[99] = entry(100, { actor: 'bob' });
    const log = logOf(entries);
    const read = await pages(log, { actor: 'bob', limit: 5 });
    expect(read.map((page) => page.entries.length)).toEqual([0, 0, 1]);
    expect(
      log.ranges.map(({ limit = 0 }) => limit).reduce((sum, limit) => sum + limit, 0),
    ).toBeLessThanOrEqual(15_300);
  });

  it('show only overrides where that is asked', async () => {
    const over = entry(2, { override: 'orders are lost', overrode: ['ENVIRONMENT_FROZEN'] });
    const log = [entry(1), over, entry(3)];
    const [page] = await pages(logOf(log), { overrides: true });
    expect(page?.entries).toEqual([over]);
    const [all] = await pages(logOf(log), { overrides: false });
    expect(all?.entries).toHaveLength(3);
  });

  it('find a time in a long log with a few requests', async () => {
    const log = logOf(Array.from({ length: 50_000 }, (_, index) => entry(index + 1)));
    const [page] = await pages(log, { since: timeAt(40_000), until: timeAt(40_003), order: 'oldest' });
    expect(page?.entries.map(({ position }) => position)).toEqual([40_000, 40_001, 40_002]);
    expect({ gets: log.gets, ranges: log.ranges.length }).toEqual({ gets: 8, ranges: 1 });
  });

  it('fit into a message', async () => {
    const entities = Array.from({ length: 200 }, (_, index) => `function:tenant/namespace/name-${index}`);
    const entries = Array.from({ length: 200 }, (_, index) => entry(index + 1, { entities }));
    const read = await pages(logOf(entries), { limit: 1_000 });
    expect(read.length).toBeGreaterThan(1);
    for (const page of read) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(520 * 1024);
    expect(positionsOf(read)).toHaveLength(200);
  });

  it('show the log as it stood when the first of them was read', async () => {
    const log = logOf(Array.from({ length: 6 }, (_, index) => entry(index + 1)));
    const request = readAuditRequest(
      { order: 'oldest' },
      { project: 'default', at: '', code: 'INVALID_COMMAND' },
    );
    if (!request.ok) throw new Error('a fault');
    const first = await readAuditPage(log.load, { ...request, limit: 3, head: 4 });
    expect(first).toMatchObject({
      position: 4,
      entries: [{ position: 1 }, { position: 2 }, { position: 3 }],
    });
    const next = readAuditRequest(
      { order: 'oldest', cursor: first.cursor ?? '' },
      { project: 'default', at: '', code: 'INVALID_COMMAND' },
    );
    if (!next.ok) throw new Error('a fault');
    const second = await readAuditPage(log.load, { ...next, limit: 3, head: 6 });
    expect(second).toEqual({ entries: [expect.objectContaining({ position: 4 })], position: 4 });
  });

  it('take a release by the number that people write', async () => {
    const entities = ['release:default:test:00000007'];
    const read = await pages(logOf([entry(1, { entities }), entry(2)]), { entity: 'release:default:test:7' });
    expect(positionsOf(read)).toEqual([1]);
  });
});

describe('what is asked of the audit log', () => {
  const faultsOf = (params: GetAuditLogParams, project = 'default'): unknown => {
    const request = readAuditRequest(params, { project, at: '/query', code: 'INVALID_REQUEST' });
    return request.ok ? [] : request.faults.map(({ pointer, code: told }) => [pointer, told]);
  };

  it.each([
    [{ entity: 'enrich' }, 'entity'],
    [{ entity: 'content:x' }, 'entity'],
    [{ entity: 'function:' }, 'entity'],
    [{ since: '2026-12-31T23:59:60Z' }, 'since'],
    [{ until: 'yesterday' }, 'until'],
    [{ cursor: 'nonsense' }, 'cursor'],
    [{ cursor: '' }, 'cursor'],
  ])('has a fault in %j', (params, field) => {
    expect(faultsOf(params)).toEqual([[`/query/${field}`, 'INVALID_REQUEST']]);
  });

  it('takes a cursor with the same filters only, in the same project', async () => {
    const log = logOf([entry(1), entry(2)]);
    const request = readAuditRequest(
      { actor: 'alice' },
      { project: 'default', at: '', code: 'INVALID_COMMAND' },
    );
    if (!request.ok) throw new Error('a fault');
    const { cursor = '' } = await readAuditPage(log.load, { ...request, limit: 1, head: 2 });
    expect(cursor).not.toBe('');
    expect(faultsOf({ actor: 'alice', cursor })).toEqual([]);
    const refused = [['/query/cursor', 'INVALID_REQUEST']];
    expect(faultsOf({ actor: 'bob', cursor })).toEqual(refused);
    expect(faultsOf({ actor: 'alice', order: 'oldest', cursor })).toEqual(refused);
    expect(faultsOf({ actor: 'alice', allProjects: true, cursor })).toEqual(refused);
    expect(faultsOf({ actor: 'alice', cursor }, 'pricing')).toEqual(refused);
  });
});
