import type { KeyObject } from 'node:crypto';
import { parseHead, signatureFault } from './heads.js';
import type { JournalHead } from './types.js';

/** Something that is wrong with a file of heads. */
export interface HeadProblem {
  /** From 1. */
  readonly line: number;
  readonly detail: string;
}

/** What a file of heads says. */
export interface HeadsRead {
  /** Heads by position; without those that have a problem. */
  readonly heads: ReadonlyMap<number, JournalHead>;
  readonly problems: readonly HeadProblem[];
  /** Heads without a signature. */
  readonly unsigned: number;
  /** Lines that end in the middle, as a crash while one is written leaves them: they say nothing. */
  readonly cutShort: readonly number[];
}

/**
 * Reads lines of heads: each signed with this key (undefined: signatures are not looked at), of one journal, positions
 * and epochs ascending. The same head may be there again.
 */
export function readHeadLines(text: string, publicKey: KeyObject | undefined): HeadsRead {
  const heads = new Map<number, JournalHead>();
  const problems: HeadProblem[] = [];
  const cutShort: number[] = [];
  let unsigned = 0;
  let last: { readonly head: JournalHead; readonly line: number } | undefined;
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    if (content.trim() === '') continue;
    const head = parseHead(content);
    if ('wrong' in head) {
      if (isCutShort(content)) cutShort.push(line);
      else problems.push({ line, detail: head.wrong });
      continue;
    }
    if (head.signature === undefined) unsigned += 1;
    const detail =
      (publicKey === undefined ? undefined : signatureFault(head, publicKey)) ??
      (last === undefined ? undefined : orderFault(head, last));
    if (detail !== undefined) {
      problems.push({ line, detail });
      continue;
    }
    last = { head, line };
    heads.set(head.position, head);
  }
  return { heads, problems, unsigned, cutShort };
}

/** A line begins like a head and never ends. */
function isCutShort(content: string): boolean {
  return content.startsWith('{') && !content.includes('}');
}

function orderFault(
  head: JournalHead,
  { head: before, line }: { readonly head: JournalHead; readonly line: number },
): string | undefined {
  if (head.partition !== before.partition)
    return `is of partition ${head.partition}, line ${line} is of partition ${before.partition}`;
  if (head.origin !== before.origin)
    return `is of the journal ${head.origin}, line ${line} is of the journal ${before.origin}`;
  if (head.position < before.position)
    return `is of position ${head.position}, behind line ${line}, which is of position ${before.position}`;
  if (head.position === before.position && head.hash !== before.hash)
    return `gives position ${head.position} another hash than line ${line}: there are two histories`;
  if (head.epoch < before.epoch)
    return `is of epoch ${head.epoch}, behind line ${line}, which is of epoch ${before.epoch}`;
  return undefined;
}
