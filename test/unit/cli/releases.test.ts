import type { DeploymentDocument, ReleaseDocument, ReleaseState } from '../../../src/core/types.js';
import { parseReleaseRef } from '../../../src/cli/names.js';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

let service: FakeService;

beforeEach(async () => {
  service = await startFakeService();
});

afterEach(() => service.close());

const ID = 'release:default:test:00000001';
const NO_COUNTS = { deployed: 0, unchanged: 0, deleted: 0, failed: 0, superseded: 0 };

function putRelease(state: ReleaseState, counts: Partial<ReleaseDocument['counts']> = {}): void {
  const document: ReleaseDocument = {
    kind: 'release',
    project: 'default',
    environment: 'test',
    release: 1,
    releaseKind: 'commit',
    state,
    of: 3,
    counts: { ...NO_COUNTS, ...counts },
    target: { kind: 'sandbox', fingerprint: 'f' },
    committedAt: '2026-01-01T00:00:00.000Z',
    committedBy: 'local',
    committedPosition: 4,
  };
  service.documents.set(ID, document);
}

function putDeployment(name: string, fields: Partial<DeploymentDocument>): void {
  service.documents.set(`deployment:default:test:00000001:${name}`, {
    kind: 'deployment',
    project: 'default',
    environment: 'test',
    release: 1,
    function: name,
    workload: 'function',
    index: 0,
    of: 3,
    operation: 'apply',
    contentHash: null,
    target: 'sandbox',
    state: 'deployed',
    ...fields,
  });
}

describe('stageline wait on a release that was skipped', () => {
  it('ends with 4 and says who gave it up, and why', async () => {
    putRelease('skipped', { deployed: 1, skipped: 2 });
    const skipped = { reason: 'a newer build replaces it', by: 'alice', at: '2026-01-01T00:00:00.000Z' };
    service.documents.set(ID, { ...(service.documents.get(ID) as ReleaseDocument), skipped });
    expect(await runAt(service, ['wait', 'test/1'])).toMatchObject({
      code: 4,
      out: 'test/1 skipped: 3 of 3 done (1 deployed, 2 skipped)',
      err: 'stageline: test/1 was skipped by alice: a newer build replaces it',
    });
  });

  it('sees it skipped while it waits, also behind a commit', async () => {
    putRelease('committed');
    service.onCommand = () => {
      setTimeout(() => putRelease('skipped', { skipped: 3 }), 50);
      return { status: 'ok', result: { environment: 'test', release: 1, functions: 3 } };
    };
    expect((await runAt(service, ['commit', 'test', '--wait'])).code).toBe(4);
  });
});

