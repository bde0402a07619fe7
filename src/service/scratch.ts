import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLevelDocumentStore } from '../adapters/level/documents.js';
import type { Scratch } from '../history/verify.js';

/** An empty database on the embedded store in a folder of its own, which goes with it. TMPDIR says where. */
export async function openScratch(): Promise<Scratch> {
  const dir = await mkdtemp(join(tmpdir(), 'stageline-verify-'));
  const store = await createLevelDocumentStore({ dir });
  return {
    documents: await store.create('documents-verify'),
    async drop() {
      await store.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
