import { columns, counted, table } from '../../../src/cli/table.js';
import { statusTable, type ProjectStatus } from '../../../src/cli/status-table.js';
import type { EnvironmentDocument } from '../../../src/core/types.js';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

const NO_END = { reason: 'quarter end', by: 'bob', since: '2026-01-01T00:00:00.000Z' };
const HASH = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg';
const OTHER = 'ZyXwVuTsRqPoNmLkJiHgFeDcBa9876543210zyxwvut';
const SANDBOX = { kind: 'sandbox', fingerprint: 's' } as const;
const PULSAR = { kind: 'pulsar', fingerprint: 'p', adminUrl: 'http://p' } as const;

const STATUS: ProjectStatus = {
  environments: [
    { kind: 'environment', environment: 'prod', order: 1, target: PULSAR } as EnvironmentDocument,
    { kind: 'environment', environment: 'test', order: 0, target: SANDBOX } as EnvironmentDocument,
  ],
  functions: [
    {
      kind: 'function',
      function: 'public/default/enrich',
      project: 'default',
      workload: 'function',
      since: 1,
      staged: { main: OTHER },
      held: {},
      environments: {
        test: { release: 12, operation: 'apply', contentHash: HASH, state: 'deployed', target: SANDBOX },
        prod: {
          release: 3,
          operation: 'apply',
          contentHash: OTHER,
          state: 'failed',
          target: PULSAR,
          succeeded: { release: 1, operation: 'apply', contentHash: HASH, target: 'p' },
        },
      },
    },
    {
      kind: 'function',
      function: 'a/b/c',
      project: 'default',
      workload: 'sink',
      since: 1,
      staged: { main: 'delete', team: HASH },
      held: {},
      environments: {
        test: { release: 9, operation: 'delete', contentHash: null, state: 'deleted', target: SANDBOX },
      },
    },
  ],
  stageSets: [
    {
      kind: 'stage-set',
      project: 'default',
      stageSet: 'main',
      state: 'open',
      counts: { apply: 1, delete: 1 },
      note: 'hotfix',
    },
    {
      kind: 'stage-set',
      project: 'default',
      stageSet: 'done',
      state: 'closed',
      counts: { apply: 0, delete: 0 },
    },
  ],
  drift: [
    {
      kind: 'drift',
      project: 'default',
      environment: 'prod',
      task: '0199f8a2-1c3d-7e4f-8a5b-6c7d8e9f0a1b',
      requested: 5,
      target: 'p',
      checkedAt: '2026-01-01T00:00:00.000Z',
      complete: true,
      summary: { run: HASH, parts: 1, received: 1, checked: 3, drifted: 1, missing: 1, unreadable: 0 },
    },
  ],
};

describe('a frozen environment', () => {
  const withFreeze = (frozen: EnvironmentDocument['frozen']): ProjectStatus => ({
    ...STATUS,
    environments: STATUS.environments.map((one) =>
      one.environment === 'prod' && frozen !== undefined ? { ...one, frozen } : one,
    ),
  });

  it('is told, with who and why, as long as it is', () => {
    const text = 'prod is frozen by bob since 2026-01-01T00:00:00.000Z: quarter end';
    expect(statusTable('default', withFreeze(NO_END))).toContain(text);
    expect(statusTable('default', { ...withFreeze(NO_END), functions: [] })).toContain(text);
    const ended = { ...NO_END, until: '2026-01-02T00:00:00.000Z' };
    expect(statusTable('default', withFreeze(ended))).not.toContain('frozen');
  });
});

describe('tables', () => {
  it('are aligned, with capitals in the head and no spaces at line ends', () => {
    expect(
      table(
        ['a', 'bb'],
        [
          ['xxx', ''],
          ['y', 'z'],
        ],
      ),
    ).toBe('A    BB\nxxx\ny    z');
  });

  it('take rows of different length', () => {
    expect(columns([['a'], ['b', 'c']])).toBe('a\nb  c');
  });

  it('count in words', () => {
    expect([counted(1, 'config'), counted(1200, 'config'), counted(0, 'entry', 'entries')]).toEqual([
      '1 config',
      '1,200 configs',
      '0 entries',
    ]);
  });
});

describe('the status', () => {
  it('shows functions × environments in promotion order, and what is staged', () => {
    expect(statusTable('default', STATUS).split('\n')).toEqual([
      'FUNCTION               TYPE      TEST (SANDBOX)  RELEASE  STATE     PROD     RELEASE  STATE                        STAGED',
      'public/default/enrich  function  AbCdEfG         #12      deployed  ZyXwVuT  #3       failed, AbCdEfG of #1 stays  main: ZyXwVuT',
      'a/b/c                  sink      delete          #9       deleted   -        -        -                            main: delete, team: AbCdEfG',
      '',
      'drift in prod: 3 functions compared, 1 run something else, 1 missing (2026-01-01T00:00:00.000Z)',
      'stage set main: 1 config to deploy, 1 function to delete (hotfix)',
    ]);
  });

  it('says how to begin where nothing is', () => {
    expect(statusTable('default', { environments: [], functions: [], stageSets: [], drift: [] })).toContain(
      'stageline stage FILE',
    );
  });
});

describe('stageline status', () => {
  let service: FakeService;

  beforeEach(async () => {
    service = await startFakeService();
    const pages: Record<string, readonly unknown[]> = {
      'environment:': STATUS.environments,
      'function:': STATUS.functions,
      'stage-set:default:': STATUS.stageSets,
      'drift:default:': STATUS.drift,
    };
    service.onCommand = ({ params }) => {
      const all = pages[String(params['prefix'])] ?? [];
      const at = Number(params['cursor'] ?? 0);
      return {
        status: 'ok',
        result: {
          documents: all.slice(at, at + 1).map((document) => ({ id: 'x', position: 1, document })),
          ...(at + 1 < all.length ? { cursor: String(at + 1) } : {}),
        },
      };
    };
  });

  afterEach(() => service.close());

  it('reads all pages of get-all-data', async () => {
    const { code, out } = await runAt(service, ['status']);
    expect(code).toBe(0);
    expect(out).toBe(statusTable('default', STATUS));
    expect(new Set(service.commands.map(({ command }) => command))).toEqual(new Set(['get-all-data']));
    expect(service.commands).toHaveLength(7);
  });

  it('prints the documents for scripts', async () => {
    const { out } = await runAt(service, ['status', '--json']);
    expect(JSON.parse(out)).toEqual({ project: 'default', ...STATUS });
  });

  it('ends with 1 when it is refused', async () => {
    service.onCommand = () => ({ status: 'denied', error: refusal('DENIED', 'Not yours.') });
    expect(await runAt(service, ['status'])).toMatchObject({
      code: 1,
      err: 'stageline: get-all-data denied: DENIED: Not yours.',
    });
  });
});
