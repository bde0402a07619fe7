import { configFor } from '../core/merge-patch.js';
import type { WorkloadRef } from '../ports/functions.js';
import { toPulsarConfig, type Fields } from './pulsar-config.js';
import { isSecretFault, type Secrets } from './secrets.js';

/**
 * What was deployed last, in Pulsar's own fields: some of them are not read back. It is compared with a config whose
 * secrets are in place, so they are put into it too; where one cannot be had any more, it differs.
 */
export async function lastAppliedOf(
  ref: WorkloadRef,
  lastContent: Fields | undefined,
  { environment, secrets }: { readonly environment: string; readonly secrets: Secrets },
): Promise<{ readonly lastApplied?: Fields }> {
  if (lastContent === undefined) return {};
  const config = configFor(lastContent, environment);
  try {
    const resolved = await secrets.resolve(config);
    return { lastApplied: toPulsarConfig(ref, resolved.config).config };
  } catch (error) {
    if (!isSecretFault(error)) throw error;
    return { lastApplied: toPulsarConfig(ref, config).config };
  }
}
