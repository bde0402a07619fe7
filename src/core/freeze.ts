import type { EnvironmentDocument, Freeze, ReleaseDocument } from './types.js';

/** The freeze of an environment that is in force at a time (ISO 8601, as records have it); one that has expired is none. */
export function freezeOf(
  here: Pick<EnvironmentDocument, 'frozen'> | undefined,
  time: string,
): Freeze | undefined {
  const frozen = here?.frozen;
  return frozen?.until !== undefined && frozen.until <= time ? undefined : frozen;
}

/** Who froze it, why, and until when. */
export function freezeText({ reason, by, since, until }: Freeze): string {
  return `frozen by ${by} since ${since}${until === undefined ? '' : ` until ${until}`}: ${reason}`;
}

/** Whether a release is stopped by a freeze. One that was let through this very freeze goes on to its end. */
export function isStopped(
  { override }: ReleaseDocument,
  here: EnvironmentDocument | undefined,
  time: string,
): boolean {
  const freeze = freezeOf(here, time);
  if (freeze === undefined) return false;
  return !(override?.passed.includes('ENVIRONMENT_FROZEN') === true && freeze.since <= override.at);
}
