import type { Problem, ProblemItem } from './generated/types.js';

/** What a code means: its RFC 9457 title, its HTTP status and whether trying the same again is pointless. */
export interface CodeEntry {
  readonly status: number;
  readonly title: string;
  readonly terminal: boolean;
}

const refusal = (title: string): CodeEntry => ({ status: 409, title, terminal: true });
const invalid = (title: string): CodeEntry => ({ status: 400, title, terminal: true });
const transient = (status: number, title: string): CodeEntry => ({ status, title, terminal: false });

/** Every code that leaves the service; docs/errors.md is made from this table. */
export const CODES = {
  // Refusals of a decision.
  STAGE_SET_EMPTY: refusal('The stage set holds nothing to commit'),
  STALE_BASE: refusal('Another release has changed the function since it was staged'),
  NOT_PROVEN: refusal('The content has not been deployed with success in the environment before'),
  HELD_AFTER_ROLLBACK: refusal('A rollback took this content out; it must be staged and proven again'),
  NOTHING_TO_ROLL_BACK: refusal('Nothing differs from the release to return to'),
  NO_EARLIER_RELEASE: refusal('There is no release to return to'),
  UNKNOWN_NAME: refusal('No such name'),
  UNKNOWN_STAGE_SET: refusal('No such stage set'),
  UNKNOWN_RELEASE: refusal('No such release'),
  RELEASE_FINISHED: refusal('The release is finished'),
  NOT_HELD: refusal('The release is not held'),
  NOTHING_TO_RETRY: refusal('Nothing of the release is left to repeat'),
  UNKNOWN_TASK: refusal('No such task'),
  UNKNOWN_POSITION: refusal('The journal does not reach that position'),
  DUPLICATE_NAME: refusal('The same function is named twice'),
  MERGE_CONFLICT: refusal('Stage sets hold different changes of the same function'),
  OTHER_PROJECT: refusal('The function belongs to another project'),
  TYPE_CHANGED: refusal('A function, source or sink cannot become another of the three'),
  ID_REUSED: refusal('The command id was used for another command or by another caller'),
  NAMESPACE_NOT_ALLOWED: refusal('The project may not deploy to that namespace'),
  WEBHOOK_REFUSED: {
    status: 403,
    title: 'A webhook may not push this topic, or not to this URL',
    terminal: true,
  },
  WEBHOOK_UNDELIVERED: transient(503, 'A webhook did not take a message'),
  EXPECTATION_FAILED: refusal('A document is not at the expected position'),
  TOKEN_NAME_USED: refusal('There is, or was, an API token of that name'),
  NOT_ALLOWED_TO_GRANT: refusal('Nobody gives away a role that he does not have'),
  INVALID_EXPIRY: refusal('The time of expiry is not possible'),
  APPROVAL_MISSING: refusal('The commit lacks approvals that its environment requires'),
  APPROVAL_VOID: refusal('What was approved is not what is there now'),
  APPROVAL_REJECTED: refusal('An approver has rejected it'),
  APPROVAL_NOT_REQUIRED: refusal('The environment requires no approval'),
  ALREADY_REQUESTED: refusal('Approval of exactly this is requested already'),
  ALREADY_APPROVED: refusal('The same person has approved it already'),
  NO_APPROVAL_OPEN: refusal('No request for approval is open'),
  FOUR_EYES: refusal('Nobody approves what he has staged himself'),
  PLAN_MISSING: refusal('There is no complete plan of exactly these entries'),
  PLAN_TOO_OLD: refusal('The plan is older than the environment allows'),
  ENVIRONMENT_FROZEN: refusal('The environment is frozen'),
  NOT_FROZEN: refusal('The environment is not frozen'),
  ARTIFACT_REJECTED: refusal('The package is known to be bad'),
  RELEASE_REJECTED: refusal('The content is that of a release that is known to be bad'),
  NOT_REJECTED: refusal('It is not rejected'),
  ENVIRONMENT_IN_USE: refusal('The environment still has functions deployed'),
  // What cannot be understood.
  INVALID_JSON: invalid('Not valid JSON'),
  INVALID_COMMAND: invalid('The command does not match its schema'),
  UNKNOWN_COMMAND: invalid('The command is not on the whitelist'),
  UNKNOWN_FIELD: invalid('The field is not known'),
  SECRET_LITERAL: invalid('A secret stands there in plain text'),
  TOO_DEEP: invalid('The JSON is nested too deeply'),
  INVALID_REPLY_TOPIC: invalid('The reply topic is not allowed'),
  TOO_LARGE: { status: 413, title: 'Too large', terminal: true },
  // Who asks.
  UNAUTHENTICATED: { status: 401, title: 'It is not known who asks', terminal: true },
  TICKET_MISSING: { status: 401, title: 'The command carries no ticket', terminal: true },
  TICKET_REFUSED: { status: 401, title: 'The ticket is not good for this command', terminal: true },
  TICKET_EXPIRED: { status: 401, title: 'The ticket has expired', terminal: true },
  DENIED: { status: 403, title: 'Not allowed', terminal: true },
  FOREIGN_HOST: { status: 403, title: 'The Host or Origin header names another site', terminal: true },
  // HTTP only.
  INVALID_REQUEST: invalid('The request is not valid'),
  NOT_FOUND: { status: 404, title: 'Not found', terminal: true },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed', terminal: true },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Only application/json is taken', terminal: true },
  TOO_MANY_REQUESTS: transient(429, 'Too many requests'),
  NOT_REACHED: transient(504, 'The documents have not reached that position in time'),
  // Deployment.
  PACKAGE_CHANGED: refusal('The package differs from the one that was proven'),
  PACKAGE_NOT_FOUND: refusal('The package cannot be read'),
  PACKAGE_REFUSED: refusal('The package may not be read from there'),
  SEALED_ELSEWHERE: refusal('A secret is sealed for another config or environment'),
  SEALED_KEY_UNKNOWN: refusal('A secret is sealed to a key that is not here'),
  SEALED_DAMAGED: refusal('A sealed secret cannot be opened'),
  SEALED_WITH_OLD_KEY: refusal('A secret is sealed to an older key'),
  SECRET_MISSING: refusal('A secret that the config names is missing'),
  TOKEN_MISSING: refusal('The token for the cluster cannot be read'),
  NAMESPACE_MISSING: refusal('The tenant or namespace does not exist'),
  TOPIC_MISSING: refusal('A topic does not exist'),
  NAME_TAKEN: refusal('Another kind of workload, or another function of the plan, has the name'),
  NAME_UNSUITABLE: refusal('The name does not suit the runtime'),
  PERMISSION_MISSING: refusal('The token may not manage functions there'),
  SUPERUSER_TOKEN: refusal("The token used to deploy is a superuser's"),
  NOT_CHECKED: refusal('Something could not be checked before the deployment'),
  FLOW_BROKEN: refusal('A topic loses the function that writes it, or the one that reads it'),
  INSTANCES_UNEVEN: refusal('Its instances are spread unevenly over the workers'),
  RISKY_SETTING: refusal('A setting can harm the cluster'),
  SCHEMA_MISMATCH: refusal('A topic is written and read with different schemas'),
  TARGET_CHANGED: refusal('The environment deploys to another cluster than it did then'),
  TASK_EXPIRED: refusal('The task was asked for too long ago'),
  TASK_OVERDUE: refusal('The task was not finished within its limit'),
  TASK_NOT_KNOWN: refusal('The deployer does not know how to do that'),
  CLUSTER_REFUSED: refusal('The cluster refused the function'),
  CLUSTER_NOT_READY: transient(503, 'The cluster is not ready'),
  CLUSTER_UNREACHABLE: transient(503, 'The cluster does not answer'),
  OUTCOME_UNKNOWN: transient(503, 'Whether the cluster has what was sent could not be learnt'),
  UNHEALTHY: refusal('The function was written and does not run well'),
  // Routing and dead letters.
  ROUTE_KEY_MISSING: invalid('The message lacks the key to route by'),
  ROUTE_VALUE_INVALID: invalid('The value to route by is no valid topic name'),
  ROUTE_NOT_ALLOWED: invalid('The value to route by is not allowed'),
  UNKNOWN_DEPLOYMENT: invalid('The journal knows no such deployment'),
  UNDECIDED: { status: 500, title: 'The command failed three times before it was decided', terminal: true },
  REPLY_UNDELIVERED: { status: 500, title: 'The reply could not be delivered', terminal: true },
  PAYLOAD_TRUNCATED: refusal('The dead letter holds only the beginning of its message'),
  PAYLOAD_NOT_KEPT: refusal('The dead letter does not hold its message as it came'),
  TOPIC_NOT_OWN: refusal('The dead letter came from a topic that this service does not read'),
  // Backups.
  BACKUP_UNUSABLE: invalid('The backup is not what was written'),
  JOURNAL_NOT_EMPTY: refusal('The journal holds something already'),
  // The service itself.
  INVALID_CONFIG: { status: 500, title: 'The configuration is wrong', terminal: true },
  INTERNAL: { status: 500, title: 'An error inside Stageline', terminal: true },
  LEASE_HELD: transient(503, 'Another instance holds the lease'),
  LEASE_LOST: transient(503, 'The lease was lost'),
  JOURNAL_UNUSABLE: {
    status: 500,
    title: 'The journal is not what the documents were made from',
    terminal: true,
  },
  ENGINE_UNAVAILABLE: transient(503, 'An engine does not answer'),
  CONFLICT: transient(503, 'A document was changed by someone else'),
  JOB_RUNNING: { status: 409, title: 'Another job is under way', terminal: false },
  DATABASE_IN_USE: refusal('The database of documents is in use'),
  CLOSED: transient(503, 'Closed'),
} as const satisfies Record<string, CodeEntry>;

