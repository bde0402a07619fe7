import { join } from 'node:path';
import { createSandboxFunctions } from '../../src/adapters/sandbox/sandbox-functions.js';
import { contentId } from '../../src/core/ids.js';
import { configFor } from '../../src/core/merge-patch.js';
import { isSuccess } from '../../src/core/function-state.js';
import { planDeployment } from '../../src/deployer/plan.js';
import { refOf, toPulsarConfig } from '../../src/deployer/pulsar-config.js';
import type { WorkloadRef } from '../../src/ports/functions.js';
import type { MemoryDocuments } from '../../src/projections/memory-documents.js';

/** Functions of which a sandbox has something else than the journal says. */
export async function sandboxFaults(
  dataDir: string,
  environments: readonly string[],
  documents: MemoryDocuments,
): Promise<string[]> {
  const faults: string[] = [];
  for (const environment of environments) {
    const sandbox = await createSandboxFunctions({ dir: join(dataDir, 'sandbox', environment) });
    for (const [, { document }] of documents.entries()) {
      if (document?.kind !== 'function') continue;
      const entry = document.environments[environment];
      if (entry === undefined || !isSuccess(entry.state)) continue;
      const [tenant = '', namespace = '', name = ''] = document.function.split('/');
      const ref: WorkloadRef = { type: document.workload, tenant, namespace, name };
      const { status, body } = await sandbox.get(ref);
      const live = status === 200 ? (body as Record<string, unknown>) : undefined;
      const of = `${document.function} in the sandbox of ${environment}`;
      if (entry.contentHash === null) {
        if (live !== undefined) faults.push(`${of} is there, release ${entry.release} deleted it`);
        continue;
      }
      const content = documents.get(contentId(entry.contentHash))?.document;
      const config = configFor(content?.kind === 'content' ? content.config : {}, environment);
      const plan = planDeployment(
        {
          operation: 'apply',
          ref: refOf(config) ?? ref,
          config: toPulsarConfig(ref, config).config,
          package: { kind: 'data', fileName: '', body: Buffer.alloc(0), sha256: '' },
          samePackage: true,
        },
        live,
      );
      if (plan.operation !== 'none')
        faults.push(`${of} is not what release ${entry.release} deployed: ${JSON.stringify(plan)}`);
    }
    await sandbox.close();
  }
  return faults;
}
