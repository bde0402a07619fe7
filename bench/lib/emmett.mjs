import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { product, root } from './product.mjs';
import { commandSource } from './commands.mjs';
import { cpuMs, percentile } from './stats.mjs';

/** Why Emmett cannot be measured here; undefined if it can. */
export function missingEmmett() {
  const installed = existsSync(join(root, 'bench', 'node_modules', '@event-driven-io', 'emmett-postgresql'));
  return installed ? undefined : 'Emmett is not installed: npm ci --prefix bench';
}

/** A stage set as a stream: what `stage-configs` decides, as far as one stream can know it. */
const initialState = () => ({ entries: {}, counts: { apply: 0, delete: 0 } });

function evolve(state, { type, data }) {
  if (type !== 'ConfigsStaged') return state;
  const entries = { ...state.entries };
  for (const { function: name, operation, contentHash } of data.entries)
    entries[name] = { operation, contentHash };
  return { entries, counts: data.counts };
}

/** The product's own reading of configs: faults, canonical form and hash. */
function createDecide() {
  const { prepareConfig } = product('core/config-rules');
  return ({ id, project, params }, state) => {
    const prepared = params.configs.map((config, index) => prepareConfig(config, `/params/configs/${index}`));
    if (prepared.some(({ ok }) => !ok)) throw new Error(`${id} is not valid`);
    const counts = { ...state.counts };
    const entries = prepared.map(({ config }) => {
      const { name, workload, contentHash, content } = config;
      const before = state.entries[name];
      if (before !== undefined) counts[before.operation] -= 1;
      counts.apply += 1;
      return { function: name, workload, operation: 'apply', contentHash, content };
    });
    return {
      type: 'ConfigsStaged',
      data: { commandId: id, project, stageSet: params.stageSet, counts, entries },
    };
  };
}

/**
 * The same commands handled by Emmett on PostgreSQL: a decider on a stream for each stage set, through CommandHandler
 * with its own retry on a conflict. Commands come by a call, not over a bus; there are no projections.
 */
export async function measureEmmett({ url, inFlight, warmUpMs, measureMs, source = {} }) {
  const { CommandHandler, isExpectedVersionConflictError } = await import('@event-driven-io/emmett');
  const { getPostgreSQLEventStore } = await import('@event-driven-io/emmett-postgresql');
  const store = getPostgreSQLEventStore(url, { schema: { autoMigration: 'CreateOrUpdate' } });
  await store.schema.migrate();
  const handle = CommandHandler({ evolve, initialState, retry: { onVersionConflict: true } });
  const decide = createDecide();
  const next = commandSource(source);
  const taken = [];
  const statuses = {};
  const begun = performance.now();
  const [from, to] = [begun + warmUpMs, begun + warmUpMs + measureMs];
  let [cpuBefore, failure] = [undefined, undefined];

  const one = async () => {
    const { command } = JSON.parse(JSON.stringify(next()));
    const sent = performance.now();
    let status = 'ok';
    try {
      await handle(store, `stageset-${command.params.stageSet}`, (state) => decide(command, state));
    } catch (error) {
      if (!isExpectedVersionConflictError(error)) throw error;
      status = 'conflict';
    }
    const now = performance.now();
    if (now < from || now >= to) return;
    cpuBefore ??= cpuMs();
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status === 'ok') taken.push(now - sent);
  };
  const worker = async () => {
    while (performance.now() < to && failure === undefined) await one().catch((error) => (failure ??= error));
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const cpu = cpuMs() - (cpuBefore ?? 0);
  await store.close();
  if (failure !== undefined) throw failure;
  return {
    rate: (taken.length * 1_000) / measureMs,
    p50: percentile(taken, 0.5),
    p99: percentile(taken, 0.99),
    answered: taken.length,
    failed: statuses.conflict ?? 0,
    statuses,
    cpuMsEach: cpu / taken.length,
  };
}
