import { type CommandDefinition, accept, defineCommand, rejectAt } from '../core/decision.js';
import { approvalId, functionId, planId, plannedId, proofId, stageSetId } from '../core/ids.js';
import type { TopicFlow } from '../core/topic-flow.js';
import type { CommitStagedParams, EnvironmentDocument, StagedDocument } from '../core/types.js';
import type { Code } from '../errors.js';
import { baseRefusal, createProving, notProvenCode, type Proving } from './shared/commit-rules.js';
import { APPROVAL_GATES, approvalGate } from './shared/approval-gate.js';
import { DEFAULT_STAGE_SET } from './shared/defaults.js';
import { frozenGate, GATE_REFUSALS, passing } from './shared/gates.js';
import { makeRelease, releaseReads } from './shared/make-release.js';
import { newestPlan } from './shared/newest-plan.js';
import { policyOf } from './shared/release-policy.js';
import { loadEnvironments, seenAs, type Seen } from './shared/read.js';
import { readFlows } from './shared/read-flows.js';
import { refuse, type Refusal } from './shared/refusals.js';
import { loadArtifacts, rejections, REJECTIONS } from './shared/rejections.js';
import { loadEntries } from './shared/staged-entries.js';

interface State {
  readonly environments: readonly EnvironmentDocument[];
  readonly entries: readonly StagedDocument[];
  readonly seen: Seen;
  /** What is known of proven packages. */
  readonly artifacts: Seen;
  readonly flows: ReadonlyMap<string, TopicFlow>;
}

/** The command that makes the next release of one environment out of staged entries. */
export function commitStagedTo(environment: string): CommandDefinition<CommitStagedParams, State> {
  return defineCommand<CommitStagedParams, State>({
    name: `commit-staged-to-${environment}`,
    summary: `Makes the next release of ${environment} out of staged entries.`,
    schema: 'commit-staged.json',
    kind: 'change',
    // Whoever tests his own work does so in `test`; what goes further is someone else's decision.
    role: environment === 'test' ? 'developer' : 'approver',
    refusals: [
      'STAGE_SET_EMPTY',
      'UNKNOWN_NAME',
      'STALE_BASE',
      'NOT_PROVEN_IN_<ENVIRONMENT BEFORE>',
      'HELD_AFTER_ROLLBACK',
      ...REJECTIONS,
      'APPROVAL_REJECTED',
      ...APPROVAL_GATES,
      ...GATE_REFUSALS,
    ],

    async load(load, { stageSet = DEFAULT_STAGE_SET, names }, meta) {
      const { project } = meta;
      const environments = await loadEnvironments(load);
      const entries = await loadEntries(load, { project, stageSet }, names);
      const ref = { project, environment, stageSet };
      const here = environments.find((candidate) => candidate.environment === environment);
      const needsApproval = here?.approvals !== undefined;
      const seen = await load.get([
        ...releaseReads(meta),
        stageSetId(project, stageSet),
        planId(ref),
        approvalId(ref),
        ...(needsApproval ? entries.map((entry) => plannedId(ref, entry.function)) : []),
        ...entries.flatMap(({ function: name, contentHash }) => [
          functionId(name),
          ...(contentHash === null ? [] : [proofId(project, name, contentHash)]),
        ]),
      ]);
      const flows = await readFlows(load, entries.map(planned), {
        environment,
        functionOf: (name) => seenAs(seen, functionId(name), 'function'),
      });
      const artifacts = await loadArtifacts(load, provenDigests(seen));
      return { environments, entries, seen, artifacts, flows };
    },

    decide(state, params, meta) {
      const { environments, entries, seen, artifacts, flows } = state;
      const { stageSet = DEFAULT_STAGE_SET, force = false, note } = params;
      const here = environments.find((candidate) => candidate.environment === environment);
      if (here === undefined) {
        const known = environments.map(({ environment: name }) => name).join(', ');
        return rejectAt(
          '/command',
          'UNKNOWN_NAME',
          `No environment "${environment}" is in force; there are: ${known}.`,
        );
      }
      const frozen = frozenGate(here, meta);
      const stopped = passing(frozen, params.override, meta).refused;
      if (stopped !== undefined) return stopped;
      const set = seenAs(seen, stageSetId(meta.project, stageSet), 'stage-set');
      if (set === undefined || set.counts.apply + set.counts.delete === 0) {
        const merged = set?.mergedInto === undefined ? '' : ` It was merged into "${set.mergedInto}".`;
        return rejectAt(
          '/params/stageSet',
          'STAGE_SET_EMPTY',
          `Stage set "${stageSet}" of project "${meta.project}" holds no entries; stage something first.${merged}`,
        );
      }
      const accepted = new Set(params.acceptDifferences);
      const proving = createProving({ environments, here, seen, project: meta.project, accepted });
      const refusals = [
        ...unknownNames(params, entries, stageSet),
        ...entries.flatMap((entry) =>
          entryRefusals(entry, { proving, here, seen, artifacts, force }).map((refusal) => ({
            pointer: pointerOf(entry.function, params),
            ...refusal,
          })),
        ),
      ];
      const refused = refuse(refusals, orderOf(proving));
      if (refused !== undefined) return refused;
      const { names, allowRecreate, acceptDifferences } = params;
      const asked = { names, allowRecreate, acceptDifferences, force };
      const provenPackage = proving.packageOf;
      const gate = approvalGate(
        { environment: here, stageSet, entries, ...asked, provenPackage },
        seen,
        meta,
      );
      const passage = passing([...frozen, ...gate.against], params.override, meta);
      const held = refuse(gate.rejected, []) ?? passage.refused;
      if (held !== undefined) return held;

      const deployments = entries.map((entry) => ({
        ...planned(entry),
        workload: entry.workload,
        requiredPackage: proving.packageOf(entry) ?? gate.packageOf(entry),
      }));
      const { told, kept } = newestPlan(seen, { environment: here, stageSet, entries }, meta);
      const rest = {
        kind: 'commit',
        stageSet,
        ...policyOf(params),
        ...(note === undefined ? {} : { note }),
        ...kept,
        ...gate.kept,
        ...passage.kept,
      } as const;
      const { event, result } = makeRelease({ environment: here, deployments, flows, rest }, seen, meta);
      return accept([event], { ...result, stageSet, ...told });
    },
  });
}

