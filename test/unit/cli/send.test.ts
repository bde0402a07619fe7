import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusal, startFakeService, type FakeService } from './fake-service.js';
import { run, runAt } from './run-cli.js';

let service: FakeService;

beforeEach(async () => {
  service = await startFakeService();
});

afterEach(() => service.close());

const ID = '01900000-0000-7000-8000-000000000001';

describe('the reply', () => {
  it('is printed as JSON, with exit code 0 for ok', async () => {
    service.onCommand = () => ({ status: 'ok', position: 7, result: { entries: 1 } });
    const { code, out } = await runAt(service, ['send', 'un-stage', '--params', '{"all":true}', '--id', ID]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      id: ID,
      command: 'un-stage',
      status: 'ok',
      position: 7,
      result: { entries: 1 },
    });
    expect(service.commands).toEqual([
      { id: ID, command: 'un-stage', project: 'default', params: { all: true } },
    ]);
  });

  it.each(['rejected', 'invalid', 'denied', 'failed'] as const)(
    'gives exit code 1 for %s',
    async (status) => {
      service.onCommand = () => ({
        status,
        error: refusal('STAGE_SET_EMPTY', 'Stage set "main" is empty.', [
          {
            name: 'public/default/a',
            pointer: '/params/names/0',
            code: 'UNKNOWN_NAME',
            detail: 'is not staged',
          },
        ]),
      });
      const { code, out, err } = await runAt(service, ['send', 'x']);
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({ status });
      expect(err).toBe(
        `stageline: x ${status}: STAGE_SET_EMPTY: Stage set "main" is empty.\n` +
          '  public/default/a /params/names/0: is not staged [UNKNOWN_NAME]',
      );
    },
  );

  it('may be a problem without a reply', async () => {
    const body = refusal('TOO_LARGE', 'The command has 400000 bytes; at most 307200 are taken.');
    service.onCommand = () => ({ http: 413, body });
    const { code, err } = await runAt(service, ['send', 'x']);
    expect(code).toBe(1);
    expect(err).toContain('TOO_LARGE: The command has 400000 bytes');
  });

  it('says so when something else answers', async () => {
    service.onCommand = () => ({ http: 404, body: '<html>' });
    const { code, err } = await runAt(service, ['send', 'x']);
    expect(code).toBe(1);
    expect(err).toContain('is not Stageline');
  });
});

describe('parameters', () => {
  it('come from an argument, a file, standard input, or are empty', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'stageline-send-'));
    writeFileSync(join(cwd, 'p.json'), '{"a":1}');
    await runAt(service, ['send', 'x', '--params', '@p.json', '--project', 'pricing'], { cwd });
    await runAt(service, ['send', 'x', '--params', '-'], { stdin: '{"a":2}' });
    await runAt(service, ['send', 'x', '--dry-run']);
    expect(service.commands).toMatchObject([
      { project: 'pricing', params: { a: 1 } },
      { project: 'default', params: { a: 2 } },
      { params: {}, dryRun: true },
    ]);
  });

  it.each([
    ['--params', '[1]', 'must be a JSON object'],
    ['--params', '{', 'cannot be read'],
    ['--params', '@missing.json', 'cannot be read'],
    ['--id', 'abc', 'An id is a UUID'],
    ['--timeout', 'soon', 'A duration is'],
  ])('are refused before anything is sent: %s %s', async (option, value, words) => {
    const { code, err } = await runAt(service, ['send', 'x', option, value]);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(service.commands).toEqual([]);
  });
});

