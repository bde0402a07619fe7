import type { FieldClass, WorkloadType } from '../core/types.js';
import { FUNCTION_RULES } from './function-rules.js';
import { SINK_RULES } from './sink-rules.js';
import { SOURCE_RULES } from './source-rules.js';
import type { Fields } from './fields.js';

/** How a field differs: asked for and not there, there otherwise, there and no longer asked for. */
export type ChangeKind = 'set' | 'changed' | 'cleared';

/** What Pulsar does with a change on update. */
export interface Fate {
  readonly kinds: readonly ChangeKind[];
  readonly class: FieldClass;
  /** A sentence for people. */
  readonly detail: string;
  /** It holds only then; both configs are normalised. */
  readonly when?: {
    readonly says: string;
    readonly holds: (wanted: Fields, present: Fields) => boolean;
  };
}

/** A field that is compared. */
export interface ComparedRule {
  readonly kind: 'compared';
  /** JSON pointer; `*` stands for any key. */
  readonly field: string;
  /** The first that fits counts. */
  readonly fates: readonly Fate[];
  /** Pulsar does not give it back: it is compared with what was deployed last. */
  readonly hidden?: boolean;
  /** A change of nothing else is answered with "no change", and is lost. */
  readonly uncounted?: boolean;
  /** What is sent to clear it. */
  readonly clearWith?: unknown;
  /** Why it is not tried on a broker: the rule is what Pulsar's sources say. */
  readonly untried?: string;
}

/** What becomes of one field of Pulsar's configs. */
export type FieldRule =
  | ComparedRule
  /** Stageline writes it as another field. */
  | { readonly kind: 'rewritten'; readonly field: string; readonly detail: string }
  /** Without effect in Pulsar, at creation as on update. */
  | { readonly kind: 'unused'; readonly field: string; readonly detail: string }
  /** The same for the whole life of a function. */
  | { readonly kind: 'fixed'; readonly field: string; readonly detail: string };

/** Every field of the three config types, in the order of their schemas. */
export const FIELD_RULES: Readonly<Record<WorkloadType, readonly FieldRule[]>> = {
  function: FUNCTION_RULES,
  source: SOURCE_RULES,
  sink: SINK_RULES,
};

const compared: Readonly<Record<WorkloadType, readonly (ComparedRule & { parts: readonly string[] })[]>> = {
  function: comparedOf(FUNCTION_RULES),
  source: comparedOf(SOURCE_RULES),
  sink: comparedOf(SINK_RULES),
};

function comparedOf(rules: readonly FieldRule[]) {
  return rules
    .filter((rule) => rule.kind === 'compared')
    .map((rule) => ({ ...rule, parts: rule.field.split('/').slice(1) }))
    .sort((left, right) => right.parts.length - left.parts.length);
}

/** The rule for the field at this path: the one that names most of it. */
export function ruleFor(type: WorkloadType, path: readonly string[]): ComparedRule | undefined {
  return compared[type].find(
    ({ parts }) =>
      parts.length <= path.length && parts.every((part, index) => part === '*' || part === path[index]),
  );
}

/** The rules of fields that Pulsar does not give back. */
export function hiddenRules(type: WorkloadType): readonly ComparedRule[] {
  return compared[type].filter((rule) => rule.hidden === true);
}
