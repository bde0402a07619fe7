// Made by `npm run gen` from schemas/. Never edited by hand.

/**
 * An environment; `results`, `role` and `token` are taken by topics of the same name.
 */
export type EnvironmentName = string;
/**
 * A stage set of one project.
 */
export type StageSetName = string;
/**
 * A SHA-256, base64url without padding.
 */
export type Hash = string;
/**
 * A function, source or sink as tenant/namespace/name.
 */
export type FunctionName = string;
/**
 * What a failed function means for the rest of its release: nothing (continue), later waves wait for a person (stop), or what was deployed is rolled back once everything in flight has an outcome (rollback).
 */
export type OnFailure = 'continue' | 'stop' | 'rollback';
/**
 * A project: the consistency boundary whose commands are strictly ordered.
 */
export type ProjectName = string;
/**
 * ISO 8601, UTC.
 */
export type Timestamp = string;
/**
 * A real Pulsar cluster, or the cluster built into Stageline.
 */
export type TargetKind = 'pulsar' | 'sandbox';
/**
 * How the deployment of one function ended. deployed, unchanged and deleted succeed and prove the content; deployed-with-differences (the read-back differs from what was asked) succeeds, and proves only where it is accepted by name; degraded (written, but it does not run well), unknown (what the cluster has could not be learnt) and failed neither succeed nor prove; superseded was overtaken.
 */
export type Outcome =
  | 'deployed'
  | 'unchanged'
  | 'deleted'
  | 'deployed-with-differences'
  | 'degraded'
  | 'unknown'
  | 'failed'
  | 'superseded';
/**
 * What Pulsar does with a changed field on update: takes it (update), ignores it without a word (ignored), refuses the whole update (refused), or loses it with any update (lost); re-create: only deleting and creating the function brings it about.
 */
export type FieldClass = 'update' | 'ignored' | 'refused' | 'lost' | 're-create';
/**
 * A task, by the id of the command that asked for it.
 */
export type TaskId = string;
/**
 * Which of the three kinds of Pulsar workload a config deploys.
 */
export type WorkloadType = 'function' | 'source' | 'sink';
/**
 * How it differs: something else runs (drifted), nothing does (missing), or it could not be compared (unreadable).
 */
export type DriftState = 'drifted' | 'missing' | 'unreadable';
/**
 * What a deployment would do to a function.
 */
export type PlanOperation = 'create' | 'update' | 'unchanged' | 're-create' | 'delete' | 'blocked';
/**
 * Literals that look like secrets and are none, each with why.
 */
export type AllowedLiterals = AllowedLiteral[];
/**
 * What a staged entry or a deployment does to a function.
 */
export type Operation = 'apply' | 'delete';
/**
 * Where one deployment stands: committed until it has an outcome, is skipped (it is then never sent to a deployer) or is cancelled before anything was begun.
 */
export type DeploymentState =
  | 'committed'
  | 'deployed'
  | 'unchanged'
  | 'deleted'
  | 'deployed-with-differences'
  | 'degraded'
  | 'unknown'
  | 'failed'
  | 'superseded'
  | 'skipped'
  | 'cancelled';
/**
 * Any document of the fold.
 */
export type AnyDocument =
  | FunctionDocument
  | ContentDocument
  | StageSetDocument
  | StagedDocument
  | ReleaseDocument
  | DeploymentDocument
  | ProofDocument
  | EnvironmentDocument
  | ProjectDocument
  | EffectsDocument
  | AnsweredDocument
  | AuditDocument
  | TaskDocument
  | PlanDocument
  | PlannedDocument
  | DriftDocument
  | DriftedDocument
  | ApiTokenDocument
  | WebhookSubscriptionsDocument
  | ApprovalDocument
  | ArtifactDocument;
/**
 * Where a release stands, from the outcomes of its functions. held: a function failed, and its later waves wait for a person.
 */
export type ReleaseState =
  | 'committed'
  | 'deploying'
  | 'held'
  | 'succeeded'
  | 'partly-failed'
  | 'failed'
  | 'superseded'
  | 'skipped'
  | 'cancelled';
/**
 * What a task does: plan says what a deployment would do; check-drift compares what runs with what was deployed; import takes over what runs already; start, stop and restart do that to functions.
 */
export type TaskOperation = 'plan' | 'check-drift' | 'import' | 'start' | 'stop' | 'restart';
/**
 * Where a task stands. failed: as a whole, or for one of its functions at least.
 */
export type TaskState = 'requested' | 'done' | 'failed';
/**
 * Function, content hash (null: delete), index into packages (-1: none), workload type. A tuple, so that 5,000 fit into one record.
 *
 * @minItems 4
 * @maxItems 4
 */
export type ReleaseEntry = [FunctionName, Hash | null, number, WorkloadType];
/**
 * Any event of the journal.
 */
export type JournalEvent =
  | ConfigsStaged
  | ConfigsUnstaged
  | StageSetsMerged
  | ReleaseCommitted
  | DeploymentRecorded
  | EnvironmentsSet
  | EffectsPublished
  | EffectsReleased
  | EffectsSkipped
  | DocumentsSwitched
  | TaskRequested
  | TaskRecorded
  | PlanRecorded
  | WaveStarted
  | DeploymentsCancelled
  | DriftRecorded
  | FunctionsImported
  | ApiTokenCreated
  | ApiTokenRevoked
  | WebhookSubscriptionsSet
  | WebhookSubscriptionsDeleted
  | ApprovalRequested
  | ApprovalGiven
  | ApprovalRejected
  | ApprovalWithdrawn
  | EnvironmentFrozen
  | EnvironmentUnfrozen
  | ArtifactRejected
  | ArtifactAllowed
  | ReleaseRejected
  | ReleaseAllowed;
/**
 * Function, workload type, content hash (null: delete), index into bases, position at which it was staged, indexes into closed of the sets that held it. The first five say what `into` holds now. A tuple, so that 5,000 fit into one record.
 *
 * @minItems 6
 * @maxItems 6
 */
export type MergedEntry = [FunctionName, WorkloadType, Hash | null, number, number, number[]];

/**
 * Lets a rejected package be deployed again.
 */
