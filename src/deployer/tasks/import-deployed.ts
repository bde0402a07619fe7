import { hashOf } from '../../core/canonical.js';
import { prepareConfig } from '../../core/config-rules.js';
import { cutText } from '../../core/cut-text.js';
import { unkeepable } from '../../core/keepable.js';
import { byCodeUnit } from '../../core/own.js';
import { redactText } from '../../core/redact-text.js';
import { isAborted } from '../../core/pause.js';
import { DEFAULT_SECRET_RULES, type SecretRules } from '../../core/secret-rules.js';
import type {
  FoundFunction,
  LeftOut,
  RecordImportParams,
  TaskDocument,
  WorkloadType,
} from '../../core/types.js';
import { AppError, hasCode } from '../../errors.js';
import type { OutgoingMessage } from '../../ports/bus.js';
import type { ClusterAdmin } from '../../ports/cluster.js';
import type { LivePackage, WorkloadRef } from '../../ports/functions.js';
import type { DeployContext } from '../deploy-one.js';
import { livePackage } from '../evidence.js';
import { importedConfig, unknownPackage } from '../import-config.js';
import { withoutSecrets } from './known-secrets.js';
import { readLive } from './read-live.js';
import type { TaskAssignment } from './task-assignment.js';
import { command, cutParts, MAX_PART_BYTES } from './task-commands.js';

export interface ImportContext extends Pick<
  DeployContext,
  'functions' | 'reads' | 'secrets' | 'deadlineMs' | 'signal'
> {
  readonly admin: ClusterAdmin | undefined;
  /** What would be refused as a literal secret. @defaultValue what looks like one anywhere */
  readonly secretRules?: SecretRules;
}

/** What runs, by function name: a function to be taken over, or why it is not. */
export type ImportFinding = { readonly found: FoundFunction } | { readonly leftOut: LeftOut };

const KINDS: readonly WorkloadType[] = ['function', 'source', 'sink'];
/** Packages are downloaded: no more than two of a worker's threads. */
const AT_ONCE = 2;
/** Kept versions of a package that are compared with what runs. */
const MOST_VERSIONS = 5;
const DETAIL_LENGTH = 500;
const SECRET_SHOWN =
  'The value of a secret that was put into it when it was deployed stands in another place too: use {"$secret":"name"} there.';

