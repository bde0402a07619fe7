import { answeredId } from '../core/ids.js';
import { mayNot, WRITER } from '../core/authorise.js';
import { hashOf } from '../core/canonical.js';
import type { Decision, Load, Meta } from '../core/decision.js';
import type { History } from '../core/history.js';
import type { CommandLimits } from '../core/read-command.js';
import { replyOf } from '../core/reply.js';
import type { ProjectNamespaces } from '../core/project-namespaces.js';
import type { SecretRules } from '../core/secret-rules.js';
import type { WebhookRules } from '../core/webhook-rules.js';
import type { Actor, JournalRecord, Reply } from '../core/types.js';
import type { WhoAsks } from '../ports/identity.js';
import type { Clock, Ids, Log } from '../ports/system.js';
import { lookUp, readMessage, type Asked, type Known, type Read } from './admission.js';
import { unmet, type Ready, type Typed } from './gate.js';
import type { Incoming } from './inbox.js';
import { failure, isEngineFault, makeRecord, type Decided } from './make-record.js';
import type { Head, Outcome } from './outcome.js';
import type { Overlay } from './overlay.js';

export interface DeciderOptions {
  readonly overlay: Overlay;
  readonly limits: CommandLimits & {
    readonly maxRecordBytes: number;
    readonly maxConfigs: number;
    readonly secretRules: SecretRules;
    readonly webhooks: WebhookRules;
    readonly namespaces: ProjectNamespaces;
  };
  readonly deploymentsTopic: string;
  readonly history: History;
  readonly replyTopicPrefixes: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Finds out who asks. @defaultValue everybody is local */
  readonly whoAsks?: WhoAsks;
}

export interface Decider {
  /** Reads a batch and fetches in one request what most of its decisions will ask for. */
  prepare(batch: readonly Incoming[], head: Head): Promise<void>;
  /** Turns one command into an outcome. It appends nothing and changes no document. */
  decide(incoming: Incoming, head: Head): Promise<Outcome>;
}

/** Makes decisions on an overlay, one command after another. */
export function createDecider(options: DeciderOptions): Decider {
  const { overlay, limits } = options;

  const metaFor = (command: Ready, actor: Actor, head: Head): Meta => ({
    commandId: command.id,
    project: command.project,
    actor,
    time: timeAfter(head.time, options.clock.now()),
    deploymentsTopic: options.deploymentsTopic,
    position: head.position,
    maxConfigs: limits.maxConfigs,
    secretRules: limits.secretRules,
    webhooks: limits.webhooks,
    namespaces: limits.namespaces,
  });

  const run = async (definition: Typed, command: Ready, meta: Meta): Promise<Decision> => {
    const unexpected = await unmet(overlay, command.expect, meta.actor);
    if (unexpected !== undefined) return { kind: 'rejected', problem: unexpected };
    const state = await definition.load(overlay.load, command.params, meta);
    return definition.decide(state, command.params, meta);
  };

  /** What the journal says; the writer goes on meanwhile. */
  const answerLater = async (definition: Typed, command: Ready, meta: Meta): Promise<Reply> => {
    const base = { id: command.id, command: command.command, position: meta.position };
    try {
      const result = await definition.answer?.(options.history, command.params, meta);
      return { ...base, status: 'ok', ...(result === undefined ? {} : { result }) };
    } catch (thrown) {
      // The journal is read apart from the term: its faults are the caller's to hear, not the term's.
      const error = failure(thrown, options.log, command.id);
      return { ...base, status: error.status < 500 ? 'rejected' : 'failed', error };
    }
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

    const project = definition.everyProject?.(command.params) === true ? undefined : command.project;
    const denied = via === 'internal' ? undefined : mayNot(actor, { role: definition.role, project });
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
    if (definition.kind === 'history' && decided.outcome === 'ok' && command.dryRun !== true) {
      return { kind: 'later', pending: answerLater(definition, command, meta), ...replyTo };
    }
    if (definition.kind !== 'change' || command.dryRun === true) {
      return answer(decided.outcome, {
        ...(decided.result === undefined ? {} : { result: decided.result }),
        ...(decided.error === undefined ? {} : { error: decided.error }),
        ...(command.dryRun === true ? { dryRun: true } : {}),
      });
    }
    const made = await makeRecord(
      { overlay, maxRecordBytes: limits.maxRecordBytes, log: options.log },
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

  const read = new Map<Incoming, Read>();
  /** Ranges are not fetched ahead: they are rare, and a batch changes what is in them. */
  const ahead: Load = { get: (ids) => overlay.load.get(ids), range: () => Promise.resolve([]) };

  const fetchFor = async ({ definition, command, actor, faults }: Asked, head: Head): Promise<void> => {
    const ids = [answeredId(command.id), ...Object.keys(command.expect ?? {})];
    const loading =
      faults === undefined
        ? (definition as unknown as Typed).load(ahead, command.params, metaFor(command, actor, head))
        : undefined;
    // What goes wrong here goes wrong again in the command's own turn, and is dealt with there.
    await Promise.allSettled([overlay.versions(ids), loading]);
  };

  return {
    async prepare(batch, head) {
      read.clear();
      const fetching: Promise<void>[] = [];
      const fetchWhenRead = async (incoming: Incoming & { via: 'commands' | 'results' }): Promise<void> => {
        const message = await readMessage(incoming, head, { ...options, metaFor });
        read.set(incoming, message);
        if (message.kind === 'asked') await fetchFor(message, head);
      };
      for (const incoming of batch) if (incoming.via !== 'internal') fetching.push(fetchWhenRead(incoming));
      await Promise.all(fetching);
    },
    async decide(incoming, head) {
      if (incoming.via !== 'internal') {
        const message = read.get(incoming) ?? (await readMessage(incoming, head, { ...options, metaFor }));
        if (message.kind === 'refused') return message.outcome(head);
        const found = await lookUp(overlay, message, head);
        const outcome = 'definition' in found ? await decideKnown(found, head) : found;
        return { ...outcome, asked: { hash: message.hash, actor: message.actor.name } };
      }
      const { params } = incoming;
      const definition = incoming.definition as unknown as Typed;
      const command: Ready = {
        id: options.ids.uuid(),
        command: definition.name,
        project: 'stageline',
        params,
      };
      return decideKnown({ definition, command, actor: WRITER, via: 'internal', hash: hashOf(params) }, head);
    },
  };
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
