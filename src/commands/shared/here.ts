import type { Load } from '../../core/decision.js';
import type { EnvironmentDocument } from '../../core/types.js';
import { loadEnvironments } from './read.js';
import { unknownEnvironment, type Refusal } from './refusals.js';

/** The environment that a command names. */
export interface Here {
  readonly here: EnvironmentDocument | undefined;
  /** UNKNOWN_NAME where there is none. */
  readonly unknown: readonly Refusal[];
}

/** Reads it. */
export async function loadHere(load: Load, name: string): Promise<Here> {
  const environments = await loadEnvironments(load);
  const here = environments.find(({ environment }) => environment === name);
  const known = environments.map(({ environment }) => environment);
  return {
    here,
    unknown: here === undefined ? [unknownEnvironment(name, known, '/params/environment')] : [],
  };
}
