import { printable } from '../core/printable.js';
import type { Problem, ProblemItem, Reply } from '../core/types.js';

/** A problem as a person reads it: what it is, then each single fault with its place. */
export function explain(problem: Problem): string {
  return [`${problem.code}: ${problem.detail ?? problem.title}`, ...(problem.errors ?? []).map(itemLine)]
    .map(printable)
    .join('\n');
}

function itemLine({ name, pointer, code, detail }: ProblemItem): string {
  const place = [name, pointer].filter((part) => part !== undefined && part !== '').join(' ');
  return `  ${place === '' ? '' : `${place}: `}${detail}${code === undefined ? '' : ` [${code}]`}`;
}

/** What a reply that is not ok says. */
export function explainReply(reply: Reply): string {
  const what = `${reply.command} ${reply.status === 'ok' ? 'done' : reply.status}`;
  return reply.error === undefined ? what : `${what}: ${explain(reply.error)}`;
}

/** True for a body that is an RFC 9457 problem of Stageline. */
export function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    'title' in body
  );
}
