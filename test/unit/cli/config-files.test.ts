import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfigFiles } from '../../../src/cli/config-files.js';
import { guessType } from '../../../src/cli/guess-type.js';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'stageline-files-'));
  mkdirSync(join(cwd, 'configs'));
  writeFileSync(join(cwd, 'app.jar'), '');
});

const read = async (
  text: string,
  { file = 'configs/f.yaml', ...options }: { file?: string; type?: 'function' | 'source' | 'sink' } = {},
): Promise<Readonly<Record<string, unknown>>[]> => {
  writeFileSync(join(cwd, file), text);
  const items = await readConfigFiles([file], { cwd, stdin: async () => '', ...options });
  return items.map(({ config }) => config ?? {});
};

describe('files', () => {
  it('may hold one config, a list, several documents, or a list under "configs"', async () => {
    expect(await read('type: sink\nname: a')).toEqual([{ type: 'sink', name: 'a' }]);
    expect(await read('- {type: sink, name: a}\n- {type: sink, name: b}')).toHaveLength(2);
    expect(await read('type: sink\nname: a\n---\n- type: sink\n---\n---\ntype: sink')).toHaveLength(3);
    expect(await read('environment: test\nconfigs: [{type: sink}, {type: sink}]')).toHaveLength(2);
    expect(await read('[{"type":"sink"}]', { file: 'configs/f.json' })).toHaveLength(1);
  });

  it("does not take a sink's own configs for a list", async () => {
    expect(await read('type: sink\nconfigs: {url: x}')).toEqual([{ type: 'sink', configs: { url: 'x' } }]);
  });

  it('names every config by its place', async () => {
    writeFileSync(join(cwd, 'two.yaml'), '- {type: sink, tenant: t, namespace: n, name: a}\n- {type: sink}');
    const items = await readConfigFiles(['two.yaml'], { cwd, stdin: async () => '' });
    expect(items.map(({ name, origin }) => [name, origin])).toEqual([
      ['t/n/a', 'two.yaml#1'],
      ['?/?/?', 'two.yaml#2'],
    ]);
  });

  it('keep YAML aliases and merge keys', async () => {
    const [, second] = await read('- &a {type: sink, name: a, parallelism: 2}\n- {<<: *a, name: b}');
    expect(second).toEqual({ type: 'sink', name: 'b', parallelism: 2 });
  });
});

describe('package paths', () => {
  it('start at the folder of the file when they say so', async () => {
    const [config] = await read('type: function\nartifactPathOrUrl: ../app.jar');
    expect(config?.['artifactPathOrUrl']).toBe(join(cwd, 'app.jar'));
  });

  it('are left to the service otherwise', async () => {
    for (const path of ['libs/app.jar', '/opt/app.jar', 'https://x/app.jar', 'builtin://kafka']) {
      const [config] = await read(`type: function\nartifactPathOrUrl: ${path}`);
      expect(config?.['artifactPathOrUrl']).toBe(path);
    }
  });

  it('are refused where nothing is', async () => {
    await expect(read('type: function\nartifactPathOrUrl: ./app.jar')).rejects.toThrow('there is no package');
  });
});

describe("Stageline's own configs", () => {
  it('are taken as they are, faults and all', async () => {
    const config = { type: 'function', name: 'a', className: 'x.Y', unknown: 1 };
    expect(await read(JSON.stringify(config))).toEqual([config]);
  });
});

