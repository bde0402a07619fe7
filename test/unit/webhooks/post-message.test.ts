import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createUrlGuard } from '../../../src/outbound/url-guard.js';
import { createPost, type Posted } from '../../../src/webhooks/post-message.js';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.js';

const LIMITS = { idleMs: 200, totalMs: 400, maxAnswerBytes: 1_000 };

describe('a message that is posted', () => {
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    receiver = await startWebhookReceiver();
  });
  afterEach(() => receiver.close());

  const post = async (url = `${receiver.origin}/in`, allow = [receiver.origin]): Promise<Posted> => {
    const guard = createUrlGuard({ allow, code: 'WEBHOOK_REFUSED', setting: 'STAGELINE_WEBHOOK_URL_ALLOW' });
    const one = createPost(url, guard, LIMITS);
    try {
      const body = Buffer.from('{"a":1}');
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
      return await one.post(headers, body, new AbortController().signal);
    } finally {
      one.close();
    }
  };

  it.each([200, 201, 204, 299, 422])('is taken by %s', async (status) => {
    receiver.answer(() => ({ status }));
    expect(await post()).toEqual({ kind: 'taken' });
    expect(receiver.received).toMatchObject([{ url: '/in', body: '{"a":1}' }]);
  });

  it.each([400, 401, 404, 410, 413])('is refused by %s', async (status) => {
    receiver.answer(() => ({ status }));
    expect(await post()).toEqual({ kind: 'refused', reason: `${receiver.origin}/in answers ${status}` });
  });

  it.each([408, 425, 429, 500, 503])('may be taken later after %s', async (status) => {
    receiver.answer(() => ({ status }));
    expect(await post()).toMatchObject({ kind: 'failed' });
  });

  it('is tried again when the receiver says, and no later than five minutes', async () => {
    receiver.answer(() => ({ status: 429, headers: { 'retry-after': '7' } }));
    expect(await post()).toMatchObject({ kind: 'failed', retryAfterMs: 7_000 });
    receiver.answer(() => ({ status: 503, headers: { 'retry-after': '86400' } }));
    expect(await post()).toMatchObject({ retryAfterMs: 300_000 });
    receiver.answer(() => ({ status: 503, headers: { 'retry-after': '-1' } }));
    expect(await post()).not.toHaveProperty('retryAfterMs');
  });

  it('is not carried to where a redirect leads', async () => {
    const other = await startWebhookReceiver();
    receiver.answer(() => ({ status: 307, headers: { location: other.origin } }));
    expect(await post(undefined, [receiver.origin, other.origin])).toMatchObject({ kind: 'refused' });
    expect(other.received).toEqual([]);
    await other.close();
  });

  it('reaches nothing that the guard does not allow, by address or by name', async () => {
    expect(await post(undefined, [])).toMatchObject({ kind: 'refused' });
    const { port } = new URL(receiver.origin);
    const named = await post(`https://localhost:${port}/`, []);
    expect(named).toMatchObject({ kind: 'refused', reason: expect.stringContaining('not public') as string });
    expect(receiver.received).toEqual([]);
  });

  it('fails where nobody answers, in time', async () => {
    receiver.answer(() => undefined);
    expect(await post()).toMatchObject({ kind: 'failed' });
    const closed = receiver.origin;
    await receiver.close();
    expect(await post(`${closed}/`, [closed])).toMatchObject({ kind: 'failed' });
    receiver = await startWebhookReceiver();
  });

  it('fails where an answer comes byte by byte without an end', async () => {
    const server = http.createServer((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 50);
      response.on('close', () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await post(origin, [origin])).toEqual({ kind: 'failed', reason: 'no answer in 400 ms' });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('brings back what the receiver wants published, and no more than may be', async () => {
    const headers = { TopicFn: 'persistent://acme/orders/answers' };
    receiver.answer(() => ({ status: 200, headers, body: 'done' }));
    expect(await post()).toEqual({
      kind: 'taken',
      answer: { topic: 'persistent://acme/orders/answers', body: Buffer.from('done') },
    });
    receiver.answer(() => ({ status: 200, headers, body: 'x'.repeat(1_001) }));
    expect(await post()).toEqual({ kind: 'taken' });
    receiver.answer(() => ({ status: 200, body: 'done' }));
    expect(await post()).toEqual({ kind: 'taken' });
  });
});
