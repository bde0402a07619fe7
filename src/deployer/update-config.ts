import { own } from '../core/own.js';
import type { Difference } from './compare.js';
import { ruleFor } from './field-rules.js';
import { fieldsOf, fullName, isNothing, type Fields } from './fields.js';
import { normalise, producerConfig } from './normalise.js';
import type { Desired } from './plan.js';

interface Update {
  readonly desired: Extract<Desired, { operation: 'apply' }>;
  readonly live: Fields;
  /** What an update brings about. */
  readonly taken: readonly Difference[];
}

/** The config that an update sends; `counts` is false where Pulsar would see no change in it, do what one may. */
export function updateConfig(update: Update): { readonly config: Fields; readonly counts: boolean } {
  const config = completeConfig(update);
  if (update.desired.ref.type !== 'function' || update.taken.some(({ rule }) => rule.uncounted !== true))
    return { config, counts: true };
  return nudge(config);
}

/** Everything that is asked for, and what clears the rest: absent means "keep". */
export function completeConfig({ desired, live, taken }: Update): Fields {
  const { ref } = desired;
  const config: Record<string, unknown> = { ...withLiveSpelling(desired.config, live) };
  for (const { path, kind } of taken) {
    const [field = ''] = path;
    // Merged by Pulsar: said in full.
    if (field === 'resources') config[field] = normalise(ref.type, desired.config)[field];
    else if (kind === 'cleared' && isNothing(config[field])) {
      const value = ruleFor(ref.type, [field])?.clearWith;
      if (value !== undefined) config[field] = value;
    }
  }
  return config;
}

/**
 * Pulsar takes a change of nothing but inputs for none. Empty secrets count as a change where there are none; so does a
 * producerConfig that leaves out what Pulsar fills in. Neither changes anything.
 */
function nudge(config: Fields): { config: Fields; counts: boolean } {
  if (isNothing(config['secrets'])) return { config: { ...config, secrets: {} }, counts: true };
  const producer = producerConfig(config);
  const full = ['useThreadLocalProducers', 'batchBuilder', 'compressionType'].every(
    (field) => own(producer, field) !== undefined,
  );
  return full ? { config, counts: false } : { config: { ...config, producerConfig: producer }, counts: true };
}

/** Pulsar compares inputs by spelling: what is deployed as `in` may not be updated as `persistent://public/default/in`. */
function withLiveSpelling(config: Fields, live: Fields): Fields {
  const specs = config['inputSpecs'];
  if (specs === undefined) return config;
  const spellings = new Map(
    Object.keys(fieldsOf(live['inputSpecs'])).map((topic) => [fullName(topic), topic]),
  );
  const respelled = Object.entries(fieldsOf(specs)).map(([topic, spec]) => [
    spellings.get(fullName(topic)) ?? topic,
    spec,
  ]);
  return { ...config, inputSpecs: Object.fromEntries(respelled) as Fields };
}
