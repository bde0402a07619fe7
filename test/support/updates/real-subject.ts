import type { WorkloadRef } from '../../../src/ports/functions.js';
import type { UpdatesSubject } from './trial.js';
import { workerMetadata } from './worker-metadata.js';

/** What only a real cluster has: a namespace to be made, functions to be stopped, and a worker that keeps more than it gives back. */
export async function realUpdates(adminUrl: string): Promise<Pick<UpdatesSubject, 'stop' | 'hidden'>> {
  const made = await fetch(`${adminUrl}/admin/v2/namespaces/public/updates`, { method: 'PUT' });
  if (!made.ok && made.status !== 409) throw new Error(`public/updates: ${made.status} ${await made.text()}`);
  return {
    async stop({ type, tenant, namespace, name }: WorkloadRef) {
      const path = `/admin/v3/${type}s/${tenant}/${namespace}/${name}/stop`;
      const answer = await fetch(`${adminUrl}${path}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    hidden: (ref) => workerMetadata(adminUrl, ref),
  };
}