export interface AllowArtifactParams {
  /**
   * The package's SHA-256: 64 hex digits, or base64url as releases name it.
   */
  sha256: string;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Lets the contents of a rejected release be committed and returned to again.
 */
export interface AllowReleaseParams {
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Approves what somebody asked to commit.
 */
export interface ApproveParams {
  environment: EnvironmentName;
  stageSet?: StageSetName;
  /**
   * The hash of what was looked at, as the approval's document shows it: nobody approves what he has not seen.
   */
  contentHash: Hash;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Ends a release: whatever of it has no outcome is cancelled. What a deployer has begun already is told with its true outcome all the same.
 */
export interface CancelDeploymentParams {
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Why, for people who read the log.
   */
  reason: string;
}
/**
 * The same on schedule: deployers send it, once for each project and period.
 */
export interface CheckDriftOnScheduleParams {
  environment: EnvironmentName;
  /**
   * Deploy what was deployed last again where something else runs, as a release of kind repair; not while a release of the project is open there.
   */
  repair?: boolean;
}
/**
 * Asks a deployer whether what runs in an environment is what was deployed last; the answer is in drift:<project>:<environment>, and for each function that differs in drifted:<project>:<environment>:<function>.
 */
export interface CheckDriftParams {
  environment: EnvironmentName;
  /**
   * Which functions; all of the project by default. The answer for some is in the task only, and in their own documents.
   */
  names?: FunctionName[];
  /**
   * Deploy what was deployed last again where something else runs, as a release of kind repair; not while a release of the project is open there.
   */
  repair?: boolean;
  /**
   * Compare packages too, as far as the cluster gives them back: each is downloaded.
   */
  packages?: boolean;
}
/**
 * Makes the next release of an environment out of staged entries. One command per environment: commit-staged-to-<environment>.
 */
export interface CommitStagedParams {
  stageSet?: StageSetName;
  /**
   * Which entries; all by default.
   */
  names?: FunctionName[];
  /**
   * Why, for people who read the log.
   */
  note?: string;
  /**
   * Commit although another release has changed a function since it was staged.
   */
  force?: boolean;
  onFailure?: OnFailure;
  /**
   * Functions of this commit that may be deleted and created anew where Pulsar leaves no other way.
   */
  allowRecreate?: FunctionName[];
  /**
   * Functions of this commit whose proof in the environment before counts although the read-back there differed from what was asked.
   */
  acceptDifferences?: FunctionName[];
  override?: OverrideWish;
}
/**
 * Passes a freeze and, for a commit, missing approvals and an old plan; needs the role overrider. Proofs and rejections are not passed.
 */
export interface OverrideWish {
  /**
   * Why, for everybody who reads the log.
   */
  reason: string;
}
/**
 * Makes an API token known: whoever sends it over HTTP is taken for it. `stageline token create` makes the token and sends its hash.
 */
export interface CreateApiTokenParams {
  /**
   * The token's name; it is never used again, since records name it.
   */
  name: string;
  /**
   * SHA-256 of the whole token (hex): the token itself is sent nowhere but by its bearer.
   */
  hash: string;
  /**
   * Roles that it has.
   *
   * Items: A role.
   */
  roles: ('viewer' | 'developer' | 'approver' | 'operator' | 'service' | 'admin' | 'overrider')[];
  /**
   * Projects that it may act in and read; absent: all.
   */
  projects?: ProjectName[];
  /**
   * It is good until then.
   */
  expiresAt: Timestamp;
  /**
   * The person it is made for, by the name that the identity check finds; absent: whoever makes it. Where four eyes are asked for, both count as the token.
   */
  owner?: string;
  /**
   * What it is for.
   */
  note?: string;
}
/**
 * Ends the pushing of a topic. Its subscriptions stay on the bus, and keep what comes, until they are ended there.
 */
export interface DeleteWebhookSubscriptionsParams {
  /**
   * The topic that is pushed, by its full name.
   */
  topic: string;
  /**
   * Why, for people who read the log.
   */
  reason?: string;
}
/**
 * Freezes an environment: nothing is committed, rolled back, retried, resumed, started, stopped, restarted or repaired there, by nobody, until it is unfrozen or the time has come.
 */
export interface FreezeParams {
  environment: EnvironmentName;
  /**
   * Why, for people who read the log.
   */
  reason: string;
  /**
   * Ends by itself then.
   */
  until?: Timestamp;
}
/**
 * Reads the project's documents, page by page.
 */
export interface GetAllDataParams {
  /**
   * Only documents whose id starts so.
   */
  prefix?: string;
  /**
   * At most so many documents a page.
   */
  limit?: number;
  /**
   * The cursor of the page before.
   */
  cursor?: string;
}
/**
 * Reads the audit log, page by page: who asked for what, when, and how it ended. Rejected, denied and failed commands are in it, with the reason; queries and dry runs are not.
 */
export interface GetAuditLogParams {
  /**
   * Only what this caller asked for.
   */
  actor?: string;
  /**
   * Only commands of this name.
   */
  command?: string;
  /**
   * Every project, and what the service recorded on its own account; otherwise the command's project.
   */
  allProjects?: boolean;
  /**
   * Only what touched this: the id of a function, stage set, release or environment, or a function as tenant/namespace/name. A record that touched more functions than it lists is shown for any function, since it may have touched it.
   */
  entity?: string;
  /**
   * Only what ended so.
   */
  outcome?: 'ok' | 'rejected' | 'denied' | 'failed';
  /**
   * Only what was refused with this code.
   */
  code?: string;
  /**
   * Only what was recorded at this time or later, ISO 8601.
   */
  since?: string;
  /**
   * Only what was recorded before this time, ISO 8601.
   */
  until?: string;
  /**
   * Only positions above this one.
   */
  after?: number;
  /**
   * Only positions below this one.
   */
  before?: number;
  /**
   * What comes first; the newest where nothing is said.
   */
  order?: 'newest' | 'oldest';
  /**
   * At most so many entries a page; 100 where nothing is said. A page may hold fewer, even none, and still name a cursor: it looks at a bounded number of records.
   */
  limit?: number;
  /**
   * The cursor of the page before, with the same filters.
   */
  cursor?: string;
  /**
   * True: only what somebody overrode a freeze, a missing approval or an old plan for.
   */
  overrides?: boolean;
}
/**
 * Reads what changed in the project's documents between two places of the journal, by document and JSON pointer, page by page. Takes as long as the journal is read.
 */
export interface GetChangesParams {
  /**
   * A position, or a time (ISO 8601): what changed behind it.
   */
  from: number | string;
  /**
   * A position, or a time: what changed up to it; up to now where nothing is said.
   */
  to?: number | string;
  /**
   * Only documents whose id starts so; as with get-all-data, project:, proof: and content: are shown only with it.
   */
  prefix?: string;
  /**
   * At most so many documents a page; 500 where nothing is said.
   */
  limit?: number;
  /**
   * The cursor of the page before, with the same parameters.
   */
  cursor?: string;
}
/**
 * Reads the project's documents as they stood at a position or a time, page by page, out of the journal alone. Takes as long as the journal is read.
 */
export interface GetStateAtParams {
  /**
   * As they stood behind this position; 0 is the beginning. Either this or a time.
   */
  position?: number;
  /**
   * As they stood behind the last record at or before this time, ISO 8601. Either this or a position.
   */
  time?: string;
  /**
   * Only documents whose id starts so; as with get-all-data, project:, proof: and content: are shown only with it.
   */
  prefix?: string;
  /**
   * At most so many documents a page; 500 where nothing is said.
   */
  limit?: number;
  /**
   * The cursor of the page before, with the same parameters.
   */
  cursor?: string;
}
/**
 * Adopts what runs already: every function, source and sink of a tenant, or of one of its namespaces, becomes a function of the command's project with its config and, where the cluster gives its package back, that one's digest. Nothing is changed in the cluster.
 */
export interface ImportDeployedParams {
  environment: EnvironmentName;
  /**
   * Whose.
   */
  tenant: string;
  /**
   * Only this namespace of the tenant.
   */
  namespace?: string;
  /**
   * Only these.
   */
  names?: FunctionName[];
}
/**
 * What the writer appends at the start of a term: environments that its configuration has and the documents have not. Not on the whitelist.
 */
export interface AddEnvironmentsParams {
  /**
   * The configured environments in promotion order; those that are in force already only show where the new ones belong.
   */
  environments: NewEnvironment[];
}
/**
 * One environment.
 */
export interface NewEnvironment {
  name: EnvironmentName;
  target: Target;
  approvals?: ApprovalPolicyInForce;
}
/**
 * Where an environment deploys to.
 */
export interface Target {
  kind: TargetKind;
  /**
   * Base URL of the REST Admin API; absent for the sandbox.
   */
  adminUrl?: string;
  /**
   * Changes when the target changes: deployments and proofs count only for the fingerprint they were made on.
   */
  fingerprint: string;
}
/**
 * The same with every field: what commits to the environment need.
 */
export interface ApprovalPolicyInForce {
  /**
   * How many different people have to approve.
   */
  required: number;
  /**
   * Whoever staged an entry of it does not approve it.
   */
  fourEyes: boolean;
  /**
   * Roles that may approve, any of them.
   */
  roles: ('developer' | 'approver' | 'operator' | 'admin')[];
  /**
   * How old the plan may be at the commit.
   */
  planMaxAgeMinutes: number;
}
/**
 * What the writer notes for itself: how far the effects of a topic are published. Not on the whitelist.
 */
export interface NoteEffectsPublishedParams {
  /**
   * The topic.
   */
  topic: string;
  /**
   * Every number up to this one is stored there.
   */
  through: number;
}
/**
 * Moves the entries of stage sets into another one and closes them.
 */
export interface MergeStageSetsParams {
  /**
   * The sets to empty, in order.
   */
  from: StageSetName[];
  into: StageSetName;
  /**
   * What happens where two sets hold different changes of one function: refuse, keep the entry of `into`, or take that of the last of `from`.
   */
  onConflict?: 'reject' | 'ours' | 'theirs';
}
/**
 * Asks a deployer what a rollback would do, and what it cannot put back; the answer is in plan:<project>:<environment>:rollback-to-<release>.
 */
export interface PlanRollbackParams {
  environment: EnvironmentName;
  /**
   * The release to return to; by default the succeeded one before the newest.
   */
  toRelease?: number;
  /**
   * Only these functions.
   */
  names?: FunctionName[];
  /**
   * Delete functions that did not exist then.
   */
  prune?: boolean;
  /**
   * Functions that may be deleted and created anew: the plan says what that would be.
   */
  allowRecreate?: FunctionName[];
}
/**
 * Asks a deployer what a commit of staged entries would do to an environment; the answer is in plan:<project>:<environment>:<stage set>.
 */
export interface PlanParams {
  environment: EnvironmentName;
  stageSet?: StageSetName;
  /**
   * Which entries; all by default.
   */
  names?: FunctionName[];
  /**
   * Functions that may be deleted and created anew where Pulsar leaves no other way: the plan says what that would be, as a commit that allows it would do it.
   */
  allowRecreate?: FunctionName[];
}
/**
 * What a deployer reports.
 */
export interface RecordDeploymentParams {
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Outcomes by function.
   */
  results: DeploymentResult[];
}
/**
 * One function's outcome.
 */
export interface DeploymentResult {
  function: FunctionName;
  outcome: Outcome;
  answer?: ServerAnswer;
  /**
   * SHA-256 of the package that was sent (hex).
   */
  packageSha256?: string;
  finishedAt?: Timestamp;
  /**
   * For deployed-with-differences: the fields whose read-back differs from what was asked.
   */
  differences?: FieldChange[];
  /**
   * The function is stopped, and was left so.
   */
  stopped?: boolean;
  /**
   * The function was not there before, and this deployment created it.
   */
  created?: boolean;
}
/**
 * What the cluster, or the deployer on its behalf, answered.
 */
export interface ServerAnswer {
  /**
   * HTTP status; 0 where no answer came.
   */
  status: number;
  /**
   * The reason in words.
   */
  reason?: string;
  /**
   * A code of docs/errors.md, where one fits.
   */
  code?: string;
}
/**
 * One field that differs between what is asked for and what the cluster has.
 */
export interface FieldChange {
  /**
   * JSON pointer into the config in Pulsar's own fields.
   */
  field: string;
  class: FieldClass;
  /**
   * A sentence for people; never holds a value out of userConfig, configs or secrets.
   */
  detail: string;
}
/**
 * What a deployer has found of drift, in parts that fit into a command; they are sent in order.
 */
export interface RecordDriftParams {
  environment: EnvironmentName;
  task: TaskId;
  run: Hash;
  /**
   * Which part, from 0. The first one of another run begins anew.
   */
  part: number;
  /**
   * How many there are.
   */
  parts: number;
  /**
   * Functions compared, over all parts.
   */
  checked: number;
  /**
   * Those that differ, by function name, ascending.
   */
  functions: FunctionDrift[];
}
/**
 * How one function differs from what was deployed last; contentHash is that of what was.
 */
export interface FunctionDrift {
  function: FunctionName;
  workload: WorkloadType;
  contentHash: Hash;
  state: DriftState;
  /**
   * Every field that differs, and what an update would do about it.
   */
  changes: FieldChange[];
  /**
   * Why it could not be compared: a code of docs/errors.md.
   */
  code?: string;
  /**
   * The same in words.
   */
  reason?: string;
}
/**
 * What a deployer has found to be adopted, in parts that fit into a command; they are sent in order.
 */
export interface RecordImportParams {
  environment: EnvironmentName;
  task: TaskId;
  run: Hash;
  /**
   * Which part, from 0. The first one of another run begins anew.
   */
  part: number;
  /**
   * How many there are.
   */
  parts: number;
  /**
   * What runs, by function name, ascending.
   */
  functions: FoundFunction[];
  /**
   * What was not taken over, and why.
   */
  leftOut: LeftOut[];
}
/**
 * A function as it was found.
 */
export interface FoundFunction {
  /**
   * Its config, as it would be staged.
   */
  config: {
    [k: string]: unknown | undefined;
  };
  /**
   * Digest of its package (hex); absent where the cluster does not give it back.
   */
  packageSha256?: string;
}
/**
 * A function that was not taken over.
 */
export interface LeftOut {
  function: FunctionName;
  workload: WorkloadType;
  /**
   * A code of docs/errors.md.
   */
  code: string;
  /**
   * Why, in words; never holds a value of its config.
   */
  detail: string;
}
/**
 * What a deployer has planned, in parts that fit into a command; they are sent in order.
 */
export interface RecordPlanParams {
  environment: EnvironmentName;
  task: TaskId;
  stageSet: StageSetName;
  contentHash: Hash;
  run: Hash;
  /**
   * Which part, from 0. The first one of another run begins anew.
   */
  part: number;
  /**
   * How many there are.
   */
  parts: number;
  /**
   * By function name, ascending.
   */
  functions: FunctionPlan[];
}
/**
 * What a deployment would do to one function, and what follows from it.
 */
export interface FunctionPlan {
  function: FunctionName;
  workload: WorkloadType;
  /**
   * What was planned; null for a deletion.
   */
  contentHash: Hash | null;
  operation: PlanOperation;
  /**
   * Every field that differs.
   */
  changes: FieldChange[];
  /**
   * Running instances are restarted.
   */
  restarts: boolean;
  /**
   * Whether a package is sent; unknown: the cluster does not say which one it has.
   */
  package: 'none' | 'sent' | 'kept' | 'unknown';
  /**
   * The digest of the package that was looked at; absent for what has none. A commit that needs approvals takes no other.
   */
  packageSha256?: string;
  /**
   * It is stopped, and stays so.
   */
  stopped?: boolean;
  /**
   * Messages that wait in its subscriptions; absent where that is not known.
   */
  backlog?: number;
  /**
   * Findings of the pre-flight and of the contract between functions.
   */
  notices: PlanNotice[];
}
/**
 * Something found before the deployment: it blocks the function, or warns.
 */
export interface PlanNotice {
  /**
   * A code of docs/errors.md.
   */
  code: string;
  /**
   * True: the deployment would fail.
   */
  blocks: boolean;
  /**
   * What is the matter and what to do.
   */
  detail: string;
}
/**
 * What a deployer reports of a task: outcomes by function, or the end of the whole.
 */
export interface RecordTaskParams {
  environment: EnvironmentName;
  task: TaskId;
  /**
   * Outcomes by function.
   */
  results?: TaskResult[];
  /**
   * The whole task is over.
   */
  end?: 'done' | 'failed';
  /**
   * Why it failed: a code of docs/errors.md.
   */
  code?: string;
  /**
   * The same in words.
   */
  reason?: string;
}
/**
 * What a task came to for one function.
 */
export interface TaskResult {
  function: FunctionName;
  /**
   * done: also where it was so already.
   */
  outcome: 'done' | 'failed';
  answer?: ServerAnswer;
}
/**
 * Says that a package is bad: it is not committed, not returned to and not deployed, in any project.
 */
export interface RejectArtifactParams {
  /**
   * The package's SHA-256: 64 hex digits, or base64url as releases name it.
   */
  sha256: string;
  /**
   * Why, for people who read the log.
   */
  reason: string;
}
/**
 * Says that a release is bad: its contents are not committed anywhere and not returned to.
 */
export interface RejectReleaseParams {
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Why, for people who read the log.
   */
  reason: string;
}
/**
 * Rejects what somebody asked to commit, also where others approved it already.
 */
export interface RejectParams {
  environment: EnvironmentName;
  stageSet?: StageSetName;
  /**
   * Why, for people who read the log.
   */
  reason: string;
}
/**
 * Lets deployments out that the dispatcher holds, up to those of the named release.
 */
export interface ReleaseEffectsParams {
  environment: EnvironmentName;
  /**
   * The release; what is held before it goes along.
   */
  release: number;
  override?: OverrideWish;
}
/**
 * Asks others to approve the commit of staged entries to an environment that requires it. The newest complete plan has to be of exactly these entries.
 */
export interface RequestApprovalParams {
  environment: EnvironmentName;
  stageSet?: StageSetName;
  /**
   * Which entries; all by default. The commit has to name the same.
   */
  names?: FunctionName[];
  /**
   * Functions whose proof the commit may count although their read-back differed; part of what is approved.
   */
  acceptDifferences?: FunctionName[];
  /**
   * The commit may put aside that another release has changed a function since; part of what is approved.
   */
  force?: boolean;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Restarts functions, sources or sinks that the project has in an environment.
 */
export interface RestartFunctionsParams {
  environment: EnvironmentName;
  /**
   * Which ones.
   */
  names: FunctionName[];
  override?: OverrideWish;
}
/**
 * Lets the next wave of a release begin that is held because a function failed.
 */
export interface ResumeDeploymentParams {
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Why, for people who read the log.
   */
  note?: string;
  override?: OverrideWish;
}
/**
 * Makes a new release of the functions that failed in an earlier one, with the same contents.
 */
export interface RetryDeploymentParams {
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Those that were cancelled or skipped too.
   */
  includeCancelled?: boolean;
  onFailure?: OnFailure;
  /**
   * Functions that may be deleted and created anew where Pulsar leaves no other way, besides those that might in that release.
   */
  allowRecreate?: FunctionName[];
  /**
   * Why, for people who read the log.
   */
  note?: string;
  override?: OverrideWish;
}
/**
 * Ends an API token: it is refused from then on.
 */
export interface RevokeApiTokenParams {
  /**
   * The token's name; it is never used again, since records name it.
   */
  name: string;
  /**
   * Why, for people who read the log.
   */
  reason?: string;
}
/**
 * Makes a new release that puts functions back to what an earlier release left.
 */
export interface RollbackParams {
  environment: EnvironmentName;
  /**
   * The release to return to; by default the succeeded one before the newest.
   */
  toRelease?: number;
  /**
   * Only these functions.
   */
  names?: FunctionName[];
  /**
   * Delete functions that did not exist then.
   */
  prune?: boolean;
  /**
   * Why, for people who read the log.
   */
  note?: string;
  /**
   * Functions that may be deleted and created anew where Pulsar leaves no other way.
   */
  allowRecreate?: FunctionName[];
  override?: OverrideWish;
}
/**
 * Takes the environments as given into force: adds, changes and removes targets. Removing needs that no function is deployed there.
 */
export interface SetEnvironmentsParams {
  /**
   * All environments in promotion order.
   */
  environments: EnvironmentSetting[];
}
/**
 * One environment.
 */
export interface EnvironmentSetting {
  name: EnvironmentName;
  /**
   * Base URL of the REST Admin API; without it the sandbox.
   */
  adminUrl?: string;
  approvals?: ApprovalPolicy;
}
/**
 * What a commit to an environment needs besides the role: approvals by people, bound to the content and to what a plan of it says.
 */
export interface ApprovalPolicy {
  /**
   * How many different people have to approve.
   */
  required: number;
  /**
   * Whoever staged an entry of it does not approve it; true where nothing is said.
   */
  fourEyes?: boolean;
  /**
   * Roles that may approve, any of them; approver where nothing is said.
   */
  roles?: ('developer' | 'approver' | 'operator' | 'admin')[];
  /**
   * How old the plan may be at the commit; 60 where nothing is said.
   */
  planMaxAgeMinutes?: number;
}
/**
 * Has a topic's messages posted to URLs, each request signed. It replaces what the topic had; `POST /v2/topic` sends it.
 */
export interface SetWebhookSubscriptionsParams {
  /**
   * The topic that is pushed, by its full name.
   */
  topic: string;
  /**
   * Receivers of the topic's messages.
   *
   * Items: One receiver.
   */
  webhooks: {
    /**
     * Where each message is posted to. https and a public address, unless STAGELINE_WEBHOOK_URL_ALLOW names it.
     */
    url: string;
    /**
     * The subscription that remembers what was delivered.
     */
    subscription: string;
    /**
     * How several receivers share the subscription. Only shared is delivered to in parallel.
     */
    type?: 'exclusive' | 'shared' | 'failover' | 'keyshared';
    /**
     * Where a new subscription starts.
     */
    initialPosition?: 'latest' | 'earliest';
    /**
     * Headers that each request carries besides. No credentials: they would be kept for ever; a receiver knows Stageline by its signature.
     */
    headers?: {
      /**
       * A header's value.
       */
      [k: string]: string | undefined;
    };
    /**
     * On the topic of replies: only the answers to this caller's commands.
     */
    askedBy?: string;
    /**
     * False: nothing is delivered, and the subscription keeps what comes.
     */
    active?: boolean;
  }[];
  /**
   * What it is for.
   */
  note?: string;
}
/**
 * Gives up deployments that have not left yet: what the named release still owes is never published. What has left stays.
 */
export interface SkipEffectsParams {
  environment: EnvironmentName;
  /**
   * The release; others, before it or behind it, are not concerned.
   */
  release: number;
  /**
   * Why, for people who read the log.
   */
  reason: string;
}
/**
 * Adds or replaces entries of a stage set. All or nothing.
 */
export interface StageConfigsParams {
  stageSet?: StageSetName;
  /**
   * Function, source and sink configs to deploy; with `remove` at most as many as STAGELINE_MAX_CONFIGS.
   *
   * Items: A config by the schema of its type: `type` is function, source or sink.
   */
  configs?: {
    [k: string]: unknown | undefined;
  }[];
  /**
   * Functions whose deletion is staged.
   */
  remove?: FunctionName[];
  allowLiterals?: AllowedLiterals;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * One literal.
 */
export interface AllowedLiteral {
  function: FunctionName;
  /**
   * JSON pointer into the function's config.
   */
  pointer: string;
  /**
   * Why it is no secret, for people who read the log.
   */
  reason: string;
}
/**
 * Starts functions, sources or sinks that the project has in an environment.
 */
export interface StartFunctionsParams {
  environment: EnvironmentName;
  /**
   * Which ones.
   */
  names: FunctionName[];
  override?: OverrideWish;
}
/**
 * Stops functions, sources or sinks that the project has in an environment.
 */
export interface StopFunctionsParams {
  environment: EnvironmentName;
  /**
   * Which ones.
   */
  names: FunctionName[];
  override?: OverrideWish;
}
/**
 * Lets the writer go on with another database of documents, such as one that a rebuild has folded. It reads on from that database's own checkpoint; one that is missing or does not fit the journal is not taken.
 */
export interface SwitchDocumentsParams {
  /**
   * Its name, as GET /v1/databases lists it.
   */
  database: string;
}
/**
 * Takes entries out of a stage set; what is deployed already stays.
 */
export interface UnStageParams {
  stageSet?: StageSetName;
  /**
   * Functions as tenant/namespace/name.
   */
  names?: FunctionName[];
  /**
   * Every entry of the set.
   */
  all?: true;
}
/**
 * Ends the freeze of an environment.
 */
export interface UnfreezeParams {
  environment: EnvironmentName;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Takes back a request for approval.
 */
export interface WithdrawParams {
  environment: EnvironmentName;
  stageSet?: StageSetName;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Environment variables; stageline.config.json may hold the same names. Lists are comma lists or JSON in a variable, JSON in the file.
 */
export interface Settings {
  /**
   * The bus: the log in the data directory, Pulsar by its native client, or Pulsar by its WebSocket API.
   */
  STAGELINE_BUS: 'embedded' | 'pulsar' | 'pulsar-ws';
  /**
   * Broker address for the native client.
   */
  STAGELINE_PULSAR_URL: string;
  /**
   * Address of the WebSocket API.
   */
  STAGELINE_PULSAR_WS_URL: string;
  /**
   * REST Admin API of the cluster that carries Stageline's own topics: for `init`, the retention check and taking a stalled lease; never an environment.
   */
  STAGELINE_PULSAR_ADMIN_URL: string;
  /**
   * File with the token that is shown to Pulsar, by the bus and to STAGELINE_PULSAR_ADMIN_URL; read again whenever it changes. Empty: none.
   */
  STAGELINE_PULSAR_TOKEN_FILE: string;
  /**
   * File with the certificates (PEM) of the authorities that Pulsar's own may be of. Empty: those that Node knows.
   */
  STAGELINE_PULSAR_TLS_CA_FILE: string;
  /**
   * File with the certificate (PEM) that is shown to Pulsar. Empty: none.
   */
  STAGELINE_PULSAR_TLS_CERT_FILE: string;
  /**
   * File with the private key (PEM) of STAGELINE_PULSAR_TLS_CERT_FILE.
   */
  STAGELINE_PULSAR_TLS_KEY_FILE: string;
  /**
   * Issuer that gives tokens for Pulsar (OAuth 2.0 client credentials); its `/.well-known/openid-configuration` names the rest. Empty: none.
   */
  STAGELINE_PULSAR_OAUTH2_ISSUER_URL: string;
  /**
   * The client's id; may stand in a key file instead.
   */
  STAGELINE_PULSAR_OAUTH2_CLIENT_ID: string;
  /**
   * File with the client's secret, or a key file as Pulsar's clients take it (JSON with client_id and client_secret).
   */
  STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE: string;
  /**
   * Audience that the token is asked for. Empty: none.
   */
  STAGELINE_PULSAR_OAUTH2_AUDIENCE: string;
  /**
   * Scope that the token is asked for. Empty: none.
   */
  STAGELINE_PULSAR_OAUTH2_SCOPE: string;
  /**
   * The role that Pulsar knows the processor by: `init` lets it, and nobody else, write the journal. Empty: `init` sets no permissions.
   */
  STAGELINE_PULSAR_ROLE: string;
  /**
   * Roles that `init` lets send commands and read replies (comma list).
   */
  STAGELINE_PULSAR_COMMANDS_ROLES: string[];
  /**
   * Roles that `init` lets read the journal (comma list).
   */
  STAGELINE_PULSAR_READER_ROLES: string[];
  /**
   * Roles of processes that run the http part apart from the processor (comma list).
   */
  STAGELINE_PULSAR_HTTP_ROLES: string[];
  /**
   * Roles of processes that run the router apart from the processor (comma list).
   */
  STAGELINE_PULSAR_ROUTER_ROLES: string[];
  /**
   * Roles of processes that run deployers apart from the processor (comma list): `role` for all environments, `environment=role` for one.
   */
  STAGELINE_PULSAR_DEPLOYER_ROLES: string[];
  /**
   * Where documents are kept: in the data directory or in CouchDB.
   */
  STAGELINE_STORE: 'embedded' | 'couchdb';
  /**
   * CouchDB; a user and password in it work too, and are never shown.
   */
  STAGELINE_COUCHDB_URL: string;
  /**
   * The database that points to the current documents; databases beside it start with this name.
   */
  STAGELINE_COUCHDB_DATABASE: string;
  /**
   * User at CouchDB, with STAGELINE_COUCHDB_PASSWORD_FILE, instead of one in the URL. Empty: none.
   */
  STAGELINE_COUCHDB_USER: string;
  /**
   * File with the password of STAGELINE_COUCHDB_USER; read again whenever it changes.
   */
  STAGELINE_COUCHDB_PASSWORD_FILE: string;
  /**
   * File with the certificates (PEM) of the authorities that CouchDB's own may be of. Empty: those that Node knows.
   */
  STAGELINE_COUCHDB_TLS_CA_FILE: string;
  /**
   * Folder of the embedded engines.
   */
  STAGELINE_DATA_DIR: string;
  /**
   * Bind address.
   */
  STAGELINE_HTTP_HOST: string;
  /**
   * Port; 0 takes any free one.
   */
  STAGELINE_HTTP_PORT: number;
  /**
   * Further values accepted in the Host header and as host of the Origin header (comma list); the bind address and loopback names always are.
   */
  STAGELINE_HTTP_ALLOWED_HOSTS: string[];
  /**
   * Origins whose pages may send requests from a browser, such as https://portal.example.com (comma list). Empty: none but our own.
   */
  STAGELINE_HTTP_CORS_ORIGINS: string[];
  /**
   * Addresses or ranges (comma list) of proxies in front: their X-Forwarded-For says where a request comes from. Empty: nobody's.
   */
  STAGELINE_HTTP_TRUSTED_PROXIES: string[];
  /**
   * Requests that one caller may send in a minute, where callers are asked who they are; more get 429. 0: any number.
   */
  STAGELINE_HTTP_REQUESTS_PER_MINUTE: number;
  /**
   * Parts to run (comma list): http, processor, router, webhooks, deployer (all environments) or deployer:<environment>. The embedded bus needs all of them.
   */
  STAGELINE_PARTS: string[];
  /**
   * Folders that a package may be read from (comma list). Default: `artifacts/` in the data directory and `examples/`. Relative package paths start at the first.
   */
  STAGELINE_ARTIFACT_ROOTS: string[];
  /**
   * URLs that packages may come from (comma list of scheme://host[:port]). Empty: any https host with a public address. A private or loopback address only if it is named here.
   */
  STAGELINE_URL_ALLOW: string[];
  /**
   * Which namespaces a project may deploy to, as JSON: `{"pricing":["acme/pricing","acme/shared"],"orders":["shop/*"],"*":["public/default"]}`. A project that is not named has those that are named for nobody; those of `*` are everybody's. A function sees the secrets of its tenant and of its environment: where projects must not see each other's, set this. Every processor and deployer part needs the same. Empty: any project may deploy anywhere.
   */
  STAGELINE_PROJECT_NAMESPACES: {
    [k: string]: string[] | undefined;
  };
  /**
   * Folder with a file for each secret; `{"$secret":"name"}` in a config is replaced at deployment. Looked for as `<environment>/<tenant>/<name>`, `<environment>/<name>` and `<name>`, each time after the variable of the same scope.
   */
  STAGELINE_SECRETS_DIR: string;
  /**
   * Further words, and keys, under which a literal in a config counts as a secret (comma list): `pin` means `cardPin` and `card-pin` too.
   */
  STAGELINE_SECRET_KEYS: string[];
  /**
   * Keys that look secret and hold none, as a whole (comma list): `authScheme` means `auth-scheme` too, and no other key.
   */
  STAGELINE_SECRET_KEYS_IGNORED: string[];
  /**
   * A string in a config counts as a secret whatever its key if it holds a run of 20 characters or more with more bits of entropy a character than this. 4.2 leaves UUIDs, hexadecimal digests, class and topic names alone; 3.5 refuses hexadecimal too. `off`: not looked at. Known shapes of keys and tokens are refused in any case.
   */
  STAGELINE_SECRET_ENTROPY: string;
  /**
   * File with private keys (JWKS; `stageline seal keygen` makes one) by which deployers open `{"$sealed":"…"}`; read again whenever it changes. The first is the one that secrets are sealed to. Empty: nothing is opened.
   */
  STAGELINE_SEALING_KEYS_FILE: string;
  /**
   * File with the public keys (JWKS) that `GET /v1/sealing-keys` shows, for an `http` part that must not hold the private ones. Empty: the public part of STAGELINE_SEALING_KEYS_FILE.
   */
  STAGELINE_SEALING_PUBLIC_KEYS_FILE: string;
  /**
   * Environments in promotion order (JSON). Without adminUrl an environment is the sandbox.
   *
   * Items: One environment.
   */
  STAGELINE_ENVIRONMENTS: {
    /**
     * Its name.
     */
    name: string;
    /**
     * Base URL of its REST Admin API.
     */
    adminUrl?: string;
    /**
     * File with the token that its deployer shows to the cluster; read again whenever it changes. Functions run as whoever deployed them: no superuser's token.
     */
    tokenFile?: string;
    /**
     * Files with the tokens for what belongs to these tenants, by tenant; tokenFile is for all others.
     */
    tenantTokenFiles?: {
      [k: string]: string | undefined;
    };
    /**
     * Issuer of the token, instead of tokenFile; as STAGELINE_PULSAR_OAUTH2_ISSUER_URL and what follows it.
     */
    oauth2?: {
      /**
       * The issuer.
       */
      issuerUrl: string;
      /**
       * The client's id; may stand in a key file instead.
       */
      clientId?: string;
      /**
       * File with the client's secret, or a key file.
       */
      clientSecretFile: string;
      /**
       * Audience that the token is asked for.
       */
      audience?: string;
      /**
       * Scope that the token is asked for.
       */
      scope?: string;
    };
    /**
     * Certificates for an adminUrl that begins with https.
     */
    tls?: {
      /**
       * File with the authorities that the cluster's certificate may be of.
       */
      caFile?: string;
      /**
       * File with the certificate that is shown to the cluster.
       */
      certFile?: string;
      /**
       * File with its private key.
       */
      keyFile?: string;
    };
    /**
     * Hosts (host or host:port), besides the one of adminUrl, that the cluster may redirect its deployer to; the token goes along.
     */
    allowedHosts?: string[];
    /**
     * What runs its functions, which Pulsar's API does not tell: with kubernetes, names are checked for what fits there before a deployment.
     */
    runtime?: 'thread' | 'process' | 'kubernetes';
    /**
     * Compares what runs with what was deployed, again and again.
     */
    drift?: {
      /**
       * How often, counted from midnight UTC on 1 January 1970.
       */
      everyMinutes: number;
      /**
       * Deploys what was deployed last again, where something else runs; otherwise it is only reported.
       */
      repair?: boolean;
    };
    /**
     * What a commit there needs besides the role. One that is in force is changed by set-environments alone.
     */
    approvals?: {
      /**
       * How many different people have to approve.
       */
      required: number;
      /**
       * Whoever staged an entry of it does not approve it; true where nothing is said.
       */
      fourEyes?: boolean;
      /**
       * Roles that may approve, any of them; approver where nothing is said.
       */
      roles?: ('developer' | 'approver' | 'operator' | 'admin')[];
      /**
       * How old the plan may be at the commit; 60 where nothing is said.
       */
      planMaxAgeMinutes?: number;
    };
  }[];
  /**
   * Where the public keys of the identity provider are (JWKS). HTTP callers then bring a JSON Web Token that one of them has signed. One of this, STAGELINE_AUTH_PUBLIC_KEY_FILE and STAGELINE_AUTH_HS256_SECRET_FILE; with none of them every caller is `local` and may do everything.
   */
  STAGELINE_AUTH_JWKS_URL: string;
  /**
   * Public key (PEM: RSA, EC P-256 or P-384, Ed25519) that has signed callers' tokens.
   */
  STAGELINE_AUTH_PUBLIC_KEY_FILE: string;
  /**
   * File with a secret of at least 32 bytes that signs callers' tokens (HS256): for trying things out, since whoever can check tokens can make them.
   */
  STAGELINE_AUTH_HS256_SECRET_FILE: string;
  /**
   * What the claim `iss` has to be. Needed with STAGELINE_AUTH_JWKS_URL.
   */
  STAGELINE_AUTH_ISSUER: string;
  /**
   * What the claim `aud` has to be or contain: without it, a token made for another service would be taken. Needed with STAGELINE_AUTH_JWKS_URL.
   */
  STAGELINE_AUTH_AUDIENCE: string;
  /**
   * The claim that lists roles: its name, or a JSON pointer into the claims (`/realm_access/roles`). Roles that are none of Stageline's are left out.
   */
  STAGELINE_AUTH_ROLES_CLAIM: string;
  /**
   * The claim that lists projects, `*` for all, written as the one of roles. A token without it has none.
   */
  STAGELINE_AUTH_PROJECTS_CLAIM: string;
  /**
   * File with a secret of at least 32 bytes that signs tickets: every http and processor part needs the same. On the embedded bus one is made in the data folder where none is given.
   */
  STAGELINE_TICKET_KEY_FILE: string;
  /**
   * File with a secret of at least 32 bytes that signs what deployers report; its tickets count for the role service alone, so that a deployer's machine holds no key that could ask for more. Empty: STAGELINE_TICKET_KEY_FILE signs that too.
   */
  STAGELINE_SERVICE_KEY_FILE: string;
  /**
   * How long a ticket is good, from its signing to the moment at which the bus stores the command.
   */
  STAGELINE_TICKET_SECONDS: number;
  /**
   * Run although every caller is trusted and the address or the broker is not on loopback.
   */
  STAGELINE_ALLOW_UNAUTHENTICATED: boolean;
  /**
   * Log level.
   */
  STAGELINE_LOG_LEVEL: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /**
   * Topics that `replyTo` may name start with one of these (comma list).
   */
  STAGELINE_REPLY_TOPIC_PREFIXES: string[];
  /**
   * Routers (JSON list of the talk's function configs: userConfig key, tenant, namespace; inputs; logTopic). Default: one that routes deployments by environment.
   */
  STAGELINE_ROUTERS: RouterConfig[];
  /**
   * Topics, besides Stageline's own, that scripts written for Pulsar Beam may use (JSON list; docs/beam.md). The first entry that fits a topic counts.
   *
   * Items: One topic, or all whose full names begin alike.
   */
  STAGELINE_BEAM_TOPICS: {
    /**
     * A topic by its name, such as persistent://acme/orders/new. Either this or prefix.
     */
    topic?: string;
    /**
     * What full names of topics begin with, the tenant at least: persistent://acme/orders/.
     */
    prefix?: string;
    /**
     * The role that publishing takes; without it nobody may.
     */
    publish?: 'viewer' | 'developer' | 'approver' | 'operator' | 'service' | 'admin' | 'overrider';
    /**
     * The role that consuming takes; without it nobody may.
     */
    consume?: 'viewer' | 'developer' | 'approver' | 'operator' | 'service' | 'admin' | 'overrider';
    /**
     * The project in which the role has to be held; without it, in all of them.
     */
    project?: string;
  }[];
  /**
   * What scripts written for Pulsar Beam may name in the header PulsarUrl (comma list): the addresses by which they know the cluster that this service uses. STAGELINE_PULSAR_URL is one where STAGELINE_BUS is pulsar.
   */
  STAGELINE_BEAM_PULSAR_URLS: string[];
  /**
   * File with secrets that sign what webhooks post, one a line, at least 32 characters each: every http part and every part webhooks needs the same. Each request carries a signature by each of them, so that receivers can be given a new one before the old one ends; the first is told to whoever sets webhooks. On the embedded bus one is made in the data folder where none is given; on Pulsar there are no webhooks without.
   */
  STAGELINE_WEBHOOK_KEYS_FILE: string;
  /**
   * URLs that webhooks may post to (comma list of scheme://host[:port]). Empty: any https host with a public address. A private or loopback address only if it is named here. STAGELINE_URL_ALLOW is for packages alone.
   */
  STAGELINE_WEBHOOK_URL_ALLOW: string[];
  /**
   * Topic: commands.
   */
  STAGELINE_TOPIC_COMMANDS: string;
  /**
   * Topic: the journal.
   */
  STAGELINE_TOPIC_JOURNAL: string;
  /**
   * Topic: the writer's beat.
   */
  STAGELINE_TOPIC_BEATS: string;
  /**
   * Topic: replies.
   */
  STAGELINE_TOPIC_REPLIES: string;
  /**
   * Topic: what could not be understood or processed.
   */
  STAGELINE_TOPIC_DEAD_LETTERS: string;
  /**
   * Topic: deployments on their way to the router.
   */
  STAGELINE_TOPIC_DEPLOYMENTS: string;
  /**
   * The router puts the environment behind this.
   */
  STAGELINE_TOPIC_ENVIRONMENT_PREFIX: string;
  /**
   * Topic: results of deployers.
   */
  STAGELINE_TOPIC_RESULTS: string;
  /**
   * Largest command, in bytes of JSON.
   */
  STAGELINE_MAX_COMMAND_BYTES: number;
  /**
   * Deepest nesting of a command.
   */
  STAGELINE_MAX_COMMAND_DEPTH: number;
  /**
   * Most configs in one stage-configs command.
   */
  STAGELINE_MAX_CONFIGS: number;
  /**
   * Largest journal record, in bytes.
   */
  STAGELINE_MAX_RECORD_BYTES: number;
  /**
   * Writes that a process keeps in flight to one cluster at most, and three times as many reads; it begins with 2 and learns. Counted over all processes that deploy to a cluster, writes must stay below 6 for 8 web threads (Pulsar's numHttpServerThreads, at least 8): a functions worker whose threads all wait for each other hangs, and a standalone broker can end. With two deployers set 2.
   */
  STAGELINE_DEPLOYER_CONCURRENCY: number;
  /**
   * How long a deployer retries one function, in milliseconds.
   */
  STAGELINE_DEPLOYER_DEADLINE_MS: number;
  /**
   * How long after a write to a real cluster a function is left alone before it is looked at, in milliseconds: until then an instance of before may answer.
   */
  STAGELINE_DEPLOYER_HEALTH_SETTLE_MS: number;
  /**
   * How long a function must then run with all its instances, without a restart or an exception more, to count as deployed, in milliseconds. Whatever happens begins the time anew. 0: nobody looks. A sandbox is looked at once, without waiting.
   */
  STAGELINE_DEPLOYER_HEALTH_BAKE_MS: number;
  /**
   * A function that does not run well so long after the write is degraded, in milliseconds; it is of unknown outcome where its status cannot be read by then.
   */
  STAGELINE_DEPLOYER_HEALTH_LIMIT_MS: number;
  /**
   * By how many messages what waits in a function's subscriptions may grow while it is watched. 0: nobody looks.
   */
  STAGELINE_DEPLOYER_HEALTH_BACKLOG_GROWTH: number;
  /**
   * File that journal heads (position and hash, signed) are appended to: on another machine's mount, where nobody who can write the journal can write. One instance a file. Empty: none.
   */
  STAGELINE_HEADS_FILE: string;
  /**
   * Topic that journal heads are sent to, in another namespace than the journal's. Empty: none.
   */
  STAGELINE_HEADS_TOPIC: string;
  /**
   * Private key that signs journal heads (Ed25519, PEM, PKCS #8; `stageline heads keygen` makes one). Empty: heads are not signed.
   */
  STAGELINE_HEADS_KEY_FILE: string;
  /**
   * How often a journal head is exported if it has moved, in seconds; also at a clean stop.
   */
  STAGELINE_HEADS_EVERY_SECONDS: number;
  /**
   * Bind address of the metrics. Whoever reaches it may read them.
   */
  STAGELINE_METRICS_HOST: string;
  /**
   * Port of the metrics (Prometheus text format, `GET /metrics`); 0 takes any free one. Empty: no metrics.
   */
  STAGELINE_METRICS_PORT: string;
}
/**
 * A generic router: sends each message to the topic that the value of a key names.
 */
export interface RouterConfig {
  /**
   * Kept from the function config it is written as.
   */
  type?: 'function';
  /**
   * Tenant of the router itself.
   */
  tenant?: string;
  /**
   * Namespace of the router itself.
   */
  namespace?: string;
  /**
   * Its name; also its subscription.
   */
  name: string;
  /**
   * Kept from the function config; not used.
   */
  className?: string;
  /**
   * What it routes by and where to.
   */
  userConfig: {
    /**
     * The top-level key whose value names the topic.
     */
    key: string;
    /**
     * Tenant of the topics it sends to.
     */
    tenant: string;
    /**
     * Namespace of the topics it sends to.
     */
    namespace: string;
    /**
     * Send only the contents of `configs`, without the routing envelope.
     */
    unwrap?: boolean;
    /**
     * The only values allowed.
     */
    allow?: string[];
  };
  /**
   * Topics it reads.
   */
  inputs: string[];
  /**
   * Dead letters are copied there as log lines as well.
   */
  logTopic?: string;
}
/**
 * A Pulsar function as Stageline stages and deploys it: every field of Pulsar 4.0's FunctionConfig but `jar`, `py` and `go`, plus `type`, `artifactPathOrUrl` and `environments`.
 */
export interface FunctionConfig {
  /**
   * Says that this config describes a function.
   */
  type: 'function';
  /**
   * The Pulsar tenant that the function belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  tenant: string;
  /**
   * The namespace, within the tenant and without its name, that the function belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  namespace: string;
  /**
   * The name of the function, unique among all functions, sources and sinks of its namespace: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  name: string;
  /**
   * Path or URL of the function's package, or `builtin://<name>` for a function that is installed on the functions worker; it stands in for Pulsar's `jar`, `py` and `go`.
   */
  artifactPathOrUrl: string;
  /**
   * Class of the function in the package (Python: module.Class); Go functions have none, and a package that names its function needs none.
   */
  className?: string;
  /**
   * Language that the function runs in; taken from the package's file name if absent.
   */
  runtime?: 'JAVA' | 'PYTHON' | 'GO';
  /**
   * Topics that the function reads with default settings.
   */
  inputs?: string[];
  /**
   * Regular expression for the topics of one namespace that the function reads.
   */
  topicsPattern?: string;
  /**
   * Topics, or patterns of topics, that the function reads, each with its own consumer settings.
   */
  inputSpecs?: {
    [k: string]: FunctionConsumerConfig | undefined;
  };
  /**
   * For each input topic the class name of the SerDe that decodes it.
   */
  customSerdeInputs?: {
    [k: string]: string | undefined;
  };
  /**
   * For each input topic its schema: a string that holds Pulsar's ConsumerConfig as JSON.
   */
  customSchemaInputs?: {
    [k: string]: string | undefined;
  };
  /**
   * Class name of the type that the function takes; Java functions have it in their signature.
   */
  inputTypeClassName?: string;
  /**
   * Topic that the function writes its results to; without it nothing is written.
   */
  output?: string;
  /**
   * Settings of the producer that writes to the output topic.
   */
  producerConfig?: FunctionProducerConfig;
  /**
   * Built-in schema type such as avro, json or string, or schema class name, of the output; excludes outputSerdeClassName.
   */
  outputSchemaType?: string;
  /**
   * Class name of the SerDe that encodes the output; excludes outputSchemaType.
   */
  outputSerdeClassName?: string;
  /**
   * Class name of the type that the function returns; Java functions have it in their signature.
   */
  outputTypeClassName?: string;
  /**
   * For the output topic its schema properties: a string that holds Pulsar's ConsumerConfig as JSON.
   */
  customSchemaOutputs?: {
    [k: string]: string | undefined;
  };
  /**
   * Topic that the function's log lines are published to.
   */
  logTopic?: string;
  /**
   * Delivery guarantee of the function; ATLEAST_ONCE if absent, and with MANUAL the code acknowledges messages itself.
   */
  processingGuarantees?: 'ATLEAST_ONCE' | 'ATMOST_ONCE' | 'EFFECTIVELY_ONCE' | 'MANUAL';
  /**
   * Whether messages are processed in the order of their partition (failover subscription); excludes retainKeyOrdering.
   */
  retainOrdering?: boolean;
  /**
   * Whether messages of one key are processed in order by the same instance (key-shared subscription); excludes retainOrdering.
   */
  retainKeyOrdering?: boolean;
  /**
   * How outgoing messages are grouped into batches: as they come (DEFAULT) or one key to a batch (KEY_BASED); takes precedence over producerConfig.batchBuilder.
   */
  batchBuilder?: 'DEFAULT' | 'KEY_BASED';
  /**
   * Whether the properties of an input message are copied to the output message; true if absent, unless the functions worker has it switched off.
   */
  forwardSourceMessageProperty?: boolean;
  /**
   * Free settings that the function's code reads from its context; on update the whole map is replaced.
   */
  userConfig?: {
    [k: string]: unknown | undefined;
  };
  /**
   * For each secret name that the function's code asks for, what the functions worker's secrets provider needs to find it: a reference, never the secret itself.
   */
  secrets?: {
    [k: string]: unknown | undefined;
  };
  /**
   * Whether the function's messages are acknowledged by the framework, true if absent; deprecated in Pulsar in favour of processingGuarantees MANUAL.
   */
  autoAck?: boolean;
  /**
   * How often a failing message is tried again before it is given up; -1 or absent never gives up, and only Java functions support it.
   */
  maxMessageRetries?: number;
  /**
   * Topic for messages that were given up; only with maxMessageRetries.
   */
  deadLetterTopic?: string;
  /**
   * Name of the subscription on the input topics; tenant/namespace/name if absent.
   */
  subName?: string;
  /**
   * Where a new subscription begins to read; Latest if absent.
   */
  subscriptionPosition?: 'Latest' | 'Earliest';
  /**
   * Whether an instance that starts again skips what is waiting and reads on from the newest message; false if absent.
   */
  skipToLatest?: boolean;
  /**
   * Whether the subscriptions of the function are removed when it is deleted; true if absent.
   */
  cleanupSubscription?: boolean;
  /**
   * How many instances of the function run; 1 if absent.
   */
  parallelism?: number;
  /**
   * What each instance of the function gets.
   */
  resources?: FunctionResources;
  /**
   * Windowing of a Java window function; the function then acknowledges by window.
   */
  windowConfig?: FunctionWindowConfig;
  /**
   * After how many milliseconds an unacknowledged message is delivered again; only with processingGuarantees ATLEAST_ONCE.
   */
  timeoutMs?: number;
  /**
   * How many unfinished asynchronous calls an instance may have; Pulsar 4.0 takes this from the functions worker's configuration and ignores the field.
   */
  maxPendingAsyncRequests?: number;
  /**
   * Whether the function's context offers a Pulsar admin client; Pulsar 4.0 takes this from the functions worker's configuration and ignores the field.
   */
  exposePulsarAdminClientEnabled?: boolean;
  /**
   * Extra flags for the process that runs the function; without effect on the thread runtime.
   */
  runtimeFlags?: string;
  /**
   * Free text, usually JSON, that the cluster's runtime customizer reads when it runs the function, for example on Kubernetes.
   */
  customRuntimeOptions?: string;
  /**
   * Name of a built-in function; only pulsar-admin reads it and the REST API ignores it, so write artifactPathOrUrl builtin://<name> instead.
   */
  functionType?: string;
  /**
   * The name written as tenant/namespace/name; the REST API ignores it in favour of the three fields.
   */
  fqfn?: string;
  /**
   * What differs by environment: a merge patch (RFC 7396) for each environment name, applied to the rest of this config before the function is deployed there.
   */
  environments?: {
    [k: string]: FunctionEnvironmentPatch | undefined;
  };
}
/**
 * How one input topic, or one pattern of topics, of the function is read.
 */
export interface FunctionConsumerConfig {
  /**
   * Built-in schema type such as avro, json or string, or the class name of a schema; excludes serdeClassName.
   */
  schemaType?: string;
  /**
   * Class name of the SerDe that decodes messages of this input; excludes schemaType.
   */
  serdeClassName?: string;
  /**
   * Whether the input's key is a regular expression over topic names rather than a topic; Java's field and `pulsar-admin … get` call it isRegexPattern, but the REST API reads only this name.
   */
  regexPattern?: boolean;
  /**
   * Properties handed to the schema of this input.
   */
  schemaProperties?: {
    [k: string]: string | undefined;
  };
  /**
   * Settings of the Pulsar consumer of this input by the client's own property names, their values written as strings.
   */
  consumerProperties?: {
    [k: string]: string | undefined;
  };
  /**
   * How many messages the consumer fetches ahead; 0 fetches one at a time.
   */
  receiverQueueSize?: number;
  /**
   * How incoming messages are decrypted.
   */
  cryptoConfig?: FunctionCryptoConfig;
  /**
   * Whether message buffers are pooled outside the Java heap and released after use.
   */
  poolMessages?: boolean;
}
/**
 * End-to-end encryption: where the keys come from, and what to do when encrypting or decrypting fails.
 */
export interface FunctionCryptoConfig {
  /**
   * Class in the package that implements Pulsar's CryptoKeyReader; Pulsar cannot use a cryptoConfig without it.
   */
  cryptoKeyReaderClassName: string;
  /**
   * Settings handed to the constructor of the key reader.
   */
  cryptoKeyReaderConfig?: {
    [k: string]: unknown | undefined;
  };
  /**
   * Names of the keys that outgoing messages are encrypted with; a producer needs at least one, a consumer none.
   */
  encryptionKeys?: string[];
  /**
   * What the producer does with a message it cannot encrypt: fail the send, or send it unencrypted.
   */
  producerCryptoFailureAction?: 'FAIL' | 'SEND';
  /**
   * What the consumer does with a message it cannot decrypt: fail the receive, discard the message, or deliver it still encrypted.
   */
  consumerCryptoFailureAction?: 'FAIL' | 'DISCARD' | 'CONSUME';
}
/**
 * Settings of the producer that writes what the function emits.
 */
export interface FunctionProducerConfig {
  /**
   * How many messages may wait for an acknowledgement by the broker in one producer; 0 leaves the client's default.
   */
  maxPendingMessages?: number;
  /**
   * How many messages may wait for an acknowledgement over all partitions of one topic; 0 leaves the client's default.
   */
  maxPendingMessagesAcrossPartitions?: number;
  /**
   * Whether every thread gets a producer of its own instead of sharing one.
   */
  useThreadLocalProducers?: boolean;
  /**
   * How outgoing messages are encrypted.
   */
  cryptoConfig?: FunctionCryptoConfig;
  /**
   * How messages are grouped into batches: as they come (DEFAULT) or one key to a batch (KEY_BASED); Pulsar reports an unset value as the empty string, which means DEFAULT.
   */
  batchBuilder?: 'DEFAULT' | 'KEY_BASED' | '';
  /**
   * Compression of outgoing messages; LZ4 if producerConfig is there without it.
   */
  compressionType?: 'NONE' | 'LZ4' | 'ZLIB' | 'ZSTD' | 'SNAPPY';
}
/**
 * What each instance of the function gets, on runtimes that can enforce it.
 */
export interface FunctionResources {
  /**
   * Processor share in cores; 1 if absent.
   */
  cpu?: number;
  /**
   * Memory in bytes; 1 GiB if absent.
   */
  ram?: number;
  /**
   * Disk space in bytes; 10 GiB if absent.
   */
  disk?: number;
}
/**
 * Turns the function into a window function: how long a window is, how it slides, and how late messages are treated; its length is either a count or a duration.
 */
export interface FunctionWindowConfig {
  /**
   * Length of a window in messages; excludes windowLengthDurationMs.
   */
  windowLengthCount?: number;
  /**
   * Length of a window in milliseconds; excludes windowLengthCount.
   */
  windowLengthDurationMs?: number;
  /**
   * After how many messages the window slides; the length of the window if absent.
   */
  slidingIntervalCount?: number;
  /**
   * After how many milliseconds the window slides; the length of the window if absent.
   */
  slidingIntervalDurationMs?: number;
  /**
   * Topic for messages that come too late for their window; only with timestampExtractorClassName.
   */
  lateDataTopic?: string;
  /**
   * How many milliseconds a message may be behind in event time; 0 if absent.
   */
  maxLagMs?: number;
  /**
   * How often the event-time watermark advances, in milliseconds; 1000 if absent.
   */
  watermarkEmitIntervalMs?: number;
  /**
   * Class that takes the event time out of a message; without it windows go by processing time.
   */
  timestampExtractorClassName?: string;
  /**
   * The user's window function class; the functions worker sets it from className.
   */
  actualWindowFunctionClassName?: string;
  /**
   * Delivery guarantee of the windows; the functions worker sets it from the function's processingGuarantees.
   */
  processingGuarantees?: 'ATLEAST_ONCE' | 'ATMOST_ONCE';
}
/**
 * A merge patch (RFC 7396) over the function config's own fields, where null clears a field; identity, type and environments cannot be patched, and the merged config is validated as a whole.
 */
export interface FunctionEnvironmentPatch {
  [k: string]: unknown | undefined;
}
/**
 * A Pulsar sink connector as Stageline stages and deploys it: every field of Pulsar 4.0's SinkConfig but `archive`, plus `type`, `artifactPathOrUrl` and `environments`.
 */
export interface SinkConfig {
  /**
   * Says that this config describes a sink.
   */
  type: 'sink';
  /**
   * The Pulsar tenant that the sink belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  tenant: string;
  /**
   * The namespace, within the tenant and without its name, that the sink belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  namespace: string;
  /**
   * The name of the sink, unique among all functions, sources and sinks of its namespace: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  name: string;
  /**
   * Path or URL of the sink's package, or `builtin://<name>` for a sink that is installed on the functions worker; it stands in for Pulsar's `archive`.
   */
  artifactPathOrUrl: string;
  /**
   * Class of the sink in the package; absent if the package (a NAR) names its sink.
   */
  className?: string;
  /**
   * Topics that the sink reads with default settings.
   */
  inputs?: string[];
  /**
   * Regular expression for the topics of one namespace that the sink reads.
   */
  topicsPattern?: string;
  /**
   * Topics, or patterns of topics, that the sink reads, each with its own consumer settings.
   */
  inputSpecs?: {
    [k: string]: SinkConsumerConfig | undefined;
  };
  /**
   * For each input topic the class name of the SerDe that decodes it.
   */
  topicToSerdeClassName?: {
    [k: string]: string | undefined;
  };
  /**
   * For each input topic its built-in schema type or schema class name.
   */
  topicToSchemaType?: {
    [k: string]: string | undefined;
  };
  /**
   * For each input topic properties of its schema; Pulsar 4.0 has the field and reads it nowhere.
   */
  topicToSchemaProperties?: {
    [k: string]: string | undefined;
  };
  /**
   * Name of the subscription on the input topics; tenant/namespace/name if absent.
   */
  sourceSubscriptionName?: string;
  /**
   * Where a new subscription begins to read; Latest if absent.
   */
  sourceSubscriptionPosition?: 'Latest' | 'Earliest';
  /**
   * Whether the subscriptions of the sink are removed when it is deleted; true if absent.
   */
  cleanupSubscription?: boolean;
  /**
   * The connector's own settings; on update the whole map is replaced.
   */
  configs?: {
    [k: string]: unknown | undefined;
  };
  /**
   * For each secret name that the sink's code asks for, what the functions worker's secrets provider needs to find it: a reference, never the secret itself.
   */
  secrets?: {
    [k: string]: unknown | undefined;
  };
  /**
   * How many instances of the sink run; 1 if absent.
   */
  parallelism?: number;
  /**
   * Delivery guarantee of the sink; ATLEAST_ONCE if absent, and with MANUAL the code acknowledges messages itself.
   */
  processingGuarantees?: 'ATLEAST_ONCE' | 'ATMOST_ONCE' | 'EFFECTIVELY_ONCE' | 'MANUAL';
  /**
   * Whether messages are processed in the order of their partition (failover subscription); excludes retainKeyOrdering.
   */
  retainOrdering?: boolean;
  /**
   * Whether messages of one key are processed in order by the same instance (key-shared subscription); excludes retainOrdering.
   */
  retainKeyOrdering?: boolean;
  /**
   * Whether the sink's messages are acknowledged by the framework, true if absent; deprecated in Pulsar in favour of processingGuarantees MANUAL.
   */
  autoAck?: boolean;
  /**
   * After how many milliseconds an unacknowledged message is delivered again; 0 or absent leaves it to the client.
   */
  timeoutMs?: number;
  /**
   * How many milliseconds a message that the sink refused waits before it is delivered again; 0 or absent leaves it to the client.
   */
  negativeAckRedeliveryDelayMs?: number;
  /**
   * How often a failing message is tried again before it is given up; 0, -1 or absent never gives up.
   */
  maxMessageRetries?: number;
  /**
   * Topic for messages that were given up; only with maxMessageRetries.
   */
  deadLetterTopic?: string;
  /**
   * Package of a function that messages pass through before the sink: builtin://<name>, or a URL that the functions worker itself fetches.
   */
  transformFunction?: string;
  /**
   * Class of the transform function; absent if its package names it.
   */
  transformFunctionClassName?: string;
  /**
   * Settings of the transform function: a string that holds a JSON object.
   */
  transformFunctionConfig?: string;
  /**
   * What each instance of the sink gets.
   */
  resources?: SinkResources;
  /**
   * Topic that the sink's log lines are published to.
   */
  logTopic?: string;
  /**
   * Extra flags for the process that runs the sink; without effect on the thread runtime.
   */
  runtimeFlags?: string;
  /**
   * Free text, usually JSON, that the cluster's runtime customizer reads when it runs the sink, for example on Kubernetes.
   */
  customRuntimeOptions?: string;
  /**
   * Name of a built-in sink; only pulsar-admin reads it and the REST API ignores it, so write artifactPathOrUrl builtin://<name> instead.
   */
  sinkType?: string;
  /**
   * What differs by environment: a merge patch (RFC 7396) for each environment name, applied to the rest of this config before the sink is deployed there.
   */
  environments?: {
    [k: string]: SinkEnvironmentPatch | undefined;
  };
}
/**
 * How one input topic, or one pattern of topics, of the sink is read.
 */
export interface SinkConsumerConfig {
  /**
   * Built-in schema type such as avro, json or string, or the class name of a schema; excludes serdeClassName.
   */
  schemaType?: string;
  /**
   * Class name of the SerDe that decodes messages of this input; excludes schemaType.
   */
  serdeClassName?: string;
  /**
   * Whether the input's key is a regular expression over topic names rather than a topic; Java's field and `pulsar-admin … get` call it isRegexPattern, but the REST API reads only this name.
   */
  regexPattern?: boolean;
  /**
   * Properties handed to the schema of this input.
   */
  schemaProperties?: {
    [k: string]: string | undefined;
  };
  /**
   * Settings of the Pulsar consumer of this input by the client's own property names, their values written as strings.
   */
  consumerProperties?: {
    [k: string]: string | undefined;
  };
  /**
   * How many messages the consumer fetches ahead; 0 fetches one at a time.
   */
  receiverQueueSize?: number;
  /**
   * How incoming messages are decrypted.
   */
  cryptoConfig?: SinkCryptoConfig;
  /**
   * Whether message buffers are pooled outside the Java heap and released after use.
   */
  poolMessages?: boolean;
}
/**
 * End-to-end encryption: where the keys come from, and what to do when encrypting or decrypting fails.
 */
export interface SinkCryptoConfig {
  /**
   * Class in the package that implements Pulsar's CryptoKeyReader; Pulsar cannot use a cryptoConfig without it.
   */
  cryptoKeyReaderClassName: string;
  /**
   * Settings handed to the constructor of the key reader.
   */
  cryptoKeyReaderConfig?: {
    [k: string]: unknown | undefined;
  };
  /**
   * Names of the keys that outgoing messages are encrypted with; a producer needs at least one, a consumer none.
   */
  encryptionKeys?: string[];
  /**
   * What the producer does with a message it cannot encrypt: fail the send, or send it unencrypted.
   */
  producerCryptoFailureAction?: 'FAIL' | 'SEND';
  /**
   * What the consumer does with a message it cannot decrypt: fail the receive, discard the message, or deliver it still encrypted.
   */
  consumerCryptoFailureAction?: 'FAIL' | 'DISCARD' | 'CONSUME';
}
/**
 * What each instance of the sink gets, on runtimes that can enforce it.
 */
export interface SinkResources {
  /**
   * Processor share in cores; 1 if absent.
   */
  cpu?: number;
  /**
   * Memory in bytes; 1 GiB if absent.
   */
  ram?: number;
  /**
   * Disk space in bytes; 10 GiB if absent.
   */
  disk?: number;
}
/**
 * A merge patch (RFC 7396) over the sink config's own fields, where null clears a field; identity, type and environments cannot be patched, and the merged config is validated as a whole.
 */
export interface SinkEnvironmentPatch {
  [k: string]: unknown | undefined;
}
/**
 * A Pulsar source connector as Stageline stages and deploys it: every field of Pulsar 4.0's SourceConfig but `archive`, plus `type`, `artifactPathOrUrl` and `environments`.
 */
export interface SourceConfig {
  /**
   * Says that this config describes a source.
   */
  type: 'source';
  /**
   * The Pulsar tenant that the source belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  tenant: string;
  /**
   * The namespace, within the tenant and without its name, that the source belongs to: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  namespace: string;
  /**
   * The name of the source, unique among all functions, sources and sinks of its namespace: letters, digits, '_', '.' and '-', beginning with a letter or digit (Pulsar's named entity rule, [-=:.\w], also has '=' and ':', which are left out here because a colon in a name crashed the deletion of a function, apache/pulsar #9946).
   */
  name: string;
  /**
   * Path or URL of the source's package, or `builtin://<name>` for a source that is installed on the functions worker; it stands in for Pulsar's `archive`.
   */
  artifactPathOrUrl: string;
  /**
   * Class of the source in the package; absent if the package (a NAR) names its source.
   */
  className?: string;
  /**
   * Topic that the source writes to.
   */
  topicName?: string;
  /**
   * Settings of the producer that writes to the topic.
   */
  producerConfig?: SourceProducerConfig;
  /**
   * Class name of the SerDe that encodes what the source emits; excludes schemaType.
   */
  serdeClassName?: string;
  /**
   * Built-in schema type such as avro, json or string, or schema class name, of what the source emits; excludes serdeClassName.
   */
  schemaType?: string;
  /**
   * The connector's own settings; on update the whole map is replaced.
   */
  configs?: {
    [k: string]: unknown | undefined;
  };
  /**
   * For each secret name that the source's code asks for, what the functions worker's secrets provider needs to find it: a reference, never the secret itself.
   */
  secrets?: {
    [k: string]: unknown | undefined;
  };
  /**
   * How many instances of the source run; 1 if absent.
   */
  parallelism?: number;
  /**
   * Delivery guarantee of the source; ATLEAST_ONCE if absent, and with MANUAL the code acknowledges messages itself.
   */
  processingGuarantees?: 'ATLEAST_ONCE' | 'ATMOST_ONCE' | 'EFFECTIVELY_ONCE' | 'MANUAL';
  /**
   * What each instance of the source gets.
   */
  resources?: SourceResources;
  /**
   * Discovery settings of a batch source; absent for any other source.
   */
  batchSourceConfig?: BatchSourceConfig;
  /**
   * How outgoing messages are grouped into batches: as they come (DEFAULT) or one key to a batch (KEY_BASED); takes precedence over producerConfig.batchBuilder.
   */
  batchBuilder?: 'DEFAULT' | 'KEY_BASED';
  /**
   * Topic that the source's log lines are published to.
   */
  logTopic?: string;
  /**
   * Extra flags for the process that runs the source; without effect on the thread runtime.
   */
  runtimeFlags?: string;
  /**
   * Free text, usually JSON, that the cluster's runtime customizer reads when it runs the source, for example on Kubernetes.
   */
  customRuntimeOptions?: string;
  /**
   * Name of a built-in source; only pulsar-admin reads it and the REST API ignores it, so write artifactPathOrUrl builtin://<name> instead.
   */
  sourceType?: string;
  /**
   * What differs by environment: a merge patch (RFC 7396) for each environment name, applied to the rest of this config before the source is deployed there.
   */
  environments?: {
    [k: string]: SourceEnvironmentPatch | undefined;
  };
}
/**
 * Settings of the producer that writes what the source emits.
 */
export interface SourceProducerConfig {
  /**
   * How many messages may wait for an acknowledgement by the broker in one producer; 0 leaves the client's default.
   */
  maxPendingMessages?: number;
  /**
   * How many messages may wait for an acknowledgement over all partitions of one topic; 0 leaves the client's default.
   */
  maxPendingMessagesAcrossPartitions?: number;
  /**
   * Whether every thread gets a producer of its own instead of sharing one.
   */
  useThreadLocalProducers?: boolean;
  /**
   * How outgoing messages are encrypted.
   */
  cryptoConfig?: SourceCryptoConfig;
  /**
   * How messages are grouped into batches: as they come (DEFAULT) or one key to a batch (KEY_BASED); Pulsar reports an unset value as the empty string, which means DEFAULT.
   */
  batchBuilder?: 'DEFAULT' | 'KEY_BASED' | '';
  /**
   * Compression of outgoing messages; LZ4 if producerConfig is there without it.
   */
  compressionType?: 'NONE' | 'LZ4' | 'ZLIB' | 'ZSTD' | 'SNAPPY';
}
/**
 * End-to-end encryption: where the keys come from, and what to do when encrypting or decrypting fails.
 */
export interface SourceCryptoConfig {
  /**
   * Class in the package that implements Pulsar's CryptoKeyReader; Pulsar cannot use a cryptoConfig without it.
   */
  cryptoKeyReaderClassName: string;
  /**
   * Settings handed to the constructor of the key reader.
   */
  cryptoKeyReaderConfig?: {
    [k: string]: unknown | undefined;
  };
  /**
   * Names of the keys that outgoing messages are encrypted with; a producer needs at least one, a consumer none.
   */
  encryptionKeys?: string[];
  /**
   * What the producer does with a message it cannot encrypt: fail the send, or send it unencrypted.
   */
  producerCryptoFailureAction?: 'FAIL' | 'SEND';
  /**
   * What the consumer does with a message it cannot decrypt: fail the receive, discard the message, or deliver it still encrypted.
   */
  consumerCryptoFailureAction?: 'FAIL' | 'DISCARD' | 'CONSUME';
}
/**
 * What each instance of the source gets, on runtimes that can enforce it.
 */
export interface SourceResources {
  /**
   * Processor share in cores; 1 if absent.
   */
  cpu?: number;
  /**
   * Memory in bytes; 1 GiB if absent.
   */
  ram?: number;
  /**
   * Disk space in bytes; 10 GiB if absent.
   */
  disk?: number;
}
/**
 * How a batch source learns that there is something new to collect.
 */
export interface BatchSourceConfig {
  /**
   * Class in the package that triggers the discovery of new work; it cannot be changed by an update.
   */
  discoveryTriggererClassName: string;
  /**
   * Settings handed to the discovery triggerer.
   */
  discoveryTriggererConfig?: {
    [k: string]: unknown | undefined;
  };
}
/**
 * A merge patch (RFC 7396) over the source config's own fields, where null clears a field; identity, type and environments cannot be patched, and the merged config is validated as a whole.
 */
export interface SourceEnvironmentPatch {
  [k: string]: unknown | undefined;
}
/**
 * answered:<command id>: the first reply to an id.
 */
export interface AnsweredDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'answered';
  commandHash: Hash;
  /**
   * Who asked.
   */
  actor: string;
  reply: Reply;
}
/**
 * The answer to a command.
 */
export interface Reply {
  /**
   * The command's id.
   */
  id: string;
  /**
   * The command's name.
   */
  command: string;
  /**
   * How the command ended.
   */
  status: 'ok' | 'rejected' | 'invalid' | 'denied' | 'failed';
  /**
   * The last journal position that the answer rests on.
   */
  position: number;
  /**
   * What the command yields; its shape depends on the command.
   */
  result?: {
    [k: string]: unknown | undefined;
  };
  /**
   * True when nothing was changed because only a dry run was asked for.
   */
  dryRun?: boolean;
  error?: Problem;
}
/**
 * RFC 9457 problem details.
 */
export interface Problem {
  /**
   * urn:stageline:problem:<CODE>.
   */
  type: string;
  /**
   * The code's meaning, always the same.
   */
  title: string;
  /**
   * HTTP status.
   */
  status: number;
  /**
   * What happened here and what to do.
   */
  detail?: string;
  /**
   * The request or command concerned.
   */
  instance?: string;
  /**
   * A code of docs/errors.md.
   */
  code: string;
  /**
   * Each single fault.
   */
  errors?: ProblemItem[];
}
/**
 * One fault.
 */
export interface ProblemItem {
  /**
   * JSON pointer into the command.
   */
  pointer?: string;
  /**
   * The function, stage set, … concerned.
   */
  name?: string;
  /**
   * A code of docs/errors.md.
   */
  code?: string;
  /**
   * What is wrong and what would be right.
   */
  detail: string;
}
/**
 * api-token:<name>: what an API token may, by its hash.
 */
export interface ApiTokenDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'api-token';
  /**
   * The token's name; it is never used again, since records name it.
   */
  name: string;
  /**
   * SHA-256 of the whole token (hex): the token itself is sent nowhere but by its bearer.
   */
  hash: string;
  /**
   * Roles that it has.
   *
   * Items: A role.
   */
  roles: ('viewer' | 'developer' | 'approver' | 'operator' | 'service' | 'admin' | 'overrider')[];
  /**
   * Projects that it may act in and read; absent: all.
   */
  projects?: ProjectName[];
  createdAt: Timestamp;
  /**
   * It is good until then.
   */
  expiresAt: Timestamp;
  /**
   * Whom it was made for, and who made it: where four eyes are asked for, they count as the token.
   *
   * Items: A name as the identity check finds it.
   */
  people: string[];
  /**
   * What it is for.
   */
  note?: string;
  /**
   * It was revoked.
   */
  revoked?: {
    time: Timestamp;
    /**
     * Who revoked it.
     */
    by: string;
    /**
     * Why, for people who read the log.
     */
    reason?: string;
  };
}
/**
 * approval:<project>:<environment>:<stage set>: the newest request to approve a commit of a stage set, and who has. It is bound to contentHash: where the entries or what a plan says of them have changed since, it is void, whatever its state.
 */
export interface ApprovalDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'approval';
  project: ProjectName;
  environment: EnvironmentName;
  stageSet: StageSetName;
  /**
   * open: votes are missing; used: a release was committed with it.
   */
  state: 'open' | 'approved' | 'rejected' | 'withdrawn' | 'used';
  /**
   * What it is about: a hash over the entries, the target, and what a plan of them says.
   */
  contentHash: Hash;
  /**
   * The hash over the entries alone.
   */
  entries: Hash;
  /**
   * The plan that it was asked for with: its task.
   */
  plan: TaskId;
  /**
   * How many entries.
   */
  functions: number;
  /**
   * Only these entries; all where nothing is said.
   */
  names?: FunctionName[];
  requestedBy: Person;
  requestedAt: Timestamp;
  /**
   * Functions whose proof the commit may count although their read-back differed; part of what is approved.
   */
  acceptDifferences?: FunctionName[];
  /**
   * The commit may put aside that another release has changed a function since; part of what is approved.
   */
  force?: boolean;
  /**
   * Why, for people who read the log.
   */
  note?: string;
  /**
   * Who approved, in order.
   */
  votes: Vote[];
  rejected?: ApprovalEnd;
  withdrawn?: ApprovalEnd;
  /**
   * The release that used it.
   */
  release?: number;
}
/**
 * Somebody who acted, and whoever is behind an API token.
 */
export interface Person {
  /**
   * The name.
   */
  name: string;
  /**
   * Who is behind it.
   *
   * Items: A name.
   */
  behind?: string[];
}
/**
 * One person's approval.
 */
export interface Vote {
  /**
   * Who.
   */
  name: string;
  /**
   * Who is behind an API token.
   *
   * Items: A name.
   */
  behind?: string[];
  at: Timestamp;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Who ended it, and why.
 */
export interface ApprovalEnd {
  /**
   * Who.
   */
  by: string;
  at: Timestamp;
  /**
   * Why.
   */
  reason?: string;
}
/**
 * artifact:<sha256>: what is known of a package, by its SHA-256 (hex).
 */
export interface ArtifactDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'artifact';
  /**
   * The package's SHA-256 (hex).
   */
  sha256: string;
  rejected?: Rejection;
  allowed?: ArtifactAllowance;
}
/**
 * Somebody said that it must not be deployed.
 */
export interface Rejection {
  /**
   * Why.
   */
  reason: string;
  /**
   * Who.
   */
  by: string;
  at: Timestamp;
}
/**
 * Who allowed it again.
 */
export interface ArtifactAllowance {
  /**
   * Who.
   */
  by: string;
  at: Timestamp;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * audit:<position>: who asked for what and how it ended.
 */
export interface AuditDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'audit';
  time: Timestamp;
  /**
   * The command's id.
   */
  id: string;
  /**
   * The command.
   */
  command: string;
  project: ProjectName;
  /**
   * Who asked.
   */
  actor: string;
  /**
   * The way in: the command topic, the results topic, or the writer itself.
   */
  via: 'commands' | 'results' | 'internal';
  /**
   * How it ended.
   */
  outcome: 'ok' | 'rejected' | 'denied' | 'failed';
  /**
   * The refusal's code.
   */
  code?: string;
  /**
   * Why it was refused or failed, cut to 500 characters, secrets masked.
   */
  reason?: string;
  /**
   * Types of the events.
   *
   * Items: A type.
   */
  events: string[];
  /**
   * Ids of the environments, releases, stage sets, approvals, artifacts and functions that its events touch, at most 200 of them.
   *
   * Items: An id.
   */
  entities: string[];
  /**
   * How many more there are than are listed; absent where all are.
   */
  entitiesOmitted?: number;
  /**
   * Why somebody overrode what would have refused it, cut to 500 characters, secrets masked; absent where nobody did.
   */
  override?: string;
  /**
   * The codes that would have refused it; with an override only.
   *
   * Items: A code.
   */
  overrode?: string[];
  allowLiterals?: AllowedLiterals;
}
/**
 * content:<hash>: a config with its patches.
 */
export interface ContentDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'content';
  hash: Hash;
  /**
   * The canonical config.
   */
  config: {
    [k: string]: unknown | undefined;
  };
}
/**
 * deployment:<project>:<environment>:<number>:<function>: one function of one release.
 */
export interface DeploymentDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'deployment';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  function: FunctionName;
  workload: WorkloadType;
  /**
   * Which of the release's functions, from 0.
   */
  index: number;
  /**
   * How many the release has.
   */
  of: number;
  operation: Operation;
  /**
   * Null for a deletion.
   */
  contentHash: Hash | null;
  target: TargetKind;
  /**
   * The digest the package must have (hex).
   */
  requiredPackage?: string;
  state: DeploymentState;
  /**
   * The digest of the package that was sent (hex).
   */
  packageSha256?: string;
  answer?: ServerAnswer;
  /**
   * The release of the function's success before this one; 0 where there is none.
   */
  previous?: number;
  finishedAt?: Timestamp;
  /**
   * Which of the release's waves, from 0; absent where there is one.
   */
  wave?: number;
  /**
   * It may be deleted and created anew where Pulsar leaves no other way.
   */
  allowRecreate?: boolean;
  /**
   * For deployed-with-differences: the fields whose read-back differs from what was asked.
   */
  differences?: FieldChange[];
  /**
   * The function is stopped, and was left so.
   */
  stopped?: boolean;
  /**
   * The function was not there before, and this deployment created it.
   */
  created?: boolean;
  /**
   * It ran already and was taken over as it was: nobody has looked how it runs, and it proves nothing.
   */
  imported?: boolean;
}
/**
 * function:<tenant>/<namespace>/<name>: who owns it, where it is staged and what each environment has of it.
 */
export interface FunctionDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'function';
  function: FunctionName;
  project: ProjectName;
  workload: WorkloadType;
  /**
   * The position at which the project took the function; proofs of earlier releases do not count.
   */
  since: number;
  /**
   * By stage set: the staged content's hash, or `delete`.
   */
  staged: {
    [k: string]: string | undefined;
  };
  /**
   * By environment.
   */
  environments: {
    [k: string]: FunctionInEnvironment | undefined;
  };
  /**
   * Contents that rollbacks took out: by content hash and environment the position of the newest such rollback. Older proofs there do not count, and the content is held there and in the environments after it until it is staged and proven again.
   */
  held: {
    /**
     * By environment.
     */
    [k: string]:
      | {
          [k: string]: number | undefined;
        }
      | undefined;
  };
  /**
   * Contents of rejected releases: by content hash and release (environment/number), until the release is allowed again.
   */
  rejected?: {
    /**
     * By release.
     */
    [k: string]:
      | {
          [k: string]: Rejection | undefined;
        }
      | undefined;
  };
}
/**
 * The newest deployment of a function in an environment, and its newest success.
 */
export interface FunctionInEnvironment {
  /**
   * The newest release that changes it.
   */
  release: number;
  operation: Operation;
  /**
   * Null for a deletion.
   */
  contentHash: Hash | null;
  state: DeploymentState;
  target: Target;
  succeeded?: Success;
}
/**
 * A success.
 */
export interface Success {
  /**
   * The release.
   */
  release: number;
  operation: Operation;
  /**
   * Null for a deletion.
   */
  contentHash: Hash | null;
  /**
   * The package's digest (hex).
   */
  packageSha256?: string;
  /**
   * Fingerprint of the target.
   */
  target: string;
}
/**
 * stage-set:<project>:<name>: counts and state.
 */
export interface StageSetDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'stage-set';
  project: ProjectName;
  stageSet: StageSetName;
  /**
   * Closed when merged into another; staging opens it anew.
   */
  state: 'open' | 'closed';
  mergedInto?: StageSetName;
  counts: SetCounts;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * How many entries a stage set holds.
 */
export interface SetCounts {
  /**
   * Entries that create or update.
   */
  apply: number;
  /**
   * Entries that delete.
   */
  delete: number;
}
/**
 * staged:<project>:<set>:<function>: one entry of a stage set.
 */
export interface StagedDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'staged';
  project: ProjectName;
  stageSet: StageSetName;
  function: FunctionName;
  workload: WorkloadType;
  operation: Operation;
  /**
   * Null for a deletion.
   */
  contentHash: Hash | null;
  base: Bases;
  /**
   * The position at which it was staged.
   */
  stagedAt: number;
  /**
   * Everybody who staged it, in whatever set it came from, since it was last not staged, and whoever is behind them.
   *
   * Items: A name.
   */
  authors?: string[];
}
/**
 * By environment: the release that last changed the function there when it was staged; 0 where none had.
 */
