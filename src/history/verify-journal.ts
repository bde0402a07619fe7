import { createChainCheck, type ChainCounts, type ChainLines } from '../core/chain/chain-check.js';
import { createClaims, type Claim } from '../core/chain/claims.js';
import type { JournalFault } from '../core/chain/journal-fault.js';
import { createRecordChecks } from '../core/chain/record-checks.js';
import { readLine, type RecordLine } from '../core/journal.js';
import { messageOf } from '../errors.js';
import type { FoldAnew } from './fold-anew.js';
import type { Messages } from './read-messages.js';

/** Faults told at most: the others are counted. */
const MAX_TOLD = 500;
/** A journal that is known to go on is waited for so much longer than one that may have ended. */
const PATIENCE = 3;

export interface VerifyJournalOptions {
  readonly messages: Messages;
  /** What others know of the journal. */
  readonly claims: readonly Claim[];
  readonly fold: FoldAnew;
  /** The topic has ended where nothing comes for so long, in milliseconds. */
  readonly idleMs: number;
  readonly onProgress: (position: number) => void;
}

/** The journal on its way through all checks into the fold. */
export interface VerifiedJournal {
  /** Reads on until the chain has reached a position, or to the end; true if it has ended. */
  readTo(position: number | undefined): Promise<boolean>;
  /** What is in doubt is decided: nothing more is read. */
  finish(): Promise<void>;
  position(): number;
  counts(): ChainCounts;
  /** To be told of what the fold cannot take. */
  unfoldable(position: number, reason: unknown): void;
  /** Everything that is wrong, once it is read. */
  faults(): { readonly faulty: number; readonly faults: readonly JournalFault[] };
}

/** Reads a journal as it stands: follows the chain, looks at every record, and folds what belongs to the chain. */
export function verifyJournal(options: VerifyJournalOptions): VerifiedJournal {
  const { messages, fold, idleMs } = options;
  const claims = createClaims(options.claims);
  const told: JournalFault[] = [];
  let faulty = 0;
  let ended = false;
  const onFault = (fault: JournalFault): void => {
    faulty += 1;
    if (told.length < MAX_TOLD) told.push(fault);
  };
  const chain = createChainCheck({ known: claims.known, onFault });
  const records = createRecordChecks(onFault);

  const read = (part: ChainLines): RecordLine[] =>
    part.lines.flatMap((raw) => {
      claims.take(raw);
      try {
        const line = readLine(raw);
        records.take(line.record);
        return [line];
      } catch (error) {
        onFault({ kind: 'schema', position: raw.raw['position'] as number, detail: messageOf(error) });
        return [];
      }
    });

  const take = async (parts: readonly ChainLines[]): Promise<void> => {
    for (const part of parts) {
      const { state, startId } = part;
      await fold.take({ lines: read(part), state, startId });
    }
  };

  const finish = async (): Promise<void> => {
    if (ended) return;
    ended = true;
    await take(chain.finish());
    for (const fault of claims.faults(chain.head())) onFault(fault);
  };

  return {
    async readTo(position) {
      const patience = position === undefined ? idleMs : PATIENCE * idleMs;
      for (
        let count = 1;
        !ended && (position === undefined || chain.head().position < position);
        count += 1
      ) {
        const message = await messages.next(patience);
        if (message === undefined) await finish();
        else await take(chain.take(message));
        if (count % 100 === 0) options.onProgress(chain.head().position);
      }
      options.onProgress(chain.head().position);
      return ended;
    },
    finish,
    position: () => chain.head().position,
    counts: chain.counts,
    unfoldable(position, reason) {
      const detail = `position ${position} cannot be folded: ${messageOf(reason)}`;
      onFault({ kind: 'unfoldable', position, detail });
    },
    faults() {
      // What only follows from another fault at the same place is not told again.
      const named = told.filter(({ kind }) => kind !== 'other-hash');
      const covered = ({ kind, position }: JournalFault): boolean =>
        kind === 'other-hash' &&
        named.some((one) => one.position <= position && position <= (one.through ?? one.position));
      const faults = told.filter((fault) => !covered(fault));
      return { faulty: faulty - (told.length - faults.length), faults };
    },
  };
}
