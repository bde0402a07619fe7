import { connect, type AddressInfo } from 'node:net';
import type { JournalRecord } from '../../../src/core/types.js';
import { readMessageHeaders } from '../../../src/http/beam/message-headers.js';
import { messageFrame } from '../../../src/http/beam/frames.js';
import { frameOf, streamFilter } from '../../../src/http/event-frames.js';
import { createTestApp, type TestApp } from '../../support/http-app.js';

const INJECTED = 'a\r\nX-Injected: yes\r\n\r\n<script>';

describe('headers', () => {
  let rig: TestApp;
  let port: number;

  beforeAll(async () => {
    rig = createTestApp();
    await rig.app.listen({ port: 0, host: '127.0.0.1' });
    ({ port } = rig.app.server.address() as AddressInfo);
  });
  afterAll(() => rig.app.close());

  /** What comes back over the wire, to the byte. */
  const raw = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(text, 'latin1')));
      socket.on('data', (data) => (answer += data.toString('latin1')));
      socket.on('close', () => resolve(answer));
    });

  it.each([
    ['/v1/commands/%0d%0aX-Injected:%20yes', 'GET'],
    ['/v1/documents/a%0d%0aX-Injected:%20yes', 'GET'],
    ['/v1/documents?prefix=%0d%0aX-Injected:%20yes', 'GET'],
    ['/v1/nowhere%0d%0aX-Injected:%20yes', 'PUT'],
    ['/v2/sse/persistent/a/b/c%0d%0aX-Injected:%20yes', 'GET'],
    ['/v2/firehose/persistent/a/b/c%0d%0aX-Injected:%20yes', 'POST'],
  ])('of an answer hold nothing of a path: %s', async (path, method) => {
    const answer = await raw(
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 [2-5]\d\d /);
    expect(answer.slice(0, answer.indexOf('\r\n\r\n'))).not.toMatch(/x-injected/i);
  });

  it.each([
    ['PulsarKey', INJECTED],
    ['PulsarProperties-a', INJECTED],
    ['PulsarProperties-a', 'b\nc'],
    ['PulsarProperties-a\r\nX-Injected', 'yes'],
    ['PulsarProperties-a', 'b\u0000'],
    ['PulsarProperties-a', 'b\u0085c'],
  ])('of a message are refused where they hold a line end: %j: %j', (name, value) => {
    expect(() => readMessageHeaders([name, value])).toThrow(/printable ASCII/);
  });
});

describe('streams of events', () => {
  /** Fields as a browser reads them. */
  const fieldsOf = (frame: string): string[] =>
    frame
      .split(/\r\n|\r|\n/)
      .filter((line) => line !== '')
      .map((line) => line.slice(0, line.indexOf(':')));
  const FORGED = 'x\n\nid: 99\revent: forged\r\ndata: {}\n\u2028\u0085: y';

  it("say a message's line ends as lines of its data", () => {
    const frame = messageFrame({ id: '1', payload: Buffer.from(FORGED) }).toString();
    expect(new Set(fieldsOf(frame))).toEqual(new Set(['id', 'data']));
    expect(frame.match(/^id: /gm)).toHaveLength(1);
    expect(frame.trimEnd().split('\n\n')).toHaveLength(1);
  });

  it('are one id and one line of data for a record, whatever its names and reasons hold', () => {
    const record = {
      v: 1,
      position: 7,
      time: '2026-01-01T00:00:00.000Z',
      command: { id: '0193a5a0-0000-7000-8000-000000000001', name: FORGED },
      project: 'default',
      actor: { name: FORGED, roles: [] },
      outcome: 'ok',
      events: [{ type: 'environment-frozen', environment: FORGED, reason: FORGED }],
    } as unknown as JournalRecord;
    const frame = frameOf(record, streamFilter([], []));
    expect(fieldsOf(frame)).toEqual(['id', 'data']);
    const [event] = JSON.parse(frame.split('\ndata: ')[1] ?? '') as { data: { reason: string } }[];
    expect(event?.data.reason).toBe(FORGED);
  });
});
