import type { CommandLimits } from '../core/read-command.js';
import type { ServiceStatus } from '../core/status.js';
import type { Bus, OutgoingMessage, Stored } from '../ports/bus.js';
import type { CommandDoor } from '../ports/command-door.js';
import type { Databases } from '../ports/databases.js';
import type { DeadLetters } from '../ports/dead-letters.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Callers, TicketSigner, WhoAsks } from '../ports/identity.js';
import type { HttpMeter } from '../ports/http-meter.js';
import type { JournalLines } from '../ports/journal-lines.js';
import type { Jobs } from '../ports/jobs.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Clock, Ids, Log } from '../ports/system.js';
import type { OpenedTopics, OwnTopics } from '../core/topic-access.js';

export interface HttpSettings {
  /** Bind address. */
  readonly host: string;
  /** Port; with 0 the one that the system gave counts. */
  readonly port: number;
  /** Further values of the Host header and hosts of the Origin header. One without a port goes with ours. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may send requests; none if empty. */
  readonly corsOrigins: readonly string[];
  /** Addresses and ranges of proxies whose word for a caller's address counts. */
  readonly trustedProxies: readonly string[];
  /** Requests of one known caller in a minute; 0: any number. */
  readonly requestsPerMinute: number;
  /** Largest body of `POST /v1/commands`, in bytes. */
  readonly maxCommandBytes: number;
}

/** Bounds of the event streams; tests make them smaller. */
export interface StreamLimits {
  /** Streams open at once; the next client gets 429. @defaultValue 5000 */
  readonly maxStreams: number;
  /** Of one caller, where callers are known. @defaultValue 100 */
  readonly maxPerCaller: number;
  /** A stream is never silent for longer. @defaultValue 15000 */
  readonly heartbeatMs: number;
  /** A client that takes nothing for so long is cut off. @defaultValue 120000 */
  readonly stalledMs: number;
  /** Whether a stream's caller is still known is looked at so often. @defaultValue 60000 */
  readonly recheckMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  maxStreams: 5_000,
  maxPerCaller: 100,
  heartbeatMs: 15_000,
  stalledMs: 120_000,
  recheckMs: 60_000,
};

/** Bounds of the door for Pulsar Beam's clients; tests make them smaller. */
export interface BeamLimits {
  /** Streams and polls open at once. @defaultValue 100 */
  readonly maxOpen: number;
  /** Those of one caller, where callers are known. @defaultValue 20 */
  readonly maxOpenEach: number;
  /** What a stream's socket has taken counts as received when the client is still there so much later. @defaultValue 1000 */
  readonly settleMs: number;
  /** How long to wait for a subscription that somebody has alone. @defaultValue 2000 */
  readonly busyMs: number;
}

export const BEAM_LIMITS: BeamLimits = { maxOpen: 100, maxOpenEach: 20, settleMs: 1_000, busyMs: 2_000 };

/** What the door for Pulsar Beam's clients needs. */
export interface BeamDeps {
  readonly bus: Bus;
  send(topic: string, message: OutgoingMessage): Promise<Stored>;
  readonly own: OwnTopics;
  readonly opened: readonly OpenedTopics[];
  /** What the header PulsarUrl may name. */
  readonly pulsarUrls: readonly string[];
  readonly commandLimits: CommandLimits;
  /** Checks the tickets of commands that come without a token; absent where nobody is asked who they are. */
  readonly whoAsks?: WhoAsks | undefined;
  readonly limits?: Partial<BeamLimits>;
}

/** The secret of one receiver, for whoever may set webhooks. */
export type WebhookSecret = (receiver: { readonly topic: string; readonly url: string }) => string;

/** What the HTTP part needs of the rest. */
export interface HttpDeps {
  readonly callers: Callers;
  /** Signs commands for callers; absent where nobody is asked who they are. */
  readonly tickets?: TicketSigner | undefined;
  readonly ids: Ids;
  readonly door: CommandDoor;
  readonly feed: EventFeed;
  readonly reads: DocumentReads;
  readonly journal: JournalLines;
  readonly deadLetters: DeadLetters;
  readonly jobs: Jobs;
  /** Public keys that secrets are sealed to; rejects with NOT_FOUND where there are none. */
  readonly sealingKeys: () => Promise<object>;
  readonly databases: Databases;
  readonly status: () => Promise<ServiceStatus>;
  readonly settings: HttpSettings;
  /** Names of the environments, for the list of commands. */
  readonly environments: () => readonly string[];
  readonly log: Log;
  readonly clock: Clock;
  readonly beam: BeamDeps;
  readonly streams?: Partial<StreamLimits>;
  /** Told what requests come to; absent where nothing is measured. */
  readonly meter?: HttpMeter;
  /** What a webhook's receiver checks signatures with; absent where there are no webhooks. */
  readonly webhookSecret?: WebhookSecret | undefined;
}
