import { cutText } from '../../core/cut-text.js';
import { reject, rejectAt, type Decision } from '../../core/decision.js';
import type { ReleaseRef } from '../../core/ids.js';
import type { ProblemItem } from '../../core/types.js';
import { codeEntry, type Code } from '../../errors.js';

/** One reason against a command. */
export interface Refusal extends ProblemItem {
  readonly code: Code;
}

/** Faults listed one by one at most: a reply has to fit into a message. */
export const MAX_ITEMS = 500;
const MAX_NAMES = 5;
const MAX_POINTER = 500;

/** At most MAX_ITEMS, with a last one that says how many more there are. A place may have names in it as long as the command. */
export function capped(items: readonly ProblemItem[]): ProblemItem[] {
  const told = items
    .slice(0, MAX_ITEMS)
    .map((item) =>
      item.pointer === undefined ? item : { ...item, pointer: cutText(item.pointer, MAX_POINTER) },
    );
  return items.length <= MAX_ITEMS ? told : [...told, { detail: `and ${items.length - MAX_ITEMS} more` }];
}

/** Refuses with every reason; the problem's code is the first of `order` among them. Undefined if there is none. */
export function refuse(refusals: readonly Refusal[], order: readonly Code[]): Decision | undefined {
  const rank = (code: Code): number => {
    const index = order.indexOf(code);
    return index < 0 ? order.length : index;
  };
  const sorted = [...refusals].sort((left, right) => rank(left.code) - rank(right.code));
  const first = sorted[0];
  if (first === undefined) return undefined;
  const names = [...new Set(sorted.filter(({ code }) => code === first.code).map(({ name }) => name))];
  const told = names.slice(0, MAX_NAMES).join(', ');
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return reject(
    first.code,
    `${codeEntry(first.code).title}: ${told}${more}. Nothing was changed.`,
    capped(sorted),
  );
}

/** The refusal of a release that there is none of. */
export function unknownRelease({ project, environment, release }: ReleaseRef): Decision {
  const detail = `Project "${project}" has no release ${release} in "${environment}".`;
  return rejectAt('/params/release', 'UNKNOWN_RELEASE', detail);
}

/** Names in `allowRecreate` of functions that the release does not change. */
export function notAmong(
  names: readonly string[] = [],
  deployments: readonly { readonly name: string }[],
): Refusal[] {
  const known = new Set(deployments.map(({ name }) => name));
  const detail = 'is no function that this release changes';
  return names.flatMap((name, index): Refusal[] =>
    known.has(name)
      ? []
      : [{ pointer: `/params/allowRecreate/${index}`, name, code: 'UNKNOWN_NAME', detail }],
  );
}

/** What to say of an environment that is not in force. */
export function unknownEnvironment(name: string, known: readonly string[], pointer: string): Refusal {
  const detail = `no environment "${name}" is in force; there are: ${known.join(', ')}`;
  return { pointer, name, code: 'UNKNOWN_NAME', detail };
}
