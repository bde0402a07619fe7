import { problem } from '../../../src/errors.js';
import { startFakeService, type FakeService } from './fake-service.js';
import { runAt, type Ran } from './run-cli.js';

const TOPIC = 'persistent://ops/stageline/commands';

interface Letter {
  readonly id: string;
  readonly code: string;
  readonly resentFrom?: string;
  readonly refusal?: { readonly code: string; readonly detail: string };
  readonly [field: string]: unknown;
}

const letter = (id: string, more: Partial<Letter> = {}): Letter => ({
  id,
  code: 'INVALID_COMMAND',
  reason: 'no such field',
  topic: TOPIC,
  messageId: 'CAAQ',
  key: 'pricing',
  bytes: 2,
  truncated: false,
  time: '2026-01-01T12:00:00.000Z',
  ...more,
});
const refusal = { code: 'PAYLOAD_TRUNCATED', detail: 'Only the beginning was kept.' };

let service: FakeService;
let letters: Letter[];
let listed: URLSearchParams[];
let resent: string[];

beforeEach(async () => {
  service = await startFakeService();
  [letters, listed, resent] = [[], [], []];
  service.onOther = (method, { pathname, searchParams }) => {
    const [, , , encoded = '', verb] = pathname.split('/');
    const id = decodeURIComponent(encoded);
    const found = letters.find((one) => one.id === id);
    if (id === '') {
      listed.push(searchParams);
      const start = letters.findIndex((one) => one.id === searchParams.get('after')) + 1;
      const page = letters.slice(start, start + Math.min(2, Number(searchParams.get('limit'))));
      const more = start + page.length < letters.length ? { cursor: page.at(-1)?.id } : {};
      return { http: 200, body: { letters: page, ...more } };
    }
    if (found === undefined) return { http: 404, body: problem('NOT_FOUND', `There is none "${id}".`) };
    if (verb === undefined) {
      const raw = searchParams.get('raw') === 'true' ? { payload: 'e30=' } : {};
      return { http: 200, body: { ...found, ...(found['text'] === undefined ? { json: {} } : {}), ...raw } };
    }
    if (found.refusal !== undefined)
      return { http: 409, body: problem('PAYLOAD_TRUNCATED', found.refusal.detail) };
    resent.push(`${method} ${id}`);
    return { http: 200, body: { id, topic: TOPIC, messageId: 'CAEQ9' } };
  };
});

afterEach(() => service.close());

const cli = (...args: string[]): Promise<Ran> => runAt(service, ['dead-letters', ...args]);

describe('stageline dead-letters list', () => {
  it('shows all of them, page by page, the newest last', async () => {
    letters = [
      letter('A/1'),
      letter('B', { refusal, reason: `bad\u001b[2J ${'x'.repeat(200)}` }),
      letter('C'),
    ];
    const { code, out } = await cli('list');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^ID +TIME +CODE +TOPIC +KEY +RESEND +REASON$/) as string,
      expect.stringMatching(
        /^A\/1 +2026-01-01T12:00:00\.000Z +INVALID_COMMAND .* pricing +yes +no such field$/,
      ) as string,
      expect.stringMatching(/^B .* no +bad\\u001b\[2J x{87}…$/) as string,
      expect.stringMatching(/^C /) as string,
    ]);
    expect(listed.map((query) => query.get('after'))).toEqual([null, 'B']);
  });

  it('filters, begins behind another list, and stops where it is told to', async () => {
    letters = [letter('A'), letter('B'), letter('C')];
    const filters = ['--code', 'INVALID_JSON', '--topic', TOPIC, '--since', '2026-01-01'];
    const { out } = await cli('list', ...filters, '--after', 'A', '--limit', '1');
    expect(Object.fromEntries(listed[0] ?? [])).toEqual({
      code: 'INVALID_JSON',
      topic: TOPIC,
      since: '2026-01-01T00:00:00.000Z',
      after: 'A',
      limit: '1',
    });
    expect(out.split('\n').at(-1)).toBe('there may be more: --after B');
  });

  it('prints JSON for scripts', async () => {
    letters = [letter('A'), letter('B'), letter('C')];
    const { out } = await cli('list', '--output', 'json');
    expect(JSON.parse(out)).toEqual({ letters });
    expect((await cli('list', '--json')).out).toBe(out);
  });

  it('says that there are none', async () => {
    expect(await cli('list')).toMatchObject({ code: 0, out: 'no dead letters' });
  });
});

