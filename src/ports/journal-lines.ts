/** The journal's end as far as it is known here, and the journal's name. */
export interface JournalEnd {
  readonly position: number;
  /** Writer id of its first mark: a restored journal has another. */
  readonly origin: string;
}

export interface LineRange {
  /** The first position. */
  readonly from: number;
  /** The last position; it must be there. */
  readonly to: number;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/** The records of the journal as they stand there, byte for byte. */
export interface JournalLines {
  end(): JournalEnd;
  /** The lines without their line ends, some at a time, each time when the reader asks for more. */
  read(range: LineRange): AsyncIterable<readonly Buffer[]>;
}
