import { contentId, functionId } from '../../core/ids.js';
import { configFor } from '../../core/merge-patch.js';
import { own } from '../../core/own.js';
import type { WorkloadRef } from '../../ports/functions.js';
import type { DocumentReads } from '../../ports/reads.js';
import { fieldsOf, type Fields } from '../fields.js';
import { documentOf } from '../look-up.js';
import { isSecretFault, type Secrets } from '../secrets.js';

export interface KnownSecretsOptions {
  readonly reads: DocumentReads;
  readonly secrets: Secrets;
  readonly environment: string;
  /** Documents at this position, or later. */
  readonly after: number;
}

/**
 * A config as a cluster shows it, without the secrets that were put into it when it was deployed: where a config of ours
 * has `{"$secret":"name"}` or `{"$sealed":"…"}`, so has this. Undefined where the value of such a secret stands somewhere else in it too.
 */
export async function withoutSecrets(
  { tenant, namespace, name }: WorkloadRef,
  config: Fields,
  { reads, secrets, environment, after }: KnownSecretsOptions,
): Promise<Fields | undefined> {
  const id = functionId(`${tenant}/${namespace}/${name}`);
  const entry = documentOf(await reads.getMany([id], { after }), id, 'function')?.environments;
  const here = entry === undefined ? undefined : own(entry, environment);
  const hashes = [here?.contentHash, here?.succeeded?.contentHash].flatMap((hash) =>
    typeof hash === 'string' ? [contentId(hash)] : [],
  );
  const found = await reads.getMany([...new Set(hashes)], { after });
  let shown: unknown = config;
  let shows = false;
  for (const content of hashes.map((hash) => documentOf(found, hash, 'content')?.config)) {
    if (content === undefined) continue;
    const ours = configFor(content, environment);
    shown = referringAs(ours, shown);
    try {
      const { mask } = await secrets.resolve(ours);
      const text = JSON.stringify(shown);
      shows ||= mask(text) !== text;
    } catch (error) {
      // What cannot be had any more cannot be looked for; its places are known.
      if (!isSecretFault(error)) throw error;
    }
  }
  return shows ? undefined : fieldsOf(shown);
}

/** The same value, with a reference to a secret wherever ours has one. */
function referringAs(ours: unknown, live: unknown): unknown {
  if (typeof ours !== 'object' || ours === null || live === undefined) return live;
  if (Object.hasOwn(ours, '$secret') || Object.hasOwn(ours, '$sealed')) return ours;
  if (typeof live !== 'object' || live === null || Array.isArray(ours) !== Array.isArray(live)) return live;
  if (Array.isArray(live)) return live.map((item, index) => referringAs((ours as unknown[])[index], item));
  return Object.fromEntries(
    Object.entries(live).map(([key, item]) => [key, referringAs(own(ours as Fields, key), item)]),
  );
}
