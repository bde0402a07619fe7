import { listCommands } from '../../../src/commands/registry.js';
import { schemas } from '../../../src/generated/schemas.js';
import { FOLD_VERSION } from '../../../src/projections/fold.js';
import { frozenFacts, frozenJournals, readFrozen, type FrozenReading } from '../../support/frozen-journal.js';

const names = frozenJournals();
const readings = new Map<string, FrozenReading>();
const reading = (name: string): FrozenReading => {
  const found = readings.get(name);
  if (found === undefined) throw new Error(`${name} was not read`);
  return found;
};
const all = () => names.flatMap((name) => reading(name).records);

beforeAll(async () => {
  for (const name of names) readings.set(name, await readFrozen(name));
});

describe.each(names)('the frozen journal %s', (name) => {
  const facts = frozenFacts(name);

  it('is what it was, line for line', () => {
    const { sha256, records } = reading(name);
    // Every line was followed hash for hash when it was read; this tells of a file that was made anew.
    expect({ sha256, records: records.length }).toEqual({ sha256: facts.sha256, records: facts.records });
  });

  it('folds to the same documents', () => {
    const expected = facts.documents[String(FOLD_VERSION)];
    const hint =
      expected === undefined
        ? `add the hash under "${FOLD_VERSION}" to ${name}.json`
        : 'the fold makes other documents out of old records: if that is meant, raise FOLD_VERSION';
    expect({ hint, documents: reading(name).documents }).toEqual({ hint, documents: expected });
  });

  it('is decided alike by the rules of today', () => {
    // A rule that was changed on purpose: list the command in the JSON beside the journal.
    const told = reading(name).differences.map(({ position, values }) => ({
      position,
      pointers: values.map(({ pointer }) => pointer),
    }));
    expect(told).toEqual(facts.differences);
  });
});

describe('the frozen journals together', () => {
  it('hold every type of event', () => {
    const types = schemas['events.json'].oneOf.map(({ $ref }) => schemas[$ref].properties.type.const);
    const found = new Set(all().flatMap(({ events }) => events.map(({ type }) => type)));
    expect([...found].sort()).toEqual([...types].sort());
  });

  it('hold every command that leaves a record', () => {
    const recorded = listCommands(['test', 'prod']).filter(({ kind }) => kind === 'change');
    const found = new Set(all().map(({ command }) => command.command));
    expect([...found]).toEqual(
      expect.arrayContaining([
        ...recorded.map((command) => command.name),
        'add-environments',
        'note-effects-published',
      ]),
    );
  });

  it('hold every way in, every way to end, and every outcome of a deployment', () => {
    const records = all();
    const results = records.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'deployment-recorded' ? event.results : [])),
    );
    const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();
    expect(distinct(records.map(({ via }) => via))).toEqual(['commands', 'internal', 'results']);
    expect(distinct(records.map(({ outcome }) => outcome))).toEqual(['denied', 'failed', 'ok', 'rejected']);
    expect(distinct(results.map(({ outcome }) => outcome))).toEqual([
      'degraded',
      'deleted',
      'deployed',
      'deployed-with-differences',
      'failed',
      'superseded',
      'unchanged',
      'unknown',
    ]);
    const kinds = records.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'release-committed' ? [event.kind] : [])),
    );
    expect(distinct(kinds)).toEqual(['commit', 'repair', 'retry', 'rollback']);
  });
});
