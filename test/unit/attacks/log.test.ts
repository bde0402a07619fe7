import { connect, type AddressInfo } from 'node:net';
import { createLog } from '../../../src/service/system.js';
import { createTestApp } from '../../support/http-app.js';

/** Ends the line, begins another, and moves what stands in the terminal of whoever looks. */
const HOSTILE =
  'a\n{"level":50,"msg":"forged"}\r\nb\u001b[2J\u001b]0;gone\u0007\u0000c\u007fd\u0085e\u009b31mf\u2028g\u2029h\u202ei';
/** All that is no part of a line's text. */
const RAW = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** A log that keeps what it writes. */
function keptLog() {
  const written: string[] = [];
  return { log: createLog({ logLevel: 'debug' }, { write: (line) => written.push(line) }), written };
}

/** Each line by itself; fails where one is not a JSON object, or holds what a terminal obeys. */
function linesOf(written: readonly string[]): Record<string, unknown>[] {
  const text = written.join('');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      expect(line).not.toMatch(RAW);
      return JSON.parse(line) as Record<string, unknown>;
    });
}

describe('the log', () => {
  it.each([
    ['a fact', { actor: HOSTILE }],
    ['a fact within a fact', { command: { id: HOSTILE, params: [{ name: HOSTILE }] } }],
    ['the name of a fact within one', { properties: { [HOSTILE]: 1 } }],
  ])('is one line of JSON, whatever stands in %s, and says it to the character', (_where, facts) => {
    const { log, written } = keptLog();
    log.info(facts, 'event');
    const lines = linesOf(written);
    expect(lines).toEqual([expect.objectContaining({ ...facts, msg: 'event' })]);
  });

  it('is one line for an error, its stack and its cause', () => {
    const { log, written } = keptLog();
    const error = new Error(HOSTILE, { cause: new Error(HOSTILE) });
    log.error({ err: error }, 'event');
    log.child({ project: HOSTILE }).warn({ reason: HOSTILE }, 'event');
    const lines = linesOf(written);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toHaveProperty('err.message', `${HOSTILE}: ${HOSTILE}`);
    expect(lines[1]).toMatchObject({ project: HOSTILE, reason: HOSTILE });
  });

  it('is one line for a request, whatever its path and its headers hold', async () => {
    const { log, written } = keptLog();
    const { app } = createTestApp({ logTo: log });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const ask = (head: string): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(head, 'latin1')));
        socket.resume();
        socket.on('close', () => resolve());
      });
    const headers = 'Host: localhost\r\nUser-Agent: \u0085\u009b2J\r\nx-request-id: \u009b31m\r\n\r\n';
    // The first is none that Node reads; the others are.
    await ask(`GET /v1/status?\u0085\u009b2J HTTP/1.1\r\n${headers}`);
    await ask(`GET /v1/status?a=%0d%0a%7b%7d%1b[2J%e2%80%a8 HTTP/1.1\r\n${headers}`);
    await ask(`GET /v1/documents/%0a%1b%5b2J%c2%9b HTTP/1.1\r\n${headers}`);
    await app.close();
    const requests = linesOf(written).filter(({ msg }) => msg === 'request');
    expect(requests.map(({ url }) => url)).toEqual([
      '/v1/status?a=%0d%0a%7b%7d%1b[2J%e2%80%a8',
      '/v1/documents/%0a%1b%5b2J%c2%9b',
    ]);
  });
});
