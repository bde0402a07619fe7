import { findCommand } from '../commands/registry.js';
import { LOCAL, NOBODY } from '../core/authorise.js';
import { commandHash } from '../core/canonical.js';
import type { AnyCommand, Meta } from '../core/decision.js';
import { readCommand, type CommandLimits } from '../core/read-command.js';
import type { Actor, JournalRecord, Problem } from '../core/types.js';
import { redact } from '../core/redact.js';
import { messageOf, problemAt, type Code } from '../errors.js';
import { allowedReply, alwaysRejects, paramFaults, repeated, type Ready, type Typed } from './gate.js';
import type { WhoAsks } from '../ports/identity.js';
import type { Incoming } from './inbox.js';
import type { Head, Outcome } from './outcome.js';
import type { Overlay } from './overlay.js';

/** A command that was read and is on the whitelist. */
export interface Asked {
  readonly kind: 'asked';
  readonly definition: AnyCommand;
  readonly command: Ready;
  readonly actor: Actor;
  readonly via: JournalRecord['via'];
  readonly hash: string;
  /** What is wrong with its parameters; told unless its id is answered already. */
  readonly faults: Problem | undefined;
}

/** A command that is to be decided. */
export type Known = Omit<Asked, 'kind' | 'definition' | 'faults'> & { readonly definition: Typed };

/** What a message turns out to be, before anything is looked up. */
export type Read = Asked | { readonly kind: 'refused'; readonly outcome: (head: Head) => Outcome };

export interface AdmissionOptions {
  readonly limits: CommandLimits;
  readonly replyTopicPrefixes: readonly string[];
  readonly metaFor: (command: Ready, actor: Actor, head: Head) => Meta;
  /** Finds out who asks. @defaultValue everybody is local */
  readonly whoAsks?: WhoAsks | undefined;
}

type Message = Incoming & { readonly via: 'commands' | 'results' };

/** Everything that can be said of a message by itself: it is read, looked up on the whitelist, whoever asks is found out, its parameters are checked. */
export async function readMessage(incoming: Message, head: Head, options: AdmissionOptions): Promise<Read> {
  const read = readCommand(incoming.message.payload, options.limits);
  if (read.kind === 'unreadable') {
    const { code, reason } = read;
    return { kind: 'refused', outcome: () => ({ kind: 'dead-letter', code, reason }) };
  }
  const asked =
    read.kind === 'invalid'
      ? read
      : { id: read.command.id, name: read.command.command, replyTo: read.command.replyTo };
  const allowed = asked.replyTo === undefined || allowedReply(asked.replyTo, options.replyTopicPrefixes);
  const replyTo = allowed && asked.replyTo !== undefined ? { replyTo: asked.replyTo } : {};
  const refuse = (fault: Problem): Read => ({
    kind: 'refused',
    outcome: ({ position }) => invalid({ id: asked.id, name: asked.name, ...replyTo }, fault, position),
  });
  if (read.kind === 'invalid') return refuse(read.problem);

  const sent: Ready = { ...read.command, project: read.command.project ?? 'default' };
  if (!allowed) {
    const detail = `"${asked.replyTo ?? ''}" is not under a prefix of STAGELINE_REPLY_TOPIC_PREFIXES.`;
    return refuse(problemAt('/replyTo', 'INVALID_REPLY_TOPIC', detail));
  }
  const definition = findCommand(sent.command);
  // Results come from deployers: nothing else is taken there.
  if (definition === undefined || (incoming.via === 'results' && definition.role !== 'service')) {
    return refuse(
      problemAt(
        '/command',
        'UNKNOWN_COMMAND',
        `"${sent.command}" is not a command here; docs/commands.md lists them.`,
      ),
    );
  }
  // What a cluster says is told by deployers: a report that quotes a secret must not be lost for it.
  const command = definition.role === 'service' ? { ...sent, params: redact(sent.params) } : sent;
  const { message } = incoming;
  const hash = commandHash(read.command);
  const asks = await (options.whoAsks ?? everybodyIsLocal)({
    id: command.id,
    hash,
    ticket: message.properties['ticket'] ?? command.ticket,
    publishTime: message.publishTime,
  });
  if ('denied' in asks) return stranger(asks.denied, { id: asked.id, name: asked.name, hash, ...replyTo });
  const { actor } = asks;
  const asking = { kind: 'asked', command, actor, via: incoming.via, hash } as const;
  try {
    const faults = paramFaults(definition, command, options.metaFor(command, actor, head));
    return { ...asking, definition, faults };
  } catch (thrown) {
    // A bug of the command's own: it becomes a record with outcome `failed`, as if its decision had thrown.
    const error = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
    return { ...asking, definition: { ...definition, load: () => Promise.reject(error) }, faults: undefined };
  }
}

const everybodyIsLocal: WhoAsks = () => ({ actor: LOCAL });

/** Nobody known asks: an answer and a dead letter, and no record, so that strangers cannot fill the journal. */
function stranger(
  denied: Problem,
  {
    id,
    name,
    hash,
    replyTo,
  }: { readonly id: string; readonly name: string; readonly hash: string; readonly replyTo?: string },
): Read {
  const { code, detail, title } = denied;
  return {
    kind: 'refused',
    outcome: ({ position }) => ({
      kind: 'dead-letter',
      code: code as Code,
      reason: detail ?? title,
      reply: { id, command: name, status: 'denied', position, error: denied },
      asked: { hash, actor: NOBODY },
      ...(replyTo === undefined ? {} : { replyTo }),
    }),
  };
}

/** Looks the id up: what was answered before has its reply, what is new goes on to be decided. */
export async function lookUp(overlay: Overlay, asked: Asked, head: Head): Promise<Known | Outcome> {
  const { kind: _kind, definition, faults, ...rest } = asked;
  const { id, replyTo, command } = asked.command;
  const to = replyTo === undefined ? {} : { replyTo };
  const known = await repeated(overlay, { id, hash: asked.hash, actor: asked.actor });
  if (known?.kind === 'same') return { kind: 'reply', reply: known.reply, ...to };
  if (known !== undefined) return { ...rest, definition: alwaysRejects(definition, known.problem) };
  if (faults !== undefined) return invalid({ id, name: command, ...to }, faults, head.position);
  return { ...rest, definition: definition as unknown as Typed };
}

function invalid(
  { id, name, replyTo }: { readonly id: string; readonly name: string; readonly replyTo?: string },
  fault: Problem,
  position: number,
): Outcome {
  return {
    kind: 'dead-letter',
    code: fault.code as Code,
    reason: fault.detail ?? fault.title,
    reply: { id, command: name, status: 'invalid', position, error: fault },
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}
