import { deploymentId } from '../core/ids.js';
import { configFor } from '../core/merge-patch.js';
import type { DeploymentDocument, DeploymentMessage, PendingEffects } from '../core/types.js';
import type { OutgoingMessage } from '../ports/bus.js';

/** The message that a deployer gets, with the effect's id. */
export function effectMessage(
  deployment: DeploymentDocument,
  contents: ReadonlyMap<string, Record<string, unknown>>,
  pending: PendingEffects,
): OutgoingMessage {
  const { environment, project, release, index, of, operation, contentHash } = deployment;
  const [tenant, namespace, name] = deployment.function.split('/');
  const config =
    contentHash === null
      ? { type: deployment.workload, tenant, namespace, name }
      : configFor(contents.get(contentHash) ?? {}, environment);
  const body: DeploymentMessage = {
    environment,
    project,
    release,
    index,
    of,
    operation,
    contentHash,
    ...(deployment.requiredPackage === undefined ? {} : { packageSha256: deployment.requiredPackage }),
    configs: [config],
  };
  return {
    key: deployment.function,
    properties: {
      effect: `0/${pending.position}/${index}`,
      document: deploymentId({ project, environment, release }, deployment.function),
    },
    payload: Buffer.from(JSON.stringify(body)),
  };
}
