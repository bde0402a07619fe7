import type { ProvisionStep } from '../../../src/ports/topic-admin.js';
import type { Config } from '../../../src/config.js';
import { formatDuration, parseDuration } from '../../../src/cli/duration.js';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { run, runAt } from './run-cli.js';

const COMMANDS = [
  'run',
  'init',
  'stage',
  'commit',
  'wait',
  'status',
  'rollback',
  'get',
  'log',
  'state-at',
  'changes',
  'watch',
  'send',
  'unstage',
  'merge',
  'replay',
  'rehearse',
  'backup',
  'restore',
  'dead-letters',
  'effects',
  'verify',
  'rebuild',
];

describe('help', () => {
  it('lists every command, the global options and the exit codes', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const words of ['--url', '--project', '--json', '124', 'not reachable'])
      expect(out).toContain(words);
  });

  it.each(COMMANDS)('of %s names its exit codes and global options', async (name) => {
    const { code, out } = await run([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: stageline ${name}`);
    expect(out).toContain('--project');
    expect(out).toContain('Exit codes:');
  });

  it.each([
    'dead-letters list',
    'dead-letters show',
    'dead-letters resend',
    'effects list',
    'effects release',
    'effects skip',
  ])('of %s names its exit codes and global options', async (name) => {
    const { code, out } = await run([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: stageline ${name}`);
    expect(out).toContain('--project');
    expect(out).toContain('Exit codes:');
  });

  it.each([[[]], [['bogus']], [['commit']], [['status', '--bogus']], [['effects']], [['dead-letters', 'x']]])(
    'is offered for %j, with exit code 2',
    async (args) => {
      const { code, out, err } = await run(args);
      expect(code).toBe(2);
      expect(out).toBe('');
      expect(err).toContain('--help');
    },
  );

  it('prints the version', async () => {
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('stageline run', () => {
  it('runs the service with the parts asked for and passes its exit code on', async () => {
    const seen: Config[] = [];
    const service = {
      runUntilSignal: async (config: Config) => {
        seen.push(config);
        return seen.length - 1;
      },
    };
    const env = { STAGELINE_BUS: 'pulsar', STAGELINE_STORE: 'couchdb' };
    expect((await run(['run', '--parts', 'router,deployer:test'], { env, service })).code).toBe(0);
    expect((await run(['run'], { service })).code).toBe(1);
    expect(seen.map(({ parts }) => parts.length)).toEqual([2, 6]);
  });

  it('ends with 2 and every fault when the configuration is wrong', async () => {
    const env = { STAGELINE_HTTP_PORT: 'x', STAGELINE_BUS: 'y' };
    const { code, err } = await run(['run'], { env });
    expect(code).toBe(2);
    expect(err).toContain('The configuration has 2 faults; nothing was started.');
    expect((await run(['run', '--parts', 'router'])).code).toBe(2);
  });
});

describe('stageline init', () => {
  const env = { STAGELINE_BUS: 'pulsar-ws' };
  const steps = [
    { what: 'tenant ops', done: 'present' },
    { what: 'topic persistent://ops/stageline/journal', done: 'created' },
  ] as const;

  it('says what it did', async () => {
    const { code, out } = await run(['init'], { env, service: { initTopics: async () => [...steps] } });
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'present  tenant ops',
      'created  topic persistent://ops/stageline/journal',
      '1 change made on http://127.0.0.1:8080.',
      expect.stringMatching(/^No permissions were set: STAGELINE_PULSAR_ROLE names nobody/),
    ]);
  });

  it('says what permissions it set and could not set, and changes nothing in a dry run', async () => {
    const asked: unknown[] = [];
    const service = {
      initTopics: async (_config: unknown, options: unknown): Promise<ProvisionStep[]> => {
        asked.push(options);
        return [
          { what: 'produce on journal for writer', done: 'granted' },
          { what: 'consume on journal for reader', done: 'failed', why: 'Pulsar answered 403' },
        ];
      },
    };
    const withRoles = { ...env, STAGELINE_PULSAR_ROLE: 'writer' };
    expect(await run(['init'], { env: withRoles, service })).toMatchObject({
      code: 1,
      out: [
        'granted  produce on journal for writer',
        'failed   consume on journal for reader: Pulsar answered 403',
        '1 change made on http://127.0.0.1:8080.',
      ].join('\n'),
      err: 'stageline: 1 permission could not be set',
    });
    const { out } = await run(['init', '--dry-run'], { env: withRoles, service });
    expect(out).toContain('to be granted  produce on journal for writer');
    expect(out).toContain('1 change would be made');
    expect(asked).toEqual([{ dryRun: false }, { dryRun: true }]);
  });

  it('says that all was there, and prints JSON for scripts', async () => {
    const service = { initTopics: async () => [steps[0]] };
    expect((await run(['init'], { env, service })).out).toContain('All was there already');
    expect(JSON.parse((await run(['init', '--json'], { env, service })).out)).toEqual([steps[0]]);
  });

  it('has nothing to do on the embedded bus', async () => {
    const { code, out } = await run(['init']);
    expect(code).toBe(0);
    expect(out).toContain('Nothing to provision');
  });

  it('ends with 1 when it fails', async () => {
    const service = { initTopics: () => Promise.reject(new Error('401 from the admin API')) };
    expect(await run(['init'], { env, service })).toMatchObject({
      code: 1,
      err: 'stageline: 401 from the admin API',
    });
  });
});

describe('commands on stage sets and documents', () => {
  let service: FakeService;

  beforeEach(async () => {
    service = await startFakeService();
  });

  afterEach(() => service.close());

  it('unstage takes names, or all', async () => {
    expect(await runAt(service, ['unstage', 'a', 't/n/b', '--set', 's'])).toMatchObject({
      code: 0,
      out: 'took 2 entries out of stage set s',
    });
    service.onCommand = () => ({ status: 'ok', result: { unstaged: 7 } });
    expect((await runAt(service, ['unstage', '--all'])).out).toBe('took 7 entries out of stage set main');
    expect(service.commands.map(({ params }) => params)).toEqual([
      { stageSet: 's', names: ['public/default/a', 't/n/b'] },
      { all: true },
    ]);
    expect((await runAt(service, ['unstage'])).code).toBe(2);
    expect((await runAt(service, ['unstage', 'a', '--all'])).code).toBe(2);
  });

  it('merge names the sets and the way', async () => {
    service.onCommand = () => ({ status: 'ok', result: { entries: 3 } });
    const args = ['merge', 'a', 'b', '--into', 'main', '--on-conflict', 'theirs'];
    expect(await runAt(service, args)).toMatchObject({
      code: 0,
      out: 'merged a, b into main, which holds 3 entries now',
    });
    expect(service.commands).toMatchObject([
      { command: 'merge-stage-sets', params: { from: ['a', 'b'], into: 'main', onConflict: 'theirs' } },
    ]);
    expect((await runAt(service, ['merge', 'a'])).code).toBe(2);
    expect((await runAt(service, ['merge', 'a', '--into', 'b', '--on-conflict', 'x'])).code).toBe(2);
  });

  it('merge lists conflicts name by name', async () => {
    service.onCommand = () => ({
      status: 'rejected',
      error: refusal('MERGE_CONFLICT', 'Different changes.', [
        { name: 'public/default/a', detail: 'main and team differ' },
        { name: 'public/default/b', detail: 'changed in main, deleted in team' },
      ]),
    });
    const { code, err } = await runAt(service, ['merge', 'team', '--into', 'main']);
    expect(code).toBe(1);
    expect(err.split('\n')).toHaveLength(3);
  });

  it('get prints a document, or the reply to a command', async () => {
    service.documents.set('function:public/default/a', { kind: 'function' } as never);
    const document = await runAt(service, ['get', 'function:public/default/a', '--after', '4']);
    expect(JSON.parse(document.out)).toMatchObject({ document: { kind: 'function' } });
    expect(service.requests).toEqual(['/v1/documents/function%3Apublic%2Fdefault%2Fa?after=4']);

    const id = '01900000-0000-7000-8000-000000000001';
    service.onLook = () => ({ status: 'ok', position: 3 });
    expect(JSON.parse((await runAt(service, ['get', id])).out)).toMatchObject({ id, position: 3 });
    service.onLook = () => 'waiting';
    expect(await runAt(service, ['get', id])).toMatchObject({ code: 1 });
    expect(await runAt(service, ['get', 'function:none'])).toMatchObject({
      code: 1,
      err: 'stageline: there is no document "function:none"',
    });
  });
});

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['20', 20_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 'x', '-1s', '10 m', '1d'])('%j is none', (text) => {
    expect(() => parseDuration(text)).toThrow('A duration is');
  });

  it('are shown in the largest unit that is whole', () => {
    expect([500, 1500, 30_000, 600_000, 3_600_000].map(formatDuration)).toEqual([
      '500ms',
      '1500ms',
      '30s',
      '10m',
      '1h',
    ]);
  });
});
