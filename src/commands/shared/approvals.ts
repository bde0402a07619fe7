import { peopleAmong, peopleOf } from '../../core/authorise.js';
import { hashOf } from '../../core/canonical.js';
import type { Load, Meta } from '../../core/decision.js';
import { approvalId, planId, stageSetId } from '../../core/ids.js';
import { byCodeUnit } from '../../core/own.js';
import { planHash } from '../../core/plan-hash.js';
import type {
  ApprovalDocument,
  ApprovalPolicyInForce,
  EnvironmentDocument,
  Person,
  PlanDocument,
  StagedDocument,
} from '../../core/types.js';
import { DEFAULT_STAGE_SET } from './defaults.js';
import { completePlan, type Committing } from './newest-plan.js';
import { loadEnvironments, seenAs, type Seen } from './read.js';
import { loadEntries } from './staged-entries.js';

/** What approvals of a stage set's commit rest on. */
export interface ApprovalState {
  readonly here: EnvironmentDocument | undefined;
  /** Names of the environments in force. */
  readonly known: readonly string[];
  readonly approval: ApprovalDocument | undefined;
  /** The entries that it is about. */
  readonly entries: readonly StagedDocument[];
  readonly seen: Seen;
}

interface Asked {
  readonly environment: string;
  readonly stageSet?: string;
  /** All of the set where nothing is said. */
  readonly names?: readonly string[] | 'as-requested';
}

/** Reads it. */
export async function loadApproval(
  load: Load,
  { environment, stageSet = DEFAULT_STAGE_SET, names }: Asked,
  meta: Meta,
): Promise<ApprovalState> {
  const { project } = meta;
  const ref = { project, environment, stageSet };
  const [environments, seen] = await Promise.all([
    loadEnvironments(load),
    load.get([approvalId(ref), planId(ref), stageSetId(project, stageSet)]),
  ]);
  const approval = seenAs(seen, approvalId(ref), 'approval');
  const asked = names === 'as-requested' ? approval?.names : names;
  const entries = await loadEntries(load, ref, asked);
  const here = environments.find((candidate) => candidate.environment === environment);
  return { here, known: environments.map((one) => one.environment), approval, entries, seen };
}

/** What is to be approved as it stands now. */
export interface Subject {
  /** A hash over the entries alone. */
  readonly entries: string;
  readonly plan: PlanDocument | undefined;
  /** What an approval is bound to; undefined where no complete plan is about exactly these entries. */
  readonly contentHash: string | undefined;
}

/** What a commit may put aside, since it was approved with it. */
export interface PutAside {
  readonly acceptDifferences?: readonly string[] | undefined;
  readonly force?: boolean | undefined;
}

/** What of it is kept: in order, and nothing that says nothing. */
export function putAside({ acceptDifferences = [], force = false }: PutAside): {
  acceptDifferences?: string[];
  force?: true;
} {
  return {
    ...(acceptDifferences.length === 0 ? {} : { acceptDifferences: [...acceptDifferences].sort(byCodeUnit) }),
    ...(force ? { force } : {}),
  };
}

/**
 * An approval is for one place, these entries, what a plan says of them, packages included, and what the commit is to put
 * aside: a plan anew that says the same is the same.
 */
export function subjectOf(committing: Committing & PutAside, seen: Seen, meta: Meta): Subject {
  const { environment: here, stageSet } = committing;
  const { environment, target } = here;
  const entries = planHash(committing.entries);
  const plan = completePlan(seen, committing, meta);
  if (plan === undefined) return { entries, plan, contentHash: undefined };
  const where = { project: meta.project, environment, target: target.fingerprint, stageSet };
  return {
    entries,
    plan,
    contentHash: hashOf({ ...where, entries, outcome: plan.outcome ?? '', ...putAside(committing) }),
  };
}

/** Everybody who staged any of these entries. */
export function authorsOf(entries: readonly StagedDocument[]): string[] {
  return peopleAmong(...entries.map(({ authors = [] }) => authors));
}

/** True if two actors, or an actor and a list of people, have somebody in common. */
export function shares(person: Person, people: readonly string[]): boolean {
  return peopleOf(person).some((name) => people.includes(name));
}

/** The votes that count today: who has staged an entry since does not, where four eyes are asked for. */
export function countingVotes(
  { votes }: ApprovalDocument,
  entries: readonly StagedDocument[],
  { fourEyes }: ApprovalPolicyInForce,
): ApprovalDocument['votes'] {
  const authors = fourEyes ? authorsOf(entries) : [];
  return votes.filter((vote) => !shares(vote, authors));
}

/** Who acts, as events keep it. */
export function personOf({ name, behind }: Meta['actor']): Person {
  return behind === undefined ? { name } : { name, behind };
}

/** How a command is sent, for the end of a refusal. */
export function nextCommand(command: string, params: Readonly<Record<string, unknown>>): string {
  return `send ${command} ${JSON.stringify(params)}`;
}

/** Why nobody else is there where the service runs without identities. */
export function localHint(people: readonly string[]): string {
  return people.includes('local')
    ? '; without authentication everybody is "local", one person: set authentication up, or have an admin change the policy with set-environments'
    : '';
}
