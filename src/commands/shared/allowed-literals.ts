import { nameOfConfig, prepareConfig, type Preparation } from '../../core/config-rules.js';
import type { SecretRules } from '../../core/secret-rules.js';
import type { ConfigsStaged, ProblemItem, StageConfigsParams } from '../../core/types.js';

/** Where literals are that the command allows, by JSON pointer from `/params`. */
export function allowedPointers({ configs = [], allowLiterals = [] }: StageConfigsParams): Set<string> {
  const places = new Map<string | undefined, number[]>();
  for (const [index, config] of configs.entries()) {
    const name = nameOfConfig(config);
    places.set(name, [...(places.get(name) ?? []), index]);
  }
  return new Set(
    allowLiterals.flatMap(({ function: name, pointer }) =>
      (places.get(name) ?? []).map((index) => `/params/configs/${index}${pointer}`),
    ),
  );
}

/** The configs of a command, each with what is wrong with it but for what the command allows. */
export function prepareAll(params: StageConfigsParams, rules: SecretRules): Preparation[] {
  const allowed = allowedPointers(params);
  return (params.configs ?? []).map((config, index) =>
    prepareConfig(config, `/params/configs/${index}`, { rules, allowed }),
  );
}

/** Allows that allow nothing: a slip of the pen, or left over, and a hole for what comes there later. */
export function unusedAllows(
  { configs = [], allowLiterals = [] }: StageConfigsParams,
  prepared: readonly Preparation[],
): ProblemItem[] {
  const used = new Set(
    prepared.flatMap((made, index) => {
      const name = nameOfConfig(configs[index] ?? {}) ?? '';
      return made.allowed.map((pointer) => `${name}${pointer.slice(`/params/configs/${index}`.length)}`);
    }),
  );
  return allowLiterals.flatMap(({ function: name, pointer }, index) => {
    if (used.has(`${name}${pointer}`)) return [];
    const detail = `allows a literal at ${pointer}, and none is refused there; take it out`;
    return [{ pointer: `/params/allowLiterals/${index}`, name, code: 'INVALID_COMMAND', detail }];
  });
}

/** What is told of them in the event. */
export function allowsOf({ allowLiterals = [] }: StageConfigsParams): Pick<ConfigsStaged, 'allowLiterals'> {
  return allowLiterals.length === 0 ? {} : { allowLiterals: [...allowLiterals] };
}
