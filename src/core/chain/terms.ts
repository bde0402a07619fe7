import type { JournalMessage } from '../journal.js';
import type { JournalFault } from './journal-fault.js';
import type { ChainMessage, Segment } from './segments.js';

/** Writers in force before that are remembered. */
const MAX_REMEMBERED = 1_000;

/** Whether a message's writer is in force; `late`: it was. */
export type Standing = 'in-force' | 'late' | 'foreign';

export interface Terms {
  /** Takes the next mark; says what is wrong with it. */
  mark(message: ChainMessage, position: number): { readonly counts: boolean; readonly fault?: JournalFault };
  standing(segment: Pick<Segment, 'epoch' | 'writer'>): Standing;
  /** The chain went on with a writer that no mark has put in force. */
  adopt(segment: Segment): JournalFault;
  readonly epoch: number;
  readonly writer: string;
  /** It was told that the mark of this epoch is missing. */
  isMissing(epoch: number): boolean;
  /** Writer of the first mark. */
  readonly origin: string;
  /** Marks that count. */
  readonly count: number;
}

/** Follows the marks: who is in force, and whether a mark is missing or was put in between. */
export function createTerms(): Terms {
  let [epoch, writer, origin, count] = [0, '', '', 0];
  const before = new Map<number, string>();
  const missing: { readonly first: number; readonly last: number }[] = [];

  const begin = (next: number, by: string): void => {
    if (epoch > 0) before.set(epoch, writer);
    for (const oldest of before.keys()) {
      if (before.size <= MAX_REMEMBERED) break;
      before.delete(oldest);
    }
    [epoch, writer] = [next, by];
    if (origin === '') origin = by;
  };

  const standing: Terms['standing'] = (of) => {
    if (of.epoch === epoch && of.writer === writer) return 'in-force';
    const known = before.get(of.epoch);
    // One from before what is remembered is believed.
    const late =
      of.epoch < epoch && (known === undefined ? before.size >= MAX_REMEMBERED : known === of.writer);
    return late ? 'late' : 'foreign';
  };

  return {
    mark(message, position) {
      const { id: messageId } = message;
      const mark = readMark(message);
      const said = { epoch: Number(message.properties['epoch']), writer: message.properties['writer'] ?? '' };
      const named = mark ?? said;
      const agrees = mark !== undefined && mark.epoch === said.epoch && mark.writer === said.writer;
      const at = { position, messageId };
      if (named.epoch <= epoch || !Number.isSafeInteger(named.epoch)) return { counts: false };
      const first = epoch + 1;
      const last = named.epoch - 1;
      begin(agrees ? named.epoch : said.epoch, said.writer);
      count += 1;
      if (!agrees) {
        const detail = `the mark of epoch ${said.epoch} behind position ${position} does not say what its message says`;
        return { counts: true, fault: { kind: 'changed', ...at, detail } };
      }
      if (last < first) return { counts: true };
      missing.push({ first, last });
      const which = first === last ? `the mark of epoch ${first}` : `the marks of epochs ${first} to ${last}`;
      const detail = `${which} missing before that of epoch ${epoch}, behind position ${position}`;
      return { counts: true, fault: { kind: 'removed', ...at, detail } };
    },

    standing,

    adopt(segment) {
      const { first, message } = segment;
      const at = { position: first - 1, messageId: message.id };
      const [was, other] = [epoch, segment.epoch];
      const late = standing(segment) === 'late';
      begin(other, segment.writer);
      if (late || other === was) {
        const detail = `the mark of epoch ${was} before position ${first} is of a writer that never wrote`;
        return { kind: 'inserted', ...at, detail };
      }
      const detail = `the mark of epoch ${other}, of the writer of position ${first}, is missing before it`;
      return { kind: 'removed', ...at, detail };
    },

    isMissing: (of) => missing.some(({ first, last }) => of >= first && of <= last),

    get epoch() {
      return epoch;
    },
    get writer() {
      return writer;
    },
    get origin() {
      return origin;
    },
    get count() {
      return count;
    },
  };
}

function readMark({ payload }: JournalMessage): { epoch: number; writer: string } | undefined {
  try {
    const { mark } = JSON.parse(payload.toString('utf8')) as { mark?: { epoch?: unknown; writer?: unknown } };
    const { epoch, writer } = mark ?? {};
    return typeof epoch === 'number' && typeof writer === 'string' ? { epoch, writer } : undefined;
  } catch {
    return undefined;
  }
}