describe('stageline dead-letters show', () => {
  it('shows a letter and its payload', async () => {
    letters = [letter('A/1', { properties: { trace: '1' }, resentFrom: 'Z' })];
    expect((await cli('show', 'A/1')).out.split('\n')).toEqual([
      'id               A/1',
      'time             2026-01-01T12:00:00.000Z',
      'code             INVALID_COMMAND',
      'reason           no such field',
      `topic            ${TOPIC}`,
      'message          CAAQ',
      'key              pricing',
      'properties       trace=1',
      'sent again from  Z',
      'resend           possible',
      'payload          2 bytes kept',
      '',
      '{}',
    ]);
  });

  it('shows nothing that a terminal would obey', async () => {
    letters = [letter('A', { reason: 'x\u009b2J', key: '\u202eyek', text: 'cut\u001b', cut: true, refusal })];
    const { out } = await cli('show', 'A');
    expect(out).toContain('x\\u009b2J');
    expect(out).toContain('\\u202eyek');
    expect(out).toContain('PAYLOAD_TRUNCATED: Only the beginning was kept.');
    expect(out.endsWith('cut\\u001b …')).toBe(true);
  });

  it('prints the bytes in base64 with --raw', async () => {
    letters = [letter('A')];
    expect(await cli('show', 'A', '--raw')).toMatchObject({ code: 0, out: 'e30=' });
    expect(JSON.parse((await cli('show', 'A', '--raw', '--json')).out)).toMatchObject({ payload: 'e30=' });
    expect((await cli('show', 'A', '--json')).out).not.toContain('payload"');
  });

  it('ends with 1 where there is none', async () => {
    expect(await cli('show', 'none')).toMatchObject({
      code: 1,
      err: expect.stringContaining('NOT_FOUND') as string,
    });
  });
});

describe('stageline dead-letters resend', () => {
  it('sends those that are named', async () => {
    letters = [letter('A/1'), letter('B')];
    expect(await cli('resend', 'B', 'A/1')).toMatchObject({
      code: 0,
      out: `B sent to ${TOPIC}\nA/1 sent to ${TOPIC}`,
    });
    expect(resent).toEqual(['POST B', 'POST A/1']);
  });

  it('goes on behind one that is refused, and ends with 1', async () => {
    letters = [letter('A', { refusal }), letter('B')];
    const { code, out, err } = await cli('resend', 'A', 'none', 'B');
    expect([code, out]).toEqual([1, `B sent to ${TOPIC}`]);
    expect(err).toContain('A: PAYLOAD_TRUNCATED: Only the beginning was kept.');
    expect(err).toContain('none: NOT_FOUND');
    expect(resent).toEqual(['POST B']);
  });

  it('sends all of a code once that is confirmed', async () => {
    letters = [letter('A'), letter('B', { refusal }), letter('C'), letter('D', { resentFrom: 'A' })];
    const all = ['resend', '--all', '--code', 'INVALID_COMMAND'];
    expect(await cli(...all)).toMatchObject({
      code: 2,
      err: 'stageline: 2 dead letters would be sent again; say --yes to do it',
    });
    expect(resent).toEqual([]);
    expect((await cli(...all, '--yes', '--since', '2h')).code).toBe(0);
    // B cannot be, and A came back as D.
    expect(resent).toEqual(['POST C', 'POST D']);
    expect(listed.at(-1)?.get('code')).toBe('INVALID_COMMAND');
    expect(listed.at(-1)?.get('since')).toMatch(/Z$/);
  });

  it('has nothing to do where there are none', async () => {
    expect(await cli('resend', '--all', '--code', 'X')).toMatchObject({ code: 0, out: 'no dead letters' });
  });

  it('prints JSON for scripts', async () => {
    letters = [letter('A')];
    const { out, err } = await cli('resend', 'A', '--json');
    expect(JSON.parse(out)).toEqual({
      resent: [{ id: 'A', topic: TOPIC, messageId: 'CAEQ9' }],
      refused: 0,
    });
    expect(err).toBe(`A sent to ${TOPIC}`);
  });

  it.each([
    [['resend']],
    [['resend', '--all']],
    [['resend', 'A', '--all', '--code', 'X']],
    [['resend', 'A', '--code', 'X']],
    [['list', '--limit', '0']],
    [['list', '--since', 'whenever']],
    [['show']],
  ])('ends with 2 at %j', async (args) => {
    expect((await cli(...args)).code).toBe(2);
    expect(resent).toEqual([]);
  });
});
