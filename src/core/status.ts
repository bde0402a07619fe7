/** Where a consumer of the journal stands. */
export interface ConsumerStanding {
  readonly name: string;
  /** The topic or file that it writes to, where there may be several. */
  readonly target?: string;
  /** The last position that it has done with. */
  readonly position: number;
  /** The last committed position. */
  readonly head: number;
  readonly lagRecords: number;
  /** For how long the oldest record that it has not taken has been there. */
  readonly lagSeconds: number;
  /** `waiting`: something keeps it, it goes on by itself or by a person's word. `stopped`: it does not. */
  readonly state: 'running' | 'waiting' | 'stopped';
  readonly why?: string;
  readonly since?: string;
}

/** One check of readiness: what was looked at and, if it is not well, why and what to do. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly since?: string;
}

/** How far effects are, and what keeps them. */
export interface EffectsStanding {
  readonly topic: string;
  /** Nothing is owed up to this number. */
  readonly published: number;
  /** The number that the next effect gets. */
  readonly next: number;
  /** The release that is held, with all behind it, until a person releases or skips it. */
  readonly held?: {
    readonly project: string;
    readonly environment: string;
    readonly release: number;
    /** In words: what makes it doubtful. */
    readonly why: string;
  };
  /** How many releases wait: the held one and those behind it; absent if none is held. */
  readonly heldReleases?: number;
  /** Why the topic takes nothing at the moment. */
  readonly fault?: string;
}

/** What `GET /v1/status` tells. */
export interface ServiceStatus {
  readonly version: string;
  readonly instance: string;
  readonly startedAt: string;
  readonly parts: readonly string[];
  readonly bus: string;
  readonly store: string;
  /** Whether callers are asked who they are. */
  readonly authentication: 'none' | 'required';
  readonly environments: readonly { readonly name: string; readonly target: string }[];
  readonly lease: {
    readonly state: 'leading' | 'standby' | 'starting' | 'none';
    readonly epoch: number;
    readonly writer: string;
  };
  readonly consumers: readonly ConsumerStanding[];
  /** By topic; empty on an instance that does not write. */
  readonly effects: readonly EffectsStanding[];
  readonly counters: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
}
