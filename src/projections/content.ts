import { contentId } from '../core/ids.js';
import type { ContentDocument } from '../core/types.js';
import { defineProjection } from './define-projection.js';

interface Part {
  readonly hash: string;
  readonly config: Record<string, unknown>;
}

/** `content:<hash>`: written once, kept for ever. */
export const content = defineProjection<ContentDocument, Part>({
  kind: 'content',
  touches: (event) =>
    event.type === 'configs-staged' || event.type === 'functions-imported'
      ? event.entries.flatMap(({ contentHash, content: config }) =>
          contentHash === null || config === undefined
            ? []
            : [[contentId(contentHash), { hash: contentHash, config }] as const],
        )
      : [],
  apply: (document, { hash, config }) => document ?? { kind: 'content', hash, config },
});
