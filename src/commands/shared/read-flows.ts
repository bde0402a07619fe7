import type { Load } from '../../core/decision.js';
import { contentId } from '../../core/ids.js';
import { configFor } from '../../core/merge-patch.js';
import { own } from '../../core/own.js';
import { topicFlow, type TopicFlow } from '../../core/topic-flow.js';
import type { FunctionDocument } from '../../core/types.js';
import { seenAs } from './read.js';

/** A function of a release to be, and what it is to become. */
export interface Planned {
  readonly name: string;
  /** Null: deleted. */
  readonly contentHash: string | null;
}

/**
 * What functions read and write in an environment, by name: one that is deleted as it is there today. One function alone
 * has no order, and nothing is read.
 */
export async function readFlows(
  load: Load,
  planned: readonly Planned[],
  { environment, functionOf }: FlowContext,
): Promise<Map<string, TopicFlow>> {
  const flows = new Map<string, TopicFlow>();
  if (planned.length < 2) return flows;
  const hashes = planned.flatMap(({ name, contentHash }) => {
    const hash = contentHash ?? presentContent(functionOf(name), environment);
    return hash === undefined ? [] : [[name, hash] as const];
  });
  const seen = await load.get([...new Set(hashes.map(([, hash]) => contentId(hash)))]);
  for (const [name, hash] of hashes) {
    const content = seenAs(seen, contentId(hash), 'content');
    if (content !== undefined) flows.set(name, topicFlow(configFor(content.config, environment)));
  }
  return flows;
}

export interface FlowContext {
  readonly environment: string;
  readonly functionOf: (name: string) => FunctionDocument | undefined;
}

function presentContent(document: FunctionDocument | undefined, environment: string): string | undefined {
  const now = document === undefined ? undefined : own(document.environments, environment);
  return now?.succeeded?.contentHash ?? now?.contentHash ?? undefined;
}
