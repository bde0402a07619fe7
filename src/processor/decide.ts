import { findCommand } from '../commands/registry.js';
import { mayNot, whoAsks, WRITER } from '../core/authorise.js';
import { commandHash, hashOf } from '../core/canonical.js';
import type { Decision, Meta } from '../core/decision.js';
import { encodeRecord } from '../core/journal.js';
import { readCommand, type CommandLimits } from '../core/read-command.js';
import { replyOf } from '../core/reply.js';
import type { Actor, JournalRecord, Problem, Reply } from '../core/types.js';
import { AppError, hasCode, problem, toProblem, type Code } from '../errors.js';
import type { Clock, Ids, Log } from '../ports/system.js';
import { foldRecord, touchedIds, type Versioned } from '../projections/fold.js';
import { allowedReply, alwaysRejects, paramFaults, repeated, unmet, type Ready, type Typed } from './gate.js';
import type { Incoming } from './inbox.js';
import type { Head, Outcome } from './outcome.js';
import type { Overlay } from './overlay.js';

/** Largest document, in bytes of JSON: half of what CouchDB takes by default. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

export interface DeciderOptions {
  readonly overlay: Overlay;
  readonly limits: CommandLimits & { readonly maxRecordBytes: number; readonly maxConfigs: number };
  readonly deploymentsTopic: string;
  readonly replyTopicPrefixes: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Makes the function that turns one command into an outcome. It appends nothing and changes no document. */
export function createDecider(options: DeciderOptions): (incoming: Incoming, head: Head) => Promise<Outcome> {
  const { overlay, limits } = options;

  const metaFor = (command: Ready, actor: Actor, head: Head): Meta => ({
    commandId: command.id,
    project: command.project,
    actor,
    time: timeAfter(head.time, options.clock.now()),
    deploymentsTopic: options.deploymentsTopic,
    position: head.position,
    maxConfigs: limits.maxConfigs,
  });

  const run = async (definition: Typed, command: Ready, meta: Meta): Promise<Decision> => {
    const unexpected = await unmet(overlay, command.expect);
    if (unexpected !== undefined) return { kind: 'rejected', problem: unexpected };
    const state = await definition.load(overlay.load, command.params, meta);
    return definition.decide(state, command.params, meta);
  };

  /** Makes the record, folds it, and falls back to a `failed` one where it does not fit. */
  const record = async (
    base: Omit<JournalRecord, 'outcome' | 'events'>,
    decided: Decided,
  ): Promise<Outcome & { kind: 'record' }> => {
    const made: JournalRecord = { ...base, ...decided };
    const { line, hash } = encodeRecord(made);
    let folded: ReadonlyMap<string, Versioned>;
    try {
      if (line.length > limits.maxRecordBytes) {
        throw new AppError(
          'TOO_LARGE',
          `The command would make a record of ${line.length} bytes, ${limits.maxRecordBytes} fit; cut it into several.`,
        );
      }
      folded = foldRecord(made, await overlay.versions(touchedIds(made)));
      checkSizes(folded);
    } catch (error) {
      if (decided.outcome === 'failed' || isEngineFault(error)) throw error;
      return record(base, {
        outcome: 'failed',
        error: failure(error, options.log, made.command.id),
        events: [],
      });
    }
    return {
      kind: 'record',
      line,
      head: { position: made.position, hash, time: made.time },
      record: made,
      folded,
    };
  };

  const decideKnown = async (known: Known, head: Head): Promise<Outcome> => {
    const { definition, command, actor, via } = known;
    const meta = metaFor(command, actor, head);
    const replyTo = command.replyTo === undefined ? {} : { replyTo: command.replyTo };
    const answer = (status: Reply['status'], rest: Partial<Reply>): Outcome => ({
      kind: 'reply',
      ...replyTo,
      reply: { id: command.id, command: command.command, status, position: head.position, ...rest },
    });

    const denied = via === 'internal' ? undefined : mayNot(actor, definition.role);
    let decided: Decided;
    try {
      const decision: Decision =
        denied === undefined ? await run(definition, command, meta) : { kind: 'rejected', problem: denied };
      decided =
        decision.kind === 'accepted'
          ? { outcome: 'ok', result: decision.result, events: [...decision.events] }
          : { outcome: denied === undefined ? 'rejected' : 'denied', error: decision.problem, events: [] };
    } catch (error) {
      if (isEngineFault(error)) throw error;
      decided = { outcome: 'failed', error: failure(error, options.log, command.id), events: [] };
    }
    if (definition.kind === 'query' || command.dryRun === true) {
      return answer(decided.outcome, {
        ...(decided.result === undefined ? {} : { result: decided.result }),
        ...(decided.error === undefined ? {} : { error: decided.error }),
        ...(command.dryRun === true ? { dryRun: true } : {}),
      });
    }
    const made = await record(
      {
        v: 1,
        partition: 0,
        position: head.position + 1,
        prev: head.hash,
        time: meta.time,
        command: recorded(command),
        commandHash: known.hash,
        actor,
        via,
      },
      decided,
    );
    return via === 'internal' ? made : { ...made, ...replyTo, reply: replyOf(made.record) };
  };

  return async (incoming, head) => {
    if (incoming.via === 'internal') {
      const { definition, params } = incoming;
      const command: Ready = {
        id: options.ids.uuid(),
        command: definition.name,
        project: 'stageline',
        params,
      };
      return decideKnown(
        {
          definition: definition as unknown as Typed,
          command,
          actor: WRITER,
          via: 'internal',
          hash: hashOf(params),
        },
        head,
      );
    }
    const read = readCommand(incoming.message.payload, limits);
    if (read.kind === 'unreadable') return { kind: 'dead-letter', code: read.code, reason: read.reason };
    const refuse = (fault: Problem, to: { id: string; name: string; replyTo?: string }): Outcome => ({
      kind: 'dead-letter',
      code: fault.code as Code,
      reason: fault.detail ?? fault.title,
      reply: { id: to.id, command: to.name, status: 'invalid', position: head.position, error: fault },
      ...(to.replyTo !== undefined && allowedReply(to.replyTo, options.replyTopicPrefixes)
        ? { replyTo: to.replyTo }
        : {}),
    });
    if (read.kind === 'invalid') return refuse(read.problem, read);

    const command: Ready = { ...read.command, project: read.command.project ?? 'default' };
    const to = {
      id: command.id,
      name: command.command,
      ...(command.replyTo === undefined ? {} : { replyTo: command.replyTo }),
    };
    if (command.replyTo !== undefined && !allowedReply(command.replyTo, options.replyTopicPrefixes)) {
      return refuse(
        problem(
          'INVALID_REPLY_TOPIC',
          `"${command.replyTo}" is not under a prefix of STAGELINE_REPLY_TOPIC_PREFIXES.`,
        ),
        to,
      );
    }
    const definition = findCommand(command.command);
    const reachable =
      definition !== undefined && (incoming.via === 'commands' || definition.role === 'service');
    if (!reachable) {
      return refuse(
        problem(
          'UNKNOWN_COMMAND',
          `"${command.command}" is not a command here; docs/commands.md lists them.`,
        ),
        to,
      );
    }
    const actor = whoAsks();
    const hash = commandHash(read.command);
    const known = await repeated(overlay, { id: command.id, hash, actor });
    if (known?.kind === 'same')
      return {
        kind: 'reply',
        reply: known.reply,
        ...(command.replyTo === undefined ? {} : { replyTo: command.replyTo }),
      };
    const faults = paramFaults(definition, command, metaFor(command, actor, head));
    if (faults !== undefined) return refuse(faults, to);
    const typed =
      known?.kind === 'other' ? alwaysRejects(definition, known.problem) : (definition as unknown as Typed);
    return decideKnown({ definition: typed, command, actor, via: incoming.via, hash }, head);
  };
}

