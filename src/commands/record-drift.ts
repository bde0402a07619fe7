import { cutText } from '../core/cut-text.js';
import { accept, defineCommand, rejectAt, type Decision, type Meta } from '../core/decision.js';
import { inEnvironment, successIn } from '../core/function-state.js';
import { freezeOf, freezeText } from '../core/freeze.js';
import { driftedPrefix, driftId, environmentId, functionId, taskId } from '../core/ids.js';
import { own } from '../core/own.js';
import type { TopicFlow } from '../core/topic-flow.js';
import type {
  DriftedDocument,
  DriftRecorded,
  DriftSummary,
  EnvironmentDocument,
  FunctionDrift,
  RecordDriftParams,
  TaskDocument,
} from '../core/types.js';
import {
  makeRelease,
  releaseReads,
  type MadeRelease,
  type PlannedDeployment,
} from './shared/make-release.js';
import { scan, seenAs, type Seen } from './shared/read.js';
import { bytesOf, fitting, RECORD_ROOM } from './shared/record-room.js';
import { readFlows } from './shared/read-flows.js';

interface State {
  readonly task: TaskDocument | undefined;
  /** What differed before, by function, with the task that found it; read for the last part only. */
  readonly before: ReadonlyMap<string, DriftedDocument>;
  readonly seen: Seen;
  /** For the order of a repair. */
  readonly flows: ReadonlyMap<string, TopicFlow>;
}

/**
 * Bytes of leftovers of earlier comparisons taken away, and of functions repaired, at once: they have to fit into a record
 * beside the part, which is in it twice. What is left over is found again by the next comparison.
 */
const MAX_GONE_BYTES = 50 * 1024;

/** What a deployer has found of drift, part by part, in order; with the last one, where it was asked for, a release that repairs. */
export const recordDrift = defineCommand<RecordDriftParams, State>({
  name: 'record-drift',
  summary: 'Records a part of a comparison; sent by deployers.',
  schema: 'record-drift.json',
  kind: 'change',
  role: 'service',
  refusals: ['UNKNOWN_TASK'],

  async load(load, { environment, task: id, part, parts, functions }, meta) {
    const { project } = meta;
    const key = taskId({ project, environment, task: id });
    const task = seenAs(await load.get([key]), key, 'task');
    const before = new Map<string, DriftedDocument>();
    if (task === undefined || part !== parts - 1) return { task, before, seen: new Map(), flows: new Map() };
    for await (const found of scan(load, { prefix: driftedPrefix({ project, environment }) }, 'drifted'))
      before.set(found.drift.function, found);
    const names = new Set([...found(before, id), ...functions.map((one) => one.function)]);
    const ids =
      task.drift?.repair === true
        ? [environmentId(environment), ...releaseReads(meta), ...[...names].map(functionId)]
        : [];
    const seen = await load.get(ids);
    // What was deployed last is what is deployed again.
    const planned = ids.length === 0 ? [] : [...names].map((name) => ({ name, contentHash: null }));
    const flows = await readFlows(load, planned, {
      environment,
      functionOf: (name) => seenAs(seen, functionId(name), 'function'),
    });
    return { task, before, seen, flows };
  },

  decide({ task, before, seen, flows }, params, meta): Decision {
    const { project } = meta;
    const { environment, part, parts, functions } = params;
    const ref = { project, environment, task: params.task };
    if (task?.operation !== 'check-drift')
      return rejectAt(
        '/params/task',
        'UNKNOWN_TASK',
        `Project "${project}" has no such comparison in "${environment}".`,
      );
    const told = { environment, document: taskId(ref), drift: driftId(ref) };
    if (!isNext(task, params)) return accept([], { ...told, recorded: 0, state: task.state });
    const isLast = part === parts - 1;
    const summary = summaryOf(part === 0 ? undefined : task.found, params);
    const differing = [...found(before, params.task), ...functions.map((one) => one.function)];
    const gone = isLast ? goneOf(before, task, new Set(differing)) : [];
    const reported = [...before.values()].flatMap((one) => (one.task === params.task ? [one.drift] : []));
    const room = RECORD_ROOM - bytesOf(params, functions, gone, summary);
    const repair =
      isLast && task.drift?.repair === true && differing.length > 0
        ? repairing([...reported, ...functions], { task, seen, flows, room }, meta)
        : undefined;
    const event: DriftRecorded = {
      type: 'drift-recorded',
      ...ref,
      requested: task.requested,
      target: task.target.fingerprint,
      state: isLast ? 'done' : 'requested',
      ...(task.names === undefined ? {} : { some: true }),
      summary: { ...summary, ...outcomeOf(repair) },
      functions,
      ...(gone.length === 0 ? {} : { gone }),
    };
    const release = typeof repair === 'object' ? [repair.event] : [];
    return accept([event, ...release], { ...told, recorded: functions.length, state: event.state });
  },
});

