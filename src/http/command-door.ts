import { AUDIT_PREFIX, auditEntryOf } from '../core/audit-entry.js';
import { commandHash } from '../core/canonical.js';
import { answeredId } from '../core/ids.js';
import { isObject } from '../core/merge-patch.js';
import { pause } from '../core/pause.js';
import { ASKED_BY, COMMAND_HASH } from '../core/reply.js';
import { NOBODY } from '../core/authorise.js';
import type { Actor, Reply } from '../core/types.js';
import { AppError, hasCode, messageOf, problem } from '../errors.js';
import type { Bus, OutgoingMessage, Producer, Reader, ReceivedMessage } from '../ports/bus.js';
import type { CommandDoor } from '../ports/command-door.js';
import type { TicketSigner } from '../ports/identity.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Clock, Ids, Log } from '../ports/system.js';
import { keepOpen } from './kept-open.js';
import { prepareCommand } from './prepare-command.js';
import { createReplyBook } from './reply-book.js';

/** A command whose reply goes to another topic is looked up in the documents so often. */
const LOOK_MS = 200;
/** Records in which somebody may have been denied are looked at so far back: what takes no id has no document of its own. */
const DENIED_LOOK_BACK = 200;
const RECEIVE = { max: 500, waitMs: 1_000 };

export interface CommandDoorOptions {
  readonly bus: Bus;
  readonly commandsTopic: string;
  readonly repliesTopic: string;
  readonly reads: Pick<DocumentReads, 'get' | 'range'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
  /** Signs what goes onto the topic; absent where nobody is asked who they are. */
  readonly tickets?: TicketSigner | undefined;
  /** Largest command on the topic, in bytes. */
  readonly maxBytes: number;
  /** Pause before the topics are opened anew. @defaultValue 100 */
  readonly reopenMs?: number;
}

/**
 * The way for HTTP callers onto the command topic and back. Replies are read from before the first command is sent, and
 * after a cut from the last one seen, so none is missed. The door decides nothing: what is on the topic is what came in,
 * with an id, a project and a time where they were missing.
 *
 * Resolves after the first attempt to open both topics; `health` says what came of it.
 */
