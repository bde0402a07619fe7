import { createHash } from 'node:crypto';
import type { ClusterAnswer, Functions, Upsert, WorkloadRef } from '../../ports/functions.js';
import { ALL_RUNNING, changed, runs } from './instance-states.js';
import { mergeUpdate } from './merge.js';
import { readBack } from './read-back.js';
import { statusOf } from './status.js';
import { configFault, creationFault, label } from './validate.js';
import { openWorkloads, type Entry, type Workloads } from './workloads.js';

export interface SandboxOptions {
  /** Folder of its state; one process at a time. */
  readonly dir: string;
}

const DONE: ClusterAnswer = { status: 204, reason: '' };
const found = (body: unknown): ClusterAnswer => ({ status: 200, reason: '', body });
const refuse = (status: number, reason: string): ClusterAnswer => ({ status, reason, body: { reason } });

/**
 * A cluster inside the process: it answers as the functions worker of Pulsar 4.0 does, by status and reason, and says
 * that everything runs that is not stopped. Nothing is run, and packages are not opened.
 */
export async function createSandboxFunctions({ dir }: SandboxOptions): Promise<Functions> {
  return sandboxFunctions(await openWorkloads(dir));
}

/** The functions worker over an open state; closing it closes the state. */
export function sandboxFunctions(workloads: Workloads): Functions {
  const inTurn = (work: () => Promise<ClusterAnswer>): Promise<ClusterAnswer> => workloads.inTurn(work);
  const missing = (ref: WorkloadRef, status: number): ClusterAnswer =>
    refuse(status, `${label(ref.type)} ${ref.name} doesn't exist`);

  /** The entry, or the answer if there is none of this type: functions, sources and sinks share their names. */
  const withEntry = (ref: WorkloadRef, use: (entry: Entry) => ClusterAnswer | Promise<ClusterAnswer>) =>
    inTurn(async () => {
      const entry = await workloads.get(ref);
      return entry?.type === ref.type ? use(entry) : missing(ref, 404);
    });

  const create = async (upsert: Upsert): Promise<ClusterAnswer> => {
    const { ref } = upsert;
    if ((await workloads.get(ref)) !== undefined)
      return refuse(400, `${label(ref.type)} ${ref.name} already exists`);
    const fault = creationFault(upsert);
    if (fault !== undefined) return refuse(400, fault);
    const config = readBack(ref, upsert.config);
    await workloads.put(ref, { type: ref.type, version: 0, config, ...packageOf(upsert) });
    return DONE;
  };

  const update = async (upsert: Upsert): Promise<ClusterAnswer> => {
    const { ref } = upsert;
    const entry = await workloads.get(ref);
    if (entry === undefined) return missing(ref, 400);
    if (entry.type !== ref.type) return missing(ref, 404);
    const merge = mergeUpdate(ref.type, entry.config, upsert.config);
    if (merge.refused !== undefined) return refuse(400, merge.refused);
    const hasPackage = upsert.data !== undefined || upsert.url !== undefined;
    if (!merge.changed && !hasPackage) return refuse(400, 'Update contains no change');
    const fault = configFault(ref.type, merge.config);
    if (fault !== undefined) return refuse(400, fault);
    await workloads.put(ref, {
      ...entry,
      version: entry.version + 1,
      config: readBack(ref, merge.config),
      ...(hasPackage ? packageOf(upsert) : {}),
      ...(entry.states === undefined ? {} : { states: { named: entry.states.named } }),
    });
    return DONE;
  };

  const change = (ref: WorkloadRef, to: 'RUNNING' | 'STOPPED') =>
    withEntry(ref, async (entry) => {
      const parallelism = Number(entry.config['parallelism']);
      const states = changed(entry.states ?? ALL_RUNNING, to, parallelism);
      if (states === undefined) return refuse(400, 'Operation not permitted');
      await workloads.put(ref, { ...entry, states });
      return DONE;
    });

  return {
    kind: 'sandbox',
    get: (ref) => withEntry(ref, ({ config }) => found(config)),
    create: (upsert) => inTurn(() => create(upsert)),
    update: (upsert) => inTurn(() => update(upsert)),
    delete: (ref) =>
      withEntry(ref, async () => {
        await workloads.delete(ref);
        return DONE;
      }),
    status: (ref) =>
      withEntry(ref, ({ config, states = ALL_RUNNING }) =>
        found(statusOf(ref.type, config, (instance) => runs(states, instance))),
      ),
    list: (place) => inTurn(async () => found(await workloads.names(place))),
    start: (ref) => change(ref, 'RUNNING'),
    stop: (ref) => change(ref, 'STOPPED'),
    restart: (ref) =>
      withEntry(ref, async (entry) => {
        if (entry.states !== undefined)
          await workloads.put(ref, { ...entry, states: { ...entry.states, restarted: true } });
        return DONE;
      }),
    packageDigest: (ref) =>
      withEntry(ref, ({ package: kept, bytes = 0 }) => {
        const sha256 = /^sha256:([0-9a-f]{64})$/.exec(kept)?.[1];
        return sha256 === undefined
          ? refuse(404, `The package of ${ref.name} is not kept`)
          : found({ sha256, bytes });
      }),
    close: () => workloads.close(),
  };
}

function packageOf({ data, url, config }: Upsert): Pick<Entry, 'package' | 'bytes'> {
  if (data === undefined) return { package: url ?? String(config['archive'] ?? config['jar']) };
  const sha256 = createHash('sha256').update(data.body).digest('hex');
  return { package: `sha256:${sha256}`, bytes: data.body.length };
}
