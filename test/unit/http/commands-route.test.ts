import { LOCAL } from '../../../src/core/authorise.js';
import { AppError, problem } from '../../../src/errors.js';
import type { Reply } from '../../../src/core/types.js';
import { SOME_ID } from '../../support/fake-door.js';
import { bodyOf, createTestApp, HOST } from '../../support/http-app.js';

const JSON_HEADERS = { ...HOST, 'content-type': 'application/json' };
const COMMAND = { command: 'un-stage', params: { all: true } };

function replyWith(status: Reply['status']): Reply {
  return { id: SOME_ID, command: 'un-stage', status, position: 7 };
}

describe('POST /v1/commands', () => {
  it.each([
    ['ok', 200],
    ['invalid', 400],
    ['denied', 403],
    ['rejected', 409],
    ['failed', 500],
  ] as const)('answers the reply %s with %i', async (status, code) => {
    const { app, door } = createTestApp();
    door.next = { ...replyWith(status), ...(status === 'ok' ? {} : { error: problem('DENIED', 'no') }) };
    const answer = await app.inject({ method: 'POST', url: '/v1/commands', headers: HOST, payload: COMMAND });
    expect(answer.statusCode).toBe(code);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(bodyOf(answer)).toEqual(door.next);
    expect(door.sent).toEqual([{ command: COMMAND, waitMs: 10_000, caller: LOCAL }]);
  });

  it('answers 202 with the way to the reply while there is none', async () => {
    const { app, door } = createTestApp();
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/commands?waitMs=0',
      headers: HOST,
      payload: COMMAND,
    });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe(`/v1/commands/${SOME_ID}`);
    expect(bodyOf(answer)).toEqual({ id: SOME_ID, status: 'waiting' });
    expect(door.sent[0]?.waitMs).toBe(0);
  });

  it('masks secrets in a reply', async () => {
    const { app, door } = createTestApp();
    door.next = { ...replyWith('ok'), result: { configs: [{ userConfig: { password: 'hunter2' } }] } };
    const answer = await app.inject({ method: 'POST', url: '/v1/commands', headers: HOST, payload: COMMAND });
    expect(answer.body).not.toContain('hunter2');
  });

  it.each([
    ['text/plain', '{}'],
    ['application/jsonx', '{}'],
    ['application/json-patch+json', '{}'],
    ['application/x-www-form-urlencoded', 'a=b'],
    ['text/plain; application/json', '{}'],
    ['nonsense', '{}'],
  ])('takes no %s', async (type, payload) => {
    const { app, door } = createTestApp();
    const headers = { ...HOST, 'content-type': type };
    const answer = await app.inject({ method: 'POST', url: '/v1/commands', headers, payload });
    expect(answer.statusCode).toBe(415);
    expect(bodyOf(answer)).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(door.sent).toEqual([]);
  });

  it('takes no body without a type, and no request without a body', async () => {
    const { app } = createTestApp();
    const untyped = await app.inject({
      method: 'POST',
      url: '/v1/commands',
      headers: HOST,
      payload: Buffer.from('{}'),
    });
    expect(untyped.statusCode).toBe(415);
    const empty = await app.inject({ method: 'POST', url: '/v1/commands', headers: HOST });
    expect(empty.statusCode).toBe(415);
    const nothing = await app.inject({ method: 'POST', url: '/v1/commands', headers: JSON_HEADERS });
    expect(nothing.statusCode).toBe(400);
    expect(bodyOf(nothing)).toMatchObject({ code: 'INVALID_JSON' });
  });

  it('says where broken JSON breaks', async () => {
    const { app } = createTestApp();
    const payload = '{"command":"un-stage",\n"params":{"all":yes}}';
    const answer = await app.inject({ method: 'POST', url: '/v1/commands', headers: JSON_HEADERS, payload });
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toMatchObject({
      code: 'INVALID_JSON',
      detail: 'Not JSON at position 39 (line 2, column 17): a value is expected, found "y".',
    });
  });

  it('refuses what is not UTF-8', async () => {
    const { app } = createTestApp();
    const payload = Buffer.from([0x22, 0xff, 0x22]);
    const answer = await app.inject({ method: 'POST', url: '/v1/commands', headers: JSON_HEADERS, payload });
    expect(bodyOf(answer)).toMatchObject({ code: 'INVALID_JSON', detail: 'The body is not UTF-8.' });
  });

  it.each(['[]', '"x"', '7', 'null', 'true'])('refuses %s: a command is an object', async (payload) => {
    const { app } = createTestApp();
    const answer = await app.inject({ method: 'POST', url: '/v1/commands', headers: JSON_HEADERS, payload });
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ pointer: '' }] });
  });

  it('refuses a body over the limit and takes one at it', async () => {
    const { app, door } = createTestApp({ settings: { maxCommandBytes: 100 } });
    door.next = replyWith('ok');
    const sized = (bytes: number): string => JSON.stringify({ a: 'x'.repeat(bytes - 8) });
    const post = async (payload: string): Promise<{ statusCode: number; body: string }> =>
      app.inject({ method: 'POST', url: '/v1/commands', headers: JSON_HEADERS, payload });
    expect((await post(sized(100))).statusCode).toBe(200);
    const answer = await post(sized(101));
    expect(answer.statusCode).toBe(413);
    expect(bodyOf(answer)).toMatchObject({
      code: 'TOO_LARGE',
      detail: 'The body is larger than 100 bytes; cut the command into several.',
    });
  });

  it.each(['-1', '60001', 'x', '1.5', ''])('refuses waitMs=%s', async (waitMs) => {
    const { app } = createTestApp();
    const answer = await app.inject({
      method: 'POST',
      url: `/v1/commands?waitMs=${waitMs}`,
      headers: HOST,
      payload: COMMAND,
    });
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toMatchObject({ errors: [{ pointer: '/query/waitMs' }] });
  });

  it('says that nothing was sent while the bus is down, and not why', async () => {
    const { app, door } = createTestApp();
    door.next = new AppError('ENGINE_UNAVAILABLE', 'broker-7.internal refused');
    const answer = await app.inject({ method: 'POST', url: '/v1/commands', headers: HOST, payload: COMMAND });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(bodyOf(answer)).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      detail: 'The command topic cannot be reached; the command was not sent. Send it again later.',
    });
  });

  it('passes on what the door refuses', async () => {
    const { app, door } = createTestApp();
    door.next = new AppError('INVALID_COMMAND', 'no usable id', {
      errors: [{ pointer: '/id', detail: 'must be a UUID' }],
    });
    const answer = await app.inject({ method: 'POST', url: '/v1/commands', headers: HOST, payload: COMMAND });
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toMatchObject({ errors: [{ pointer: '/id' }] });
  });
});

