import type { Preparation, PreparedConfig } from '../core/config-rules.js';
import { accept, defineCommand, type Meta } from '../core/decision.js';
import { isHeld, sameDesired, type Desired } from '../core/function-state.js';
import { contentId, functionId, stagedId, stageSetId } from '../core/ids.js';
import { namespaceIn, namespaceRefusal } from '../core/project-namespaces.js';
import type {
  ConfigsStaged,
  EnvironmentDocument,
  FunctionDocument,
  ProblemItem,
  SetCounts,
  StageConfigsParams,
  StagedEntry,
  WorkloadType,
} from '../core/types.js';
import { allowedPointers, allowsOf, prepareAll, unusedAllows } from './shared/allowed-literals.js';
import { DEFAULT_STAGE_SET } from './shared/defaults.js';
import { basesOf, loadEnvironments, seenAs, type Seen } from './shared/read.js';
import { capped, refuse, unknownEnvironment, type Refusal } from './shared/refusals.js';

interface State {
  readonly environments: readonly EnvironmentDocument[];
  readonly seen: Seen;
}

/** One entry asked for: a config, or a deletion where there is none. */
interface Change {
  readonly name: string;
  readonly pointer: string;
  readonly config?: PreparedConfig;
}

/** Adds entries to a stage set or replaces them there; nothing reaches an environment yet. All or nothing. */
export const stageConfigs = defineCommand<StageConfigsParams, State>({
  name: 'stage-configs',
  summary: 'Stages configs, and deletions, in a stage set.',
  schema: 'stage-configs.json',
  kind: 'change',
  role: 'developer',
  refusals: [
    'DUPLICATE_NAME',
    'OTHER_PROJECT',
    'NAMESPACE_NOT_ALLOWED',
    'TYPE_CHANGED',
    'UNKNOWN_NAME',
    'SECRET_LITERAL',
    'TOO_LARGE',
  ],

  allowedLiterals: allowedPointers,

  check(params, meta) {
    const { maxConfigs } = meta;
    const { configs = [], remove = [] } = params;
    const asked = configs.length + remove.length;
    if (asked === 0) {
      const detail = 'names nothing to stage: give configs, or names to remove';
      return [{ pointer: '/params', code: 'INVALID_COMMAND', detail }];
    }
    if (asked > maxConfigs) {
      const detail = `has ${asked} configs and removals, ${maxConfigs} are allowed; cut it into several commands`;
      return [{ pointer: '/params', code: 'TOO_LARGE', detail }];
    }
    return faultsOf(params, meta);
  },

  async load(load, params, meta) {
    const { project } = meta;
    const stageSet = params.stageSet ?? DEFAULT_STAGE_SET;
    const ids = changesOf(params, meta).flatMap(({ name, config }) => [
      functionId(name),
      stagedId(project, stageSet, name),
      ...(config === undefined ? [] : [contentId(config.contentHash)]),
    ]);
    const [environments, seen] = await Promise.all([
      loadEnvironments(load),
      load.get([stageSetId(project, stageSet), ...ids]),
    ]);
    return { environments, seen };
  },

  decide(state, params, meta) {
    const changes = changesOf(params, meta);
    const refusals = [
      ...duplicates(changes),
      ...changes.flatMap((change) => against(change, state, { params, meta })),
    ];
    const refused = refuse(refusals, [
      'DUPLICATE_NAME',
      'OTHER_PROJECT',
      'NAMESPACE_NOT_ALLOWED',
      'TYPE_CHANGED',
      'UNKNOWN_NAME',
    ]);
    if (refused !== undefined) return refused;

    const { project } = meta;
    const { stageSet = DEFAULT_STAGE_SET, note } = params;
    const set = seenAs(state.seen, stageSetId(project, stageSet), 'stage-set');
    const counts: SetCounts = { apply: 0, delete: 0, ...set?.counts };
    const done = { staged: 0, removed: 0, unchanged: 0 };
    const entries = changes.map((change): StagedEntry => {
      const entry = entryOf(change, state, project);
      const before = seenAs(state.seen, stagedId(project, stageSet, change.name), 'staged');
      if (before !== undefined) counts[before.operation] -= 1;
      counts[entry.operation] += 1;
      if (before !== undefined && sameDesired(before, entry)) done.unchanged += 1;
      else done[entry.operation === 'apply' ? 'staged' : 'removed'] += 1;
      return entry;
    });
    const event: ConfigsStaged = {
      type: 'configs-staged',
      project,
      stageSet,
      ...(note === undefined ? {} : { note }),
      ...allowsOf(params),
      counts,
      entries,
    };
    return accept([event], { stageSet, ...done, entries: counts.apply + counts.delete });
  },
});

