import type { FoldContext, FoldEvent, Projection, Touch } from '../core/projection.js';
import type { AnyDocument } from '../core/types.js';

export interface ProjectionParts<Doc extends AnyDocument, Part> {
  readonly kind: Doc['kind'];
  /** Every document that the event touches, with what the event says about it. */
  readonly touches: (event: FoldEvent) => readonly Touch<Part>[];
  /** The document after the event; the same object where nothing changes, `undefined` where it goes. */
  readonly apply: (
    document: Doc | undefined,
    part: Part,
    at: FoldContext & { readonly event: FoldEvent },
  ) => Doc | undefined;
}

/** Makes a projection out of what an event means for each document. */
export function defineProjection<Doc extends AnyDocument, Part>({
  kind,
  touches,
  apply,
}: ProjectionParts<Doc, Part>): Projection {
  return {
    kind,
    touches,
    apply: (document, part, at) =>
      apply(document?.kind === kind ? (document as Doc) : undefined, part as Part, at),
  };
}
