import { isObject } from '../core/merge-patch.js';
import type { Package } from './package.js';
import type { Fields } from './pulsar-config.js';

/**
 * Why a package is not the proven one (its digest in hex); undefined if it may be deployed. A reference to what a cluster has
 * is no package and has no digest: it counts where the config names the same in every environment, as after an import, and
 * not where an environment takes something else than was proven in another.
 */
export function packageFault(
  from: Package,
  required: string | undefined,
  content: Fields | undefined,
): string | undefined {
  if (required === undefined) return undefined;
  if (from.kind === 'data')
    return from.sha256 === required
      ? undefined
      : `The package has the digest ${from.sha256}; ${required} was proven.`;
  return takesSeveral(content)
    ? `The config takes ${from.url} here and another package elsewhere; ${required} was proven. Name one package for all environments.`
    : undefined;
}

function takesSeveral(content: Fields = {}): boolean {
  const { environments, artifactPathOrUrl: base } = content;
  return (
    isObject(environments) &&
    Object.values(environments).some((patch) => {
      const own = isObject(patch) ? patch['artifactPathOrUrl'] : undefined;
      return own !== undefined && own !== base;
    })
  );
}
