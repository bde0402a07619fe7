import { rejectAt, type Decision } from '../../core/decision.js';
import type { ReleaseRef } from '../../core/ids.js';
import type { EffectsDocument, PendingEffects } from '../../core/types.js';

/** What a release still owes to the topic. */
export function owedOf(
  effects: EffectsDocument | undefined,
  { project, environment, release }: ReleaseRef,
): PendingEffects | undefined {
  return effects?.pending.find(
    (owed): owed is PendingEffects =>
      'release' in owed &&
      owed.project === project &&
      owed.environment === environment &&
      owed.release === release,
  );
}

/** The refusal of a release that owes nothing, with what is owed. */
export function nothingOwed(
  effects: EffectsDocument | undefined,
  { environment, release }: ReleaseRef,
): Decision {
  const owed = (effects?.pending ?? [])
    .map((one) =>
      'release' in one
        ? `${one.environment}/${one.release} of ${one.project}`
        : `a task in ${one.environment} of ${one.project}`,
    )
    .join(', ');
  return rejectAt(
    '/params/release',
    'UNKNOWN_RELEASE',
    `Nothing of release ${environment}/${release} waits to be published; what waits: ${owed === '' ? 'nothing' : owed}.`,
  );
}