describe('a command without a reply yet', () => {
  it('is looked at until the reply is there', async () => {
    service.onCommand = () => 'waiting';
    service.onLook = (_id, times) => (times < 3 ? 'waiting' : { status: 'ok', position: 9 });
    const { code, out } = await runAt(service, ['send', 'x']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ position: 9 });
    expect(service.commands).toHaveLength(1);
  });

  it('ends with 124 after --timeout and says how to go on', async () => {
    service.onCommand = () => 'waiting';
    const { code, err } = await runAt(service, ['send', 'x', '--timeout', '300ms', '--id', ID]);
    expect(code).toBe(124);
    expect(err).toContain('no reply to x in 300ms');
    expect(err).toContain(`stageline get ${ID}`);
    expect(service.requests[0]).toBe('/v1/commands?waitMs=300');
  });

  it('is sent again, with the same id, when nobody knows it any more', async () => {
    service.onCommand = (_command, times) => (times === 1 ? 'waiting' : { status: 'ok' });
    service.onLook = () => ({ http: 404, body: refusal('NOT_FOUND', 'not in the journal') });
    const { code } = await runAt(service, ['send', 'x']);
    expect(code).toBe(0);
    expect(service.commands).toHaveLength(2);
    expect(service.commands[0]?.id).toBe(service.commands[1]?.id);
  });
});

describe('a network error', () => {
  it('is answered by sending the same command again, id and all', async () => {
    service.onCommand = (_command, times) => (times < 3 ? 'cut' : { status: 'ok' });
    const { code } = await runAt(service, ['send', 'x']);
    expect(code).toBe(0);
    expect(service.commands).toHaveLength(3);
    expect(new Set(service.commands.map(({ id }) => id)).size).toBe(1);
  });

  it('ends with 3 after three more tries', async () => {
    service.onCommand = () => 'cut';
    const { code, err } = await runAt(service, ['send', 'x']);
    expect(code).toBe(3);
    expect(err).toContain(`the service at ${service.url} is not reachable`);
    expect(service.commands).toHaveLength(4);
  });

  it('ends with 3 where nothing listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { code, err } = await run(['send', 'x', '--url', `http://127.0.0.1:${port}`]);
    expect(code).toBe(3);
    expect(err).toContain('ECONNREFUSED');
    expect(err).toContain('stageline run');
  });

  it('counts a service that is not ready as one', async () => {
    const body = refusal('ENGINE_UNAVAILABLE', 'The command topic cannot be reached.');
    service.onCommand = (_command, times) => (times < 2 ? { http: 503, body } : { status: 'ok' });
    expect((await runAt(service, ['send', 'x'])).code).toBe(0);
    expect(service.commands).toHaveLength(2);
    service.onCommand = () => ({ http: 503, body });
    expect(await runAt(service, ['send', 'x'])).toMatchObject({
      code: 3,
      err: 'stageline: ENGINE_UNAVAILABLE: The command topic cannot be reached.',
    });
  });
});

it('waits for the release that the result names', async () => {
  service.onCommand = () => ({ status: 'ok', position: 5, result: { environment: 'test', release: 3 } });
  service.documents.set('release:pricing:test:00000003', {
    kind: 'release',
    project: 'pricing',
    environment: 'test',
    release: 3,
    state: 'succeeded',
    of: 1,
    counts: { deployed: 1, unchanged: 0, deleted: 0, failed: 0, superseded: 0 },
  } as never);
  const args = ['send', 'commit-staged-to-test', '--wait', '--project', 'pricing'];
  const { code, out, err } = await runAt(service, args);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ result: { release: 3 } });
  expect(err).toBe('pricing/test/3 succeeded: 1 of 1 done (1 deployed)');
  expect(service.requests).toContain('/v1/documents/release%3Apricing%3Atest%3A00000003?after=5');
});

it('takes a URL with a path, and refuses what is none', async () => {
  const { code, err } = await run(['send', 'x', '--url', 'localhost:7070']);
  expect(code).toBe(2);
  expect(err).toContain('is no URL of a service');
  const secret = await run(['send', 'x', '--url', 'http://me:hunter2@127.0.0.1:7070']);
  expect(secret.code).toBe(2);
  expect(secret.err).not.toContain('hunter2');
  await run(['send', 'x', '--url', `${service.url}/stageline`]);
  expect(service.requests).toContain('/stageline/v1/commands?waitMs=10000');
});