describe('stageline wait', () => {
  it('ends with 0 when the release has succeeded', async () => {
    putRelease('succeeded', { deployed: 2, unchanged: 1 });
    const { code, out, err } = await runAt(service, ['wait', 'test/1']);
    expect(code).toBe(0);
    expect(out).toBe('test/1 succeeded: 3 of 3 done (2 deployed, 1 unchanged)');
    expect(err).toBe('');
  });

  it('says what fails as it happens, each once, and ends with 1', async () => {
    putRelease('committed');
    let reads = 0;
    service.beforeRead = () => {
      reads += 1;
      if (reads === 2) {
        putRelease('deploying', { failed: 1 });
        putDeployment('public/default/a', {
          state: 'failed',
          answer: { status: 400, code: 'CLUSTER_REFUSED', reason: 'Function class not found' },
        });
      }
      if (reads === 3) {
        putRelease('partly-failed', { failed: 1, superseded: 1, deployed: 1 });
        putDeployment('public/default/b', { state: 'superseded' });
        putDeployment('public/default/c', {});
      }
      return undefined;
    };
    const { code, out, err } = await runAt(service, ['wait', 'test/1']);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      'test/1 committed: 0 of 3 done',
      'test/1 deploying: 1 of 3 done (1 failed)',
      '  failed  public/default/a: Function class not found [CLUSTER_REFUSED, HTTP 400]',
      '  superseded  public/default/b',
      'test/1 partly-failed: 3 of 3 done (1 deployed, 1 failed, 1 superseded)',
    ]);
    expect(err).toBe('stageline: test/1 did not succeed: partly-failed');
  });

  it.each(['failed', 'superseded'] as const)('ends with 1 when it has %s', async (state) => {
    putRelease(state);
    expect((await runAt(service, ['wait', 'test/1'])).code).toBe(1);
  });

  it('ends with 124 when the time is over', async () => {
    putRelease('deploying', { deployed: 1 });
    const { code, err } = await runAt(service, ['wait', 'test/1', '--timeout', '150ms']);
    expect(code).toBe(124);
    expect(err).toBe(
      'stageline: test/1 is not finished after 150ms: deploying, 1 of 3 done (1 deployed). ' +
        'It goes on; wait again with "stageline wait test/1".',
    );
  });

  it('ends with 1 for a release that does not exist, and 2 for what is none', async () => {
    expect(await runAt(service, ['wait', 'test/9'])).toMatchObject({
      code: 1,
      err: 'stageline: there is no release test/9',
    });
    expect(await runAt(service, ['wait', 'test'])).toMatchObject({ code: 2 });
    expect(service.requests).toHaveLength(1);
  });

  it('ends with 3 when there is no service', async () => {
    await service.close();
    expect((await runAt(service, ['wait', 'test/1'])).code).toBe(3);
  });

  it('waits over a restart of the service once it has seen the release', async () => {
    putRelease('deploying');
    let reads = 0;
    service.beforeRead = () => {
      reads += 1;
      if (reads === 7) putRelease('succeeded', { deployed: 3 });
      return reads > 1 && reads < 7 ? 'cut' : undefined;
    };
    expect((await runAt(service, ['wait', 'test/1'])).code).toBe(0);
  });

  it('prints the document for scripts, and progress beside it', async () => {
    putRelease('succeeded', { deployed: 3 });
    const { out, err } = await runAt(service, ['wait', 'test/1', '--json']);
    expect(JSON.parse(out)).toMatchObject({ kind: 'release', state: 'succeeded' });
    expect(err).toContain('test/1 succeeded');
  });
});

describe('the name of a release', () => {
  it.each([
    ['test/1', 'default', 'test'],
    ['pricing/test/1', 'pricing', 'test'],
    ['release:pricing:test:00000001', 'pricing', 'test'],
    ['release:pricing:test:1', 'pricing', 'test'],
  ])('may be %s', (text, project, environment) => {
    expect(parseReleaseRef(text, 'default')).toEqual({ project, environment, release: 1 });
  });

  it.each(['', 'test', 'test/', 'test/x', 'a/b/c/1', '/test/1', 'release:a:b', 'Test/1', 'test/-1'])(
    'is not %j',
    (text) => {
      expect(() => parseReleaseRef(text, 'default')).toThrow('is no release');
    },
  );
});