export interface Bases {
  [k: string]: number | undefined;
}
/**
 * release:<project>:<environment>:<number>: counts and state.
 */
export interface ReleaseDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'release';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * Its number.
   */
  release: number;
  /**
   * What made it.
   */
  releaseKind: 'commit' | 'rollback' | 'retry' | 'repair' | 'import';
  state: ReleaseState;
  /**
   * How many functions it changes.
   */
  of: number;
  counts: OutcomeCounts;
  stageSet?: StageSetName;
  /**
   * For a rollback: the release returned to.
   */
  toRelease?: number;
  /**
   * For a retry: the release whose failed functions it repeats.
   */
  retryOf?: number;
  /**
   * For a rollback that a release asked for itself, by its onFailure: that release.
   */
  rollbackOf?: number;
  onFailure?: OnFailure;
  /**
   * Functions that may be deleted and created anew where Pulsar leaves no other way.
   */
  allowRecreate?: FunctionName[];
  /**
   * Functions whose proof counts although the read-back differed from what was asked.
   */
  acceptDifferences?: FunctionName[];
  /**
   * Why, for people who read the log.
   */
  note?: string;
  target: Target;
  committedAt: Timestamp;
  /**
   * Who committed it.
   */
  committedBy: string;
  /**
   * The position of its commit.
   */
  committedPosition: number;
  /**
   * How many functions each wave has, in order; absent where there is one. A wave begins when every function of the one before has an outcome.
   */
  waves?: number[];
  /**
   * The wave that began last, from 0; absent where there is one.
   */
  wave?: number;
  /**
   * How many functions belong to waves that have begun, or were given up; absent where there is one wave.
   */
  begun?: number;
  /**
   * Failures before its last wave began: they do not hold it again. Absent where there were none.
   */
  failedBefore?: number;
  skipped?: ReleaseSkipped;
  plan?: PlanRef;
  cancelled?: ReleaseSkipped;
  /**
   * The release that put its functions back, as its onFailure asked for.
   */
  rolledBackBy?: number;
  /**
   * Its onFailure asked for a rollback, and there was nothing to go back to: why.
   */
  notRolledBack?: string;
  approval?: ReleaseApproval;
  override?: ReleaseOverride;
  rejected?: Rejection;
}
/**
 * Outcomes so far.
 */
