import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { AppError, messageOf } from '../../errors.js';
import type { ClusterAnswer, Functions, Upsert, WorkloadRef } from '../../ports/functions.js';
import type { Fields } from './config-maps.js';
import { mergeUpdate } from './merge.js';
import { readBack } from './read-back.js';
import { statusOf } from './status.js';
import { configFault, creationFault, label } from './validate.js';

export interface SandboxOptions {
  /** Folder of its state; one process at a time. */
  readonly dir: string;
}

/** What is kept of a workload; the package itself is not. */
interface Entry {
  readonly type: WorkloadRef['type'];
  readonly version: number;
  readonly config: Fields;
  readonly package: string;
}

const DONE: ClusterAnswer = { status: 204, reason: '' };
const refuse = (status: number, reason: string): ClusterAnswer => ({ status, reason, body: { reason } });

/**
 * A cluster inside the process: it answers as the functions worker of Pulsar 4.0 does, by status and reason, and says
 * that everything runs. Nothing is run, and packages are not opened.
 */
export async function createSandboxFunctions({ dir }: SandboxOptions): Promise<Functions> {
  await mkdir(dir, { recursive: true });
  const entries = new ClassicLevel<string, Entry>(dir, { valueEncoding: 'json' });
  await entries.open();

  // One request at a time: what a request has read holds until it has written.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<ClusterAnswer>): Promise<ClusterAnswer> => {
    const result = last.then(work).catch((error: unknown) => {
      throw new AppError('CLUSTER_UNREACHABLE', `sandbox in ${dir}: ${messageOf(error)}`, { cause: error });
    });
    last = result.catch(() => undefined);
    return result;
  };

  const missing = (ref: WorkloadRef, status: number): ClusterAnswer =>
    refuse(status, `${label(ref.type)} ${ref.name} doesn't exist`);

  /** The entry, or the answer if there is none of this type: functions, sources and sinks share their names. */
  const withEntry = (ref: WorkloadRef, use: (entry: Entry) => ClusterAnswer | Promise<ClusterAnswer>) =>
    inTurn(async () => {
      const entry = await entries.get(keyOf(ref));
      return entry?.type === ref.type ? use(entry) : missing(ref, 404);
    });

  const create = async (upsert: Upsert): Promise<ClusterAnswer> => {
    const { ref } = upsert;
    if ((await entries.get(keyOf(ref))) !== undefined)
      return refuse(400, `${label(ref.type)} ${ref.name} already exists`);
    const fault = creationFault(upsert);
    if (fault !== undefined) return refuse(400, fault);
    const config = readBack(ref, upsert.config);
    await entries.put(keyOf(ref), { type: ref.type, version: 0, config, package: packageOf(upsert) });
    return DONE;
  };

  const update = async (upsert: Upsert): Promise<ClusterAnswer> => {
    const { ref } = upsert;
    const entry = await entries.get(keyOf(ref));
    if (entry === undefined) return missing(ref, 400);
    if (entry.type !== ref.type) return missing(ref, 404);
    const merge = mergeUpdate(ref.type, entry.config, upsert.config);
    if (merge.refused !== undefined) return refuse(400, merge.refused);
    const hasPackage = upsert.data !== undefined || upsert.url !== undefined;
    if (!merge.changed && !hasPackage) return refuse(400, 'Update contains no change');
    const fault = configFault(ref.type, merge.config);
    if (fault !== undefined) return refuse(400, fault);
    await entries.put(keyOf(ref), {
      type: ref.type,
      version: entry.version + 1,
      config: readBack(ref, merge.config),
      package: hasPackage ? packageOf(upsert) : entry.package,
    });
    return DONE;
  };

  return {
    kind: 'sandbox',
    get: (ref) => withEntry(ref, ({ config }) => ({ status: 200, reason: '', body: config })),
    create: (upsert) => inTurn(() => create(upsert)),
    update: (upsert) => inTurn(() => update(upsert)),
    delete: (ref) =>
      withEntry(ref, async () => {
        await entries.del(keyOf(ref));
        return DONE;
      }),
    status: (ref) =>
      withEntry(ref, ({ config }) => ({ status: 200, reason: '', body: statusOf(ref.type, config) })),
    async close() {
      await last;
      await entries.close();
    },
  };
}

const keyOf = ({ tenant, namespace, name }: WorkloadRef): string => `${tenant}/${namespace}/${name}`;

function packageOf({ data, url, config }: Upsert): string {
  if (data !== undefined) return `sha256:${createHash('sha256').update(data.body).digest('hex')}`;
  return url ?? String(config['archive'] ?? config['jar']);
}
