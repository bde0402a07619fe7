// Many readers of one event stream, in a process of their own: they note when each event came in.
import { connect } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const REQUEST = `GET /v1/events?from=0 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/event-stream\r\n\r\n`;
const CONNECTS_AT_ONCE = 50;
/** Times of arrival by event id. */
const arrived = new Map();
let refused;

const now = () => Number(process.hrtime.bigint()) / 1e6;
const note = (id, at) => {
  const times = arrived.get(id);
  if (times === undefined) arrived.set(id, [at]);
  else times.push(at);
};

function open() {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(REQUEST));
    let rest = '';
    let begun = false;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      const at = now();
      const all = rest + text;
      if (!begun) {
        if (!all.includes('connected')) {
          rest = all;
          if (/^HTTP\/1\.1 [45]/.test(all)) reject(new Error(all.slice(0, 300)));
          return;
        }
        begun = true;
        resolve();
      }
      // A block is over at the blank line behind its data; its id stands before.
      let from = 0;
      for (let end = all.indexOf('\n\n'); end !== -1; end = all.indexOf('\n\n', from)) {
        const block = all.slice(from, end);
        from = end + 2;
        if (!block.includes('\ndata: ') && !block.startsWith('data: ')) continue;
        const [, id] = /(?:^|\n)id: (\d+)/.exec(block) ?? [];
        if (id !== undefined) note(Number(id), at);
      }
      rest = all.slice(from);
    });
    socket.on('error', reject);
    socket.on('close', () => (refused ??= 'a stream was closed'));
  });
}

for (let opened = 0; opened < count; opened += CONNECTS_AT_ONCE)
  await Promise.all(Array.from({ length: Math.min(CONNECTS_AT_ONCE, count - opened) }, open));

process.on('message', ({ sentAt }) => {
  const taken = [];
  let missing = 0;
  for (const [id, at] of sentAt) {
    const times = arrived.get(id) ?? [];
    missing += count - times.length;
    for (const time of times) taken.push(time - at);
  }
  const sorted = Float64Array.from(taken).sort();
  const share = (part) => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  process.send({ p50: share(0.5), p99: share(0.99), delivered: taken.length, missing, refused }, () =>
    process.exit(0),
  );
});
process.send({ ready: true });
