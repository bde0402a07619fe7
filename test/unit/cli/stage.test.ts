import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cut, duplicates } from '../../../src/cli/batches.js';
import type { StageItem } from '../../../src/cli/config-files.js';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

const config = (name: string, size = 0): Record<string, unknown> => ({
  type: 'function',
  tenant: 'public',
  namespace: 'default',
  name,
  artifactPathOrUrl: 'builtin://x',
  ...(size > 0 ? { userConfig: { pad: 'x'.repeat(size) } } : {}),
});

const item = (name: string, size = 0): StageItem => ({
  name: `public/default/${name}`,
  origin: 'f',
  config: config(name, size),
});

describe('cutting', () => {
  it('keeps what fits in one command, in order', () => {
    const items = Array.from({ length: 500 }, (_, index) => item(`f${index}`));
    expect(cut(items)).toEqual([items]);
  });

  it('begins a new command after 500 entries', () => {
    const items = Array.from({ length: 1201 }, (_, index) => item(`f${index}`));
    expect(cut(items).map(({ length }) => length)).toEqual([500, 500, 201]);
    expect(cut(items).flat()).toEqual(items);
  });

  it('begins a new command before 200 KiB, counted in bytes', () => {
    const items = Array.from({ length: 10 }, (_, index) => item(`f${index}`, 50_000));
    const batches = cut(items);
    expect(batches.map(({ length }) => length)).toEqual([4, 4, 2]);
    for (const batch of batches) {
      expect(Buffer.byteLength(JSON.stringify(batch.map((one) => one.config)))).toBeLessThan(
        200 * 1024 + 100,
      );
    }
    expect(
      cut(Array.from({ length: 3 }, () => ({ ...item('f'), config: { pad: 'é'.repeat(60_000) } }))),
    ).toHaveLength(3);
  });

  it('sends what is too large by itself alone', () => {
    expect(cut([item('a'), item('b', 250_000), item('c')]).map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it('has nothing to cut in nothing', () => {
    expect(cut([])).toEqual([]);
  });

  it('finds the same name in two places, but not names that are not known', () => {
    const unnamed = { name: 'public/default/?', origin: 'x', config: {} };
    expect(duplicates([item('a'), unnamed, unnamed, { ...item('a'), origin: 'g' }])).toEqual([
      'public/default/a (f, g)',
    ]);
  });
});

describe('stageline stage', () => {
  let service: FakeService;
  let cwd: string;

  beforeEach(async () => {
    service = await startFakeService();
    cwd = mkdtempSync(join(tmpdir(), 'stageline-stage-'));
  });

  afterEach(() => service.close());

  const write = (name: string, value: unknown): void => {
    writeFileSync(join(cwd, name), typeof value === 'string' ? value : JSON.stringify(value));
  };

  it('stages all files in one command', async () => {
    write('a.json', config('a'));
    write('b.yaml', 'type: sink\ntenant: t\nnamespace: n\nname: b\nartifactPathOrUrl: builtin://x\n');
    const args = [
      'stage',
      'a.json',
      'b.yaml',
      '--set',
      'team',
      '--note',
      'why',
      '--remove',
      'old',
      't/n/gone,x',
    ];
    const { code, out } = await runAt(service, args, { cwd });
    expect(code).toBe(0);
    expect(out).toBe('staged 2 configs and 3 deletions in stage set team of project default');
    expect(service.commands).toMatchObject([
      {
        command: 'stage-configs',
        params: {
          stageSet: 'team',
          note: 'why',
          configs: [config('a'), { type: 'sink', name: 'b' }],
          remove: ['public/default/old', 't/n/gone', 'public/default/x'],
        },
      },
    ]);
  });

  it('leaves out what was not said', async () => {
    write('a.json', config('a'));
    await runAt(service, ['stage', 'a.json', '--dry-run'], { cwd });
    expect(service.commands[0]).toMatchObject({ dryRun: true, params: { configs: [config('a')] } });
    expect(Object.keys(service.commands[0]?.params ?? {})).toEqual(['configs']);
  });

  it('reads standard input', async () => {
    const { code } = await runAt(service, ['stage', '-'], {
      cwd,
      stdin: JSON.stringify([config('a'), config('b')]),
    });
    expect(code).toBe(0);
    expect(service.commands[0]?.params).toEqual({ configs: [config('a'), config('b')] });
  });

  it('cuts what is larger than a command, and says how far it is', async () => {
    write('many.json', { configs: Array.from({ length: 1100 }, (_, index) => config(`f${index}`)) });
    const { code, out } = await runAt(service, ['stage', 'many.json'], { cwd });
    expect(code).toBe(0);
    expect(service.commands.map(({ params }) => (params['configs'] as unknown[]).length)).toEqual([
      500, 500, 100,
    ]);
    expect(new Set(service.commands.map(({ id }) => id)).size).toBe(3);
    expect(out.split('\n')).toEqual([
      'command 1 of 3: 500 of 1100',
      'command 2 of 3: 1000 of 1100',
      'command 3 of 3: 1100 of 1100',
      'staged 1,100 configs in stage set main of project default',
    ]);
  });

  it('says exactly what was staged and what was not when a later command is refused', async () => {
    write(
      'many.json',
      Array.from({ length: 1001 }, (_, index) => config(`f${index}`)),
    );
    service.onCommand = () =>
      service.commands.length === 2
        ? {
            status: 'invalid',
            error: refusal('INVALID_COMMAND', 'The command does not match its schema.', [
              {
                pointer: '/params/configs/3/loTopic',
                code: 'UNKNOWN_FIELD',
                detail: '"loTopic" is not known here',
              },
            ]),
          }
        : { status: 'ok' };
    const { code, err } = await runAt(service, ['stage', 'many.json'], { cwd });
    expect(code).toBe(1);
    expect(service.commands).toHaveLength(2);
    const lines = err.split('\n');
    expect(lines[0]).toBe('staged (500):');
    expect(lines[1]).toBe('  public/default/f0  many.json#1');
    expect(lines[500]).toBe('  public/default/f499  many.json#500');
    expect(lines[501]).toBe('not staged (501):');
    expect(lines[502]).toBe('  public/default/f500  many.json#501');
    expect(lines[1002]).toBe('  public/default/f1000  many.json#1001');
    expect(err).toContain(
      'many.json#504 public/default/f503 /loTopic: "loTopic" is not known here [UNKNOWN_FIELD]',
    );
  });

  it('says what is not known when a later command gets no reply', async () => {
    write(
      'many.json',
      Array.from({ length: 501 }, (_, index) => config(`f${index}`)),
    );
    service.onCommand = () => (service.commands.length === 1 ? { status: 'ok' } : 'waiting');
    const { code, err } = await runAt(service, ['stage', 'many.json', '--timeout', '100ms'], { cwd });
    expect(code).toBe(124);
    expect(err).toContain('staged (500):');
    expect(err).toContain('not known, as no reply came (1):\n  public/default/f500  many.json#501');
  });

  it('prints replies for scripts: one, or a list', async () => {
    write('one.json', config('a'));
    write(
      'many.json',
      Array.from({ length: 501 }, (_, index) => config(`f${index}`)),
    );
    const one = await runAt(service, ['stage', 'one.json', '--json'], { cwd });
    expect(JSON.parse(one.out)).toMatchObject({ command: 'stage-configs', status: 'ok' });
    const many = await runAt(service, ['stage', 'many.json', '--json'], { cwd });
    expect(JSON.parse(many.out)).toHaveLength(2);
    expect(many.err).toContain('command 2 of 2');
  });

  it.each([
    [['stage'], 'name at least one file'],
    [['stage', 'missing.json'], 'ENOENT: no such file'],
    [['stage', 'bad.json'], 'bad.json: '],
    [['stage', 'bad.yaml'], 'bad.yaml: '],
    [['stage', 'empty.yaml'], 'empty.yaml: holds no config'],
    [['stage', 'text.yaml'], 'text.yaml: holds something that is no config'],
    [['stage', 'a.json', 'a.json'], 'the same function more than once: public/default/a (a.json, a.json)'],
    [
      ['stage', 'a.json', '--remove', 'a'],
      'the same function more than once: public/default/a (a.json, --remove)',
    ],
    [['stage', 'a.json', '--type', 'job'], 'Allowed choices are function, source, sink'],
    [['stage', '--remove', 'a/b'], '"a/b" is no function'],
  ])('refuses %j before anything is sent', async (args, words) => {
    write('a.json', config('a'));
    write('bad.json', '{"a":');
    write('bad.yaml', 'a: [1');
    write('empty.yaml', '# nothing\n');
    write('text.yaml', 'hello');
    const { code, err } = await runAt(service, args, { cwd });
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(service.commands).toEqual([]);
  });

  it('tells the faults of all files at once', async () => {
    write('bad.json', '{');
    const { err } = await runAt(service, ['stage', 'missing.json', 'bad.json'], { cwd });
    expect(err).toContain('missing.json:');
    expect(err).toContain('bad.json:');
  });
});