/** Finds what runs in the tenant, or in one of its namespaces, with its config and its package. Nothing is written. */
export async function findDeployed(task: TaskDocument, context: ImportContext): Promise<ImportFinding[]> {
  const wanted = task.names === undefined ? undefined : new Set(task.names);
  const refs = (await refsIn(task, context)).filter((ref) => wanted?.has(nameOf(ref)) !== false);
  const findings = new Map<string, ImportFinding>();
  const waiting = [...refs];
  const work = async (): Promise<void> => {
    for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
      if (isAborted(context.signal))
        throw new AppError('CLOSED', 'The deployer stops; the task comes again.');
      const finding = await findOne(ref, task, context);
      if (finding !== undefined) findings.set(nameOf(ref), finding);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [...findings].sort(([left], [right]) => byCodeUnit(left, right)).map(([, finding]) => finding);
}

async function refsIn(task: TaskDocument, { functions, admin }: ImportContext): Promise<WorkloadRef[]> {
  const { tenant = '', namespace } = task.import ?? {};
  const refs: WorkloadRef[] = [];
  for (const place of namespace === undefined ? await namespacesOf(tenant, admin) : [namespace])
    for (const type of KINDS) {
      const { status, reason, body } = await functions.list({ type, tenant, namespace: place });
      if (status !== 200 || !Array.isArray(body))
        throw new AppError(
          'CLUSTER_REFUSED',
          `The ${type}s of ${tenant}/${place} cannot be listed: HTTP ${status} ${reason}`,
        );
      for (const name of body as unknown[]) refs.push({ type, tenant, namespace: place, name: String(name) });
    }
  return refs;
}

async function namespacesOf(tenant: string, admin: ClusterAdmin | undefined): Promise<readonly string[]> {
  const found = await admin?.namespaces(tenant);
  if (found?.known !== true) {
    const why = found?.reason ?? 'it is not asked for them';
    throw new AppError('CLUSTER_REFUSED', `The namespaces of ${tenant} cannot be listed (${why}); name one.`);
  }
  if (found.value === undefined)
    throw new AppError('NAMESPACE_MISSING', `The cluster has no tenant ${tenant}.`);
  return found.value;
}

async function findOne(
  ref: WorkloadRef,
  { environment, requested: after }: TaskDocument,
  context: ImportContext,
): Promise<ImportFinding | undefined> {
  const leave = (code: string, detail: string): ImportFinding => ({
    leftOut: {
      function: nameOf(ref),
      workload: ref.type,
      code,
      detail: cutText(redactText(detail), DETAIL_LENGTH),
    },
  });
  try {
    const live = await readLive(ref, context);
    // Deleted since it was listed.
    if (live === undefined) return undefined;
    const found = await packageOf(ref, live['archive'], context);
    const shown = importedConfig(ref, live, found.artifact);
    const config = await withoutSecrets(ref, shown, { ...context, environment, after });
    if (config === undefined) return leave('SECRET_LITERAL', SECRET_SHOWN);
    if (Buffer.byteLength(JSON.stringify(config)) > MAX_PART_BYTES)
      return leave('TOO_LARGE', 'Its config does not fit into a message.');
    const unkept = unkeepable(config);
    if (unkept !== undefined) return leave('INVALID_COMMAND', unkept);
    const made = prepareConfig(config, '', { rules: context.secretRules ?? DEFAULT_SECRET_RULES });
    if (!made.ok) {
      const secret = made.faults.find(({ code }) => code === 'SECRET_LITERAL');
      const fault = secret ?? made.faults[0];
      return leave(fault?.code ?? 'INVALID_COMMAND', `${fault?.pointer ?? ''} ${fault?.detail ?? ''}`.trim());
    }
    return { found: { config, ...(found.sha256 === undefined ? {} : { packageSha256: found.sha256 }) } };
  } catch (error) {
    if (!hasCode(error, 'CLUSTER_REFUSED')) throw error;
    return leave('CLUSTER_REFUSED', error instanceof Error ? error.message : '');
  }
}

interface FoundPackage {
  readonly artifact: string;
  readonly sha256?: string;
}

/** Where the package is, as far as the cluster tells, and its digest where it gives it back. */
async function packageOf(
  ref: WorkloadRef,
  archive: unknown,
  { functions, admin }: ImportContext,
): Promise<FoundPackage> {
  if (typeof archive === 'string' && archive.startsWith('builtin://')) return { artifact: archive };
  const live = await livePackage(functions, ref);
  if (live === undefined) return { artifact: unknownPackage(ref) };
  const kept = admin === undefined ? undefined : await keptAs(ref, live, admin);
  return { artifact: kept ?? unknownPackage(ref), sha256: live.sha256 };
}

/** The version under which the cluster keeps what runs. The newest may be of an earlier life, so the digests decide. */
async function keptAs(ref: WorkloadRef, live: LivePackage, admin: ClusterAdmin): Promise<string | undefined> {
  const versions = await admin.packageVersions(ref);
  if (!versions.known) return undefined;
  for (const version of [...versions.value].reverse().slice(0, MOST_VERSIONS)) {
    const url = `${ref.type}://${nameOf(ref)}@${version}`;
    const kept = await admin.packageAt(url);
    if (kept.known && kept.value?.sha256 === live.sha256) return url;
  }
  return undefined;
}

const nameOf = ({ tenant, namespace, name }: WorkloadRef): string => `${tenant}/${namespace}/${name}`;

/** What was found, in parts, in their order. */
export function importCommands(
  { effect, body }: TaskAssignment,
  findings: readonly ImportFinding[],
): OutgoingMessage[] {
  const { environment, task, project } = body;
  const run = hashOf([effect, findings]);
  const parts = cutParts(findings);
  return parts.map((some, part) => {
    const params: RecordImportParams = {
      environment,
      task,
      run,
      part,
      parts: parts.length,
      functions: some.flatMap((finding) => ('found' in finding ? [finding.found] : [])),
      leftOut: some.flatMap((finding) => ('leftOut' in finding ? [finding.leftOut] : [])),
    };
    return command(project, { name: 'record-import', effect, params });
  });
}
