import { join } from 'node:path';
import { costOf, patternsOfProduct, readRecord, written } from '../../support/patterns.js';

const ROOT = join(__dirname, '..', '..', '..');

describe('regular expressions', () => {
  const patterns = patternsOfProduct(ROOT);
  const record = readRecord(ROOT);

  it('of sources and schemas are all looked at; npm run patterns looks at new ones', () => {
    expect(patterns.length).toBeGreaterThan(200);
    expect(
      patterns.filter(({ files }) => files.some((file) => file.endsWith('.json'))).length,
    ).toBeGreaterThan(20);
    expect(Object.keys(record).sort()).toEqual(patterns.map(written).sort());
  });

  it('cost no more than a text is long', () => {
    const costly = patterns.flatMap((pattern) => {
      const cost = record[written(pattern)];
      return cost === 'linear' ? [] : [`${written(pattern)} in ${pattern.files.join(', ')}: ${cost}`];
    });
    expect(costly).toEqual([]);
  });

  it.each([
    ['^(a+)+$', 'exponential'],
    ['^[a-z]*[a-z0-9]*$', '2nd degree polynomial'],
    ['gl[a-z]+-', '2nd degree polynomial'],
  ])('that cost more are known for it: %s', (source, growth) => {
    expect(costOf({ source, flags: '' })).toContain(growth);
  });
});