export interface OutcomeCounts {
  /**
   * Deployed.
   */
  deployed: number;
  /**
   * Nothing to change.
   */
  unchanged: number;
  /**
   * Deleted, or already gone.
   */
  deleted: number;
  /**
   * Failed.
   */
  failed: number;
  /**
   * Overtaken by a newer release.
   */
  superseded: number;
  /**
   * Given up before they left; absent where none was.
   */
  skipped?: number;
  /**
   * Deployed, but the read-back differs from what was asked; absent where none was.
   */
  'deployed-with-differences'?: number;
  /**
   * Written, but not running well; absent where none was.
   */
  degraded?: number;
  /**
   * Of unknown outcome; absent where none was.
   */
  unknown?: number;
  /**
   * Cancelled before anything was begun; absent where none was.
   */
  cancelled?: number;
}
/**
 * Who gave up what of it had not left yet, or had no outcome, and why.
 */
export interface ReleaseSkipped {
  /**
   * Why.
   */
  reason: string;
  /**
   * Who.
   */
  by: string;
  at: Timestamp;
}
/**
 * The plan that a release was committed with; contentHash is that of the whole plan.
 */
export interface PlanRef {
  task: TaskId;
  contentHash: Hash;
  time: Timestamp;
}
/**
 * The approval that a release was committed with.
 */
