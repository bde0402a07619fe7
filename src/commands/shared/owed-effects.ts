import { rejectAt, type Decision } from '../../core/decision.js';
import type { ReleaseRef } from '../../core/ids.js';
import type { EffectsDocument, PendingEffects } from '../../core/types.js';

/** What a release still owes to the topic, wave by wave: an earlier one may be out already, and is not known to be. */
export function owedOf(
  effects: EffectsDocument | undefined,
  { project, environment, release }: ReleaseRef,
): PendingEffects[] {
  return (effects?.pending ?? []).filter(
    (owed): owed is PendingEffects =>
      'release' in owed &&
      owed.project === project &&
      owed.environment === environment &&
      owed.release === release,
  );
}

/** Numbers of effects, both included. */
export interface Numbers {
  readonly first: number;
  readonly through: number;
}

/** The numbers of a wave that have not left. */
export function leftOf({ first, count }: PendingEffects, { published }: EffectsDocument): Numbers {
  return { first: Math.max(first, published + 1), through: first + count - 1 };
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
