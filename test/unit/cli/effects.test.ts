import type { EffectsDocument } from '../../../src/core/types.js';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

const TOPIC = 'persistent://ops/deployment/out';
const MINUTE = 60_000;

let service: FakeService;

beforeEach(async () => {
  service = await startFakeService();
});

afterEach(() => service.close());

const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE - 1_000).toISOString();

function owe(...pending: Partial<EffectsDocument['pending'][number]>[]): void {
  service.documents.set(`effects:${TOPIC}`, {
    kind: 'effects',
    topic: TOPIC,
    next: 20,
    published: 4,
    pending: pending.map((one) => ({
      project: 'default',
      environment: 'test',
      release: 1,
      position: 9,
      first: 5,
      count: 3,
      time: ago(5),
      ...one,
    })),
  });
}

/** What the writer says of itself. */
function standing(...effects: object[]): void {
  service.onOther = (_method, { pathname }) =>
    pathname === '/v1/status' ? { http: 200, body: { effects } } : { http: 404, body: {} };
}

describe('stageline effects list', () => {
  it('shows what a topic owes and what keeps it', async () => {
    owe(
      { release: 1, first: 3, count: 3, time: ago(30) },
      { release: 2, first: 6, count: 4, position: 12, time: ago(60 * 5) },
      { project: 'pricing', environment: 'prod', release: 7, first: 10, count: 10, time: ago(60 * 24 * 3) },
    );
    const why = 'committed before the journal was restored';
    const held = { project: 'default', environment: 'test', release: 2, why };
    standing({ topic: TOPIC, published: 4, next: 20, held });
    const { code, out } = await runAt(service, ['effects', 'list']);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      `${TOPIC}: published up to 4 of 19, 3 releases owed`,
      'RELEASE         POSITION  FUNCTIONS  AGE  STATE   WHY',
      'test/1          #9        1 of 3     30m  due     leaves now',
      expect.stringMatching(
        /^test\/2 {10}#12 {7}4 {10}5h {3}held {4}committed before the journal was restored; "stageline effects release test 2"/,
      ) as string,
      'pricing/prod/7  #9        10         3d   behind  waits behind test/2',
    ]);
  });

  it('shows less than the documents where the writer is further', async () => {
    owe({ release: 1 }, { release: 2, first: 8 });
    standing({ topic: TOPIC, published: 9, next: 20 });
    const { out } = await runAt(service, ['effects', 'list', '--output', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      topics: [{ topic: TOPIC, published: 9, owed: [{ release: 2, count: 1, of: 3, state: 'due' }] }],
    });
    expect((await runAt(service, ['effects', 'list', '--json'])).out).toBe(out);
  });

  it('says why a topic takes nothing', async () => {
    owe({});
    standing({ topic: TOPIC, published: 4, next: 20, fault: 'the broker does not answer' });
    expect((await runAt(service, ['effects', 'list'])).out).toContain('due    the broker does not answer');
  });

  it('says that an instance that does not write cannot know', async () => {
    owe({});
    standing();
    expect((await runAt(service, ['effects', 'list'])).out).toContain(
      'unknown  this instance does not write',
    );
  });

  it('says that nothing is owed, and that nothing ever was', async () => {
    standing({ topic: TOPIC, published: 19, next: 20 });
    expect((await runAt(service, ['effects', 'list'])).out).toBe('nothing was ever committed');
    owe();
    expect((await runAt(service, ['effects', 'list'])).out).toBe(
      `${TOPIC}: published up to 19 of 19, 0 releases owed`,
    );
  });
});

describe('stageline effects release and skip', () => {
  it('send their commands', async () => {
    service.onCommand = ({ command }) => ({
      status: 'ok',
      result: command === 'skip-effects' ? { skipped: 2, of: 3, environment: 'test', release: 7 } : {},
    });
    expect(await runAt(service, ['effects', 'release', 'test', '007'])).toMatchObject({
      code: 0,
      out: 'everything up to release test/7 may leave',
    });
    const skip = ['effects', 'skip', 'test', '7', '--reason', 'not needed', '--project', 'pricing'];
    expect(await runAt(service, skip)).toMatchObject({
      code: 0,
      out: 'skipped 2 functions of 3 of release test/7',
    });
    expect((await runAt(service, [...skip, '--dry-run'])).code).toBe(0);
    expect(service.commands).toMatchObject([
      { command: 'release-effects', project: 'default', params: { environment: 'test', release: 7 } },
      {
        command: 'skip-effects',
        project: 'pricing',
        params: { environment: 'test', release: 7, reason: 'not needed' },
      },
      { command: 'skip-effects', dryRun: true },
    ]);
  });

  it('end with 1 and the reason when they are refused', async () => {
    service.onCommand = () => ({
      status: 'rejected',
      error: refusal('UNKNOWN_RELEASE', 'Nothing of release test/7 waits to be published.'),
    });
    for (const args of [
      ['release', 'test', '7'],
      ['skip', 'test', '7', '--reason', 'x'],
    ]) {
      const { code, err } = await runAt(service, ['effects', ...args]);
      expect([code, err]).toEqual([1, expect.stringContaining('UNKNOWN_RELEASE')]);
    }
  });

  it.each([
    [['skip', 'test', '7']],
    [['skip', 'test', 'seven', '--reason', 'x']],
    [['release', 'test', '0']],
    [['release', 'test']],
  ])('end with 2 at %j', async (args) => {
    expect((await runAt(service, ['effects', ...args])).code).toBe(2);
    expect(service.commands).toEqual([]);
  });
});
