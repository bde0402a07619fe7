import type { Reach } from '../core/failpoints.js';
import type { History } from '../core/history.js';
import type { JournalMessage, JournalState } from '../core/journal.js';
import type { ProjectNamespaces } from '../core/project-namespaces.js';
import type { SecretRules } from '../core/secret-rules.js';
import type { WebhookRules } from '../core/webhook-rules.js';
import type { EnvironmentSetting } from '../core/types.js';
import type { JournalFollower } from '../feed/journal-follower.js';
import type { Bus, Producer } from '../ports/bus.js';
import type { DocumentStore } from '../ports/documents.js';
import type { WhoAsks } from '../ports/identity.js';
import type { Clock, Ids, Log } from '../ports/system.js';
import type { TopicAdmin } from '../ports/topic-admin.js';
import type { Incoming } from './inbox.js';
import type { Keeper } from './keeper.js';
import type { OpenedDocuments } from './open-documents.js';
import type { Overlay } from './overlay.js';

/** Full names of the topics that the processor uses. */
export interface ProcessorTopics {
  readonly commands: string;
  readonly results: string;
  readonly journal: string;
  readonly beats: string;
  readonly replies: string;
  readonly deadLetters: string;
  readonly deployments: string;
}

export interface TermOptions {
  readonly bus: Bus;
  readonly admin: TopicAdmin | undefined;
  readonly store: DocumentStore;
  readonly follower: JournalFollower;
  readonly topics: ProcessorTopics;
  /** The lease: the journal's one producer. */
  readonly producer: Producer;
  /** This writer's random id. */
  readonly writer: string;
  readonly environments: readonly EnvironmentSetting[];
  readonly limits: {
    readonly maxBytes: number;
    readonly maxDepth: number;
    readonly maxRecordBytes: number;
    readonly maxConfigs: number;
    readonly secretRules: SecretRules;
    readonly webhooks: WebhookRules;
    readonly namespaces: ProjectNamespaces;
  };
  readonly replyTopicPrefixes: readonly string[];
  /** Finds out who asks. @defaultValue everybody is local */
  readonly whoAsks?: WhoAsks;
  /** One command at a time, each noted before: after failures, until the queue has been empty once. */
  readonly careful: boolean;
  /** The database that a switch asks for; undefined: the current one. */
  readonly database?: string | undefined;
  /** Answers what is asked of the past. */
  readonly history: History;
  /** Told of each gap between two steps: for tests that end the process there. */
  readonly reach: Reach;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Asks for a clean end. */
  readonly signal: AbortSignal;
}

/** A term whose mark counts, with the documents folded up to it. */
export interface TermStart {
  /** The journal as of the mark: its epoch and writer are ours. */
  readonly state: JournalState;
  readonly opened: OpenedDocuments;
  readonly overlay: Overlay;
  readonly keeper: Keeper;
  readonly firstCommands: readonly Incoming[];
  append(message: JournalMessage): void;
  close(): Promise<void>;
}