describe('GET /v1/commands/{id}', () => {
  it.each(['ok', 'invalid', 'denied', 'rejected', 'failed'] as const)(
    'answers 200 with a reply that is %s',
    async (status) => {
      const { app, door } = createTestApp();
      door.known.set(SOME_ID, { state: 'answered', reply: replyWith(status) });
      const answer = await app.inject({ url: `/v1/commands/${SOME_ID}`, headers: HOST });
      expect(answer.statusCode).toBe(200);
      expect(bodyOf(answer)).toEqual(replyWith(status));
    },
  );

  it('answers 202 while the reply is waited for', async () => {
    const { app, door } = createTestApp();
    door.known.set(SOME_ID, { state: 'waiting' });
    const answer = await app.inject({ url: `/v1/commands/${SOME_ID}`, headers: HOST });
    expect(answer.statusCode).toBe(202);
    expect(bodyOf(answer)).toEqual({ id: SOME_ID, status: 'waiting' });
  });

  it('tells the caller of an unknown id to send the command again', async () => {
    const { app } = createTestApp();
    const answer = await app.inject({ url: '/v1/commands/nothing', headers: HOST });
    expect(answer.statusCode).toBe(404);
    expect(bodyOf(answer)['detail']).toContain('not in the journal. Send the command again with the same id');
  });
});
