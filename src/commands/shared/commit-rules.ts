import { inEnvironment, sameDesired, successIn } from '../../core/function-state.js';
import { functionId, proofId } from '../../core/ids.js';
import { own } from '../../core/own.js';
import type { EnvironmentDocument, FunctionDocument, Proof, StagedDocument } from '../../core/types.js';
import type { Code } from '../../errors.js';
import { seenAs, type Seen } from './read.js';
import type { Refusal } from './refusals.js';

export function notProvenCode(environment: string): Code {
  return `NOT_PROVEN_IN_${environment.toUpperCase().replaceAll('-', '_')}`;
}

/** STALE_BASE: another release has changed the function here since it was staged, to something else than the entry. */
export function baseRefusal(
  entry: StagedDocument,
  document: FunctionDocument | undefined,
  here: EnvironmentDocument,
): Refusal[] {
  const now = inEnvironment(document, here);
  const base = own(entry.base, here.environment) ?? 0;
  if (now === undefined || now.release <= base || sameDesired(now, entry)) return [];
  const then = base === 0 ? 'when nothing had' : `when release ${base} was its last`;
  const detail = `release ${now.release} changed it in ${here.environment}; it was staged ${then}; stage it again, or force`;
  return [{ name: entry.function, code: 'STALE_BASE', detail }];
}

export interface ProvingOptions {
  /** In promotion order. */
  readonly environments: readonly EnvironmentDocument[];
  readonly here: EnvironmentDocument;
  readonly seen: Seen;
  readonly project: string;
  /** Functions whose proof counts although the read-back differed. */
  readonly accepted: ReadonlySet<string>;
}

/** What stands between a staged entry and an environment besides its base. */
export interface Proving {
  /** The environment in which an entry has to be proven; none for the first. */
  readonly before: EnvironmentDocument | undefined;
  proofRefusal(entry: StagedDocument): Refusal[];
  holdRefusal(entry: StagedDocument): Refusal[];
  /** The digest that was proven (hex). */
  readonly packageOf: (entry: StagedDocument) => string | undefined;
}

export function createProving({ environments, here, seen, project, accepted }: ProvingOptions): Proving {
  const place = environments.indexOf(here);
  const before = place > 0 ? environments[place - 1] : undefined;
  const upToHere = environments.slice(0, place + 1).map(({ environment }) => environment);
  const functionOf = ({ function: name }: StagedDocument): FunctionDocument | undefined =>
    seenAs(seen, functionId(name), 'function');

  /** Positions at which rollbacks took the content out, by environment. */
  const holdsOf = (entry: StagedDocument): Readonly<Record<string, number | undefined>> =>
    entry.contentHash === null ? {} : (own(functionOf(entry)?.held ?? {}, entry.contentHash) ?? {});

  /** The proof in the environment before, if it counts today: same target, no rollback and no new owner since. */
  const proofIn = (entry: StagedDocument): Proof | undefined => {
    if (before === undefined || entry.contentHash === null) return undefined;
    const document = seenAs(seen, proofId(project, entry.function, entry.contentHash), 'proof');
    const proof = document === undefined ? undefined : own(document.proven, before.environment);
    if (proof === undefined || proof.target !== before.target.fingerprint) return undefined;
    const lost = Math.max(own(holdsOf(entry), before.environment) ?? 0, functionOf(entry)?.since ?? 0);
    return proof.committed > lost ? proof : undefined;
  };

  /** One whose read-back differed counts where it is accepted by name. */
  const proofOf = (entry: StagedDocument): Proof | undefined => {
    const proof = proofIn(entry);
    return proof?.differs === true && !accepted.has(entry.function) ? undefined : proof;
  };

  const isProven = (entry: StagedDocument, environment: EnvironmentDocument): boolean => {
    const there = inEnvironment(functionOf(entry), environment);
    if (entry.operation === 'delete' && there === undefined) return true;
    // The sandbox takes anything: what it took says nothing about a real cluster.
    if (environment.target.kind === 'sandbox' && here.target.kind === 'pulsar') return false;
    return entry.operation === 'delete'
      ? successIn(there, environment)?.operation === 'delete'
      : proofOf(entry) !== undefined;
  };

  return {
    before,
    proofRefusal(entry) {
      if (before === undefined || isProven(entry, before)) return [];
      const { environment, target } = before;
      const code = notProvenCode(environment);
      const isSandbox = target.kind === 'sandbox' && here.target.kind === 'pulsar';
      if (proofIn(entry) !== undefined && !isSandbox) {
        const detail = `content ${entry.contentHash ?? ''} was deployed to ${environment}, but its read-back differs from what was asked; look at the differences in its deployment there and accept them by name (acceptDifferences), or deploy it there again`;
        return [{ name: entry.function, code, detail }];
      }
      const what = entry.operation === 'delete' ? 'its deletion' : `content ${entry.contentHash ?? ''}`;
      const sandbox = isSandbox
        ? `; ${environment} is the sandbox, which proves nothing for the Pulsar cluster of ${here.environment}`
        : `; commit it to ${environment} and wait for its success`;
      const detail = `${what} has not been deployed to ${environment} with success${sandbox}`;
      return [{ name: entry.function, code, detail }];
    },
    holdRefusal(entry) {
      const holds = holdsOf(entry);
      const proven = proofOf(entry)?.committed ?? 0;
      return upToHere.flatMap((environment): Refusal[] => {
        const position = own(holds, environment) ?? 0;
        if (entry.stagedAt > position && (before === undefined || proven > position || position === 0))
          return [];
        const again =
          before === undefined
            ? 'stage it again'
            : `stage it again and prove it in ${before.environment} again`;
        const detail = `a rollback of ${environment} (position ${position}) took content ${entry.contentHash ?? ''} out; ${again}`;
        return [{ name: entry.function, code: 'HELD_AFTER_ROLLBACK', detail }];
      });
    },
    packageOf: (entry) => proofOf(entry)?.packageSha256,
  };
}