/** Functions that parts before have named. */
function found(before: State['before'], task: string): string[] {
  return [...before].flatMap(([name, at]) => (at.task === task ? [name] : []));
}

function isNext({ state, found: known }: TaskDocument, { run, part }: RecordDriftParams): boolean {
  if (state !== 'requested') return false;
  if (part === 0) return known?.run !== run;
  return known?.run === run && part === known.received;
}

function summaryOf(before: DriftSummary | undefined, params: RecordDriftParams): DriftSummary {
  const { run, part, parts, checked, functions } = params;
  const count = (state: FunctionDrift['state']): number =>
    (before?.[state] ?? 0) + functions.filter((one) => one.state === state).length;
  return {
    run,
    parts,
    received: part + 1,
    checked,
    drifted: count('drifted'),
    missing: count('missing'),
    unreadable: count('unreadable'),
  };
}

/** What differed before and was compared now without a finding. */
function goneOf(before: State['before'], task: TaskDocument, differing: ReadonlySet<string>): string[] {
  const compared = task.names === undefined ? undefined : new Set(task.names);
  const gone = [...before].flatMap(([name, at]) =>
    at.requested < task.requested && !differing.has(name) && compared?.has(name) !== false ? [name] : [],
  );
  return fitting(gone, MAX_GONE_BYTES, (name) => name);
}

interface RepairContext {
  readonly task: TaskDocument;
  readonly seen: Seen;
  readonly flows: ReadonlyMap<string, TopicFlow>;
  /** Bytes for the release. */
  readonly room: number;
}

/** A release that deploys again what was deployed last, or in words why there is none. */
function repairing(
  drifts: readonly FunctionDrift[],
  context: RepairContext,
  meta: Meta,
): MadeRelease | string {
  const { task, seen, flows, room } = context;
  const here = seenAs(seen, environmentId(task.environment), 'environment');
  if (here === undefined || here.target.fingerprint !== task.target.fingerprint)
    return 'the environment deploys to another cluster now';
  const freeze = freezeOf(here, meta.time);
  if (freeze !== undefined) return cutText(`${here.environment} is ${freezeText(freeze)}`, MAX_WHY);
  if (here.open.some(({ project }) => project === meta.project))
    return 'a release of the project is open there';
  const known = new Map(drifts.map((drift) => [drift.function, drift]));
  const readable = [...known.values()].filter(({ state }) => state !== 'unreadable');
  const mendable = readable.filter((drift) => !isPackageOnly(drift));
  const deployments = mendable.flatMap((drift) => deploymentOf(drift.function, { here, seen, meta }));
  if (deployments.length === 0 && mendable.length < readable.length)
    return 'only packages differ: a release with the package puts them back';
  if (deployments.length === 0) return 'nothing of it can be deployed again';
  const note = 'Deploys again what was deployed last, where something else ran.';
  const chosen = fitting(deployments, room - REST, (one) => [one, ENTRY]);
  const rest = { kind: 'repair', note } as const;
  return makeRelease({ environment: here, deployments: chosen, flows, rest }, seen, meta);
}

/** What an entry has besides: more than its place among the packages. */
const ENTRY = 'x'.repeat(20);
/** Room for what a release says besides its entries, and for the answer. */
const REST = 8 * 1024;

/** As much as a summary says of why nothing is repaired. */
const MAX_WHY = 300;

/** The same config deployed again leaves the package as it is: to Pulsar nothing would change. */
function isPackageOnly({ state, changes }: FunctionDrift): boolean {
  return state === 'drifted' && changes.length > 0 && changes.every(({ field }) => field === '/package');
}

function deploymentOf(
  name: string,
  { here, seen, meta }: { readonly here: EnvironmentDocument; readonly seen: Seen; readonly meta: Meta },
): PlannedDeployment[] {
  const document = seenAs(seen, functionId(name), 'function');
  const entry = inEnvironment(document, here);
  const last = successIn(entry, here);
  // Something newer may be under way, or has failed since: a person decides what is to run.
  if (document?.project !== meta.project || last?.contentHash == null || entry?.release !== last.release)
    return [];
  const { contentHash, packageSha256: requiredPackage } = last;
  // What is known to be bad is not put back.
  if (own(document.rejected ?? {}, contentHash) !== undefined) return [];
  return [{ name, workload: document.workload, contentHash, requiredPackage }];
}

function outcomeOf(repair: MadeRelease | string | undefined): Pick<DriftSummary, 'repair' | 'notRepaired'> {
  if (repair === undefined) return {};
  return typeof repair === 'string' ? { notRepaired: repair } : { repair: repair.event.release };
}