export async function createCommandDoor(options: CommandDoorOptions): Promise<CommandDoor> {
  const { bus, reads, clock, repliesTopic } = options;
  const log = options.log.child({ name: 'command-door' });
  const book = createReplyBook(clock);
  const maxBytes = Math.min(options.maxBytes, bus.maxMessageBytes);
  const pauses = options.reopenMs === undefined ? {} : { firstPauseMs: options.reopenMs };
  /** Who waits, to let them go when the door closes. (A signal of their own each: AbortSignal.any would leave a trace in a long-lived one for every command.) */
  const waiters = new Set<AbortController>();
  let lastSeen: string | undefined;
  let readOnce = false;

  const readReplies = async (reader: Reader, signal: AbortSignal): Promise<void> => {
    // Nothing had been seen before the cut, so it is not known where to go on: what came meanwhile was missed.
    if (readOnce && lastSeen === undefined) book.unsure();
    readOnce = true;
    while (!signal.aborted) {
      for (const message of await reader.receive(RECEIVE)) {
        lastSeen = message.id;
        if (message.key !== undefined && !book.isExpected(message.key)) continue;
        const reply = readReply(message);
        if (reply === undefined) log.warn({ messageId: message.id }, 'unreadable-reply');
        else {
          const { [COMMAND_HASH]: hash, [ASKED_BY]: actor } = message.properties;
          // Our own ticket was refused, or a stranger tries an id that he has seen: only the dead letters tell the two apart.
          if (actor === NOBODY)
            log.warn({ commandId: reply.id, code: reply.error?.code }, 'nobody-known-asked');
          book.deliver(reply, message.payload.length, {
            ...(hash === undefined ? {} : { hash }),
            ...(actor === undefined ? {} : { actor }),
          });
        }
      }
    }
  };

  const replies = keepOpen({
    name: repliesTopic,
    open: () =>
      bus.openReader(repliesTopic, { start: lastSeen === undefined ? 'latest' : { after: lastSeen } }),
    use: readReplies,
    log,
    ...pauses,
  });
  const producer = keepOpen({
    name: options.commandsTopic,
    open: () => bus.openProducer(options.commandsTopic),
    log,
    ...pauses,
  });
  await Promise.all([replies.tried, producer.tried]);

  /** The reply as the documents hold it, to whoever asked; `hash`: only to this very command. */
  const recorded = async (id: string, { name }: Actor, hash?: string): Promise<Reply | undefined> => {
    const found = (await reads.get(answeredId(id)))?.document;
    if (found?.kind !== 'answered' || found.actor !== name) return undefined;
    return hash === undefined || found.commandHash === hash ? found.reply : undefined;
  };

  /** That whoever asked was denied, as the log of what was asked has it: also where another instance or a script sent it. */
  const denied = async (id: string, { name }: Actor): Promise<Reply | undefined> => {
    const newest = await reads.range(AUDIT_PREFIX, { descending: true, limit: DENIED_LOOK_BACK });
    for (const seen of newest) {
      const entry = auditEntryOf(seen);
      if (entry?.id !== id || entry.actor !== name || entry.outcome !== 'denied') continue;
      const { command, position, reason } = entry;
      return { id, command, status: 'denied', position, error: problem('DENIED', reason ?? '') };
    }
    return undefined;
  };

  /** The producer, if a reply to what it sends would be seen: without a place to read on from it could be missed. */
  const openProducer = (): Producer => {
    const open = producer.current();
    if (open !== undefined && (replies.current() !== undefined || lastSeen !== undefined)) return open;
    const reason = open === undefined ? producer.fault() : replies.fault();
    throw new AppError('ENGINE_UNAVAILABLE', `the command was not sent: ${reason}`);
  };

  const post = async (open: Producer, id: string, message: OutgoingMessage): Promise<void> => {
    try {
      await open.send(message);
    } catch (error) {
      if (hasCode(error, 'TOO_LARGE')) {
        book.forget(id);
        throw error;
      }
      // Stored or not, nobody knows: the same id may be sent again, and a reply may still come.
      log.warn({ commandId: id, reason: messageOf(error) }, 'send-unconfirmed');
      book.unsure(id);
    }
  };

  return {
    async send({ ticket: _ticket, ...given }, { caller, waitMs }) {
      const { command, id, key } = prepareCommand(given, options.ids);
      const { payload, hash } = encode(command, maxBytes);
      const open = openProducer();
      if (!book.expect(id, { hash, actor: caller.name })) {
        const detail =
          'Another command with this id is waiting for its reply here; give this one an id of its own.';
        throw new AppError('ID_REUSED', detail, { errors: [{ pointer: '/id', code: 'ID_REUSED', detail }] });
      }
      const waiter = new AbortController();
      waiters.add(waiter);
      const got: { reply?: Reply } = {};
      const stop = book.listen(id, (arrived) => {
        got.reply = arrived;
        waiter.abort();
      });
      try {
        const end = performance.now() + waitMs;
        const ticket = await options.tickets?.sign(caller, { id, hash });
        await post(open, id, { key, payload, ...(ticket === undefined ? {} : { properties: { ticket } }) });
        const elsewhere = typeof command['replyTo'] === 'string' && command['replyTo'] !== repliesTopic;
        const waited = async (): Promise<boolean> => {
          const left = end - performance.now();
          if (left > 0) await pause(elsewhere ? Math.min(LOOK_MS, left) : left, waiter.signal);
          return left > 0 && !waiter.signal.aborted;
        };
        // At the end of the wait as well: a reply that could not be delivered is still under its id.
        while (got.reply === undefined && (await waited())) {
          const found = await recorded(id, caller, hash).catch(() => undefined);
          if (found !== undefined) book.deliver(found, 0);
        }
        return { id, reply: got.reply };
      } finally {
        stop();
        waiters.delete(waiter);
      }
    },

    async find(id, caller) {
      const expected = book.isExpected(id, caller.name);
      // What the journal has goes before what is only kept here: an id sent again in vain still has its first reply.
      const reply =
        (await recorded(id, caller).catch((error: unknown) => {
          if (expected || book.kept(id, caller.name) !== undefined) return undefined;
          throw error;
        })) ?? book.kept(id, caller.name);
      // While it is waited for, an earlier try under its id says nothing of this one.
      const told = reply ?? (expected ? undefined : await denied(id, caller));
      if (told !== undefined) return { state: 'answered', reply: told };
      return { state: expected ? 'waiting' : 'unknown' };
    },

    health() {
      if (replies.current() === undefined)
        return { ok: false, detail: `no replies from ${repliesTopic}: ${replies.fault()}` };
      if (producer.current() === undefined)
        return { ok: false, detail: `no way to ${options.commandsTopic}: ${producer.fault()}` };
      return { ok: true, detail: 'commands can be sent and replies received' };
    },

    async close() {
      for (const waiter of waiters) waiter.abort();
      await Promise.all([replies.close(), producer.close()]);
    },
  };
}

/** The command as it goes onto the topic, and the hash by which it is told from others. */
function encode(command: object, maxBytes: number): { readonly payload: Buffer; readonly hash: string } {
  let payload: Buffer;
  let hash: string;
  try {
    payload = Buffer.from(JSON.stringify(command));
    hash = commandHash(command);
  } catch (cause) {
    // Both go down into the command by recursion.
    if (cause instanceof RangeError)
      throw new AppError('TOO_DEEP', 'The command is nested too deeply.', { cause });
    throw cause;
  }
  if (payload.length <= maxBytes) return { payload, hash };
  throw new AppError(
    'TOO_LARGE',
    `The command has ${payload.length} bytes, ${maxBytes} are allowed; cut it into several.`,
  );
}

function readReply(message: ReceivedMessage): Reply | undefined {
  try {
    const value: unknown = JSON.parse(message.payload.toString());
    return isObject(value) && typeof value['id'] === 'string' && typeof value['status'] === 'string'
      ? (value as unknown as Reply)
      : undefined;
  } catch {
    return undefined;
  }
}
