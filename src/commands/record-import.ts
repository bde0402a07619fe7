import { prepareConfig, type PreparedConfig } from '../core/config-rules.js';
import { accept, defineCommand, rejectAt, type Meta } from '../core/decision.js';
import { environmentHolds, inEnvironment, isHeld } from '../core/function-state.js';
import { contentId, functionId, projectId, taskId } from '../core/ids.js';
import { byCodeUnit } from '../core/own.js';
import { namespaceIn, namespaceRefusal } from '../core/project-namespaces.js';
import type {
  EnvironmentDocument,
  FunctionsImported,
  ImportedEntry,
  ImportSummary,
  LeftOut,
  RecordImportParams,
  TaskDocument,
} from '../core/types.js';
import { newestRelease } from './shared/make-release.js';
import { loadEnvironments, seenAs, type Seen } from './shared/read.js';
import { capped } from './shared/refusals.js';

interface State {
  readonly task: TaskDocument | undefined;
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
}

/** One function of a part, understood. */
interface Found extends PreparedConfig {
  readonly packageSha256: string | undefined;
}

/** What a deployer has found running, part by part, in order. Each part is a release without effects. */
export const recordImport = defineCommand<RecordImportParams, State>({
  name: 'record-import',
  summary: 'Records a part of what ran already; sent by deployers.',
  schema: 'record-import.json',
  kind: 'change',
  role: 'service',
  refusals: ['UNKNOWN_TASK', 'SECRET_LITERAL'],

  // A deployer leaves out what does not pass: no secret may come this far.
  check: ({ functions }, { secretRules: rules }) =>
    capped(
      functions.flatMap(({ config }, index) => {
        const made = prepareConfig(config, `/params/functions/${index}/config`, { rules });
        return made.ok ? [] : made.faults;
      }),
    ),

  async load(load, params, meta) {
    const { project } = meta;
    const { environment, task: id } = params;
    const key = taskId({ project, environment, task: id });
    const ids = foundIn(params, meta).flatMap(({ name, contentHash }) => [
      functionId(name),
      contentId(contentHash),
    ]);
    const [environments, seen] = await Promise.all([
      loadEnvironments(load),
      load.get([key, projectId(project), ...ids]),
    ]);
    return { task: seenAs(seen, key, 'task'), environments, seen };
  },

  decide({ task, environments, seen }, params, meta) {
    const { project } = meta;
    const { environment, part, parts } = params;
    const ref = { project, environment, task: params.task };
    const here = environments.find((candidate) => candidate.environment === environment);
    if (task?.operation !== 'import' || here?.target.fingerprint !== task.target.fingerprint)
      return rejectAt(
        '/params/task',
        'UNKNOWN_TASK',
        `Project "${project}" has no such import in "${environment}", or its target has changed.`,
      );
    const told = { environment, document: taskId(ref) };
    if (!isNext(task, params)) return accept([], { ...told, recorded: 0, state: task.state });

    const leftOut: LeftOut[] = [...params.leftOut];
    const entries = foundIn(params, meta).flatMap((one): ImportedEntry[] => {
      if (isTakenBy(task, one, { here, seen, meta })) return [];
      const against = whyNot(one, { here, environments, seen, meta });
      if (against === undefined) return [entryOf(one, seen, project)];
      leftOut.push({ function: one.name, workload: one.workload, ...against });
      return [];
    });
    const release = entries.length === 0 ? undefined : newestRelease(seen, project, environment) + 1;
    const event: FunctionsImported = {
      type: 'functions-imported',
      ...ref,
      ...(release === undefined ? {} : { release }),
      target: here.target,
      state: part === parts - 1 ? 'done' : 'requested',
      summary: summaryOf(part === 0 ? anew(task.imported) : task.imported, params, {
        entries,
        leftOut,
        release,
      }),
      entries: entries.sort((left, right) => byCodeUnit(left.function, right.function)),
      leftOut,
    };
    return accept([event], {
      ...told,
      recorded: entries.length,
      state: event.state,
      ...(release === undefined ? {} : { release }),
    });
  },
});