export interface ReleaseApproval {
  contentHash: Hash;
  /**
   * The plan that the approval was about at the commit: its task.
   */
  plan: TaskId;
  /**
   * Who asked for it.
   */
  requestedBy: string;
  /**
   * Who approved.
   *
   * Items: A name.
   */
  approvers: string[];
}
/**
 * The newest override: at the commit, or when its next wave was let begin.
 */
export interface ReleaseOverride {
  /**
   * Why.
   */
  reason: string;
  /**
   * Who.
   */
  by: string;
  /**
   * What would have refused it; empty where nothing would have.
   *
   * Items: A code of docs/errors.md.
   */
  passed: string[];
  at: Timestamp;
}
/**
 * proof:<project>:<function>:<content hash>: where a content is proven. Rollbacks that took it out stand in the function.
 */
export interface ProofDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'proof';
  project: ProjectName;
  function: FunctionName;
  contentHash: Hash;
  /**
   * By environment.
   */
  proven: {
    [k: string]: Proof | undefined;
  };
}
/**
 * A success of this content in an environment.
 */
export interface Proof {
  /**
   * The position of the proof.
   */
  position: number;
  /**
   * The release.
   */
  release: number;
  /**
   * The position of that release's commit: a rollback after it takes the proof away.
   */
  committed: number;
  /**
   * The package's digest (hex).
   */
  packageSha256?: string;
  /**
   * Fingerprint of the target.
   */
  target: string;
  /**
   * The read-back differed from what was asked: it counts only where it is accepted by name.
   */
  differs?: boolean;
}
/**
 * environment:<name>: a deployment target in force.
 */
