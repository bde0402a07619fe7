import { printable } from '../core/printable.js';
import { EXIT, Exit, usage } from './exit.js';
import type { Session } from './session.js';
import { counted, pretty, table } from './table.js';

/** A dead letter as the service tells it. */
interface Letter {
  readonly id: string;
  readonly code: string;
  readonly reason: string;
  readonly topic: string;
  readonly messageId: string;
  readonly key?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly truncated: boolean;
  readonly time: string;
  readonly resentFrom?: string;
  readonly refusal?: { readonly code: string; readonly detail: string };
}

interface LetterView extends Letter {
  readonly json?: unknown;
  readonly text?: string;
  readonly cut?: boolean;
  readonly payload?: string;
}

interface Page {
  readonly letters: readonly Letter[];
  readonly cursor?: string;
}

type Filters = Readonly<Record<string, string>>;

const PAGE = 500;
/** How much of a reason a table shows. */
const REASON = 100;

export interface ListOptions {
  readonly filters: Filters;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Prints dead letters, the newest last. */
export async function listDeadLetters(
  { client, json, context }: Session,
  options: ListOptions,
): Promise<void> {
  const { letters, cursor } = await read(client, options);
  if (json) {
    context.out(pretty({ letters, ...(cursor === undefined ? {} : { cursor }) }));
    return;
  }
  context.out(letters.length === 0 ? 'no dead letters' : letterTable(letters));
  if (cursor !== undefined) context.out(`there may be more: --after ${cursor}`);
}

/** Reads pages until the topic ends, or there are as many as wanted. */
async function read(
  client: Session['client'],
  { filters, after, limit = Infinity }: ListOptions,
): Promise<{ letters: Letter[]; cursor: string | undefined }> {
  const letters: Letter[] = [];
  let cursor = after;
  do {
    const query = new URLSearchParams({
      ...filters,
      limit: String(Math.min(PAGE, limit - letters.length)),
      ...(cursor === undefined ? {} : { after: cursor }),
    });
    const page = await client.read<Page>(`dead-letters?${query.toString()}`);
    letters.push(...page.letters);
    cursor = page.cursor;
  } while (cursor !== undefined && letters.length < limit);
  return { letters, cursor };
}

function letterTable(letters: readonly Letter[]): string {
  const rows = letters.map(({ id, time, code, topic, key = '-', refusal, reason }) => [
    id,
    time,
    code,
    topic,
    key,
    refusal === undefined ? 'yes' : 'no',
    short(printable(reason)),
  ]);
  return table(['id', 'time', 'code', 'topic', 'key', 'resend', 'reason'], rows);
}

function short(text: string): string {
  return text.length <= REASON ? text : `${text.slice(0, REASON)}…`;
}

/** Prints one dead letter; `raw`: nothing but its payload, in base64. */
export async function showDeadLetter(
  { client, json, context }: Session,
  id: string,
  raw: boolean,
): Promise<void> {
  const path = `dead-letters/${encodeURIComponent(id)}${raw ? '?raw=true' : ''}`;
  const letter = await client.read<LetterView>(path);
  if (json) context.out(pretty(letter));
  else if (raw) context.out(letter.payload ?? '');
  else context.out(letterText(letter));
}

function letterText(letter: LetterView): string {
  const { id, time, code, reason, topic, messageId, key, properties = {}, bytes, refusal } = letter;
  const named = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
  const fields: [string, string | undefined][] = [
    ['id', id],
    ['time', time],
    ['code', code],
    ['reason', reason],
    ['topic', topic],
    ['message', messageId],
    ['key', key],
    ['properties', named.length === 0 ? undefined : named.join(', ')],
    ['sent again from', letter.resentFrom],
    ['resend', refusal === undefined ? 'possible' : `${refusal.code}: ${refusal.detail}`],
    ['payload', `${counted(bytes, 'byte')} kept${letter.truncated ? ', it was longer' : ''}`],
  ];
  const lines = fields.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name.padEnd(15)}  ${printable(value)}`],
  );
  return [...lines, '', payloadText(letter)].join('\n');
}

function payloadText({ json, text = '', cut = false }: LetterView): string {
  if (json === undefined) return `${printable(text)}${cut ? ' …' : ''}`;
  return pretty(json).split('\n').map(printable).join('\n');
}

/** Which to send again: those named, or all that fit, once that is confirmed. */
export type ResendChoice =
  | { readonly ids: readonly string[] }
  | { readonly ids?: never; readonly filters: Filters; readonly yes: boolean };

/** Sends messages again, one after the other; ends the command with 1 if one of them was refused. */
export async function resendDeadLetters(session: Session, choice: ResendChoice): Promise<void> {
  const { client, json, context, say } = session;
  const ids = choice.ids ?? (await confirmed(session, choice));
  const resent: unknown[] = [];
  const refused: string[] = [];
  for (const id of ids) {
    try {
      const one = await client.post<{ topic: string }>(`dead-letters/${encodeURIComponent(id)}/resend`);
      resent.push(one);
      say(`${id} sent to ${printable(one.topic)}`);
    } catch (error) {
      if (!(error instanceof Exit) || error.exitCode !== EXIT.failed) throw error;
      refused.push(`${id}: ${error.message}`);
    }
  }
  if (json) context.out(pretty({ resent, refused: refused.length }));
  if (refused.length > 0) throw new Exit(EXIT.failed, ['not sent again:', ...refused].join('\n'));
  if (ids.length === 0) say('no dead letters');
}

/**
 * Every letter that fits, as of now: what fails again comes as a letter of its own, and is not taken in the same go. One
 * that has come back already is left to the letter that it came back as.
 */
async function confirmed(
  { client }: Session,
  { filters, yes }: { readonly filters: Filters; readonly yes: boolean },
): Promise<string[]> {
  const { letters } = await read(client, { filters });
  const cameBack = new Set(letters.map(({ resentFrom }) => resentFrom));
  const ids = letters
    .filter(({ id, refusal }) => refusal === undefined && !cameBack.has(id))
    .map(({ id }) => id);
  if (yes || ids.length === 0) return ids;
  throw usage(`${counted(ids.length, 'dead letter')} would be sent again; say --yes to do it`);
}
