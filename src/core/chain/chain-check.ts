import type { JournalState, RawLine } from '../journal.js';
import {
  breakFault,
  firstOf,
  headOf,
  joins,
  leftFault,
  changedFault,
  MAX_IN_DOUBT,
  misplacedFault,
  missingFault,
  through,
  type Branch,
  type ChainHead,
} from './branch.js';
import { positionsOf, type JournalFault } from './journal-fault.js';
import { partsOf, type ChainMessage, type Segment } from './segments.js';
import { createCopies } from './copies.js';
import { createTerms, type Standing } from './terms.js';

/** Hashes of the last lines that are remembered, to tell copies and forks. */
const MAX_HASHES = 20_000;
/** Branches looked at together at most: the longest waiting goes. */
const MAX_BRANCHES = 64;
/** Missing ranges that are looked for further on at most. */
const MAX_GAPS = 100;

/** Lines that belong to the chain, as they stand in one message. */
export interface ChainLines {
  readonly lines: readonly RawLine[];
  readonly startId: string;
  /** The journal behind the last of them. */
  readonly state: JournalState;
}

export interface ChainCounts {
  readonly messages: number;
  /** Marks in force. */
  readonly terms: number;
  /** Messages of records that count for nothing: late ones of writers that had lost the lease, and appends in doubt. */
  readonly voids: number;
}

export interface ChainCheckOptions {
  /** Hashes that records must have, by position: they tell which of two chains is the true one. */
  readonly known: ReadonlyMap<number, string>;
  readonly onFault: (fault: JournalFault) => void;
}

/** Follows a journal hash for hash, also where it was tampered with. */
export interface ChainCheck {
  /** The next message of the topic; returns what is known now to belong to the chain. */
  take(message: ChainMessage): readonly ChainLines[];
  /** The topic has ended: what was in doubt is decided. */
  finish(): readonly ChainLines[];
  readonly head: () => ChainHead;
  readonly counts: () => ChainCounts;
}

/**
 * The rule by which a message counts stops at the first record that does not fit. This goes on: what does not join the chain
 * is held as a branch until it is clear whether the chain goes on from there (then something before it was changed, removed,
 * inserted or put elsewhere) or passes it by (then it is void, or was inserted).
 */