export interface EnvironmentDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'environment';
  environment: EnvironmentName;
  /**
   * Place in the promotion order, from 0.
   */
  order: number;
  target: Target;
  /**
   * The position since which this target is in force.
   */
  since: number;
  /**
   * Releases that wait for outcomes.
   */
  open: OpenRelease[];
  approvals?: ApprovalPolicyInForce;
  frozen?: Freeze;
}
/**
 * A release without all its outcomes.
 */
export interface OpenRelease {
  project: ProjectName;
  /**
   * Its number.
   */
  release: number;
  /**
   * When it was committed, or got its latest outcome.
   */
  since: Timestamp;
}
/**
 * Nothing is deployed there; expired by itself after `until`.
 */
export interface Freeze {
  /**
   * Why.
   */
  reason: string;
  /**
   * Who.
   */
  by: string;
  since: Timestamp;
  /**
   * Until when; until somebody unfreezes it where nothing is said.
   */
  until?: Timestamp;
}
/**
 * project:<name>: numbers that a project's next release needs.
 */
export interface ProjectDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'project';
  project: ProjectName;
  /**
   * By environment: the newest release's number.
   */
  releases: {
    [k: string]: number | undefined;
  };
}
/**
 * effects:<topic>: how far a topic's effects are made and published.
 */
export interface EffectsDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'effects';
  /**
   * The topic.
   */
  topic: string;
  /**
   * The number that the next effect gets.
   */
  next: number;
  /**
   * Every number up to this one is stored on the topic, or was skipped.
   */
  published: number;
  /**
   * What has effects not yet known to be published, oldest first.
   */
  pending: (PendingEffects | PendingTask)[];
  /**
   * Every number up to this one may be published, however old.
   */
  released?: number;
  /**
   * Where in the journal that was said, as long as there is something to publish by it; absent where there is not.
   */
  releases?: EffectsRelease[];
  /**
   * Numbers beyond `published` that are never published, in order; absent where there are none.
   */
  skipped?: SkippedNumbers[];
}
/**
 * The effects of one wave of a release.
 */
export interface PendingEffects {
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * The position of the record that numbers them: its commit, or the beginning of the wave.
   */
  position: number;
  /**
   * Its first number.
   */
  first: number;
  /**
   * How many.
   */
  count: number;
  /**
   * The index of the first among the release's functions; absent for its first wave.
   */
  from?: number;
  time: Timestamp;
}
/**
 * The effects of one task.
 */
export interface PendingTask {
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  /**
   * The position of its request.
   */
  position: number;
  /**
   * Its first number.
   */
  first: number;
  /**
   * How many.
   */
  count: number;
  time: Timestamp;
}
/**
 * Somebody let effects out.
 */
export interface EffectsRelease {
  /**
   * Up to this number.
   */
  through: number;
  /**
   * The record that says so.
   */
  position: number;
}
/**
 * Numbers that are never published.
 */
export interface SkippedNumbers {
  /**
   * The first.
   */
  first: number;
  /**
   * The last.
   */
  through: number;
}
/**
 * task:<project>:<environment>:<task>: something a deployer was asked to do that is no deployment, and what came of it.
 */
export interface TaskDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'task';
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  operation: TaskOperation;
  state: TaskState;
  target: Target;
  requestedAt: Timestamp;
  /**
   * Who asked.
   */
  requestedBy: string;
  /**
   * The position of the request.
   */
  requested: number;
  /**
   * How many messages it makes: one a function, or one in all.
   */
  of: number;
  counts: TaskCounts;
  stageSet?: StageSetName;
  /**
   * Only these: entries of a plan, functions of a comparison or an import.
   */
  names?: FunctionName[];
  /**
   * For a plan: functions that may be deleted and created anew.
   */
  allowRecreate?: FunctionName[];
  /**
   * For a plan of a rollback: the release returned to.
   */
  toRelease?: number;
  /**
   * Package digests that entries name by index, each once.
   */
  packages?: Hash[];
  /**
   * For a plan of a rollback: what it would write, by function name.
   */
  entries?: ReleaseEntry[];
  /**
   * The functions that it is about, in the order of their messages.
   */
  functions?: TaskSubject[];
  /**
   * Outcomes so far.
   */
  results?: TaskResult[];
  plan?: PlanSummary;
  /**
   * Why it failed as a whole: a code of docs/errors.md.
   */
  code?: string;
  /**
   * The same in words.
   */
  reason?: string;
  finishedAt?: Timestamp;
  drift?: DriftWish;
  import?: ImportScope;
  found?: DriftSummary;
  imported?: ImportSummary;
  /**
   * The first functions that an import did not take over, and why.
   */
  leftOut?: LeftOut[];
}
/**
 * Functions of a task by outcome.
 */
export interface TaskCounts {
  /**
   * It was done, or was so already.
   */
  done: number;
  /**
   * It failed.
   */
  failed: number;
}
/**
 * A function that a task is about.
 */
