// A server of live events in a process of its own: `stageline` (its feed and HTTP part) or `bare` (node:http). It appends
// to the journal itself, at an even pace, and tells when.
import { createServer } from 'node:http';
import { recordsOf } from './fan-out-journal.mjs';
import { openEngines, quietLog } from './engines.mjs';
import { product } from './product.mjs';
import { cpuMs } from './stats.mjs';

const [side, clients] = [process.argv[2], Number(process.argv[3])];
const engines = await openEngines('embedded');
const { bus, store, topics, config } = engines;
const log = quietLog();

/** The product's reader of the journal, feed and routes; what they do not need for this is not there. */
async function stageline() {
  const { createJournalFollower } = product('feed/journal-follower');
  const { createEventFeed } = product('feed/event-feed');
  const { buildApp } = product('http/app');
  const { systemClock: clock } = product('service/system');
  const shared = { bus, store, log, topic: topics.journal, now: () => clock.now() };
  const follower = createJournalFollower(shared);
  const feed = createEventFeed({ ...shared, follower });
  follower.start(undefined);
  const nothing = () => Promise.reject(new Error('not measured'));
  const app = buildApp({
    door: { send: nothing },
    feed,
    reads: { get: nothing, getMany: nothing, page: nothing },
    status: nothing,
    clock,
    log,
    environments: () => [],
    settings: {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      maxCommandBytes: config.limits.maxCommandBytes,
    },
    streams: { maxStreams: clients + 10 },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app.server.address().port;
}

/** The least that does the same: one reader, one text for each record, one write for each client. */
async function bare() {
  const { cloudEventsOf } = product('http/cloud-events');
  const everything = { projects: new Set(), types: new Set() };
  const open = new Set();
  const reader = await bus.openReader(topics.journal, { start: 'earliest' });
  void (async () => {
    for (;;) {
      for (const { payload, properties } of await reader.receive({ max: 500, waitMs: 500 })) {
        if (properties.type !== 'records') continue;
        for (const line of payload.toString().split('\n')) {
          const record = JSON.parse(line);
          const data = JSON.stringify(cloudEventsOf(record, everything));
          const block = `id: ${record.position}\ndata: ${data}\n\n`;
          for (const response of open) response.write(block);
        }
      }
    }
  })().catch((error) => process.send({ failed: error.message }));
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write('id: 0\n: connected\n\n');
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));
  return server.address().port;
}

const port = await (side === 'bare' ? bare : stageline)();
const journal = await recordsOf(engines);

process.on('message', async ({ do: what, events, everyMs }) => {
  if (what === 'end') process.exit(0);
  const sentAt = [];
  const before = cpuMs();
  const begun = performance.now();
  for (let count = 0; count < events; count += 1) {
    const wait = begun + count * everyMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const { position, message } = journal.next();
    sentAt.push([position, Number(process.hrtime.bigint()) / 1e6]);
    journal.send(message);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.send({
    sentAt,
    cpuSeconds: (cpuMs() - before) / 1_000,
    seconds: (performance.now() - begun) / 1_000,
    log: log.kept,
  });
});
process.send({ port });
