import { createHash } from 'node:crypto';
import { openEngines } from './engines.mjs';
import { product } from './product.mjs';

/** Reads the whole journal, a message at a time, until `records` records were seen. */
async function readJournal({ bus, topics }, records, take) {
  const reader = await bus.openReader(topics.journal, { start: 'earliest' });
  for (let seen = 0; seen < records;) {
    const messages = await reader.receive({ max: 500, maxBytes: 8 * 1024 * 1024, waitMs: 5_000 });
    if (messages.length === 0) throw new Error(`the journal ends after ${seen} records`);
    for (const message of messages) seen += take(message);
  }
  await reader.close();
}

/** What replaying needs at least: every line is read, parsed and hashed. */
function parseAndHash(message) {
  if (message.properties.type !== 'records') return 0;
  const { payload } = message;
  let lines = 0;
  for (let start = 0; start < payload.length; lines += 1) {
    const newline = payload.indexOf(0x0a, start);
    const end = newline === -1 ? payload.length : newline;
    const line = payload.subarray(start, end);
    if (JSON.parse(line.toString()).position === undefined) throw new Error('no record');
    createHash('sha256').update(line).digest('base64url');
    start = end + 1;
  }
  return lines;
}

/** The product's documents in memory; from the fold itself where there is no such module. */
function createFold() {
  try {
    return product('projections/memory-documents').createMemoryDocuments();
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
  }
  const { foldRecord } = product('projections/fold');
  const documents = new Map();
  return {
    fold: (record) => {
      for (const [id, version] of foldRecord(record, documents)) documents.set(id, version);
    },
  };
}

/** The product's replay: what counts is found out, hashes are compared, and every record is folded. */
function createReplay() {
  const { admit, EMPTY_JOURNAL } = product('core/journal');
  const documents = createFold();
  let state = EMPTY_JOURNAL;
  return (message) => {
    const admission = admit(state, message);
    if (admission.kind === 'void') throw new Error(admission.reason);
    state = admission.state;
    if (admission.kind === 'mark') return 0;
    for (const { record } of admission.lines) documents.fold(record);
    return admission.lines.length;
  };
}

/** Records a second of one way of going through the journal in a data directory. */
export async function measureReplay(side, { dataDir, records }) {
  const engines = await openEngines('embedded', dataDir);
  const take = side === 'read, parse, hash' ? parseAndHash : createReplay();
  const begun = performance.now();
  await readJournal(engines, records, take);
  const seconds = (performance.now() - begun) / 1_000;
  const { heapUsed, rss } = process.memoryUsage();
  await engines.close();
  return { rate: records / seconds, seconds, heapMb: heapUsed / 1e6, rssMb: rss / 1e6 };
}