/** Configs of a command are prepared once, although check, load and decide all need them. */
const prepared = new WeakMap<StageConfigsParams, Preparation[]>();

function preparedConfigs(params: StageConfigsParams, { secretRules }: Meta): Preparation[] {
  const known = prepared.get(params);
  if (known !== undefined) return known;
  const made = prepareAll(params, secretRules);
  prepared.set(params, made);
  return made;
}

/** Literal secrets first, so that no other fault hides them. */
function faultsOf(params: StageConfigsParams, meta: Meta): ProblemItem[] {
  const made = preparedConfigs(params, meta);
  const faults = [...made.flatMap((one) => (one.ok ? [] : one.faults)), ...unusedAllows(params, made)];
  const isSecret = ({ code }: ProblemItem): boolean => code === 'SECRET_LITERAL';
  return capped([...faults.filter(isSecret), ...faults.filter((fault) => !isSecret(fault))]);
}

function changesOf(params: StageConfigsParams, meta: Meta): Change[] {
  return [
    ...preparedConfigs(params, meta).flatMap((made, index): Change[] =>
      made.ok ? [{ name: made.config.name, pointer: `/params/configs/${index}`, config: made.config }] : [],
    ),
    ...(params.remove ?? []).map((name, index): Change => ({ name, pointer: `/params/remove/${index}` })),
  ];
}

function duplicates(changes: readonly Change[]): Refusal[] {
  const first = new Map<string, Change>();
  return changes.flatMap((change): Refusal[] => {
    const before = first.get(change.name);
    if (before === undefined) {
      first.set(change.name, change);
      return [];
    }
    const { name, pointer } = change;
    return [{ pointer, name, code: 'DUPLICATE_NAME', detail: `is named at ${before.pointer} already` }];
  });
}

/** What speaks against one entry. */
function against(
  { name, pointer, config }: Change,
  { environments, seen }: State,
  { params, meta }: { readonly params: StageConfigsParams; readonly meta: Meta },
): Refusal[] {
  const document = seenAs(seen, functionId(name), 'function');
  const held = document !== undefined && isHeld(document, environments);
  if (held && document.project !== meta.project) {
    const detail = `belongs to project "${document.project}" until no stage set and no environment holds it`;
    return [{ pointer, name, code: 'OTHER_PROJECT', detail }];
  }
  const foreign = namespaceRefusal(meta.namespaces, meta.project, namespaceIn(name));
  if (foreign !== undefined) return [{ pointer, name, code: 'NAMESPACE_NOT_ALLOWED', detail: foreign }];
  if (config === undefined) {
    if (held) return [];
    const detail = `project "${meta.project}" has no such function staged or deployed`;
    return [{ pointer, name, code: 'UNKNOWN_NAME', detail }];
  }
  const refusals: Refusal[] = [];
  const stageSet = params.stageSet ?? DEFAULT_STAGE_SET;
  if (
    document !== undefined &&
    typeChanges(document, config.workload) &&
    isHeld(document, environments, stageSet)
  ) {
    const detail = `is a ${document.workload}; stage its deletion and commit that everywhere before it becomes a ${config.workload}`;
    refusals.push({ pointer: `${pointer}/type`, name, code: 'TYPE_CHANGED', detail });
  }
  const known = environments.map(({ environment }) => environment);
  for (const environment of config.environments.filter((patched) => !known.includes(patched))) {
    refusals.push(unknownEnvironment(environment, known, `${pointer}/environments/${environment}`));
  }
  return refusals;
}

function typeChanges(document: FunctionDocument, workload: WorkloadType): boolean {
  return document.workload !== workload;
}

function entryOf({ name, config }: Change, { environments, seen }: State, project: string): StagedEntry {
  const document = seenAs(seen, functionId(name), 'function');
  const workload = config?.workload ?? document?.workload ?? 'function';
  // A function that nobody holds starts anew under its new project, or as its new type.
  const claimed = document?.project !== project || document.workload !== workload;
  const desired: Desired =
    config === undefined
      ? { operation: 'delete', contentHash: null }
      : { operation: 'apply', contentHash: config.contentHash };
  const isNew = config !== undefined && !seen.has(contentId(config.contentHash));
  return {
    function: name,
    workload,
    ...desired,
    ...(isNew ? { content: config.content } : {}),
    base: basesOf(claimed ? undefined : document, environments),
    ...(claimed ? { claimed } : {}),
  };
}
