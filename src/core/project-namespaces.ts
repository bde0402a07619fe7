import { own } from './own.js';

/** `tenant/namespace`, or `tenant/*`, that a project may deploy to; under `*` what every project may. Empty: any project, anywhere. */
export type ProjectNamespaces = Readonly<Record<string, readonly string[] | undefined>>;

const EVERY_PROJECT = '*';

/**
 * Why a project may not deploy into a namespace; undefined if it may. A project that is named has its own namespaces and
 * those of all; another one has those that are named for nobody, or for all. What a config resolves to, its tenant's
 * secrets and token, follows its namespace: so this is also about whose secrets a project's code sees.
 */
export function namespaceRefusal(
  rules: ProjectNamespaces,
  project: string,
  namespace: string,
): string | undefined {
  const covers = (patterns: readonly string[] = []): boolean =>
    patterns.some((pattern) =>
      pattern.endsWith('/*') ? namespace.startsWith(pattern.slice(0, -1)) : namespace === pattern,
    );
  if (covers(own(rules, EVERY_PROJECT))) return undefined;
  const mine = own(rules, project);
  if (mine !== undefined)
    return covers(mine)
      ? undefined
      : `project "${project}" may deploy to ${mine.join(', ')}, not to ${namespace} (STAGELINE_PROJECT_NAMESPACES)`;
  const owner = Object.keys(rules).find((other) => covers(own(rules, other)));
  return owner === undefined
    ? undefined
    : `${namespace} is kept for other projects than "${project}" (STAGELINE_PROJECT_NAMESPACES)`;
}

/** `tenant/namespace` of a function's name. */
export function namespaceIn(functionName: string): string {
  return functionName.split('/').slice(0, 2).join('/');
}
