import type { LoadRange } from '../core/decision.js';
import type { AnyDocument } from '../core/types.js';

/** A document with the position of the last record that changed it. */
export interface PositionedDocument {
  readonly id: string;
  readonly position: number;
  readonly document: AnyDocument;
}

export interface ReadOptions {
  /** Wait until the documents are at this position; NOT_REACHED after `waitMs`. */
  readonly after?: number;
  /** @defaultValue 10000 */
  readonly waitMs?: number;
}

export interface DocumentPage {
  readonly documents: PositionedDocument[];
  /** Give it back to go on; absent on the last page. */
  readonly cursor?: string;
  /** The position that the documents had reached when the page was read. */
  readonly position: number;
}

/** Reading documents as stored. What is deleted is absent. */
export interface DocumentReads {
  get(id: string, options?: ReadOptions): Promise<PositionedDocument | undefined>;
  getMany(ids: readonly string[], options?: ReadOptions): Promise<Map<string, PositionedDocument>>;
  page(
    query: { readonly prefix: string; readonly limit: number; readonly cursor?: string },
    options?: ReadOptions,
  ): Promise<DocumentPage>;
  /** Documents of a key range, as far as they are there, from its beginning or its end on. */
  range(prefix: string, range?: LoadRange): Promise<PositionedDocument[]>;
  /** The position that the documents have reached. */
  position(): Promise<number>;
}