export function createChainCheck({ known, onFault }: ChainCheckOptions): ChainCheck {
  const terms = createTerms();
  const hashes = new Map<number, string>();
  let head: ChainHead = { position: 0, hash: null };
  let time = '';
  let branches: Branch[] = [];
  let gaps: { first: number; readonly last: number; prev: string | null; readonly messageId: string }[] = [];
  const copies = createCopies(onFault);
  let unreadable = 0;
  let [messages, voids] = [0, 0];
  let accepted: ChainLines[] = [];

  const accept = (segment: Segment): void => {
    for (const { raw, hash } of segment.lines) hashes.set(raw['position'] as number, hash);
    for (const oldest of hashes.keys()) {
      if (hashes.size <= MAX_HASHES) break;
      hashes.delete(oldest);
    }
    head = { position: segment.last, hash: segment.hash };
    const last = segment.lines.at(-1)?.raw['time'];
    time = typeof last === 'string' ? last : time;
    const { epoch, writer, origin } = terms;
    const state = { epoch, writer, origin, position: head.position, hash: head.hash, time };
    accepted.push({ lines: segment.lines, startId: segment.message.startId, state });
  };

  /** The chain goes on with a branch. `by`: the writer in force has gone on from it. */
  const adopt = (branch: Branch, by?: Segment): void => {
    branches = branches.filter((one) => one !== branch);
    const first = firstOf(branch);
    if (!joins(first, head)) {
      const fault = breakFault(branch, head);
      if (fault.kind !== 'removed' || gaps.length >= MAX_GAPS) onFault(fault);
      // It may stand further on.
      else
        gaps.push({
          first: fault.position,
          last: first.first - 1,
          prev: head.hash,
          messageId: first.message.id,
        });
    } else if (branch.kind === 'gap') {
      const range = through(first.first, headOf(branch).position);
      const detail = `${positionsOf(range)} stand before position ${branch.from.position + 1}`;
      onFault({ kind: 'reordered', ...range, messageId: first.message.id, detail });
    }
    const now = terms.standing(first);
    if (branch.standing === 'in-force') {
      // The marks that came since say nothing against it.
    } else if (now === 'in-force') {
      const detail = `position ${first.first} stands before the mark of its writer`;
      onFault({ kind: 'reordered', position: first.first, messageId: first.message.id, detail });
    } else if (by === undefined) {
      onFault(terms.adopt(first));
    } else if (!terms.isMissing(first.epoch)) {
      onFault(misplacedFault(branch, by, now === 'late'));
    }
    for (const segment of branch.segments) {
      if (segment !== first && !joins(segment, head))
        onFault(changedFault(segment.first, segment.message.id));
      accept(segment);
    }
  };

  const leave = (branch: Branch): void => {
    branches = branches.filter((one) => one !== branch);
    const fault = leftFault(branch);
    if (fault !== undefined) onFault(fault);
    else voids += new Set(branch.segments.map(({ message }) => message.id)).size;
  };

  /** The chain has moved on: what waited joins it now, or is passed by. */
  const settle = (segment: Segment): void => {
    for (const branch of branches) {
      branch.passed += 1;
      if (firstOf(branch).epoch === segment.epoch) branch.overtaken = true;
    }
    for (let next = nextToJoin(); next !== undefined; next = nextToJoin()) adopt(next);
    for (const branch of [...branches]) {
      const ahead = branch.kind === 'gap' && firstOf(branch).first > head.position;
      if (!ahead && branch.passed > MAX_IN_DOUBT) leave(branch);
    }
    copies.passed(segment.epoch);
  };

  const nextToJoin = (): Branch | undefined =>
    branches.find((one) => one.kind === 'gap' && joins(firstOf(one), head));

  const isKnown = ({ lines }: Segment): boolean =>
    lines.some(({ raw, hash }) => known.get(raw['position'] as number) === hash);

  const begin = (segment: Segment, standing: Standing): void => {
    const kind = kindOf(segment, standing === 'in-force');
    const branch: Branch = {
      kind,
      standing,
      segments: [segment],
      from: head,
      unreadable,
      passed: 0,
      overtaken: false,
    };
    unreadable = 0;
    branches.push(branch);
    if (branches.length > MAX_BRANCHES) leave(branches[0] as Branch);
    if (isKnown(segment) && known.get(head.position) !== head.hash) adopt(branch);
  };

  const kindOf = ({ first, prev }: Segment, inForce: boolean): Branch['kind'] => {
    if (!inForce && first === head.position + 1 && prev === head.hash) return 'aside';
    if (first > head.position + 1) return 'gap';
    return first <= head.position && hashes.get(first - 1) === prev ? 'fork' : 'broken';
  };

  const extend = (branch: Branch, segment: Segment, inForce: boolean): void => {
    branch.segments.push(segment);
    const first = firstOf(branch);
    // A writer that lost a message may have sent some more behind it.
    const inDoubt =
      first.whole &&
      (branch.kind === 'gap' || branch.kind === 'aside') &&
      segment.epoch === first.epoch &&
      segment.writer === first.writer &&
      branch.segments.length <= MAX_IN_DOUBT;
    const believed = isKnown(segment) && known.get(head.position) !== head.hash;
    const certain = branch.passed === 0 && inForce && !inDoubt;
    if (!believed && !certain && branch.segments.length <= MAX_IN_DOUBT) return;
    adopt(branch, inForce ? segment : undefined);
    settle(segment);
  };

  const isCopy = ({ lines }: Segment): boolean =>
    lines.every(({ raw, hash }) => hashes.get(raw['position'] as number) === hash);

  const takeSegment = (segment: Segment): void => {
    const standing = terms.standing(segment);
    const inForce = standing === 'in-force';
    if (inForce && joins(segment, head)) {
      accept(segment);
      settle(segment);
      return;
    }
    const branch =
      branches.find((one) => joins(segment, headOf(one))) ??
      // The record before it may have been changed.
      branches.find((one) => one.passed === 0 && headOf(one).position + 1 === segment.first);
    if (branch !== undefined) extend(branch, segment, inForce);
    else if (isFound(segment)) return;
    else if (isCopy(segment)) {
      copies.add(segment);
      voids += 1;
    } else if (standing === 'late' && !joins(segment, head)) voids += 1;
    else begin(segment, standing);
  };

  /** What was missing before stands here. */
  const isFound = ({ first, last, prev, hash, message }: Segment): boolean => {
    const gap = gaps.find((one) => one.first === first && one.prev === prev && last <= one.last);
    if (gap === undefined) return false;
    const range = through(first, last);
    const detail = `${positionsOf(range)} stand behind position ${head.position}`;
    onFault({ kind: 'reordered', ...range, messageId: message.id, detail });
    gap.first = last + 1;
    gap.prev = hash;
    gaps = gaps.filter((one) => one.first <= one.last);
    return true;
  };

  const takeRecords = (message: ChainMessage): void => {
    for (const part of partsOf(message)) {
      unreadable += part.unreadable;
      if (part.segment === undefined) continue;
      takeSegment(part.segment);
      if (unreadable === 0) continue;
      const { first } = part.segment;
      const detail = `what stands before position ${first} in message ${message.id} or the one before cannot be read`;
      onFault({ kind: 'inserted', position: first, messageId: message.id, detail });
      unreadable = 0;
    }
  };

  const takeMark = (message: ChainMessage): void => {
    const { counts, fault } = terms.mark(message, head.position);
    if (fault !== undefined) onFault(fault);
    if (counts) copies.clear();
  };

  const handedOver = (): readonly ChainLines[] => {
    const lines = accepted;
    accepted = [];
    return lines;
  };

  return {
    take(message) {
      messages += 1;
      if (message.properties['type'] === 'mark') takeMark(message);
      else takeRecords(message);
      return handedOver();
    },

    finish() {
      const believed = head.position > 0 && known.get(head.position) === head.hash;
      for (const branch of believed ? [] : [...branches]) {
        const aside = branch.kind === 'aside' && terms.standing(firstOf(branch)) !== 'in-force';
        const longer = headOf(branch).position > head.position;
        // One that was passed by is none that the journal goes on with.
        if (!aside && longer && branch.passed === 0) adopt(branch);
      }
      for (const branch of [...branches]) leave(branch);
      for (const { first, last, messageId } of gaps) onFault(missingFault(first, last, messageId));
      gaps = [];
      if (unreadable > 0) {
        const detail = `what stands behind position ${head.position} cannot be read`;
        onFault({ kind: 'changed', position: head.position + 1, detail });
      }
      return handedOver();
    },

    head: () => head,
    counts: () => ({ messages, terms: terms.count, voids }),
  };
}
