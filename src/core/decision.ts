import type { Actor, AnyDocument, JournalEvent, Problem, ProblemItem } from './types.js';
import { problem, problemAt, type Code } from '../errors.js';
import type { History } from './history.js';
import type { ProjectNamespaces } from './project-namespaces.js';
import type { Role } from './roles.js';
import type { SecretRules } from './secret-rules.js';
import type { SchemaId } from './validate.js';
import type { WebhookRules } from './webhook-rules.js';

/** A document as a decision sees it, with the position of the last record that changed it. */
export interface SeenDocument {
  readonly id: string;
  readonly position: number;
  readonly document: AnyDocument;
}

export interface LoadRange {
  /** Only ids above this one. */
  readonly after?: string;
  /** Only ids below this one. */
  readonly before?: string;
  /** @defaultValue no limit */
  readonly limit?: number;
  /** @defaultValue false */
  readonly descending?: boolean;
}

/** What a command may read: documents as they stand after every command decided before it. Deleted ones are absent. */
export interface Load {
  get(ids: readonly string[]): Promise<ReadonlyMap<string, SeenDocument>>;
  range(prefix: string, options?: LoadRange): Promise<SeenDocument[]>;
}

/** Everything a decision may use besides documents and parameters: no clock, no randomness, no settings of its own. */
export interface Meta {
  readonly commandId: string;
  readonly project: string;
  readonly actor: Actor;
  /** The time that the record will carry, ISO 8601. */
  readonly time: string;
  /** The topic that deployments leave on. */
  readonly deploymentsTopic: string;
  /** The last position decided: what a query rests on. */
  readonly position: number;
  readonly maxConfigs: number;
  /** What this installation takes for a literal secret. */
  readonly secretRules: SecretRules;
  readonly webhooks: WebhookRules;
  readonly namespaces: ProjectNamespaces;
}

/** What a decision comes to. A refusal is a value: `throw` is for bugs. */
export type Decision =
  | {
      readonly kind: 'accepted';
      readonly events: readonly JournalEvent[];
      readonly result: Record<string, unknown>;
    }
  | { readonly kind: 'rejected'; readonly problem: Problem };

export function accept(events: readonly JournalEvent[], result: Record<string, unknown>): Decision {
  return { kind: 'accepted', events, result };
}

export function reject(code: Code, detail: string, errors?: ProblemItem[]): Decision {
  return { kind: 'rejected', problem: problem(code, detail, errors) };
}

/** A refusal that concerns one place of the command, by its JSON pointer. */
export function rejectAt(pointer: string, code: Code, detail: string): Decision {
  return { kind: 'rejected', problem: problemAt(pointer, code, detail) };
}

/**
 * One whitelisted command.
 *
 * `load` reads what `decide` needs and nothing else; `decide` is pure and synchronous.
 */
export interface CommandDefinition<Params, State> {
  readonly name: string;
  /** One line for docs/commands.md. */
  readonly summary: string;
  /** Schema of `params`. */
  readonly schema: SchemaId;
  /** A query leaves no record; one of `history` neither, and is answered out of the journal, not in the writer's turn. */
  readonly kind: 'change' | 'query' | 'history';
  /** The role needed, in the command's project. */
  readonly role: Role;
  /** True if what is asked concerns every project: then the role is needed in all of them. @defaultValue it does not */
  readonly everyProject?: (params: Params) => boolean;
  /** Codes it may refuse with, for docs/commands.md. */
  readonly refusals: readonly string[];
  /** Pointers of literals in `params` that the command allows, although they look like secrets. @defaultValue none */
  readonly allowedLiterals?: (params: Params) => ReadonlySet<string>;
  /** Faults beyond the schema, pure, with pointers from `/params`. */
  readonly check?: (params: Params, meta: Meta) => ProblemItem[];
  readonly load: (load: Load, params: Params, meta: Meta) => Promise<State>;
  readonly decide: (state: State, params: Params, meta: Meta) => Decision;
  /** With `history`: finds the answer, where `decide` has accepted. A refusal is thrown as an AppError. */
  readonly answer?: (history: History, params: Params, meta: Meta) => Promise<Record<string, unknown>>;
}

/** A query that is answered out of the journal. */
export function defineHistoryQuery<Params>(
  definition: Omit<CommandDefinition<Params, undefined>, 'kind' | 'load' | 'decide'> &
    Required<Pick<CommandDefinition<Params, undefined>, 'answer'>>,
): CommandDefinition<Params, undefined> {
  return { ...definition, kind: 'history', load: async () => undefined, decide: () => accept([], {}) };
}

/** A command whose types are known only to itself: what the registry holds. */
export type AnyCommand = CommandDefinition<never, unknown>;

/** Gives a command its types; the value is what it was given. */
export function defineCommand<Params, State>(
  definition: CommandDefinition<Params, State>,
): CommandDefinition<Params, State> {
  return definition;
}
