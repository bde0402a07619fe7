/** A package: its bytes, or a reference that the cluster itself resolves (`builtin://`, `function://`, `source://`, `sink://`). */
export type Package =
  | {
      readonly kind: 'data';
      readonly fileName: string;
      readonly body: Buffer;
      /** Hex. */
      readonly sha256: string;
    }
  | { readonly kind: 'reference'; readonly url: string };
