import type { RebuildReport } from '../core/rebuild-report.js';
import type { VerifyReport } from '../core/verify-report.js';
import type { Actor, Problem } from '../core/types.js';

/** A rebuild folds the journal into a new database and switches over to it. */
export interface RebuildRequest {
  readonly kind: 'rebuild';
  /** Begin anew rather than go on with what a cancelled rebuild has left. @defaultValue false */
  readonly fresh?: boolean;
  /** Switch over at the end; otherwise the next rebuild goes on from there. @defaultValue true */
  readonly switch?: boolean;
}

/** Reads the whole journal and compares every document. */
export interface VerifyRequest {
  readonly kind: 'verify';
  /** Positions with the hash that their record must have. */
  readonly heads?: readonly { readonly position: number; readonly hash: string }[];
}

export type JobRequest = RebuildRequest | VerifyRequest;

/** How far a job is. While the journal is read, `done` and `of` are positions; while documents are compared, `done` counts them. */
export interface JobProgress {
  readonly phase: 'folding' | 'reading' | 'comparing' | 'switching';
  readonly done: number;
  readonly of?: number;
  readonly perSecond: number;
  readonly remainingSeconds?: number;
}

interface JobFacts {
  readonly id: string;
  readonly startedAt: string;
  readonly progress?: JobProgress;
}

interface JobEnd extends JobFacts {
  readonly endedAt: string;
}

/** Something that takes long and is done in the running service. */
export type Job =
  | (JobFacts & { readonly kind: JobRequest['kind']; readonly state: 'running' })
  | (JobEnd & { readonly kind: 'rebuild'; readonly state: 'done'; readonly report: RebuildReport })
  | (JobEnd & { readonly kind: 'verify'; readonly state: 'done'; readonly report: VerifyReport })
  | (JobEnd & { readonly kind: JobRequest['kind']; readonly state: 'failed'; readonly error: Problem })
  | (JobEnd & { readonly kind: JobRequest['kind']; readonly state: 'cancelled' });

/** One job at a time; the last few that have ended are kept until the process ends. */
export interface Jobs {
  /** Throws JOB_RUNNING while another one is under way. */
  start(request: JobRequest, caller: Actor): Job;
  /** The newest first. */
  list(): Job[];
  get(id: string): Job | undefined;
  /** Asks a job to end; one that has ended stays as it is. Undefined if there is none of that id. */
  cancel(id: string): Job | undefined;
}
