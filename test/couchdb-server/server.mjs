// CouchDB's HTTP protocol over PouchDB in memory: what the CouchDB adapter is tested against where there is no CouchDB.
// Prints one line, `couchdb-protocol http://127.0.0.1:PORT`, when it is ready. Nothing is written to disk.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

// Its dependencies are old and use deprecated parts of Node: nothing that a reader of a test log can act on.
process.noDeprecation = true;
const [{ default: PouchDB }, { default: memoryAdapter }, { default: expressPouchDB }] = await Promise.all([
  import('pouchdb-core'),
  import('pouchdb-adapter-memory'),
  import('express-pouchdb'),
]);

const HOST = '127.0.0.1';
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });

/**
 * The smallest mode has no configuration file, no log file and no users. Left out of it: compression, which only costs
 * time on loopback, and views, for which there is no engine here.
 */
const app = expressPouchDB(PouchDB.plugin(memoryAdapter), {
  mode: 'minimumForPouchDB',
  inMemoryConfig: true,
  overrideMode: {
    exclude: ['compression', 'routes/temp-views', 'routes/view-cleanup', 'routes/views'],
  },
});

const server = createServer(app);
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.listen(Number(values.port), HOST, () => {
  process.stdout.write(`couchdb-protocol http://${HOST}:${server.address().port}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));
