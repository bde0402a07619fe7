import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfigFiles, type StageItem } from '../../../src/cli/config-files.js';
import { configFor } from '../../../src/core/merge-patch.js';
import { validator, type SchemaId } from '../../../src/core/validate.js';

const root = join(__dirname, '..', '..', '..');
const files = readdirSync(join(root, 'examples/configs')).map((name) => `examples/configs/${name}`);

const read = (names: readonly string[]): Promise<StageItem[]> =>
  readConfigFiles(names, { cwd: root, stdin: async () => '' });

const schemaOf = (config: Readonly<Record<string, unknown>>): SchemaId =>
  `${String(config['type'])}-config.json` as SchemaId;

describe('the examples', () => {
  it.each(files)(
    '%s holds valid configs, in every environment, with packages that are there',
    async (file) => {
      const items = await read([file]);
      expect(items.length).toBeGreaterThan(0);
      for (const { config = {} } of items) {
        expect(validator(schemaOf(config))(config)).toEqual([]);
        for (const environment of ['test', 'prod']) {
          const there = configFor(config, environment);
          expect(validator(schemaOf(there))(there)).toEqual([]);
        }
        const path = String(config['artifactPathOrUrl']);
        expect(path.startsWith('builtin://') || existsSync(path)).toBe(true);
      }
    },
  );

  it('can be staged all at once: no two have the same name', async () => {
    const names = (await read(files)).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('public/default/enrich-backfill');
  });

  it('have the class that they name in their package', async () => {
    const code = readFileSync(join(root, 'examples/packages/enrich.py'), 'utf8');
    expect(code).toContain('class Enrich(Function):');
    for (const { config = {} } of await read(files)) {
      const { className } = config;
      expect(className === undefined || className === 'enrich.Enrich').toBe(true);
    }
  });

  it('are all in their README', () => {
    const text = readFileSync(join(root, 'examples/README.md'), 'utf8');
    for (const file of files) expect(text).toContain(file.replace('examples/', ''));
  });
});
