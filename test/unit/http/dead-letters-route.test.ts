import { COMMANDS } from '../../support/fake-dead-letters.js';
import { bodyOf, createTestApp, HOST } from '../../support/http-app.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const at = (id: string, more = ''): string => `/v1/dead-letters/${encodeURIComponent(id)}${more}`;

describe('GET /v1/dead-letters', () => {
  it('lists letters without their payloads, secrets masked', async () => {
    const { app, deadLetters } = createTestApp();
    const id = deadLetters.put({
      reason: 'password=hunter2 is no JSON',
      key: 'pricing',
      properties: { 'api-token': 's3cret', trace: '1', 'resent-from': 'CAEQ0' },
      payload: base64('{"password":"hunter2"}'),
    });
    const answer = await app.inject({ url: '/v1/dead-letters', headers: HOST });
    expect(answer.statusCode).toBe(200);
    expect(bodyOf(answer)).toEqual({
      letters: [
        {
          id,
          code: 'INVALID_COMMAND',
          reason: 'password=[redacted] is no JSON',
          topic: COMMANDS,
          messageId: 'CAAQ0',
          key: 'pricing',
          properties: { 'api-token': '[redacted]', trace: '1', 'resent-from': 'CAEQ0' },
          bytes: 22,
          truncated: false,
          time: '2026-01-01T12:00:00.000Z',
          resentFrom: 'CAEQ0',
        },
      ],
    });
  });

  it('says why a letter cannot be sent again', async () => {
    const { app, deadLetters } = createTestApp();
    deadLetters.put({ truncated: true, payload: base64('{') });
    const answer = await app.inject({ url: '/v1/dead-letters', headers: HOST });
    expect(bodyOf(answer)).toMatchObject({
      letters: [
        { refusal: { code: 'PAYLOAD_TRUNCATED', detail: expect.stringContaining('anew') as string } },
      ],
    });
  });

  it('asks for what the query says, and hands the cursor out', async () => {
    const { app, deadLetters } = createTestApp();
    const id = deadLetters.put({});
    deadLetters.put({});
    const query = new URLSearchParams({
      after: 'CAEQ/+=',
      limit: '1',
      waitMs: '5',
      code: 'INVALID_JSON',
      topic: COMMANDS,
      since: '2026-01-01T00:00:00Z',
    });
    const answer = await app.inject({ url: `/v1/dead-letters?${query.toString()}`, headers: HOST });
    expect(bodyOf(answer)).toMatchObject({ letters: [{ id }], cursor: id });
    expect(deadLetters.asked).toEqual([
      {
        after: 'CAEQ/+=',
        limit: 1,
        waitMs: 5,
        code: 'INVALID_JSON',
        topic: COMMANDS,
        since: Date.UTC(2026, 0, 1),
      },
    ]);
    await app.inject({ url: '/v1/dead-letters', headers: HOST });
    expect(deadLetters.asked.at(-1)).toEqual({ limit: 100, waitMs: 1_000 });
  });

  it.each(['limit=0', 'limit=1001', 'since=yesterday', 'after=', 'waitMs=10001'])(
    'refuses %s',
    async (query) => {
      const answer = await createTestApp().app.inject({ url: `/v1/dead-letters?${query}`, headers: HOST });
      expect(answer.statusCode).toBe(400);
      expect(bodyOf(answer)).toMatchObject({
        errors: [{ pointer: `/query/${query.split('=', 1)[0] ?? ''}` }],
      });
    },
  );
});

describe('GET /v1/dead-letters/{id}', () => {
  it('shows JSON as JSON, secrets masked', async () => {
    const { app, deadLetters } = createTestApp();
    const id = deadLetters.put({ payload: base64('{"command":"x","params":{"password":"hunter2"}}') });
    const answer = await app.inject({ url: at(id), headers: HOST });
    expect(bodyOf(answer)).toMatchObject({
      id,
      json: { command: 'x', params: { password: '[redacted]' } },
    });
    expect(answer.body).not.toContain('hunter2');
    expect(bodyOf(answer)).not.toHaveProperty('payload');
  });

  it('shows anything else as text, control characters written out', async () => {
    const { app, deadLetters } = createTestApp();
    const id = deadLetters.put({ payload: base64('not\u001b[31m JSON'), truncated: true });
    expect(bodyOf(await app.inject({ url: at(id), headers: HOST }))).toMatchObject({
      text: 'not\\u001b[31m JSON',
      cut: true,
    });
  });

  it('gives the bytes out only where raw is asked for', async () => {
    const { app, deadLetters } = createTestApp();
    const payload = base64('{"password":"hunter2"}');
    const id = deadLetters.put({ payload });
    expect(bodyOf(await app.inject({ url: at(id, '?raw=true'), headers: HOST }))).toMatchObject({ payload });
    expect(bodyOf(await app.inject({ url: at(id, '?raw=false'), headers: HOST }))).not.toHaveProperty(
      'payload',
    );
  });

  it('answers 404 where there is none', async () => {
    const answer = await createTestApp().app.inject({ url: at('CAEQ'), headers: HOST });
    expect(answer.statusCode).toBe(404);
    expect(bodyOf(answer)).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('POST /v1/dead-letters/{id}/resend', () => {
  it('sends it again', async () => {
    const { app, deadLetters } = createTestApp();
    const id = deadLetters.put({});
    const answer = await app.inject({ method: 'POST', url: at(id, '/resend'), headers: HOST });
    expect(answer.statusCode).toBe(200);
    expect(bodyOf(answer)).toEqual({ id, topic: COMMANDS, messageId: 'CAEQ9' });
    expect(deadLetters.resent).toEqual([id]);
  });

  it('refuses what cannot be sent again, with the reason', async () => {
    const { app, deadLetters } = createTestApp();
    const id = deadLetters.put({ topic: 'persistent://ops/stageline/journal' });
    const answer = await app.inject({ method: 'POST', url: at(id, '/resend'), headers: HOST });
    expect(answer.statusCode).toBe(409);
    expect(bodyOf(answer)).toMatchObject({ code: 'TOPIC_NOT_OWN' });
    expect(deadLetters.resent).toEqual([]);
  });

  it('takes no request of another site', async () => {
    const { app, deadLetters } = createTestApp();
    const id = deadLetters.put({});
    const headers = { ...HOST, origin: 'http://evil.example' };
    const answer = await app.inject({ method: 'POST', url: at(id, '/resend'), headers });
    expect(answer.statusCode).toBe(403);
    expect(deadLetters.resent).toEqual([]);
  });
});
