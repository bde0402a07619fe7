import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createTestApp, type TestApp } from '../../support/http-app.js';

const opened: Socket[] = [];
let made: TestApp;
let port = 0;

/** A service whose journal holds so many records. */
async function listen(count: number, stalledMs = 60_000): Promise<void> {
  made = createTestApp({ streams: { stalledMs } });
  made.journal.grow(count);
  await made.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = made.app.server.address() as AddressInfo);
}

const get = (query = ''): Promise<Response> => fetch(`http://127.0.0.1:${port}/v1/journal${query}`);

/** A client that asks for the journal and takes none of it once it has begun. */
async function ask(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  opened.push(socket);
  socket.on('error', () => undefined);
  socket.write(`GET /v1/journal HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('GET /v1/journal', () => {
  afterEach(async () => {
    for (const socket of opened.splice(0)) socket.destroy();
    await made.app.close();
  });

  it.each<[string, string, [number, number]]>([
    ['all of it', '', [1, 10]],
    ['what is behind a position', '?from=4', [4, 10]],
    ['a part', '?from=4&to=8', [4, 8]],
    ['one record', '?from=7&to=7', [7, 7]],
    ['nothing, where it ends before that', '?from=11', [11, 10]],
  ])('gives %s, byte for byte', async (_what, query, [from, to]) => {
    await listen(10);
    const answer = await get(query);
    expect([answer.status, await answer.text()]).toEqual([200, made.journal.text(from, to)]);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(answer.headers.get('stageline-journal-to')).toBe(String(to));
    expect(answer.headers.get('stageline-journal-origin')).toBe('first-writer');
  });

  it('gives nothing of an empty journal', async () => {
    await listen(0);
    const answer = await get();
    expect([answer.status, await answer.text(), answer.headers.get('stageline-journal-to')]).toEqual([
      200,
      '',
      '0',
    ]);
  });

  it.each(['?to=11', '?from=12', '?from=12&to=13'])('refuses %s of ten', async (query) => {
    await listen(10);
    const answer = await get(query);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'UNKNOWN_POSITION' });
  });

  it.each(['?from=0', '?from=x', '?until=3'])('refuses %s', async (query) => {
    await listen(3);
    expect((await get(query)).status).toBe(400);
  });

  it('goes no faster than a client takes it', async () => {
    await listen(40_000);
    let messages = 0;
    made.journal.gate = async () => void (messages += 1);
    await ask();
    let before = -1;
    await until(() => {
      const still = messages === before;
      before = messages;
      return still;
    });
    expect(messages).toBeLessThan(13_000);
    expect(made.journal.reading()).toBe(1);
  });

  it('stops reading when a client goes', async () => {
    await listen(40_000);
    const socket = await ask();
    expect(made.journal.reading()).toBe(1);
    socket.destroy();
    await until(() => made.journal.reading() === 0);
    expect(made.journal.reading()).toBe(0);
  });

  it('lets four read at once', async () => {
    await listen(40_000);
    await Promise.all([1, 2, 3, 4].map(ask));
    const refused = await get();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    for (const socket of opened.splice(0)) socket.destroy();
    await until(() => made.journal.reading() === 0);
    expect(await (await get('?from=39999')).text()).toBe(made.journal.text(39_999));
  });

  it('cuts a client off that takes nothing', async () => {
    await listen(40_000, 50);
    const accepted = once(made.app.server, 'connection') as Promise<[Socket]>;
    await ask();
    const [socket] = await accepted;
    if (!socket.closed) await once(socket, 'close');
    await until(() => made.journal.reading() === 0);
    expect(made.journal.reading()).toBe(0);
  });

  it('is cut, not ended, where the journal cannot be read on', async () => {
    await listen(10);
    let messages = 0;
    made.journal.gate = async () => {
      messages += 1;
      if (messages > 2) throw new Error('the disk is gone');
    };
    const answer = await get();
    await expect(answer.text()).rejects.toThrow();
    expect(made.log.lines.map(({ event }) => event)).toContain('journal-not-read');
  });
});
