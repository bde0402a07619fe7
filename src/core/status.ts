/** Where a consumer of the journal stands. */
export interface Standing {
  readonly name: string;
  readonly position: number;
  readonly head: number;
  readonly lagRecords: number;
  readonly lagSeconds: number;
  readonly state: 'running' | 'waiting' | 'stopped';
  readonly reason?: string;
  readonly since?: string;
}

/** One check of readiness: what was looked at and, if it is not well, why and what to do. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly since?: string;
}

/** What `GET /v1/status` tells. */
export interface ServiceStatus {
  readonly version: string;
  readonly instance: string;
  readonly startedAt: string;
  readonly parts: readonly string[];
  readonly bus: string;
  readonly store: string;
  readonly authentication: 'none';
  readonly environments: readonly { readonly name: string; readonly target: string }[];
  readonly lease: {
    readonly state: 'leading' | 'standby' | 'starting' | 'none';
    readonly epoch: number;
    readonly writer: string;
  };
  readonly standings: readonly Standing[];
  readonly counters: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
}
