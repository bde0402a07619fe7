import { addEnvironments } from '../commands/internal/add-environments.js';
import { policyIn, policyText, samePolicy, targetOf } from '../core/environments.js';
import type { EnvironmentDocument, EnvironmentSetting } from '../core/types.js';
import { AppError } from '../errors.js';
import { createDocumentReads } from '../feed/document-reads.js';
import type { DocumentStore } from '../ports/documents.js';
import type { Incoming } from './inbox.js';
import type { Overlay } from './overlay.js';
import { ownCommand } from './own-command.js';

/**
 * Compares the configured environments with those in force. New ones are to be appended by the writer; a changed or
 * removed target needs a person's command, since proofs and deployments stop counting with it, and so does a changed
 * policy, since to weaken it is a decision about security: the lease is not taken.
 */
export async function environmentCommands(
  overlay: Overlay,
  configured: readonly EnvironmentSetting[],
): Promise<Incoming[]> {
  const inForce = new Map<string, EnvironmentDocument>();
  for (const { document } of await overlay.load.range('environment:')) {
    if (document.kind === 'environment') inForce.set(document.environment, document);
  }
  refuseDifferences(inForce, configured);
  const added = configured.filter(({ name }) => !inForce.has(name));
  if (added.length === 0) return [];
  return [
    ownCommand(addEnvironments, {
      environments: configured.map((setting) => ({
        name: setting.name,
        target: targetOf(setting),
        ...policyIn(setting),
      })),
    }),
  ];
}

/** The same before the lease is taken, on the documents as they are stored: an instance that may not write is not to disturb one that may. */
export async function checkEnvironments(
  store: DocumentStore,
  configured: readonly EnvironmentSetting[],
): Promise<void> {
  const reads = createDocumentReads(store);
  const { documents } = await reads.page({ prefix: 'environment:', limit: 1_000 });
  const inForce = new Map<string, EnvironmentDocument>();
  for (const { document } of documents)
    if (document.kind === 'environment') inForce.set(document.environment, document);
  refuseDifferences(inForce, configured);
}

function refuseDifferences(
  inForce: ReadonlyMap<string, EnvironmentDocument>,
  configured: readonly EnvironmentSetting[],
): void {
  const differences = differencesOf(inForce, configured);
  if (differences.length === 0) return;
  throw new AppError(
    'INVALID_CONFIG',
    `STAGELINE_ENVIRONMENTS differs from what is in force: ${differences.join('; ')}. Start with the old setting and send set-environments first, or set it back.`,
  );
}

function differencesOf(
  inForce: ReadonlyMap<string, EnvironmentDocument>,
  configured: readonly EnvironmentSetting[],
): string[] {
  const differences: string[] = [];
  const names = new Set(configured.map(({ name }) => name));
  for (const setting of configured) {
    const there = inForce.get(setting.name);
    const target = there?.target;
    if (target !== undefined && target.fingerprint !== targetOf(setting).fingerprint) {
      differences.push(
        `"${setting.name}" deploys to ${target.adminUrl ?? 'the sandbox'}, configured is ${setting.adminUrl ?? 'the sandbox'}`,
      );
    }
    const { approvals } = policyIn(setting);
    if (there !== undefined && !samePolicy(there.approvals, approvals)) {
      differences.push(
        `a commit to "${setting.name}" needs ${policyText(there.approvals)}, configured is ${policyText(approvals)}`,
      );
    }
  }
  for (const name of inForce.keys())
    if (!names.has(name)) differences.push(`"${name}" is not configured any more`);
  const order = [...inForce.values()].sort((a, b) => a.order - b.order).map(({ environment }) => environment);
  const configuredOrder = configured.map(({ name }) => name).filter((name) => inForce.has(name));
  if (differences.length === 0 && order.join() !== configuredOrder.join())
    differences.push(`the order in force is ${order.join(', ')}`);
  return differences;
}
