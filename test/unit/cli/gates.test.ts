import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

let service: FakeService;

beforeEach(async () => {
  service = await startFakeService();
});

afterEach(() => service.close());

const HASH = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';
const SHA = 'ab'.repeat(32);
const answer = (result: Record<string, unknown>): void => {
  service.onCommand = () => ({ status: 'ok', position: 3, result });
};

describe('approvals on the command line', () => {
  it('are asked for, with what to send next and who may not', async () => {
    answer({ contentHash: HASH, functions: 2, required: 1, mayNot: ['dora'] });
    const asked = await runAt(service, [
      ...['request-approval', 'prod', '--set', 'hotfix', '--names', 'a/b/c', 'a/b/d', '--note', 'now'],
    ]);
    expect(asked).toMatchObject({
      code: 0,
      out: `approval of 2 functions for prod asked for; 1 needed\nmay not: dora\nto approve it: stageline approve prod --hash ${HASH}`,
    });
    expect(service.commands).toMatchObject([
      {
        command: 'request-approval',
        params: { environment: 'prod', stageSet: 'hotfix', names: ['a/b/c', 'a/b/d'], note: 'now' },
      },
    ]);
  });

  it('are given by the hash of what was looked at', async () => {
    answer({ state: 'open', votes: 1, required: 2 });
    expect(await runAt(service, ['approve', 'prod', '--hash', HASH])).toMatchObject({
      code: 0,
      out: 'prod open: 1 of 2 have approved',
    });
    expect(service.commands).toMatchObject([
      { command: 'approve', params: { environment: 'prod', contentHash: HASH } },
    ]);
    expect(await runAt(service, ['approve', 'prod'])).toMatchObject({ code: 2 });
  });

  it('are rejected and withdrawn', async () => {
    await runAt(service, ['reject', 'prod', '--reason', 'no']);
    await runAt(service, ['withdraw', 'prod']);
    expect(service.commands).toMatchObject([
      { command: 'reject', params: { environment: 'prod', reason: 'no' } },
      { command: 'withdraw', params: { environment: 'prod' } },
    ]);
  });

  it('tell why they are refused', async () => {
    const error = refusal('FOUR_EYES', '"dora" staged an entry of it.');
    service.onCommand = () => ({ status: 'rejected', position: 3, error });
    const { code, err } = await runAt(service, ['approve', 'prod', '--hash', HASH]);
    expect([code, err.includes('FOUR_EYES'), err.includes('"dora" staged')]).toEqual([1, true, true]);
  });
});

describe('freezes and rejections on the command line', () => {
  it('freeze and unfreeze', async () => {
    answer({ environment: 'prod', until: '2027-01-01T00:00:00.000Z' });
    const frozen = ['freeze', 'prod', '--reason', 'quarter end', '--until', '2027-01-01T00:00:00Z'];
    expect(await runAt(service, frozen)).toMatchObject({
      out: 'prod is frozen until 2027-01-01T00:00:00.000Z',
    });
    await runAt(service, ['unfreeze', 'prod', '--note', 'over']);
    expect(service.commands).toMatchObject([
      {
        command: 'freeze',
        params: { environment: 'prod', reason: 'quarter end', until: '2027-01-01T00:00:00Z' },
      },
      { command: 'unfreeze', params: { environment: 'prod', note: 'over' } },
    ]);
  });

  it('reject and allow packages and releases', async () => {
    expect(await runAt(service, ['reject-artifact', `sha256:${SHA}`, '--reason', 'leaks'])).toMatchObject({
      out: `package ${SHA} is rejected`,
    });
    await runAt(service, ['allow-artifact', SHA]);
    expect(await runAt(service, ['reject-release', 'pricing/prod/7', '--reason', 'bad'])).toMatchObject({
      out: 'release pricing/prod/7 is rejected',
    });
    await runAt(service, ['allow-release', 'prod/7', '--note', 'it was the broker']);
    expect(service.commands).toMatchObject([
      { command: 'reject-artifact', params: { sha256: SHA, reason: 'leaks' } },
      { command: 'allow-artifact', params: { sha256: SHA } },
      {
        command: 'reject-release',
        project: 'pricing',
        params: { environment: 'prod', release: 7, reason: 'bad' },
      },
      {
        command: 'allow-release',
        params: { environment: 'prod', release: 7, note: 'it was the broker' },
      },
    ]);
    expect(await runAt(service, ['reject-artifact', 'abc', '--reason', 'x'])).toMatchObject({ code: 2 });
  });

  it.each([
    ['commit', 'prod'],
    ['rollback', 'prod'],
    ['retry', 'prod/3'],
    ['resume', 'prod/3'],
    ['stop', 'prod', 'a/b/c'],
  ])('override with a reason: %s', async (...args) => {
    const error = refusal('DENIED', 'no');
    service.onCommand = () => ({ status: 'rejected', position: 3, error });
    await runAt(service, [...args, '--override', 'orders are lost']);
    expect(service.commands).toMatchObject([{ params: { override: { reason: 'orders are lost' } } }]);
  });
});
