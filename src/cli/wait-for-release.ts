import { isFailure } from '../core/function-state.js';
import { failuresIn } from '../core/release-waves.js';
import { deploymentPrefix, releaseId, type ReleaseRef } from '../core/ids.js';
import { pause } from '../core/pause.js';
import { printable } from '../core/printable.js';
import type { DeploymentDocument, ReleaseDocument, Reply } from '../core/types.js';
import type { Client } from './client.js';
import { formatDuration } from './duration.js';
import { EXIT, Exit } from './exit.js';
import { formatReleaseRef } from './names.js';
import { isProblem } from './problems.js';
import type { Session } from './session.js';

export interface WaitOptions {
  readonly timeoutMs: number;
  /** A position at which the release is known to exist. */
  readonly after?: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;
/** A large release says how far it is, but not more often. */
const PROGRESS_MS = 5000;

/**
 * Waits until every function of a release has an outcome or was given up, or until it is held, and says what fails as it happens. Ends the
 * command with 124 when the time is over.
 *
 * It asks for the release's document again and again rather than following the events: that holds over a restart of
 * the service, on any instance, and behind any proxy, and costs one small request a second at most.
 */
export async function waitForRelease(
  session: Session,
  ref: ReleaseRef,
  options: WaitOptions,
): Promise<ReleaseDocument> {
  const { client, say } = session;
  const name = formatReleaseRef(ref);
  const deadline = Date.now() + options.timeoutMs;
  const told = new Set<string>();
  let last: ReleaseDocument | undefined;
  let said = 0;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(LONGEST_PAUSE_MS, wait * 1.5)) {
    const now = await read(client, ref, { after: options.after, patient: last !== undefined });
    if (now === 'none') throw new Exit(EXIT.failed, `there is no release ${name}`);
    if (now !== 'later') {
      const due = now.state !== last?.state || Date.now() - said >= PROGRESS_MS;
      if (due && !isFinished(now)) {
        say(`${name} ${now.state}: ${progress(now)}`);
        said = Date.now();
      }
      if (unhappy(now) > unhappy(last)) await tellFailures(session, ref, told);
      last = now;
      if (isFinished(now)) break;
      if (now.state !== last.state) wait = FIRST_PAUSE_MS;
    }
    const left = deadline - Date.now();
    if (left <= 0) throw overdue(name, last, options.timeoutMs);
    await pause(Math.min(wait, left));
  }
  say(`${name} ${last.state}: ${progress(last)}`);
  return last;
}

/** The release that a reply names, if it names one. */
export function releaseOf(reply: Reply, project: string): ReleaseRef | undefined {
  const { environment, release } = reply.result ?? {};
  return reply.status === 'ok' &&
    reply.dryRun !== true &&
    typeof environment === 'string' &&
    typeof release === 'number'
    ? { project, environment, release }
    : undefined;
}

/** Exit code 1 unless it succeeded, 4 where somebody skipped or cancelled it, 6 where it is held. */
export function requireSuccess(ref: ReleaseRef, release: ReleaseDocument): void {
  const { state } = release;
  const name = formatReleaseRef(ref);
  if (state === 'skipped' || state === 'cancelled') {
    const told = release[state];
    const why = told === undefined ? '' : ` by ${told.by}: ${told.reason}`;
    throw new Exit(EXIT.skipped, `${name} was ${state}${printable(why)}`);
  }
  if (state === 'held') {
    throw new Exit(
      EXIT.held,
      `${name} is held: a function failed, and its later waves wait; "stageline resume ${name}" lets them go, "stageline cancel ${name}" ends it`,
    );
  }
  if (state !== 'succeeded')
    throw new Exit(EXIT.failed, `${name} did not succeed: ${state}${wayBack(ref, release)}`);
}

/** What became of a release that asked to be rolled back on failure. */
function wayBack(ref: ReleaseRef, { rolledBackBy, notRolledBack }: ReleaseDocument): string {
  if (rolledBackBy !== undefined)
    return `; ${formatReleaseRef({ ...ref, release: rolledBackBy })} puts back what it changed`;
  return notRolledBack === undefined ? '' : `; not rolled back: ${printable(notRolledBack)}`;
}

function isFinished({ state }: ReleaseDocument): boolean {
  return state !== 'committed' && state !== 'deploying';
}

function unhappy(release: ReleaseDocument | undefined): number {
  return release === undefined ? 0 : failuresIn(release.counts) + release.counts.superseded;
}

function progress({ of, counts }: ReleaseDocument): string {
  const parts = Object.entries({ ...counts }).filter(([, count]) => count > 0);
  const done = parts.reduce((sum, [, count]) => sum + count, 0);
  const detail =
    parts.length === 0 ? '' : ` (${parts.map(([what, count]) => `${count} ${what}`).join(', ')})`;
  return `${done} of ${of} done${detail}`;
}

type Read = ReleaseDocument | 'none' | 'later';

/** `patient`: the service has answered before, so that its absence is taken for a restart. */
async function read(
  client: Client,
  ref: ReleaseRef,
  { after, patient }: { readonly after: number | undefined; readonly patient: boolean },
): Promise<Read> {
  try {
    const found = await client.document(releaseId(ref), after);
    return found === undefined ? 'none' : (found.document as ReleaseDocument);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    if (isProblem(error.cause) && error.cause.code === 'NOT_REACHED') return 'later';
    if (patient && error.exitCode === EXIT.unreachable) return 'later';
    throw error;
  }
}

async function tellFailures({ client, say }: Session, ref: ReleaseRef, told: Set<string>): Promise<void> {
  for await (const { document } of client.documents(deploymentPrefix(ref))) {
    const deployment = document as DeploymentDocument;
    if (told.has(deployment.function)) continue;
    if (!isFailure(deployment.state) && deployment.state !== 'superseded') continue;
    told.add(deployment.function);
    say(`  ${deployment.state}  ${deployment.function}${answerOf(deployment)}`);
  }
}

function answerOf({ answer }: DeploymentDocument): string {
  if (answer === undefined) return '';
  const { status, code, reason } = answer;
  const facts = [code, status > 0 ? `HTTP ${status}` : undefined]
    .filter((fact) => fact !== undefined)
    .join(', ');
  return `${reason === undefined ? '' : `: ${reason}`}${facts === '' ? '' : ` [${facts}]`}`;
}

function overdue(name: string, last: ReleaseDocument | undefined, timeoutMs: number): Exit {
  const standing = last === undefined ? 'it was not to be seen' : `${last.state}, ${progress(last)}`;
  return new Exit(
    EXIT.timeout,
    `${name} is not finished after ${formatDuration(timeoutMs)}: ${standing}. It goes on; wait again with "stageline wait ${name}".`,
  );
}
