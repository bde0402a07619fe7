import type { Reach } from '../core/failpoints.js';
import { answeredId, attemptId, WRITER_ID } from '../core/ids.js';
import { isObject } from '../core/merge-patch.js';
import { AppError, problem } from '../errors.js';
import type { Documents } from '../ports/documents.js';
import type { Log } from '../ports/system.js';
import type { Outcome } from './outcome.js';
import type { Incoming } from './inbox.js';
import type { Overlay } from './overlay.js';
import { patiently } from './patience.js';
import { writePatiently } from './write-patiently.js';

/** A command noted so often without an outcome is dead-lettered undecided. */
const MAX_ATTEMPTS = 3;
/** Commands taken one at a time at most, once that mode has begun. */
const MAX_CAREFUL = 1_000;

/** The queue has to be empty for so long: redelivery after a takeover takes a second. */
const QUIET_MS = 5_000;

export interface AttemptsOptions {
  readonly documents: Documents;
  readonly writer: string;
  /** Begin carefully whatever the last end was like. */
  readonly careful: boolean;
  readonly reach: Reach;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface Attempts {
  /** One command at a time? */
  careful(): boolean;
  /** Notes a command that is taken alone; an outcome if it was noted too often. */
  undecided(incoming: Incoming, overlay: Overlay, position: number): Promise<Outcome | undefined>;
  /** The queue is empty. If it stays so, what could have ended the last term has been dealt with. */
  quiet(now: number): void;
  /** The term ends well. */
  end(): Promise<void>;
}

/**
 * A command that ends the process would end it again after every restart. So after an unclean end, or failures, commands
 * go one at a time, each noted in a document outside the fold before it is tried.
 */
export async function createAttempts(options: AttemptsOptions): Promise<Attempts> {
  const { documents } = options;
  const read = async (id: string): Promise<{ rev?: string; body: Readonly<Record<string, unknown>> }> =>
    (await patiently(options, () => documents.get([id]))).get(id) ?? { body: {} };
  const write = async (id: string, body: Record<string, unknown>): Promise<void> => {
    const { rev } = await read(id);
    const written = { id, ...(rev === undefined ? {} : { rev }), body };
    const [result] = await writePatiently(options, documents, [written]);
    if (result?.ok !== true) throw new AppError('CONFLICT', `${id} was written by someone else`);
  };

  const before = await read(WRITER_ID);
  const unclean = before.rev !== undefined && before.body['ended'] !== true;
  let careful = options.careful || unclean;
  let taken = 0;
  let quietSince: number | undefined;
  if (careful) options.log.warn({ unclean }, 'commands-one-at-a-time');
  await write(WRITER_ID, { kind: 'writer', writer: options.writer, ended: false });

  return {
    careful: () => careful,
    async undecided(incoming, overlay, position) {
      if (!careful || incoming.via === 'internal') return undefined;
      quietSince = undefined;
      taken += 1;
      if (taken > MAX_CAREFUL) careful = false;
      const id = attemptId(incoming.message.id);
      const count = Number((await read(id)).body['count'] ?? 0) + 1;
      const asked = askedIn(incoming.message.payload);
      // An answered command that was only not acknowledged is answered again, however often it comes.
      const answered = asked !== undefined && (await overlay.load.get([answeredId(asked.id)])).size > 0;
      if (count > MAX_ATTEMPTS && !answered) return givenUp(asked, position);
      await write(id, { kind: 'attempt', count });
      options.reach('attempt-noted');
      return undefined;
    },
    quiet(now) {
      quietSince ??= now;
      if (!careful || now - quietSince < QUIET_MS) return;
      options.log.info({ taken }, 'commands-in-batches-again');
      careful = false;
    },
    async end() {
      // Another writer may have begun: its note is its own.
      if ((await read(WRITER_ID)).body['writer'] !== options.writer) return;
      await write(WRITER_ID, { kind: 'writer', writer: options.writer, ended: true });
    },
  };
}

interface Asked {
  readonly id: string;
  readonly command: string;
}

/** What a message asks for, as far as it can be read; undefined if it cannot be answered. */
function askedIn(payload: Buffer): Asked | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    if (!isObject(value) || typeof value['id'] !== 'string') return undefined;
    return { id: value['id'], command: typeof value['command'] === 'string' ? value['command'] : '' };
  } catch {
    return undefined;
  }
}

/** The caller is told, and may send the command again: it has taken no id. */
function givenUp(asked: Asked | undefined, position: number): Outcome {
  const reason = `It was tried ${MAX_ATTEMPTS} times, and each time the writer failed before its outcome was in the journal.`;
  const reply =
    asked === undefined
      ? undefined
      : { ...asked, status: 'failed' as const, position, error: problem('UNDECIDED', reason) };
  return { kind: 'dead-letter', code: 'UNDECIDED', reason, ...(reply === undefined ? {} : { reply }) };
}