export interface TaskSubject {
  function: FunctionName;
  workload: WorkloadType;
}
/**
 * What a plan says, in short. contentHash is a hash over function and content of all that was planned, run names one reading of the cluster.
 */
export interface PlanSummary {
  contentHash: Hash;
  run: Hash;
  /**
   * In how many parts it was reported.
   */
  parts: number;
  /**
   * How many of them are recorded; they come in order.
   */
  received: number;
  /**
   * Functions planned in the parts so far.
   */
  functions: number;
  counts: PlanCounts;
  /**
   * Findings in the parts so far.
   */
  notices: number;
  /**
   * The first functions whose deployment would fail.
   */
  blocked: FunctionName[];
}
/**
 * Functions by what would be done to them.
 */
export interface PlanCounts {
  /**
   * Created.
   */
  create: number;
  /**
   * Updated.
   */
  update: number;
  /**
   * Left as they are.
   */
  unchanged: number;
  /**
   * Deleted and created anew.
   */
  're-create': number;
  /**
   * Deleted.
   */
  delete: number;
  /**
   * Refused, or not possible.
   */
  blocked: number;
}
/**
 * How drift is looked for.
 */
export interface DriftWish {
  /**
   * Deploy again what differs.
   */
  repair?: boolean;
  /**
   * Compare packages too.
   */
  packages?: boolean;
}
/**
 * What is taken over.
 */
export interface ImportScope {
  /**
   * Whose functions.
   */
  tenant: string;
  /**
   * Only this namespace.
   */
  namespace?: string;
}
/**
 * What a comparison found, so far.
 */
export interface DriftSummary {
  run: Hash;
  /**
   * In how many parts it was reported.
   */
  parts: number;
  /**
   * How many of them are recorded; they come in order.
   */
  received: number;
  /**
   * Functions compared.
   */
  checked: number;
  /**
   * Something else runs.
   */
  drifted: number;
  /**
   * Nothing runs.
   */
  missing: number;
  /**
   * Could not be compared.
   */
  unreadable: number;
  /**
   * The release that deploys them again.
   */
  repair?: number;
  /**
   * Why none does, although it was asked for.
   */
  notRepaired?: string;
}
/**
 * What an import came to, so far.
 */
export interface ImportSummary {
  run: Hash;
  /**
   * In how many parts it was reported.
   */
  parts: number;
  /**
   * How many of them are recorded; they come in order.
   */
  received: number;
  /**
   * Functions taken over so far.
   */
  imported: number;
  /**
   * Those of them whose package the cluster did not give back.
   */
  packageUnknown: number;
  /**
   * Functions left out so far.
   */
  leftOut: number;
  /**
   * The releases that it made.
   *
   * Items: A number.
   */
  releases: number[];
}
/**
 * plan:<project>:<environment>:<stage set>: the newest plan of a stage set for an environment; what it says of each function is in planned:<project>:<environment>:<stage set>:<function>.
 */
export interface PlanDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'plan';
  project: ProjectName;
  environment: EnvironmentName;
  stageSet: StageSetName;
  task: TaskId;
  /**
   * The position of its request: a plan that was requested earlier does not replace it.
   */
  requested: number;
  /**
   * Fingerprint of the target that it was made on.
   */
  target: string;
  plannedAt: Timestamp;
  /**
   * Every part of it is recorded.
   */
  complete: boolean;
  summary: PlanSummary;
  /**
   * A hash over what it says of each function so far: operations, changes and notices, in order. Two plans that say the same have the same.
   */
  outcome?: Hash;
}
/**
 * planned:<project>:<environment>:<stage set>:<function>: what the newest plan says of one function. One of another task than the plan document names is left over from an earlier plan.
 */
export interface PlannedDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'planned';
  project: ProjectName;
  environment: EnvironmentName;
  stageSet: StageSetName;
  task: TaskId;
  /**
   * The position of its request.
   */
  requested: number;
  plan: FunctionPlan;
}
/**
 * drift:<project>:<environment>: what the newest comparison of all functions found; what it says of each that differs is in drifted:<project>:<environment>:<function>.
 */
export interface DriftDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'drift';
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  /**
   * The position of its request: an earlier one does not replace it.
   */
  requested: number;
  /**
   * Fingerprint of the target that was looked at.
   */
  target: string;
  checkedAt: Timestamp;
  /**
   * Every part of it is recorded.
   */
  complete: boolean;
  summary: DriftSummary;
}
/**
 * drifted:<project>:<environment>:<function>: how one function differs from what was deployed last.
 */
export interface DriftedDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'drifted';
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  /**
   * The position of its request.
   */
  requested: number;
  checkedAt: Timestamp;
  drift: FunctionDrift;
}
/**
 * webhook-subscriptions:<topic>: where a topic's messages are posted to.
 */
export interface WebhookSubscriptionsDocument {
  /**
   * The document's kind, also the first part of its id.
   */
  kind: 'webhook-subscriptions';
  /**
   * The topic that is pushed, by its full name.
   */
  topic: string;
  /**
   * Receivers of the topic's messages.
   *
   * Items: One receiver.
   */
  webhooks: {
    /**
     * Where each message is posted to. https and a public address, unless STAGELINE_WEBHOOK_URL_ALLOW names it.
     */
    url: string;
    /**
     * The subscription that remembers what was delivered.
     */
    subscription: string;
    /**
     * How several receivers share the subscription. Only shared is delivered to in parallel.
     */
    type: 'exclusive' | 'shared' | 'failover' | 'keyshared';
    /**
     * Where a new subscription starts.
     */
    initialPosition: 'latest' | 'earliest';
    /**
     * Headers that each request carries besides. No credentials: they would be kept for ever; a receiver knows Stageline by its signature.
     */
    headers?: {
      /**
       * A header's value.
       */
      [k: string]: string | undefined;
    };
    /**
     * On the topic of replies: only the answers to this caller's commands.
     */
    askedBy?: string;
    /**
     * False: nothing is delivered, and the subscription keeps what comes.
     */
    active: boolean;
  }[];
  /**
   * What it is for.
   */
  note?: string;
  createdAt: Timestamp;
  updatedAt: Timestamp;
  /**
   * Who set them last.
   */
  by: string;
}
/**
 * An API token is known from now on.
 */
export interface ApiTokenCreated {
  /**
   * The event's type.
   */
  type: 'api-token-created';
  project: ProjectName;
  /**
   * The token's name; it is never used again, since records name it.
   */
  name: string;
  /**
   * SHA-256 of the whole token (hex): the token itself is sent nowhere but by its bearer.
   */
  hash: string;
  /**
   * Roles that it has.
   *
   * Items: A role.
   */
  roles: ('viewer' | 'developer' | 'approver' | 'operator' | 'service' | 'admin' | 'overrider')[];
  /**
   * Projects that it may act in and read; absent: all.
   */
  projects?: ProjectName[];
  /**
   * It is good until then.
   */
  expiresAt: Timestamp;
  /**
   * Whom it was made for, and who made it: where four eyes are asked for, they count as the token.
   *
   * Items: A name as the identity check finds it.
   */
  people: string[];
  /**
   * What it is for.
   */
  note?: string;
}
/**
 * An API token is refused from now on.
 */
export interface ApiTokenRevoked {
  /**
   * The event's type.
   */
  type: 'api-token-revoked';
  project: ProjectName;
  /**
   * The token's name; it is never used again, since records name it.
   */
  name: string;
  /**
   * Why, for people who read the log.
   */
  reason?: string;
}
/**
 * Somebody approved.
 */
