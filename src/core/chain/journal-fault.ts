/** Something in the journal that the service did not write so, or cannot have. */
export interface JournalFault {
  /**
   * `changed`: a record is not what its follower, or who knew it, was told. `removed`: records or marks are missing.
   * `inserted`: something stands there that nothing goes on from. `reordered`: it stands elsewhere than it was written.
   * `other-hash`: an index entry, the checkpoint or a head knows another record there. `time`, `effects`, `schema`,
   * `unfoldable`: a record that no writer makes.
   */
  readonly kind:
    | 'changed'
    | 'removed'
    | 'inserted'
    | 'reordered'
    | 'other-hash'
    | 'time'
    | 'effects'
    | 'schema'
    | 'unfoldable';
  /** The first position concerned; where only a mark is, the position before it. */
  readonly position: number;
  /** The last one, where there are several. */
  readonly through?: number;
  /** The message on the journal topic in which it was noticed. */
  readonly messageId?: string;
  readonly detail: string;
}

/** "position 7" or "positions 7 to 9". */
export function positionsOf({ position, through }: Pick<JournalFault, 'position' | 'through'>): string {
  return through === undefined || through === position
    ? `position ${position}`
    : `positions ${position} to ${through}`;
}