describe("pulsar-admin's configs", () => {
  it('get type, tenant, namespace, name, package and runtime', async () => {
    expect(await read('jar: app.jar\nclassName: org.acme.Clean\ninputs: [a]\noutput: b')).toEqual([
      {
        type: 'function',
        tenant: 'public',
        namespace: 'default',
        name: 'Clean',
        className: 'org.acme.Clean',
        inputs: ['a'],
        output: 'b',
        artifactPathOrUrl: join(cwd, 'app.jar'),
        runtime: 'JAVA',
      },
    ]);
  });

  it.each([
    ['py: lib/x.py', 'lib/x.py', 'PYTHON'],
    ['go: https://x/y', 'https://x/y', 'GO'],
    ['jar: function://public/default/f@1', 'function://public/default/f@1', 'JAVA'],
  ])('turn "%s" into a package and a runtime', async (field, path, runtime) => {
    const [config] = await read(`${field}\nname: a\nlogTopic: l\nuserConfig: {}`);
    expect(config).toMatchObject({ artifactPathOrUrl: path, runtime });
    expect(config).not.toHaveProperty(field.split(':')[0] ?? '');
  });

  it('keep what they say themselves', async () => {
    const text = 'tenant: t\nnamespace: n\nname: a\njar: app.jar\nruntime: GO\noutput: o';
    expect((await read(text))[0]).toMatchObject({ tenant: 't', namespace: 'n', name: 'a', runtime: 'GO' });
  });

  it('may name the function at once', async () => {
    const [config] = await read('fqfn: t/n/a\njar: app.jar\noutput: o');
    expect(config).toMatchObject({ tenant: 't', namespace: 'n', name: 'a' });
    expect(config).not.toHaveProperty('fqfn');
  });

  it('may name what is installed on the cluster', async () => {
    const [sink] = await read('name: a\nsinkType: kafka\ninputs: [i]');
    expect(sink).toMatchObject({ type: 'sink', artifactPathOrUrl: 'builtin://kafka' });
    expect(sink).not.toHaveProperty('sinkType');
    const [source] = await read('name: a\narchive: builtin://generator\ntopicName: t');
    expect(source).toMatchObject({ type: 'source', artifactPathOrUrl: 'builtin://generator' });
    expect(source).not.toHaveProperty('runtime');
  });

  it('have isRegexPattern renamed to what the REST API reads', async () => {
    const [config] = await read(
      'py: x.py\noutput: o\ninputSpecs: {a: {isRegexPattern: true, schemaType: json}, b: {}}',
    );
    expect(config?.['inputSpecs']).toEqual({ a: { schemaType: 'json', regexPattern: true }, b: {} });
  });

  it('are refused with two packages', async () => {
    await expect(read('jar: a.jar\npy: b.py\noutput: o')).rejects.toThrow('more than one package');
    await expect(read('type: function\njar: a.jar\nartifactPathOrUrl: b.jar')).rejects.toThrow(
      'more than one package',
    );
  });

  it('have their package field brought over even where the type is named', async () => {
    const [config] = await read('type: sink\ntenant: t\nnamespace: n\nname: a\narchive: app.jar');
    expect(config).toEqual({
      type: 'sink',
      tenant: 't',
      namespace: 'n',
      name: 'a',
      artifactPathOrUrl: join(cwd, 'app.jar'),
    });
  });
});

describe('the type', () => {
  it.each([
    [{ inputs: [], output: 'o' }, 'function'],
    [{ className: 'x', jar: 'j' }, 'function'],
    [{ inputs: [], archive: 'a', configs: {} }, 'sink'],
    [{ archive: 'a', topicName: 't', configs: {} }, 'source'],
    [{ name: 'a', batchSourceConfig: {} }, 'source'],
    [{ inputs: [], userConfig: {}, logTopik: 'typo' }, 'function'],
  ])('of %j is a %s', (config, type) => {
    expect(guessType(config)).toBe(type);
  });

  it('is asked for where it cannot be told', () => {
    expect(() => guessType({ inputs: [], name: 'a' })).toThrow('add "type" to it, or say --type');
    expect(() => guessType({ hello: 1 })).toThrow('does not look like a config');
  });

  it('may be given for files that do not say it', async () => {
    expect((await read('name: a\ninputs: [i]', { type: 'sink' }))[0]).toMatchObject({ type: 'sink' });
    expect((await read('type: source', { type: 'sink' }))[0]).toMatchObject({ type: 'source' });
  });
});