function orderOf({ before }: Proving): Code[] {
  return [
    'UNKNOWN_NAME',
    'STALE_BASE',
    ...(before === undefined ? [] : [notProvenCode(before.environment)]),
    'HELD_AFTER_ROLLBACK',
    ...REJECTIONS,
  ];
}

/** Digests of whatever any of the entries was proven with. */
function provenDigests(seen: Seen): (string | undefined)[] {
  return [...seen.values()].flatMap(({ document }) =>
    document.kind === 'proof' ? Object.values(document.proven).map((proof) => proof?.packageSha256) : [],
  );
}

const planned = (entry: StagedDocument): { name: string; contentHash: string | null } => ({
  name: entry.function,
  contentHash: entry.contentHash,
});

function unknownNames(
  params: CommitStagedParams,
  entries: readonly StagedDocument[],
  stageSet: string,
): Refusal[] {
  const known = new Set(entries.map((entry) => entry.function));
  const against = (field: 'names' | 'allowRecreate' | 'acceptDifferences', detail: string): Refusal[] =>
    (params[field] ?? []).flatMap((name, index): Refusal[] =>
      known.has(name) ? [] : [{ pointer: `/params/${field}/${index}`, name, code: 'UNKNOWN_NAME', detail }],
    );
  const where = `is not in stage set "${stageSet}"`;
  const elsewhere = 'is no function of this commit';
  return [
    ...against('names', where),
    ...against('allowRecreate', elsewhere),
    ...against('acceptDifferences', elsewhere),
  ];
}

interface EntryContext {
  readonly proving: Proving;
  readonly here: EnvironmentDocument;
  readonly seen: Seen;
  readonly artifacts: Seen;
  readonly force: boolean;
}

function entryRefusals(
  entry: StagedDocument,
  { proving, here, seen, artifacts, force }: EntryContext,
): Refusal[] {
  const document = seenAs(seen, functionId(entry.function), 'function');
  return [
    ...(force ? [] : baseRefusal(entry, document, here)),
    ...proving.proofRefusal(entry),
    ...proving.holdRefusal(entry),
    ...rejections({ ...planned(entry), packageSha256: proving.packageOf(entry) }, { document, artifacts }),
  ];
}

/** Where the command asks for this entry: by its name, or by its set. */
function pointerOf(name: string, { names }: CommitStagedParams): string {
  return names === undefined ? '/params/stageSet' : `/params/names/${names.indexOf(name)}`;
}
