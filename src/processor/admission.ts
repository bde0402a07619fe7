import { findCommand } from '../commands/registry.js';
import { whoAsks } from '../core/authorise.js';
import { commandHash } from '../core/canonical.js';
import type { Meta } from '../core/decision.js';
import { readCommand, type CommandLimits } from '../core/read-command.js';
import type { Actor, JournalRecord, Problem } from '../core/types.js';
import { problemAt, type Code } from '../errors.js';
import { allowedReply, alwaysRejects, paramFaults, repeated, type Ready, type Typed } from './gate.js';
import type { Incoming } from './inbox.js';
import type { Head, Outcome } from './outcome.js';
import type { Overlay } from './overlay.js';

/** A command that is to be decided. */
export interface Known {
  readonly definition: Typed;
  readonly command: Ready;
  readonly actor: Actor;
  readonly via: JournalRecord['via'];
  readonly hash: string;
}

export interface AdmissionOptions {
  readonly overlay: Overlay;
  readonly limits: CommandLimits;
  readonly replyTopicPrefixes: readonly string[];
  readonly metaFor: (command: Ready, actor: Actor, head: Head) => Meta;
}

type Message = Incoming & { readonly via: 'commands' | 'results' };

/**
 * Everything between a message and a decision: read it, look it up on the whitelist, look its id up, find out who asks,
 * check its parameters. What does not get through has its outcome.
 */
export async function admitCommand(
  incoming: Message,
  head: Head,
  options: AdmissionOptions,
): Promise<Known | Outcome> {
  const read = readCommand(incoming.message.payload, options.limits);
  if (read.kind === 'unreadable') return { kind: 'dead-letter', code: read.code, reason: read.reason };
  const asked =
    read.kind === 'invalid'
      ? read
      : { id: read.command.id, name: read.command.command, replyTo: read.command.replyTo };
  const allowed = asked.replyTo === undefined || allowedReply(asked.replyTo, options.replyTopicPrefixes);
  const replyTo = allowed && asked.replyTo !== undefined ? { replyTo: asked.replyTo } : {};
  const refuse = (fault: Problem): Outcome => ({
    kind: 'dead-letter',
    code: fault.code as Code,
    reason: fault.detail ?? fault.title,
    reply: { id: asked.id, command: asked.name, status: 'invalid', position: head.position, error: fault },
    ...replyTo,
  });
  if (read.kind === 'invalid') return refuse(read.problem);

  const command: Ready = { ...read.command, project: read.command.project ?? 'default' };
  if (!allowed) {
    const detail = `"${asked.replyTo ?? ''}" is not under a prefix of STAGELINE_REPLY_TOPIC_PREFIXES.`;
    return refuse(problemAt('/replyTo', 'INVALID_REPLY_TOPIC', detail));
  }
  const definition = findCommand(command.command);
  // Results come from deployers: nothing else is taken there.
  if (definition === undefined || (incoming.via === 'results' && definition.role !== 'service')) {
    return refuse(
      problemAt(
        '/command',
        'UNKNOWN_COMMAND',
        `"${command.command}" is not a command here; docs/commands.md lists them.`,
      ),
    );
  }
  const actor = whoAsks();
  const hash = commandHash(read.command);
  const known = await repeated(options.overlay, { id: command.id, hash, actor });
  if (known?.kind === 'same') return { kind: 'reply', reply: known.reply, ...replyTo };
  const faults =
    known === undefined ? paramFaults(definition, command, options.metaFor(command, actor, head)) : undefined;
  if (faults !== undefined) return refuse(faults);
  const typed =
    known === undefined ? (definition as unknown as Typed) : alwaysRejects(definition, known.problem);
  return { definition: typed, command, actor, via: incoming.via, hash };
}
