import { canonicalJson } from '../core/canonical.js';
import { inputSpecs, isNothing, normalise } from './normalise.js';
import { fieldsOf, type Fields } from './pulsar-config.js';

/** How a config differs from what a cluster has. */
export interface Comparison {
  /** Fields that an update is to change. */
  readonly changes: readonly string[];
  /** Fields that differ and that Pulsar leaves as they are on update, without a word. */
  readonly kept: readonly string[];
  /** Fields that the config lacks and that must be sent with this value to be emptied. */
  readonly resets: Fields;
}

/** Absent means "keep" to Pulsar; these values mean "as if it had never been set" (tried on 4.0.8). */
const RESETS: Fields = {
  userConfig: {},
  configs: {},
  secrets: {},
  producerConfig: {},
  parallelism: 1,
  maxMessageRetries: -1,
  cleanupSubscription: true,
};
/** Taken when a function is created, ignored when it is updated. */
const ONLY_AT_CREATION = new Set(['subscriptionPosition', 'sourceSubscriptionPosition']);
/** What the worker fills in by itself. */
const FILLED_IN = new Set([
  ...['className', 'runtime', 'archive', 'inputTypeClassName', 'outputTypeClassName', 'autoAck'],
]);

/** Compares what is to be with what is read back. */
export function compareConfigs(desired: Fields, live: Fields): Comparison {
  const wanted = normalise(desired);
  const present = normalise(live);
  const changes: string[] = [];
  const kept: string[] = [];
  const resets: Record<string, unknown> = {};
  for (const field of new Set([...Object.keys(wanted), ...Object.keys(present)])) {
    if (field === 'inputSpecs' || same(field, wanted[field], present[field])) continue;
    const named = !isNothing(desired[field]) || (field === 'producerConfig' && field in wanted);
    if (ONLY_AT_CREATION.has(field)) kept.push(field);
    else if (field === 'resources') {
      changes.push(field);
      // Merged by the cluster: what the config does not say is said here.
      resets[field] = wanted[field];
    } else if (named) changes.push(field);
    else if (field in RESETS) {
      changes.push(field);
      resets[field] = RESETS[field];
    } else if (!FILLED_IN.has(field)) kept.push(field);
  }
  const inputs = compareInputs(inputSpecs(desired), inputSpecs(live));
  if (inputs.changed) changes.push('inputSpecs');
  kept.push(...inputs.removed.map((topic) => `input ${topic}`));
  if (keepsForwarding(desired, live)) kept.push('forwardSourceMessageProperty');
  return { changes, kept, resets };
}

function same(field: string, wanted: unknown, present: unknown): boolean {
  if (wanted === undefined || present === undefined) return wanted === present;
  // The worker adds fields of its own to a window's config.
  if (field === 'windowConfig')
    return canonicalJson({ ...fieldsOf(present), ...fieldsOf(wanted) }) === canonicalJson(present);
  return canonicalJson(wanted) === canonicalJson(present);
}

function compareInputs(wanted: Readonly<Record<string, Fields>>, present: Readonly<Record<string, Fields>>) {
  return {
    changed: Object.entries(wanted).some(
      ([topic, spec]) =>
        present[topic] === undefined || canonicalJson(spec) !== canonicalJson(present[topic]),
    ),
    removed: Object.keys(present).filter((topic) => wanted[topic] === undefined),
  };
}

/** Read back as true or not at all; settable at creation only, and only for functions. */
function keepsForwarding(desired: Fields, live: Fields): boolean {
  const wanted = desired['forwardSourceMessageProperty'];
  return typeof wanted === 'boolean' && wanted !== (live['forwardSourceMessageProperty'] === true);
}