describe('stageline commit', () => {
  beforeEach(() => {
    service.onCommand = () => ({
      status: 'ok',
      position: 4,
      result: { environment: 'test', release: 1, functions: 3, target: 'sandbox' },
    });
  });

  it('sends the command of the environment and says what release was made', async () => {
    const args = ['commit', 'test', '--set', 's', '--names', 'a', 't/n/b', '--note', 'why', '--force'];
    const { code, out } = await runAt(service, args);
    expect(code).toBe(0);
    expect(out).toBe(
      'release test/1 committed: 3 functions on the sandbox\nfollow it with: stageline wait test/1',
    );
    expect(service.commands).toMatchObject([
      {
        command: 'commit-staged-to-test',
        params: { stageSet: 's', names: ['public/default/a', 't/n/b'], note: 'why', force: true },
      },
    ]);
  });

  it('waits for the release with --wait', async () => {
    putRelease('failed', { failed: 3 });
    putDeployment('public/default/a', {
      state: 'failed',
      answer: { status: 0, reason: 'no-such.jar is missing' },
    });
    const { code, out } = await runAt(service, ['commit', 'test', '--wait']);
    expect(code).toBe(1);
    expect(out).toContain('  failed  public/default/a: no-such.jar is missing');
    expect(service.requests).toContain('/v1/documents/release%3Adefault%3Atest%3A00000001?after=4');
  });

  it('has one time limit for reply and release', async () => {
    putRelease('committed');
    const { code, err } = await runAt(service, ['commit', 'test', '--wait', '--timeout', '200ms']);
    expect(code).toBe(124);
    expect(err).toContain('It goes on');
  });

  it('waits where the documents are behind', async () => {
    putRelease('succeeded');
    let reads = 0;
    service.beforeRead = () => {
      reads += 1;
      return reads === 1 ? { http: 504, body: refusal('NOT_REACHED', 'not there in time') } : undefined;
    };
    expect((await runAt(service, ['commit', 'test', '--wait'])).code).toBe(0);
  });

  it('changes nothing with --dry-run', async () => {
    service.onCommand = () => ({
      status: 'ok',
      dryRun: true,
      result: { environment: 'test', release: 1, functions: 3 },
    });
    const { code, out } = await runAt(service, ['commit', 'test', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toBe('dry run, nothing changed: commit to test is possible: 3 functions');
    expect(service.commands[0]).toMatchObject({ dryRun: true, params: {} });
    expect((await runAt(service, ['commit', 'test', '--dry-run', '--wait'])).code).toBe(2);
  });

  it('says why it is refused, by name', async () => {
    service.onCommand = () => ({
      status: 'rejected',
      error: refusal('NOT_PROVEN_IN_TEST', 'Not proven.', [
        { name: 'public/default/a', detail: 'commit it to test' },
      ]),
    });
    const { code, out, err } = await runAt(service, ['commit', 'prod']);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('NOT_PROVEN_IN_TEST: Not proven.\n  public/default/a: commit it to test');
  });

  it('prints the reply for scripts', async () => {
    const { out } = await runAt(service, ['commit', 'test', '--json']);
    expect(JSON.parse(out)).toMatchObject({ status: 'ok', result: { release: 1 } });
  });
});

describe('stageline rollback', () => {
  beforeEach(() => {
    service.onCommand = () => ({
      status: 'ok',
      result: {
        ...{ environment: 'prod', release: 6, toRelease: 4 },
        ...{ restores: ['public/default/a', 'public/default/b'], deletes: [] },
        left: [{ name: 'public/default/new', reason: 'did not exist at release 4' }],
      },
    });
  });

  it('names the release, the one it returns to and what is left', async () => {
    const { code, out } = await runAt(service, ['rollback', 'prod']);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'release prod/6 takes prod back to release 4',
      'put back: public/default/a, public/default/b',
      'left: public/default/new did not exist at release 4',
      'follow it with: stageline wait prod/6',
    ]);
    expect(service.commands).toMatchObject([{ command: 'rollback', params: { environment: 'prod' } }]);
  });

  it('takes the environment from --to as well', async () => {
    await runAt(service, ['rollback', '--to', 'prod/4', '--prune', '--names', 'a,b', '--note', 'n']);
    expect(service.commands[0]?.params).toEqual({
      environment: 'prod',
      toRelease: 4,
      prune: true,
      names: ['public/default/a', 'public/default/b'],
      note: 'n',
    });
  });

  it.each([
    [['rollback'], 'name the environment'],
    [['rollback', 'test', '--to', 'prod/4'], 'prod/4 is no release of test'],
    [['rollback', 'test', '--to', '0'], 'A release is a number from 1'],
    [['rollback', 'test', '--to', 'x'], 'A release is a number from 1'],
  ])('refuses %j', async (args, words) => {
    const { code, err } = await runAt(service, args);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(service.commands).toEqual([]);
  });
});
