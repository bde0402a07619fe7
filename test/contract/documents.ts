import type { DocumentStore } from '../../src/ports/documents.js';
import { databases } from './documents-databases.js';
import { reading } from './documents-reading.js';
import { useDocuments } from './documents-session.js';
import { writing } from './documents-writing.js';

export interface DocumentsContractOptions {
  /** Opens the store that the scope had before, or an empty one: each scope is an installation of its own. */
  readonly openStore: (scope: string) => Promise<DocumentStore>;
  /** False where the server loses fields named `__proto__`. @defaultValue true */
  readonly keepsProto?: boolean;
}

/** What every document store promises (src/ports/documents.ts). */
export function documentsContract(name: string, options: DocumentsContractOptions): void {
  const { openStore, keepsProto = true } = options;
  describe(`documents contract, ${name}`, () => {
    const session = useDocuments(openStore);
    reading(session, keepsProto);
    writing(session);
    databases(session);
  });
}
