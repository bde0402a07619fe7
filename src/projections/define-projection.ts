import type { FoldContext, FoldEvent, Projection } from '../core/projection.js';
import type { AnyDocument } from '../core/types.js';

/** What one event means for one document. */
export type Touch<Part> = readonly [id: string, part: Part];

export interface ProjectionParts<Doc extends AnyDocument, Part> {
  readonly kind: Doc['kind'];
  /** Every document that the event touches, with what the event says about it. */
  readonly touches: (event: FoldEvent) => Iterable<Touch<Part>>;
  /** The document after the event; the same object where nothing changes, `undefined` where it goes. */
  readonly apply: (
    document: Doc | undefined,
    part: Part,
    at: FoldContext & { readonly event: FoldEvent },
  ) => Doc | undefined;
}

/**
 * Makes a projection out of what an event means for each document. An event is taken apart once, however many documents
 * it touches, so that folding a release of thousands stays linear.
 */
export function defineProjection<Doc extends AnyDocument, Part>({
  kind,
  touches,
  apply,
}: ProjectionParts<Doc, Part>): Projection {
  const taken = new WeakMap<FoldEvent, Map<string, Part>>();
  const partsOf = (event: FoldEvent): Map<string, Part> => {
    const known = taken.get(event);
    if (known !== undefined) return known;
    const parts = new Map(touches(event));
    taken.set(event, parts);
    return parts;
  };
  return {
    kind,
    ids: (event) => [...partsOf(event).keys()],
    evolve(id, document, at) {
      const parts = partsOf(at.event);
      if (!parts.has(id)) return document;
      return apply(document?.kind === kind ? (document as Doc) : undefined, parts.get(id) as Part, at);
    },
  };
}
