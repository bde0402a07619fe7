import { connect } from 'node:net';
import { askAt, startBeamDoor, type BeamDoor } from '../support/beam-door.js';
import { until } from '../support/until.js';

let door: BeamDoor;
let port: number;

beforeAll(async () => {
  door = await startBeamDoor();
  port = (door.test.app.server.address() as { port: number }).port;
});
afterAll(() => door.close());

describe('what is no request that can be served', () => {
  it('says why where it expects what nobody does here', async () => {
    const { status, headers, text } = await askAt(port, '/healthz', { headers: { expect: 'a miracle' } });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      417,
      'application/problem+json',
      'no-store',
    ]);
    expect((JSON.parse(text) as { detail: string }).detail).toContain('Expect');
  });

  it('is refused with a reason where it does not say which host it is for', async () => {
    const socket = connect(port, '127.0.0.1');
    let came = '';
    socket.setEncoding('latin1').on('data', (text: string) => (came += text));
    socket.write('GET /healthz HTTP/1.1\r\n\r\n');
    await until(() => came.includes('FOREIGN_HOST'));
    expect(came).toMatch(/^HTTP\/1\.1 403 /);
    socket.destroy();
  });

  it('behind a stream that is open cuts it, and puts nothing into it', async () => {
    const socket = connect(port, '127.0.0.1');
    let came = '';
    let closed = false;
    socket.setEncoding('latin1').on('data', (text: string) => (came += text));
    socket.on('error', () => undefined).on('close', () => (closed = true));
    socket.write('GET /v2/sse/p/acme/orders/new HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => came.includes('connected'));
    socket.write('what is this\r\n\r\n');
    await until(() => closed);
    expect(came.match(/HTTP\/1\.1/g)).toEqual(['HTTP/1.1']);
  });

  it.each([
    ['a poll that waits', 'GET /v2/poll/p/acme/orders/new?perMessageTimeoutMs=30000 HTTP/1.1\r\n'],
    ['the middle of a body', 'POST /v2/firehose/p/acme/orders/new HTTP/1.1\r\nContent-Length: 100\r\n'],
  ])('is no fault of the service where the client leaves %s', async (_where, head) => {
    const { lines } = door.test.log;
    const before = lines.length;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`${head}Host: localhost\r\n\r\nhalf`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.destroy();
    await until(() => lines.slice(before).some(({ event }) => event === 'request'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lines.slice(before).filter(({ level }) => level === 'error')).toEqual([]);
  });
});
