import { eventLine, type CloudEvent } from '../../../src/cli/event-line.js';
import { followSse, parseSse, type SseMessage } from '../../../src/cli/sse-client.js';
import { EXIT, Exit } from '../../../src/cli/exit.js';
import { startFakeService, type FakeService } from './fake-service.js';
import { runAt } from './run-cli.js';

async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part;
}

async function all(messages: AsyncIterable<SseMessage>): Promise<SseMessage[]> {
  const found: SseMessage[] = [];
  for await (const message of messages) found.push(message);
  return found;
}

describe('the event stream parser', () => {
  it('reads id, event and data of several lines', async () => {
    expect(await all(parseSse(chunks('id: 7\nevent: behind\ndata: a\ndata: b\n\ndata:c\n\n')))).toEqual([
      { id: '7', event: 'behind', data: 'a\nb' },
      { id: '7', event: 'message', data: 'c' },
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('takes %j as line end, wherever chunks are cut', async (end) => {
    const text = ['id: 1', 'data: é', '', 'data: b', '', ''].join(end);
    const bytes = new TextEncoder().encode(text);
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const expected = [
      { id: '1', event: 'message', data: 'é' },
      { id: '1', event: 'message', data: 'b' },
    ];
    // With CR alone the last empty line is only known to be one by what follows.
    expect(await all(parseSse(chunks(...single, ...(end === '\r' ? [': \r'] : []))))).toEqual(expected);
  });

  it('ignores comments, unknown fields, and blocks without data, but not their ids', async () => {
    const ids: string[] = [];
    const text = ': heartbeat\n\nid: 5\n: connected\n\nretry: 10\nfoo\ndata: x\n\n';
    expect(await all(parseSse(chunks(text), (id) => ids.push(id)))).toEqual([
      { id: '5', event: 'message', data: 'x' },
    ]);
    expect(ids).toEqual(['5', '5']);
  });

  it('drops what is not finished at the end, and a byte order mark at the beginning', async () => {
    expect(await all(parseSse(chunks('\ufeffdata: a\n\ndata: half\n')))).toEqual([
      { id: '', event: 'message', data: 'a' },
    ]);
  });
});

describe('following', () => {
  it('goes on after the last id when it is cut', async () => {
    const opened: (string | undefined)[] = [];
    const cuts: string[] = [];
    const controller = new AbortController();
    const messages = followSse({
      signal: controller.signal,
      retryMs: 1,
      onCut: (reason) => cuts.push(reason),
      open: async (lastEventId) => {
        opened.push(lastEventId);
        if (opened.length === 2) throw new Exit(EXIT.unreachable, 'gone');
        return chunks(opened.length === 1 ? 'id: 3\n\nid: 4\ndata: a\n\n' : 'id: 5\ndata: b\n\n');
      },
    });
    const found: string[] = [];
    for await (const { data } of messages) {
      found.push(data);
      if (found.length === 2) controller.abort();
    }
    expect(found).toEqual(['a', 'b']);
    expect(opened).toEqual([undefined, '4', '4']);
    expect(cuts[0]).toBe('the stream ended');
  });

  it('gives up when the first opening fails, and when it is refused later', async () => {
    const { signal } = new AbortController();
    const gone = new Exit(EXIT.unreachable, 'gone');
    await expect(all(followSse({ signal, open: () => Promise.reject(gone) }))).rejects.toBe(gone);
    let times = 0;
    const refused = new Exit(EXIT.failed, 'refused');
    const open = async (): Promise<AsyncIterable<Uint8Array>> => {
      times += 1;
      if (times === 1) return chunks('data: a\n\n');
      throw refused;
    };
    await expect(all(followSse({ signal, retryMs: 1, open }))).rejects.toBe(refused);
  });

  it('takes a silent stream for cut', async () => {
    const controller = new AbortController();
    const cuts: string[] = [];
    async function* silent(signal: AbortSignal): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(': hello\n\n');
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    }
    const messages = followSse({
      signal: controller.signal,
      idleMs: 20,
      retryMs: 1,
      open: async (_lastEventId, signal) => silent(signal),
      onCut: (reason) => {
        cuts.push(reason);
        controller.abort();
      },
    });
    expect(await all(messages)).toEqual([]);
    expect(cuts).toEqual(['the stream was silent for too long']);
  });
});

const cloud = (type: string, data: object, position = 7): CloudEvent => ({
  type: `stageline.${type}`,
  time: '2026-01-02T03:04:05.000Z',
  data: { project: 'default', ...data },
  stagelineposition: position,
  stagelineactor: 'local',
});

describe('an event on one line', () => {
  const told = (type: string, data: object): string => eventLine(cloud(type, data));

  it('says when, where, what and who', () => {
    const data = {
      stageSet: 'main',
      note: 'why',
      entries: ['a', 'b', 'c', 'd'].map((name) => ({
        function: name,
        operation: name === 'a' ? 'delete' : 'apply',
      })),
    };
    const line = eventLine(cloud('configs-staged', data));
    expect(line).toMatch(/^\d\d:\d\d:\d\d {2}#7 +default +configs-staged/);
    expect(line).toContain('main: 4 entries staged (-a, b, c, 1 more); why  (local)');
  });

  it.each([
    [
      'configs-unstaged',
      { stageSet: 'main', reason: 'deployed', functions: ['a'] },
      'main: 1 entry left it, deployed',
    ],
    [
      'configs-unstaged',
      { stageSet: 'main', reason: 'un-staged', functions: [] },
      'main: 0 entries taken out',
    ],
    ['stage-sets-merged', { into: 'main', closed: ['a', 'b'], entries: [1] }, 'a, b into main: 1 entry'],
    [
      'release-committed',
      { environment: 'prod', release: 4, kind: 'rollback', entries: [1, 2], target: { kind: 'sandbox' } },
      'prod/4 rollback: 2 functions on sandbox',
    ],
    [
      'deployment-recorded',
      {
        environment: 'test',
        release: 1,
        state: 'failed',
        results: [{ function: 'a/b/c', outcome: 'failed', answer: { status: 400, reason: 'bad class' } }],
      },
      'test/1 failed: 1 result\n    failed  a/b/c: bad class',
    ],
    [
      'environments-set',
      { environments: [{ name: 'test', target: { kind: 'sandbox' } }], removed: ['old'] },
      'test is sandbox, old removed',
    ],
    ['effects-published', { topic: 't', through: 9 }, 't up to 9'],
    [
      'effects-skipped',
      { environment: 'test', release: 2, state: 'skipped', functions: ['a'], reason: 'old\u001b' },
      'test/2 skipped: 1 function skipped; old\\u001b',
    ],
  ])('of type %s', (type, data, words) => {
    expect(told(type, data)).toContain(words);
  });

  it('knows what to do with a type of a newer version', () => {
    expect(told('moon-landed', {})).toContain('moon-landed');
  });
});

describe('stageline watch', () => {
  let service: FakeService;

  beforeEach(async () => {
    service = await startFakeService();
  });

  afterEach(() => service.close());

  const block = (id: number, ...events: CloudEvent[]): string =>
    `id: ${id}\ndata: ${JSON.stringify(events)}\n\n`;

  /** Watches until so many lines came. */
  async function watch(args: readonly string[], lines: number) {
    const controller = new AbortController();
    let seen = 0;
    const onLine = (): void => {
      seen += 1;
      if (seen === lines) controller.abort();
    };
    return runAt(service, ['watch', ...args], { signal: controller.signal, onLine });
  }

  it('prints a line for each event, and goes on after a cut without a gap', async () => {
    const effects = (through: number): CloudEvent =>
      cloud('effects-published', { topic: 't', through }, through);
    service.streams = [
      { text: `id: 3\n: connected\n\n${block(4, effects(1), effects(2))}`, cut: true },
      { text: 'id: 4\nevent: behind\ndata: {"position":4}\n\n', cut: true },
      { text: block(5, effects(3)) },
    ];
    const { code, out, err } = await watch([], 3);
    expect(code).toBe(0);
    expect(out.match(/t up to \d/g)).toEqual(['t up to 1', 't up to 2', 't up to 3']);
    expect(service.lastEventIds).toEqual([undefined, '4', '4']);
    expect(err).toContain('going on from there');
  });

  it('passes filters on, and prints JSON for scripts', async () => {
    const event = cloud('effects-published', { topic: 't', through: 1 });
    service.streams = [{ text: block(4, event) }];
    const args = ['--project', 'pricing', '--type', 'a', 'b', '--from', '0', '--json'];
    const { out } = await watch(args, 1);
    expect(JSON.parse(out)).toEqual(event);
    expect(service.requests).toEqual(['/v1/events?from=0&project=pricing&type=a&type=b']);
  });

  it('shows all projects unless one is named', async () => {
    service.streams = [{ text: block(4, cloud('effects-published', { topic: 't', through: 1 })) }];
    await watch([], 1);
    expect(service.requests).toEqual(['/v1/events']);
  });

  it('ends with 3 when there is no service', async () => {
    await service.close();
    expect((await watch([], 1)).code).toBe(3);
  });
});
