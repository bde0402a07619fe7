import { commandSource } from './commands.mjs';
import { openEngines } from './engines.mjs';
import { startProcessorOn } from './processor.mjs';
import { product } from './product.mjs';

/** As many records as come together under load. */
const RECORDS_A_MESSAGE = 32;
const MESSAGES_UNDER_WAY = 200;
const DOCUMENTS_A_WRITE = 5_000;

/** Ids that sort by their number: documents are then written in order. */
const idOf = (number) => `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/** Documents of the fold in memory; those of a record alone (its answer and audit) are handed over at once. */
function createFold({ done }) {
  const { foldRecord } = product('projections/fold');
  const versions = new Map();
  return {
    versions,
    get: (ids) => {
      const seen = new Map();
      for (const id of ids) {
        const version = versions.get(id);
        if (version?.document !== undefined) seen.set(id, { id, ...version });
      }
      return seen;
    },
    fold: (record) => {
      for (const [id, version] of foldRecord(record, versions)) {
        if (id.startsWith('answered:') || id.startsWith('audit:')) done(id, version);
        else versions.set(id, version);
      }
    },
  };
}

const bodyOf = ({ position, document }) =>
  document === undefined ? { deleted: true, position } : { ...document, position };

async function everything(documents) {
  const found = [];
  for (let start = ''; ;) {
    const page = await documents.range({ start, end: '\uffff', limit: 10_000 });
    if (page.length === 0) return found;
    found.push(...page);
    start = `${page.at(-1).id}\0`;
  }
}

/**
 * Writes a journal of `records` stage-configs commands over `functions` functions, and the documents that it folds to,
 * with the product's own decision, record, fold and engines; only the bus of commands and the batches are left out. The
 * first record (the environments) and the term are a real processor's.
 */
export async function writeHistory(dir, { records, functions, progress }) {
  const first = await openEngines('embedded', dir);
  const processor = await startProcessorOn(first);
  while (processor.standing().term?.stored !== 1) await new Promise((resolve) => setTimeout(resolve, 10));
  await processor.stop();
  await first.close();

  const { stageConfigs } = product('commands/stage-configs');
  const { LOCAL } = product('core/authorise');
  const { commandHash } = product('core/canonical');
  const { checkpointBody, readCheckpoint } = product('core/checkpoint');
  const { CHECKPOINT_ID, indexId } = product('core/ids');
  const { encodeRecord, recordsMessage } = product('core/journal');
  const { INDEX_STEP } = product('feed/event-feed');
  const engines = await openEngines('embedded', dir);
  const { config, topics, bus, store } = engines;
  const documents = await store.open(await store.current());
  const stored = await everything(documents);
  const kept = stored.find(({ id }) => id === CHECKPOINT_ID);
  const start = readCheckpoint(kept.body);
  const finished = [];
  const fold = createFold({ done: (id, version) => finished.push({ id, body: bodyOf(version) }) });
  const revs = new Map(stored.map(({ id, rev }) => [id, rev]));
  for (const { id, body } of stored) {
    const { position, ...document } = body;
    if (id !== CHECKPOINT_ID && !id.startsWith('answered:') && !id.startsWith('audit:'))
      fold.versions.set(id, { position, document });
  }
  const environments = [...fold.versions].flatMap(([id, version]) =>
    id.startsWith('environment:') ? [{ id, ...version }] : [],
  );
  const load = {
    get: async (ids) => fold.get(ids),
    range: async (prefix) => {
      if (prefix !== 'environment:')
        throw new Error(`stage-configs reads ${prefix}; teach bench/lib/history.mjs`);
      return environments;
    },
  };

  const save = async (writes) => {
    for (const result of await documents.write(writes))
      if (!result.ok) throw new Error(`${result.id}: ${result.detail}`);
  };
  const producer = await bus.openProducer(topics.journal, { name: 'stageline-history', exclusive: true });
  const next = commandSource({ sets: 100, functions: Math.max(1, functions / 100) });
  let { position, hash } = start.state;
  let time = Math.max(Date.parse(start.state.time), Date.now() - records);
  let lines = [];
  let state = start.state;
  let startId = start.startId;
  let lastId;
  const indexed = [];
  const sends = [];
  const flush = async () => {
    if (lines.length === 0) return;
    const at = { state, index: indexed.length };
    sends.push({ at, done: producer.send(recordsMessage(lines, state)) });
    lines = [];
    if (sends.length >= MESSAGES_UNDER_WAY) await settle(MESSAGES_UNDER_WAY / 2);
    if (finished.length >= DOCUMENTS_A_WRITE) await save(finished.splice(0));
  };
  /** Message ids are known once they are stored: a start point names the message before. */
  const settle = async (keep) => {
    while (sends.length > keep) {
      const { at, done } = sends.shift();
      const { id } = await done;
      startId = lastId ?? start.startId;
      for (const entry of indexed)
        if (entry.startId === undefined && entry.state.position <= at.state.position) entry.startId = startId;
      lastId = id;
    }
  };

  lastId = await newest(bus, topics.journal);
  while (position < records) {
    const { command } = next();
    command.id = idOf(position + 1);
    // Each function has a few contents, as it is with people; every command changes the one in force.
    command.params.configs[0].userConfig.revision %= 8 * functions;
    time += 1;
    const meta = {
      commandId: command.id,
      project: command.project,
      actor: LOCAL,
      time: new Date(time).toISOString(),
      deploymentsTopic: topics.deployments,
      position,
      maxConfigs: config.limits.maxConfigs,
      secretRules: config.limits.secretRules,
    };
    const faults = stageConfigs.check(command.params, meta);
    const decision =
      faults.length === 0
        ? stageConfigs.decide(await stageConfigs.load(load, command.params, meta), command.params, meta)
        : {};
    if (decision.kind !== 'accepted')
      throw new Error(`a command of the history is refused: ${JSON.stringify({ faults, decision })}`);
    const record = {
      v: 1,
      partition: 0,
      position: position + 1,
      prev: hash,
      time: meta.time,
      command,
      commandHash: commandHash(command),
      actor: LOCAL,
      via: 'commands',
      outcome: 'ok',
      result: decision.result,
      events: [...decision.events],
    };
    const encoded = encodeRecord(record);
    fold.fold(record);
    lines.push(encoded.line);
    position += 1;
    hash = encoded.hash;
    state = { ...state, position, hash, time: meta.time };
    if (position % INDEX_STEP === 0) indexed.push({ state, startId: undefined });
    if (lines.length === RECORDS_A_MESSAGE) await flush();
    if (position % 50_000 === 0) progress?.(`${position} of ${records} records`);
  }
  await flush();
  await settle(0);
  await save(finished.splice(0));
  const writes = [...fold.versions].map(([id, version]) => ({
    id,
    rev: revs.get(id),
    body: bodyOf(version),
  }));
  writes.push(
    ...indexed.map((entry) => ({
      id: indexId(entry.state.position),
      body: checkpointBody({ ...start, ...entry }),
    })),
  );
  for (let from = 0; from < writes.length; from += DOCUMENTS_A_WRITE)
    await save(writes.slice(from, from + DOCUMENTS_A_WRITE));
  await save([{ id: CHECKPOINT_ID, rev: kept.rev, body: checkpointBody({ ...start, startId, state }) }]);
  await producer.close();
  await engines.close();
}

async function newest(bus, topic) {
  const reader = await bus.openReader(topic, { start: 'earliest' });
  let last;
  for (;;) {
    const messages = await reader.receive({ max: 1_000, waitMs: 200 });
    if (messages.length === 0) break;
    last = messages.at(-1).id;
  }
  await reader.close();
  return last;
}
