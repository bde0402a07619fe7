import type { ReleaseDocument } from '../../../src/core/types.js';
import { startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

let service: FakeService;

beforeEach(async () => {
  service = await startFakeService();
});

afterEach(() => service.close());

function putRelease(number: number, fields: Partial<ReleaseDocument>): void {
  const document: ReleaseDocument = {
    kind: 'release',
    project: 'default',
    environment: 'test',
    release: number,
    releaseKind: 'commit',
    state: 'committed',
    of: 3,
    counts: { deployed: 1, unchanged: 0, deleted: 0, failed: 1, superseded: 0 },
    target: { kind: 'sandbox', fingerprint: 'f' },
    committedAt: '2026-01-01T00:00:00.000Z',
    committedBy: 'local',
    committedPosition: 4,
    ...fields,
  };
  service.documents.set(`release:default:test:0000000${number}`, document);
}

describe('stageline commit', () => {
  it('says what a failure means, what may be created anew and which differences are accepted', async () => {
    service.onCommand = () => ({
      status: 'ok',
      result: { environment: 'test', release: 1, functions: 3, waves: 2 },
    });
    const { code, out } = await runAt(service, [
      ...['commit', 'test', '--on-failure', 'stop', '--allow-recreate', 'a,b'],
      ...['--accept-differences', 'c'],
    ]);
    expect(code).toBe(0);
    expect(out).toContain('release test/1 committed: 3 functions in 2 waves');
    expect(service.commands[0]?.params).toEqual({
      onFailure: 'stop',
      allowRecreate: ['public/default/a', 'public/default/b'],
      acceptDifferences: ['public/default/c'],
    });
    expect((await runAt(service, ['commit', 'test', '--on-failure', 'panic'])).code).toBe(2);
  });
});

describe('stageline wait', () => {
  it('ends with 6 at a release that is held, and says what to do', async () => {
    putRelease(1, { state: 'held', waves: [2, 1], begun: 2 });
    const { code, out, err } = await runAt(service, ['wait', 'test/1']);
    expect(code).toBe(6);
    expect(out).toBe('test/1 held: 2 of 3 done (1 deployed, 1 failed)');
    expect(err).toContain('"stageline resume test/1" lets them go, "stageline cancel test/1" ends it');
  });

  it('ends with 4 at one that was cancelled, and says by whom', async () => {
    const cancelled = { reason: 'wrong', by: 'alice', at: '2026-01-01T00:00:00.000Z' };
    putRelease(1, { state: 'cancelled', cancelled });
    const { code, err } = await runAt(service, ['wait', 'test/1']);
    expect([code, err]).toEqual([4, 'stageline: test/1 was cancelled by alice: wrong']);
  });

  it('names the release that puts things back, or why there is none', async () => {
    putRelease(1, { state: 'partly-failed', rolledBackBy: 2 });
    expect(await runAt(service, ['wait', 'test/1'])).toMatchObject({
      ...{
        code: 1,
        err: 'stageline: test/1 did not succeed: partly-failed; test/2 puts back what it changed',
      },
    });
    putRelease(1, { state: 'failed', notRolledBack: 'there is nothing to go back to' });
    expect((await runAt(service, ['wait', 'test/1'])).err).toBe(
      'stageline: test/1 did not succeed: failed; not rolled back: there is nothing to go back to',
    );
  });
});

describe('stageline retry, cancel and resume', () => {
  it('repeats what failed, and names what is left', async () => {
    service.onCommand = () => ({
      status: 'ok',
      result: {
        ...{ environment: 'test', release: 8, functions: 1 },
        left: [{ name: 'public/default/b', reason: 'release 7 has changed it since' }],
      },
    });
    const { out } = await runAt(service, ['retry', 'test/6', '--include-cancelled', '--allow-recreate', 'a']);
    expect(out.split('\n')).toEqual([
      'release test/8 repeats what failed in test/6: 1 function',
      'left: public/default/b release 7 has changed it since',
      'follow it with: stageline wait test/8',
    ]);
    expect(service.commands).toMatchObject([
      {
        command: 'retry-deployment',
        params: {
          ...{ environment: 'test', release: 6, includeCancelled: true },
          allowRecreate: ['public/default/a'],
        },
      },
    ]);
  });

  it('ends a release, of any project', async () => {
    service.onCommand = () => ({ status: 'ok', result: { cancelled: 2, of: 3 } });
    const { out } = await runAt(service, ['cancel', 'pricing/test/6', '--reason', 'no']);
    expect(out).toBe('cancelled 2 functions of 3 of release pricing/test/6');
    expect(service.commands).toMatchObject([
      {
        command: 'cancel-deployment',
        project: 'pricing',
        params: { environment: 'test', release: 6, reason: 'no' },
      },
    ]);
    expect((await runAt(service, ['cancel', 'test/6'])).code).toBe(2);
  });

  it('lets a held release go on, and waits for it', async () => {
    service.onCommand = () => {
      putRelease(1, { state: 'partly-failed' });
      return {
        status: 'ok',
        result: { environment: 'test', release: 1, wave: 1, waves: 3, functions: 4 },
      };
    };
    const { code, out } = await runAt(service, ['resume', 'test/1', '--wait']);
    expect(code).toBe(1);
    expect(out.split('\n')[0]).toBe('release test/1 goes on with wave 2 of 3: 4 functions');
    expect(service.commands).toMatchObject([
      { command: 'resume-deployment', params: { environment: 'test', release: 1 } },
    ]);
  });
});
