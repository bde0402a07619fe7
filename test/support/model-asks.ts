import type { Environment } from './model-state.js';

/** A config to stage, as far as the rules look at it. */
export interface Staging {
  readonly name: string;
  readonly content: string;
  readonly workload: string;
  /** Environments that it has a patch for. */
  readonly patches: readonly string[];
}

/** A command as far as the rules look at it. */
export type Ask =
  | { kind: 'stage'; set: string; configs: readonly Staging[]; remove: readonly string[] }
  | { kind: 'un-stage'; set: string; names?: readonly string[]; all?: true }
  | { kind: 'merge'; from: readonly string[]; into: string; onConflict: 'reject' | 'ours' | 'theirs' }
  | {
      kind: 'commit';
      environment: string;
      set: string;
      names?: readonly string[];
      force: boolean;
      onFailure?: 'continue' | 'stop';
    }
  | {
      kind: 'rollback';
      environment: string;
      toRelease?: number;
      names?: readonly string[];
      prune: boolean;
    }
  | {
      kind: 'record';
      environment: string;
      release: number;
      results: readonly { name: string; outcome: string; sent?: string }[];
    }
  | { kind: 'environments'; environments: readonly Environment[] }
  | { kind: 'release-effects'; environment: string; release: number }
  | { kind: 'skip-effects'; environment: string; release: number }
  | { kind: 'cancel'; environment: string; release: number }
  | { kind: 'resume'; environment: string; release: number }
  | { kind: 'retry'; environment: string; release: number; includeCancelled: boolean }
  | { kind: 'published'; through: number };

/** What a command must come to. */
export type Verdict =
  | { readonly status: 'invalid' | 'rejected'; readonly code: string }
  | { readonly status: 'ok'; readonly told: object; readonly apply: () => void };

export const rejected = (code: string): Verdict => ({ status: 'rejected', code });
export const INVALID: Verdict = { status: 'invalid', code: 'INVALID_COMMAND' };

/** One kind of command. */
export type Of<Kind extends Ask['kind']> = Extract<Ask, { kind: Kind }>;

/** The first of the codes that speaks against anything. */
export function first(
  refusals: readonly (string | undefined)[],
  order: readonly string[],
): Verdict | undefined {
  const code = order.find((one) => refusals.includes(one));
  return code === undefined ? undefined : rejected(code);
}