type Decided = Pick<JournalRecord, 'outcome' | 'events' | 'result' | 'error'>;

interface Known {
  readonly definition: Typed;
  readonly command: Ready;
  readonly actor: Actor;
  readonly via: JournalRecord['via'];
  readonly hash: string;
}

/** The record's time is the clock's, but never before the last record's. */
function timeAfter(last: string, now: number): string {
  const time = new Date(now).toISOString();
  return time < last ? last : time;
}

function recorded(command: Ready): JournalRecord['command'] {
  const { id, command: name, project, params, issuedAt, expect, replyTo } = command;
  return {
    id,
    command: name,
    project,
    params,
    ...(issuedAt === undefined ? {} : { issuedAt }),
    ...(expect === undefined ? {} : { expect }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

function checkSizes(folded: ReadonlyMap<string, Versioned>): void {
  for (const [id, { document }] of folded) {
    const size = document === undefined ? 0 : JSON.stringify(document).length;
    if (size > MAX_DOCUMENT_BYTES)
      throw new AppError('TOO_LARGE', `The document ${id} would have ${size} bytes.`);
  }
}

/** Faults of the engines end the term; everything else is the command's own. */
function isEngineFault(error: unknown): boolean {
  return (
    hasCode(error, 'ENGINE_UNAVAILABLE') ||
    hasCode(error, 'CONFLICT') ||
    hasCode(error, 'NOT_FOUND') ||
    hasCode(error, 'CLOSED')
  );
}

function failure(error: unknown, log: Log, commandId: string): Problem {
  if (error instanceof AppError) return toProblem(error);
  log.error({ err: error, commandId }, 'command-failed');
  return toProblem(error);
}
