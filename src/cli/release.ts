import type { ReleaseRef } from '../core/ids.js';
import { formatReleaseRef } from './names.js';
import { RELEASE_TIMEOUT_MS, report, submit, type ResultFields, type Session } from './session.js';
import { releaseOf, requireSuccess, waitForRelease } from './wait-for-release.js';

/** A command that makes a release. */
export interface ReleaseRequest {
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly id?: string;
  readonly dryRun?: boolean;
  /** Wait until the release is finished, and end with 1 unless it succeeded. */
  readonly wait?: boolean;
  readonly timeout?: number;
  /** What a person is told; without a release it was a dry run. */
  readonly words: (ref: ReleaseRef | undefined, result: ResultFields) => string;
}

/** Sends it, says what came of it, and waits for the release if asked to. One time limit covers both. */
export async function release(session: Session, request: ReleaseRequest): Promise<void> {
  const { command, params, id, dryRun, wait = false, timeout } = request;
  const start = Date.now();
  const reply = await submit(session, {
    command,
    params,
    dryRun,
    timeoutMs: timeout,
    ...(id === undefined ? {} : { id }),
  });
  const ref = releaseOf(reply, session.project);
  report(session, reply, (result) => request.words(ref, result));
  if (ref === undefined) return;
  if (!wait) {
    if (!session.json) session.context.out(`follow it with: stageline wait ${formatReleaseRef(ref)}`);
    return;
  }
  const timeoutMs = timeout === undefined ? RELEASE_TIMEOUT_MS : Math.max(0, start + timeout - Date.now());
  requireSuccess(ref, await waitForRelease(session, ref, { timeoutMs, after: reply.position }));
}
