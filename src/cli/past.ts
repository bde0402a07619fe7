import { InvalidArgumentError } from 'commander';
import { EXIT, Exit } from './exit.js';
import { parseTime } from './log-times.js';
import { explainReply } from './problems.js';
import { submit, type ResultFields, type Session } from './session.js';

/** A long journal takes a while to be read. */
const TIMEOUT_MS = 600_000;

/** A position, or a time: ISO 8601, or how long ago. */
export function point(text: string): number | string {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  try {
    return parseTime(text);
  } catch {
    throw new InvalidArgumentError(
      'It is a position, a time such as 2026-01-31T12:00:00Z, or how long ago: 90m, 2h, 7d.',
    );
  }
}

/** All pages of a question about the past. */
export async function* pagesOf(
  session: Session,
  command: string,
  params: Readonly<Record<string, unknown>>,
): AsyncGenerator<ResultFields, void> {
  let cursor: unknown;
  do {
    const asked = cursor === undefined ? params : { ...params, cursor };
    const reply = await submit(session, { command, params: asked, timeoutMs: TIMEOUT_MS });
    if (reply.status !== 'ok') throw new Exit(EXIT.failed, explainReply(reply));
    const page = reply.result ?? {};
    yield page;
    cursor = page['cursor'];
  } while (cursor !== undefined);
}