const prepared = new WeakMap<RecordImportParams, Found[]>();

/** Configs of a command are prepared once. */
function foundIn(params: RecordImportParams, { secretRules: rules }: Meta): Found[] {
  const known = prepared.get(params);
  if (known !== undefined) return known;
  const found = new Map<string, Found>();
  for (const [index, { config, packageSha256 }] of params.functions.entries()) {
    const made = prepareConfig(config, `/params/functions/${index}/config`, { rules });
    if (made.ok) found.set(made.config.name, { ...made.config, packageSha256 });
  }
  const all = [...found.values()];
  prepared.set(params, all);
  return all;
}

/** What earlier parts have taken over counts, even if another run begins anew: that is in the documents. */
function isNext({ state, imported }: TaskDocument, { run, part }: RecordImportParams): boolean {
  if (state !== 'requested') return false;
  if (part === 0) return imported?.run !== run;
  return imported?.run === run && part === imported.received;
}

interface Around {
  readonly here: EnvironmentDocument;
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
  readonly meta: Meta;
}

/** A run of this very task that was cut has taken it over: it counts already. */
function isTakenBy(
  { imported }: TaskDocument,
  { name }: Found,
  { here, seen, meta }: Pick<Around, 'here' | 'seen' | 'meta'>,
): boolean {
  const document = seenAs(seen, functionId(name), 'function');
  const now = document?.project === meta.project ? inEnvironment(document, here) : undefined;
  return now !== undefined && imported?.releases.includes(now.release) === true;
}

/** What a run that was cut has taken over stays taken over; what it left out, the next one tells again. */
function anew(before: ImportSummary | undefined): ImportSummary | undefined {
  return before === undefined ? undefined : { ...before, leftOut: 0 };
}

function whyNot(
  { name, workload }: Found,
  { here, environments, seen, meta }: Around,
): Pick<LeftOut, 'code' | 'detail'> | undefined {
  const foreign = namespaceRefusal(meta.namespaces, meta.project, namespaceIn(name));
  if (foreign !== undefined) return { code: 'NAMESPACE_NOT_ALLOWED', detail: foreign };
  const document = seenAs(seen, functionId(name), 'function');
  if (document === undefined || !isHeld(document, environments)) return undefined;
  if (document.project !== meta.project)
    return { code: 'OTHER_PROJECT', detail: `It belongs to project "${document.project}".` };
  if (environmentHolds(document, here))
    return { code: 'DUPLICATE_NAME', detail: 'The project has deployed it there already.' };
  if (document.workload !== workload)
    return { code: 'TYPE_CHANGED', detail: `The project has it as a ${document.workload}.` };
  return undefined;
}

function entryOf(
  { name, workload, contentHash, content, packageSha256 }: Found,
  seen: Seen,
  project: string,
): ImportedEntry {
  const document = seenAs(seen, functionId(name), 'function');
  const claimed = document?.project !== project || document.workload !== workload;
  return {
    function: name,
    workload,
    contentHash,
    ...(seen.has(contentId(contentHash)) ? {} : { content }),
    ...(claimed ? { claimed } : {}),
    ...(packageSha256 === undefined ? {} : { packageSha256 }),
  };
}

interface Taken {
  readonly entries: readonly ImportedEntry[];
  readonly leftOut: readonly LeftOut[];
  readonly release: number | undefined;
}

function summaryOf(
  before: ImportSummary | undefined,
  { run, part, parts }: RecordImportParams,
  { entries, leftOut, release }: Taken,
): ImportSummary {
  const releases = [...(before?.releases ?? []), ...(release === undefined ? [] : [release])];
  const unknown = entries.filter(({ packageSha256 }) => packageSha256 === undefined).length;
  return {
    run,
    parts,
    received: part + 1,
    imported: (before?.imported ?? 0) + entries.length,
    packageUnknown: (before?.packageUnknown ?? 0) + unknown,
    leftOut: (before?.leftOut ?? 0) + leftOut.length,
    releases,
  };
}
