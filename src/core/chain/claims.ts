import type { RawLine } from '../journal.js';
import type { ChainHead } from './branch.js';
import type { JournalFault } from './journal-fault.js';

/** Somebody knows the hash of a record. */
export interface Claim {
  readonly position: number;
  readonly hash: string;
  /** Who, as people are told: `the checkpoint`. */
  readonly by: string;
  /** It was kept where nobody who can write journal and documents can write. */
  readonly trusted: boolean;
}

export interface Claims {
  /** Hashes by position, of those that are believed most. */
  readonly known: ReadonlyMap<number, string>;
  readonly take: (line: RawLine) => void;
  /** What does not agree, once the end of the journal is known. */
  faults(head: ChainHead): JournalFault[];
}

/** Compares a journal with what others know of it. */
export function createClaims(claims: readonly Claim[]): Claims {
  const byPosition = new Map<number, Claim[]>();
  for (const claim of claims)
    byPosition.set(claim.position, [...(byPosition.get(claim.position) ?? []), claim]);
  const known = new Map<number, string>();
  for (const claim of [...claims].sort((one, other) => Number(one.trusted) - Number(other.trusted)))
    known.set(claim.position, claim.hash);
  const seen = new Set<Claim>();
  const wrong = new Set<Claim>();

  return {
    known,
    take({ raw, hash }) {
      for (const claim of byPosition.get(raw['position'] as number) ?? [])
        (claim.hash === hash ? seen : wrong).add(claim);
    },
    faults(head) {
      const beyond = claims.filter(({ position }) => position > head.position);
      const furthest = beyond.reduce<Claim | undefined>(
        (most, one) => (most === undefined || one.position > most.position ? one : most),
        undefined,
      );
      return [
        ...[...wrong].filter((claim) => !seen.has(claim)).map((claim) => wrongFault(claim, head)),
        ...(furthest === undefined ? [] : [endFault(furthest, head)]),
      ];
    },
  };
}

function wrongFault({ position, by, trusted }: Claim, head: ChainHead): JournalFault {
  // Whatever follows a record vouches for it: where something does, one who may be wrong is.
  if (position !== head.position && !trusted)
    return { kind: 'other-hash', position, detail: `${by} knows another record at position ${position}` };
  const which = position === head.position ? `position ${position}` : `position ${position} or one before it`;
  return { kind: 'changed', position, detail: `${which} is not the record that ${by} knows` };
}

function endFault({ position, by }: Claim, head: ChainHead): JournalFault {
  const first = head.position + 1;
  return {
    kind: 'removed',
    position: first,
    ...(position > first ? { through: position } : {}),
    detail: `the journal ends at position ${head.position}, ${by} knows position ${position}`,
  };
}