/** A code of the table, or `NOT_PROVEN_IN_<ENVIRONMENT>`, whose meaning is that of NOT_PROVEN. */
export type Code = keyof typeof CODES | `NOT_PROVEN_IN_${string}`;

/** Looks a code up. Codes of another version count as INTERNAL. */
export function codeEntry(code: string): CodeEntry {
  if (code.startsWith('NOT_PROVEN_IN_')) return CODES.NOT_PROVEN;
  return (CODES as Record<string, CodeEntry>)[code] ?? CODES.INTERNAL;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly errors?: ProblemItem[];
}

/** The one error class: compare `code`, never the class, across ports. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly errors: ProblemItem[] | undefined;

  constructor(
    readonly code: Code,
    detail: string,
    options: AppErrorOptions = {},
  ) {
    super(detail, options.cause === undefined ? {} : { cause: options.cause });
    this.errors = options.errors;
  }
}

/** True if `error` carries this code, whatever class it is of. */
export function hasCode(error: unknown, code: Code): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** One sentence about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Makes an RFC 9457 problem. `detail` says what happened and what to do. */
export function problem(code: Code, detail: string, errors?: ProblemItem[]): Problem {
  const { status, title } = codeEntry(code);
  return {
    type: `urn:stageline:problem:${code}`,
    title,
    status,
    detail,
    code,
    ...(errors && errors.length > 0 ? { errors } : {}),
  };
}

/** A problem with one fault, at a JSON pointer. */
export function problemAt(pointer: string, code: Code, detail: string): Problem {
  return problem(code, detail, [{ pointer, code, detail }]);
}

/** The problem for anything thrown: what an AppError says is told, anything else only named as internal. */
export function toProblem(error: unknown): Problem {
  if (error instanceof AppError) return problem(error.code, error.message, error.errors);
  return problem('INTERNAL', 'Something failed inside the service; its log says what.');
}
