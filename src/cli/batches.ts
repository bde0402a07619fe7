import type { AllowedLiteral } from '../core/types.js';
import type { StageItem } from './config-files.js';

/** How much goes into one command. */
export interface BatchLimits {
  readonly maxBytes: number;
  readonly maxItems: number;
}

/** Well below the service's own limits (300 KiB, 1,000 configs), so that envelope and note fit too. */
export const BATCH_LIMITS: BatchLimits = { maxBytes: 200 * 1024, maxItems: 500 };

/** Cuts items into runs within the limits, in order. What is too large by itself goes alone: the service then says so. */
export function cut(items: readonly StageItem[], limits: BatchLimits = BATCH_LIMITS): StageItem[][] {
  const batches: StageItem[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item.config ?? item.name)) + 1;
    const current = batches.at(-1);
    if (current === undefined || current.length >= limits.maxItems || bytes + size > limits.maxBytes) {
      batches.push([item]);
      bytes = size;
    } else {
      current.push(item);
      bytes += size;
    }
  }
  return batches;
}

/** The names that are there more than once, with where they are. */
export function duplicates(items: readonly StageItem[]): string[] {
  const places = new Map<string, string[]>();
  for (const { name, origin } of items) {
    if (!name.includes('?')) places.set(name, [...(places.get(name) ?? []), origin]);
  }
  return [...places]
    .filter(([, origins]) => origins.length > 1)
    .map(([name, origins]) => `${name} (${origins.join(', ')})`);
}

/** The parameters of the command that stages a batch. */
export function stageParams(
  batch: readonly StageItem[],
  {
    allowLiterals,
    ...common
  }: {
    readonly stageSet?: string;
    readonly note?: string;
    readonly allowLiterals: readonly AllowedLiteral[];
  },
): Record<string, unknown> {
  const names = new Set(batch.map(({ name }) => name));
  const allowed = allowLiterals.filter((allow) => names.has(allow.function));
  const configs = batch.flatMap(({ config }) => (config === undefined ? [] : [config]));
  const remove = batch.flatMap(({ name, config }) => (config === undefined ? [name] : []));
  return {
    ...common,
    ...(allowed.length > 0 ? { allowLiterals: allowed } : {}),
    ...(configs.length > 0 ? { configs } : {}),
    ...(remove.length > 0 ? { remove } : {}),
  };
}