export interface ApprovalGiven {
  /**
   * The event's type.
   */
  type: 'approval-given';
  project: ProjectName;
  environment: EnvironmentName;
  stageSet: StageSetName;
  /**
   * What it is about: a hash over the entries, the target, and what a plan of them says.
   */
  contentHash: Hash;
  by: Person;
  /**
   * Where it stands with this one; approved: there are as many as the environment requires.
   */
  state: 'open' | 'approved';
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Somebody who might have approved rejected it.
 */
export interface ApprovalRejected {
  /**
   * The event's type.
   */
  type: 'approval-rejected';
  project: ProjectName;
  environment: EnvironmentName;
  stageSet: StageSetName;
  /**
   * What it is about: a hash over the entries, the target, and what a plan of them says.
   */
  contentHash: Hash;
  by: Person;
  /**
   * Why, for people who read the log.
   */
  reason: string;
}
/**
 * Somebody asks others to approve what a commit would do.
 */
export interface ApprovalRequested {
  /**
   * The event's type.
   */
  type: 'approval-requested';
  project: ProjectName;
  environment: EnvironmentName;
  stageSet: StageSetName;
  /**
   * What it is about: a hash over the entries, the target, and what a plan of them says.
   */
  contentHash: Hash;
  /**
   * The hash over the entries alone.
   */
  entries: Hash;
  /**
   * The plan that it was asked for with: its task.
   */
  plan: TaskId;
  /**
   * How many entries.
   */
  functions: number;
  /**
   * Only these entries; all where nothing is said.
   */
  names?: FunctionName[];
  by: Person;
  /**
   * Functions whose proof the commit may count although their read-back differed; part of what is approved.
   */
  acceptDifferences?: FunctionName[];
  /**
   * The commit may put aside that another release has changed a function since; part of what is approved.
   */
  force?: boolean;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * The request was taken back.
 */
export interface ApprovalWithdrawn {
  /**
   * The event's type.
   */
  type: 'approval-withdrawn';
  project: ProjectName;
  environment: EnvironmentName;
  stageSet: StageSetName;
  /**
   * What it is about: a hash over the entries, the target, and what a plan of them says.
   */
  contentHash: Hash;
  by: Person;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * A package may be deployed again.
 */
export interface ArtifactAllowed {
  /**
   * The event's type.
   */
  type: 'artifact-allowed';
  project: ProjectName;
  /**
   * The package's SHA-256 (hex).
   */
  sha256: string;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * A package is known to be bad: it is not deployed anywhere.
 */
export interface ArtifactRejected {
  /**
   * The event's type.
   */
  type: 'artifact-rejected';
  project: ProjectName;
  /**
   * The package's SHA-256 (hex).
   */
  sha256: string;
  /**
   * Why, for people who read the log.
   */
  reason: string;
}
/**
 * Entries were added to a stage set or replaced there.
 */
export interface ConfigsStaged {
  /**
   * The event's type.
   */
  type: 'configs-staged';
  project: ProjectName;
  stageSet: StageSetName;
  /**
   * Why, for people who read the log.
   */
  note?: string;
  allowLiterals?: AllowedLiterals;
  counts: SetCounts;
  /**
   * The entries.
   */
  entries: StagedEntry[];
}
/**
 * One staged change.
 */
export interface StagedEntry {
  function: FunctionName;
  workload: WorkloadType;
  operation: Operation;
  /**
   * Null for a deletion.
   */
  contentHash: Hash | null;
  /**
   * The canonical config; absent for a deletion and where it is stored already.
   */
  content?: {
    [k: string]: unknown | undefined;
  };
  base: Bases;
  /**
   * The function came to this project with this entry.
   */
  claimed?: boolean;
}
/**
 * Entries left a stage set.
 */
export interface ConfigsUnstaged {
  /**
   * The event's type.
   */
  type: 'configs-unstaged';
  project: ProjectName;
  stageSet: StageSetName;
  /**
   * By command, or because the last environment has them.
   */
  reason: 'un-staged' | 'deployed';
  counts: SetCounts;
  /**
   * The functions.
   */
  functions: FunctionName[];
}
/**
 * Functions of a release have outcomes.
 */
export interface DeploymentRecorded {
  /**
   * The event's type.
   */
  type: 'deployment-recorded';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * The position of the release's commit: a proof is as old as that.
   */
  committed: number;
  state: ReleaseState;
  counts: OutcomeCounts;
  /**
   * Fingerprint of the target they ran on.
   */
  target: string;
  /**
   * The release asked to be rolled back on failure, and there was nothing to go back to: why.
   */
  notRolledBack?: string;
  /**
   * By function.
   */
  results: RecordedResult[];
}
/**
 * One function's outcome.
 */
export interface RecordedResult {
  function: FunctionName;
  outcome: Outcome;
  /**
   * Null for a deletion.
   */
  contentHash: Hash | null;
  /**
   * SHA-256 of the package (hex).
   */
  packageSha256?: string;
  answer?: ServerAnswer;
  /**
   * The release of the function's success before this one; 0 where there is none.
   */
  previous: number;
  finishedAt?: Timestamp;
  /**
   * For deployed-with-differences: the fields whose read-back differs from what was asked.
   */
  differences?: FieldChange[];
  /**
   * The function is stopped, and was left so.
   */
  stopped?: boolean;
  /**
   * The function was not there before, and this deployment created it.
   */
  created?: boolean;
}
/**
 * What a release had not begun, or what had no outcome yet, was cancelled: no deployer begins with it any more.
 */
export interface DeploymentsCancelled {
  /**
   * The event's type.
   */
  type: 'deployments-cancelled';
  project: ProjectName;
  /**
   * The topic that its deployments leave on.
   */
  topic: string;
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * The position of the release's commit.
   */
  committed: number;
  /**
   * Why.
   */
  reason: string;
  state: ReleaseState;
  counts: OutcomeCounts;
  /**
   * Effects of it that had not left: they are never published.
   */
  numbers: CancelledNumbers[];
  /**
   * What is cancelled: whatever had no outcome.
   */
  functions: FunctionName[];
}
/**
 * Numbers that are never published.
 */
export interface CancelledNumbers {
  /**
   * The first.
   */
  first: number;
  /**
   * The last.
   */
  through: number;
}
/**
 * The writer goes on with another database of documents.
 */
export interface DocumentsSwitched {
  /**
   * The event's type.
   */
  type: 'documents-switched';
  project: ProjectName;
  /**
   * The database. One that is missing or does not fit the journal is not taken.
   */
  database: string;
}
/**
 * A part of a comparison is there; the last one ends its task.
 */
export interface DriftRecorded {
  /**
   * The event's type.
   */
  type: 'drift-recorded';
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  /**
   * The position of its request.
   */
  requested: number;
  /**
   * Fingerprint of the target that was looked at.
   */
  target: string;
  state: TaskState;
  /**
   * Only some functions were compared: the summary is not that of the environment. Absent where all were.
   */
  some?: boolean;
  summary: DriftSummary;
  /**
   * Those that differ, by function name, ascending.
   */
  functions: FunctionDrift[];
  /**
   * With the last part: functions that differed before and do not any more.
   */
  gone?: FunctionName[];
}
/**
 * How far the effects of a topic have been published.
 */
export interface EffectsPublished {
  /**
   * The event's type.
   */
  type: 'effects-published';
  project: ProjectName;
  /**
   * The topic.
   */
  topic: string;
  /**
   * Every number up to this one is stored there.
   */
  through: number;
}
/**
 * A person let effects out that were held.
 */
export interface EffectsReleased {
  /**
   * The event's type.
   */
  type: 'effects-released';
  project: ProjectName;
  /**
   * The topic.
   */
  topic: string;
  /**
   * Every number up to this one may be published, however old.
   */
  through: number;
  override?: Override;
}
/**
 * Somebody passed what would have refused the command.
 */
export interface Override {
  /**
   * Why.
   */
  reason: string;
  /**
   * Who.
   */
  by: string;
  /**
   * What would have refused it; empty where nothing would have.
   *
   * Items: A code of docs/errors.md.
   */
  passed: string[];
}
/**
 * A person gave up deployments of a release that had not left yet: their numbers are never published.
 */
export interface EffectsSkipped {
  /**
   * The event's type.
   */
  type: 'effects-skipped';
  project: ProjectName;
  /**
   * The topic that they would have left on.
   */
  topic: string;
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * The position of the release's commit.
   */
  committed: number;
  /**
   * From this number on nothing of it is published any more.
   */
  first: number;
  /**
   * Its last number.
   */
  through: number;
  /**
   * Why.
   */
  reason: string;
  state: ReleaseState;
  counts: OutcomeCounts;
  /**
   * What is not deployed: whatever of these numbers has no outcome.
   */
  functions: FunctionName[];
}
/**
 * Nothing is deployed to an environment from here on.
 */
export interface EnvironmentFrozen {
  /**
   * The event's type.
   */
  type: 'environment-frozen';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * Why, for people who read the log.
   */
  reason: string;
  /**
   * Until when; until somebody unfreezes it where nothing is said.
   */
  until?: Timestamp;
}
/**
 * A freeze was ended.
 */
export interface EnvironmentUnfrozen {
  /**
   * The event's type.
   */
  type: 'environment-unfrozen';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * Environments were added, changed or removed.
 */
export interface EnvironmentsSet {
  /**
   * The event's type.
   */
  type: 'environments-set';
  project: ProjectName;
  /**
   * Those added or changed, with their place in the promotion order.
   *
   * Items: One environment.
   */
  environments: {
    name: EnvironmentName;
    /**
     * Place in the promotion order, from 0.
     */
    order: number;
    target: Target;
    approvals?: ApprovalPolicyInForce;
  }[];
  /**
   * Those removed.
   */
  removed: EnvironmentName[];
}
/**
 * Entries moved into another stage set; the emptied sets are closed.
 */
export interface StageSetsMerged {
  /**
   * The event's type.
   */
  type: 'stage-sets-merged';
  project: ProjectName;
  into: StageSetName;
  counts: SetCounts;
  /**
   * Distinct bases, named by index.
   */
  bases: Bases[];
  /**
   * The functions that the emptied sets held, ascending; what only `into` held stays as it is.
   */
  entries: MergedEntry[];
  /**
   * The emptied sets; entries name them by index.
   */
  closed: StageSetName[];
  /**
   * Who staged the entries, in any of the sets. Absent where all of it is known without: those of the entry of `into`, and whoever merges.
   */
  authors?: {
    /**
     * Distinct lists of names, named by index.
     */
    lists: string[][];
    /**
     * For each of `entries` the index of its list.
     */
    of: number[];
  };
}
/**
 * A release was made; its deployments follow as effects.
 */
export interface ReleaseCommitted {
  /**
   * The event's type.
   */
  type: 'release-committed';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * Its number.
   */
  release: number;
  /**
   * What made it.
   */
  kind: 'commit' | 'rollback' | 'retry' | 'repair';
  stageSet?: StageSetName;
  /**
   * For a rollback: the release returned to.
   */
  toRelease?: number;
  /**
   * For a retry: the release whose failed functions it repeats.
   */
  retryOf?: number;
  /**
   * For a rollback that a release asked for itself, by its onFailure: that release.
   */
  rollbackOf?: number;
  onFailure?: OnFailure;
  /**
   * Functions that may be deleted and created anew where Pulsar leaves no other way.
   */
  allowRecreate?: FunctionName[];
  /**
   * Functions whose proof counts although the read-back differed from what was asked.
   */
  acceptDifferences?: FunctionName[];
  /**
   * Why, for people who read the log.
   */
  note?: string;
  target: Target;
  /**
   * The effects of its first wave: one a function, numbered without a gap. Later waves get their numbers when they begin.
   */
  effects: {
    /**
     * The topic they go to.
     */
    topic: string;
    /**
     * The first one's number on that topic.
     */
    first: number;
  };
  /**
   * How many functions each wave has, in order; absent where there is one. A wave begins when every function of the one before has an outcome.
   */
  waves?: number[];
  /**
   * Package digests that entries name by index, each once.
   */
  packages: Hash[];
  /**
   * By wave, then by function name, ascending; an entry's place is the index of its deployment and of its effect.
   */
  entries: ReleaseEntry[];
  plan?: PlanRef;
  approval?: ReleaseApproval;
  override?: Override;
}
/**
 * A deployer is asked to do something that is no deployment.
 */
export interface TaskRequested {
  /**
   * The event's type.
   */
  type: 'task-requested';
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  operation: TaskOperation;
  target: Target;
  /**
   * The effects it causes: one a function, or one in all.
   */
  effects: {
    /**
     * The topic they go to.
     */
    topic: string;
    /**
     * The first one's number on that topic.
     */
    first: number;
    /**
     * How many.
     */
    count: number;
  };
  stageSet?: StageSetName;
  /**
   * Only these: entries of a plan, functions of a comparison or an import.
   */
  names?: FunctionName[];
  /**
   * For a plan: functions that may be deleted and created anew.
   */
  allowRecreate?: FunctionName[];
  /**
   * For a plan of a rollback: the release returned to.
   */
  toRelease?: number;
  /**
   * Package digests that entries name by index, each once.
   */
  packages?: Hash[];
  /**
   * For a plan of a rollback: what it would write, by function name.
   */
  entries?: ReleaseEntry[];
  /**
   * The functions that it is about; a function's place is the index of its effect.
   */
  functions?: TaskSubject[];
  drift?: DriftWish;
  import?: ImportScope;
  override?: Override;
}
/**
 * A task, or functions of it, have an outcome.
 */
export interface TaskRecorded {
  /**
   * The event's type.
   */
  type: 'task-recorded';
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  operation: TaskOperation;
  state: TaskState;
  counts: TaskCounts;
  /**
   * By function.
   */
  results: TaskResult[];
  /**
   * Why it failed as a whole: a code of docs/errors.md.
   */
  code?: string;
  /**
   * The same in words.
   */
  reason?: string;
}
/**
 * A part of a plan is there; the last one ends its task.
 */
export interface PlanRecorded {
  /**
   * The event's type.
   */
  type: 'plan-recorded';
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  /**
   * The position of its request.
   */
  requested: number;
  stageSet: StageSetName;
  /**
   * Fingerprint of the target that it was made on.
   */
  target: string;
  state: TaskState;
  summary: PlanSummary;
  /**
   * By function name, ascending.
   */
  functions: FunctionPlan[];
  /**
   * With the last part: functions of an earlier plan that this one does not have.
   */
  gone?: FunctionName[];
}
/**
 * The next wave of a release begins: its deployments follow as effects.
 */
export interface WaveStarted {
  /**
   * The event's type.
   */
  type: 'wave-started';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Which of its waves, from 0.
   */
  wave: number;
  /**
   * The effects that it causes: one a function, numbered without a gap.
   */
  effects: {
    /**
     * The topic they go to.
     */
    topic: string;
    /**
     * The first one's number on that topic.
     */
    first: number;
  };
  /**
   * The index of its first function among the release's entries.
   */
  from: number;
  /**
   * How many functions it has.
   */
  count: number;
  override?: Override;
}
/**
 * Functions that ran already are those of a project now: a release without effects, all of which has succeeded; the last part ends its task.
 */
export interface FunctionsImported {
  /**
   * The event's type.
   */
  type: 'functions-imported';
  project: ProjectName;
  environment: EnvironmentName;
  task: TaskId;
  /**
   * The release's number; absent where nothing was taken over.
   */
  release?: number;
  target: Target;
  state: TaskState;
  summary: ImportSummary;
  /**
   * What was taken over.
   */
  entries: ImportedEntry[];
  /**
   * What was not, and why.
   */
  leftOut: LeftOut[];
}
/**
 * One function.
 */
export interface ImportedEntry {
  function: FunctionName;
  workload: WorkloadType;
  contentHash: Hash;
  /**
   * The config in its canonical form; absent where it is stored already.
   */
  content?: {
    [k: string]: unknown | undefined;
  };
  /**
   * It begins anew under this project.
   */
  claimed?: boolean;
  /**
   * Digest of its package (hex); absent where it is unknown.
   */
  packageSha256?: string;
}
/**
 * A topic's messages are posted to these URLs from now on.
 */
export interface WebhookSubscriptionsSet {
  /**
   * The event's type.
   */
  type: 'webhook-subscriptions-set';
  project: ProjectName;
  /**
   * The topic that is pushed, by its full name.
   */
  topic: string;
  /**
   * Receivers of the topic's messages.
   *
   * Items: One receiver.
   */
  webhooks: {
    /**
     * Where each message is posted to. https and a public address, unless STAGELINE_WEBHOOK_URL_ALLOW names it.
     */
    url: string;
    /**
     * The subscription that remembers what was delivered.
     */
    subscription: string;
    /**
     * How several receivers share the subscription. Only shared is delivered to in parallel.
     */
    type: 'exclusive' | 'shared' | 'failover' | 'keyshared';
    /**
     * Where a new subscription starts.
     */
    initialPosition: 'latest' | 'earliest';
    /**
     * Headers that each request carries besides. No credentials: they would be kept for ever; a receiver knows Stageline by its signature.
     */
    headers?: {
      /**
       * A header's value.
       */
      [k: string]: string | undefined;
    };
    /**
     * On the topic of replies: only the answers to this caller's commands.
     */
    askedBy?: string;
    /**
     * False: nothing is delivered, and the subscription keeps what comes.
     */
    active: boolean;
  }[];
  /**
   * What it is for.
   */
  note?: string;
}
/**
 * A topic's messages are posted nowhere from now on.
 */
export interface WebhookSubscriptionsDeleted {
  /**
   * The event's type.
   */
  type: 'webhook-subscriptions-deleted';
  project: ProjectName;
  /**
   * The topic that is pushed, by its full name.
   */
  topic: string;
  /**
   * Why, for people who read the log.
   */
  reason?: string;
}
/**
 * A release is known to be bad: its contents are not committed and not returned to.
 */
export interface ReleaseRejected {
  /**
   * The event's type.
   */
  type: 'release-rejected';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Why, for people who read the log.
   */
  reason: string;
  /**
   * Function and content hash of what it deployed; deletions are not in it.
   */
  entries: [FunctionName, Hash][];
}
/**
 * The contents of a rejected release may be committed and returned to again.
 */
export interface ReleaseAllowed {
  /**
   * The event's type.
   */
  type: 'release-allowed';
  project: ProjectName;
  environment: EnvironmentName;
  /**
   * The release.
   */
  release: number;
  /**
   * Function and content hash of what it deployed; deletions are not in it.
   */
  entries: [FunctionName, Hash][];
  /**
   * Why, for people who read the log.
   */
  note?: string;
}
/**
 * The first line of a backup. Behind it stands every record of the journal, a line each, byte for byte, then the trailer.
 */
export interface BackupHeader {
  /**
   * What the file is.
   */
  format: 'stageline-journal';
  /**
   * The version of this format; records carry their own.
   */
  version: 1;
  /**
   * The journal's partition.
   */
  partition: 0;
  /**
   * The name of the journal: the writer id of its first mark. Empty where it holds no record.
   */
  origin: string;
  madeAt: Timestamp;
}
/**
 * The last line of a backup: without it the file is not complete.
 */
export interface BackupTrailer {
  /**
   * How many records there are.
   */
  records: number;
  /**
   * The position of the last one; 0 where there is none.
   */
  lastPosition: number;
  /**
   * SHA-256 of its line, base64url; null where there is none.
   */
  lastHash: string | null;
}
/**
 * What the holder of the lease says every two seconds.
 */
export interface Beat {
  /**
   * Its epoch; 0 before its mark counts.
   */
  epoch: number;
  /**
   * Its writer id.
   */
  writer: string;
  /**
   * What it is doing.
   */
  doing: 'starting' | 'folding' | 'working' | 'waiting-for-documents' | 'draining';
  /**
   * The last committed position.
   */
  head: number;
  time: Timestamp;
}
/**
 * A whitelisted request. On the topic, `id` is required; the HTTP gateway adds one where it is missing.
 */
export interface Command {
  /**
   * Identifies the command: the same id again gets the first reply. A UUID (version 7 advised).
   */
  id?: string;
  /**
   * The name of a whitelisted command.
   */
  command: string;
  project?: ProjectName;
  /**
   * The parameters, by the command's own schema.
   */
  params: {
    [k: string]: unknown | undefined;
  };
  issuedAt?: Timestamp;
  /**
   * Decide and answer, change nothing.
   */
  dryRun?: boolean;
  /**
   * Optimistic concurrency: each named document must still be at this position (0: must not exist).
   */
  expect?: {
    [k: string]: number | undefined;
  };
  /**
   * Another topic for the reply, out of the allowed prefixes.
   */
  replyTo?: string;
  /**
   * A signed proof of who asks, bound to this command.
   */
  ticket?: string;
}
/**
 * Building blocks that several schemas share.
 */
export interface Common {}
/**
 * Who asked.
 */
export interface Actor {
  /**
   * The name that the identity check found.
   */
  name: string;
  /**
   * Roles held at the time.
   *
   * Items: A role.
   */
  roles: string[];
  /**
   * Projects that it may act in and read; absent: all.
   */
  projects?: ProjectName[];
  /**
   * People behind an API token: whom it was made for, and who made it. Where four eyes are asked for, they and the token count as one.
   *
   * Items: A name as the identity check finds it.
   */
  behind?: string[];
}
/**
 * A message that could not be understood or processed.
 */
export interface DeadLetter {
  /**
   * A code of docs/errors.md.
   */
  code: string;
  /**
   * What was wrong.
   */
  reason: string;
  /**
   * The topic it came from.
   */
  topic: string;
  /**
   * Its message id there.
   */
  messageId: string;
  /**
   * Its key.
   */
  key?: string;
  /**
   * Its properties, tickets left out.
   */
  properties?: {
    [k: string]: string | undefined;
  };
  /**
   * At most its first 256 KiB, base64.
   */
  payload: string;
  /**
   * True where the payload is longer.
   */
  truncated: boolean;
  /**
   * True where secrets that were recognised in the payload are masked: it is not the message that came.
   */
  masked?: boolean;
  time: Timestamp;
}
/**
 * One deployment on its way to a deployer; the message key is the function, the property `effect` its id <partition>/<position>/<n>.
 */
export interface DeploymentMessage {
  environment: EnvironmentName;
  project: ProjectName;
  /**
   * The release.
   */
  release: number;
  /**
   * Which of the release's functions, from 0.
   */
  index: number;
  /**
   * How many the release has.
   */
  of: number;
  operation: Operation;
  /**
   * The content's hash; null for a deletion.
   */
  contentHash: string | null;
  /**
   * The package digest that was proven in the environment before (hex).
   */
  packageSha256?: string;
  /**
   * Exactly one config, the environment's patch applied; for a deletion only type, tenant, namespace and name.
   */
  configs: {
    [k: string]: unknown | undefined;
  }[];
}
/**
 * How far the journal had come: a line of the heads file, a message on the heads topic.
 */
export interface JournalHead {
  /**
   * The partition; 0 today.
   */
  partition: number;
  /**
   * Writer id of the journal's first mark: it names the journal.
   */
  origin: string;
  /**
   * Epoch of the mark in force.
   */
  epoch: number;
  /**
   * The last committed record.
   */
  position: number;
  hash: Hash;
  time: Timestamp;
  keyId?: Hash;
  /**
   * Ed25519 over the RFC 8785 form of the other fields, base64url. With keyId, the SHA-256 of the public key (SPKI, DER); both are absent where no key is configured.
   */
  signature?: string;
}
/**
 * The first message of a writer's term.
 */
export interface Mark {
  /**
   * The mark.
   */
  mark: {
    /**
     * One above the last counting mark's.
     */
    epoch: number;
    /**
     * The writer's random id.
     */
    writer: string;
    time: Timestamp;
    /**
     * The journal was restored from a backup: records up to this position were decided elsewhere, and their effects may have been published there.
     */
    restored?: number;
  };
}
/**
 * One line of the journal: a command, who asked, its outcome and its events, together.
 */
export interface JournalRecord {
  /**
   * Version of the record's shape.
   */
  v: 1;
  /**
   * The partition; 0 today.
   */
  partition: number;
  /**
   * Contiguous from 1 in its partition.
   */
  position: number;
  /**
   * SHA-256 (base64url) of the line before, null for the first.
   */
  prev: string | null;
  time: Timestamp;
  command: RecordedCommand;
  commandHash: Hash;
  actor: Actor;
  /**
   * The way in: the command topic, the results topic, or the writer itself.
   */
  via: 'commands' | 'results' | 'internal';
  /**
   * How it ended.
   */
  outcome: 'ok' | 'rejected' | 'denied' | 'failed';
  /**
   * The reply's result.
   */
  result?: {
    [k: string]: unknown | undefined;
  };
  error?: Problem;
  /**
   * What happened; empty unless the outcome is ok.
   */
  events: JournalEvent[];
}
/**
 * The command as it came, without its ticket.
 */
export interface RecordedCommand {
  /**
   * The command's id.
   */
  id: string;
  /**
   * Its name.
   */
  command: string;
  project: ProjectName;
  /**
   * Its parameters.
   */
  params: {
    [k: string]: unknown | undefined;
  };
  issuedAt?: Timestamp;
  /**
   * Its expectations.
   */
  expect?: {
    [k: string]: number | undefined;
  };
  /**
   * Its reply topic.
   */
  replyTo?: string;
}
/**
 * Something a deployer is to do that is no deployment. It goes the way of deployments; the property `effect` is its id <partition>/<position>/<n>, the key the function that it is about, or the task where it is about none.
 */
export interface TaskMessage {
  environment: EnvironmentName;
  project: ProjectName;
  task: TaskId;
  operation: TaskOperation;
  function?: FunctionName;
  workload?: WorkloadType;
  /**
   * Why it is not to be carried out any more: it only ends, as failed.
   */
  expired?: string;
}
