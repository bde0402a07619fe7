import { configFor } from '../core/merge-patch.js';
import type { WorkloadRef } from '../ports/functions.js';
import { toPulsarConfig, type Fields } from './pulsar-config.js';
import { isSecretFault, type Secrets } from './secrets.js';

export interface LastApplied {
  readonly lastApplied?: Fields;
  /** Hides the secrets that were put into it: a cluster may quote what it has. */
  readonly mask: (text: string) => string;
}

/**
 * What was deployed last, in Pulsar's own fields: some of them are not read back. It is compared with a config whose
 * secrets are in place, so they are put into it too; where one cannot be had any more, it differs.
 */
export async function lastAppliedOf(
  ref: WorkloadRef,
  lastContent: Fields | undefined,
  { environment, secrets }: { readonly environment: string; readonly secrets: Secrets },
): Promise<LastApplied> {
  if (lastContent === undefined) return { mask: (text) => text };
  const config = configFor(lastContent, environment);
  try {
    const resolved = await secrets.resolve(config);
    return { lastApplied: toPulsarConfig(ref, resolved.config).config, mask: resolved.mask };
  } catch (error) {
    if (!isSecretFault(error)) throw error;
    return { lastApplied: toPulsarConfig(ref, config).config, mask: (text) => text };
  }
}
