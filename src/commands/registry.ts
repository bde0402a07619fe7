import type { AnyCommand, CommandDefinition } from '../core/decision.js';
import { allowArtifact } from './allow-artifact.js';
import { allowRelease } from './allow-release.js';
import { approve } from './approve.js';
import { deleteWebhookSubscriptions } from './delete-webhook-subscriptions.js';
import { freeze } from './freeze.js';
import { reject } from './reject.js';
import { rejectArtifact } from './reject-artifact.js';
import { rejectRelease } from './reject-release.js';
import { requestApproval } from './request-approval.js';
import { unfreeze } from './unfreeze.js';
import { withdraw } from './withdraw.js';
import { checkDrift } from './check-drift.js';
import { checkDriftOnSchedule } from './check-drift-on-schedule.js';
import { createApiToken } from './create-api-token.js';
import { revokeApiToken } from './revoke-api-token.js';
import { cancelDeployment } from './cancel-deployment.js';
import { commitStagedTo } from './commit-staged.js';
import { getAllData } from './get-all-data.js';
import { getAuditLog } from './get-audit-log.js';
import { getChanges } from './get-changes.js';
import { getStateAt } from './get-state-at.js';
import { importDeployed } from './import-deployed.js';
import { mergeStageSets } from './merge-stage-sets.js';
import { plan } from './plan.js';
import { planRollback } from './plan-rollback.js';
import { recordDeployment } from './record-deployment.js';
import { recordDrift } from './record-drift.js';
import { recordImport } from './record-import.js';
import { recordPlan } from './record-plan.js';
import { recordTask } from './record-task.js';
import { releaseEffects } from './release-effects.js';
import { resumeDeployment } from './resume-deployment.js';
import { retryDeployment } from './retry-deployment.js';
import { restartFunctions } from './restart-functions.js';
import { rollback } from './rollback.js';
import { setEnvironments } from './set-environments.js';
import { setWebhookSubscriptions } from './set-webhook-subscriptions.js';
import { skipEffects } from './skip-effects.js';
import { stageConfigs } from './stage-configs.js';
import { startFunctions } from './start-functions.js';
import { stopFunctions } from './stop-functions.js';
import { switchDocuments } from './switch-documents.js';
import { unStage } from './un-stage.js';

/** Forgets the types of a command: only it needs to know them. */
function erased<Params, State>(command: CommandDefinition<Params, State>): AnyCommand {
  return command as unknown as AnyCommand;
}

/** The whitelist: what is not here, and not of the family below, cannot run, whatever a topic says. */
const COMMANDS: readonly AnyCommand[] = [
  erased(stageConfigs),
  erased(unStage),
  erased(mergeStageSets),
  erased(plan),
  erased(planRollback),
  erased(checkDrift),
  erased(importDeployed),
  erased(requestApproval),
  erased(approve),
  erased(reject),
  erased(withdraw),
  erased(rollback),
  erased(retryDeployment),
  erased(cancelDeployment),
  erased(resumeDeployment),
  erased(startFunctions),
  erased(stopFunctions),
  erased(restartFunctions),
  erased(freeze),
  erased(unfreeze),
  erased(rejectArtifact),
  erased(allowArtifact),
  erased(rejectRelease),
  erased(allowRelease),
  erased(getAllData),
  erased(getAuditLog),
  erased(getStateAt),
  erased(getChanges),
  erased(setEnvironments),
  erased(createApiToken),
  erased(revokeApiToken),
  erased(setWebhookSubscriptions),
  erased(deleteWebhookSubscriptions),
  erased(recordDeployment),
  erased(recordTask),
  erased(recordPlan),
  erased(recordDrift),
  erased(recordImport),
  erased(checkDriftOnSchedule),
  erased(releaseEffects),
  erased(skipEffects),
  erased(switchDocuments),
];

const BY_NAME: ReadonlyMap<string, AnyCommand> = new Map(COMMANDS.map((command) => [command.name, command]));

/** `commit-staged-to-<environment>`: one for each environment in force; any other is refused by its own decision. */
const COMMIT = /^commit-staged-to-([a-z][a-z0-9-]{0,62})$/;

/** The command of this name; undefined if it is not on the whitelist. */
export function findCommand(name: string): AnyCommand | undefined {
  const environment = COMMIT.exec(name)?.[1];
  return environment === undefined ? BY_NAME.get(name) : erased(commitStagedTo(environment));
}

/** Every command there is with these environments, for documentation. */
export function listCommands(environments: readonly string[]): readonly AnyCommand[] {
  return [...COMMANDS, ...environments.map((environment) => erased(commitStagedTo(environment)))];
}
