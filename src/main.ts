import type { Config } from './config.js';
import { loadConfig } from './config.js';
import type { Check } from './core/status.js';
import { AppError, hasCode, messageOf } from './errors.js';
import type { ProvisionOptions, ProvisionStep } from './ports/topic-admin.js';
import { openTopicAdmin } from './service/engines.js';
import { permissionPlans } from './service/permissions.js';
import { startService, type RunningService } from './service/service.js';
import { createLog } from './service/system.js';
import { namespacePlans } from './service/topics.js';

/** How long the greeting waits for the service to be ready. */
const READY_LIMIT_MS = 5_000;
/** How long a stop may take before the process ends anyway; what was not finished is redelivered at the next start. */
const STOP_LIMIT_MS = 20_000;

export interface RunOptions {
  /** Stops the service. */
  readonly signal?: AbortSignal;
}

/** Starts the service in this process. */
export async function runService(config: Config, options: RunOptions = {}): Promise<RunningService> {
  const log = createLog(config);
  if (config.identity === undefined) log.warn({ callers: 'local' }, 'nobody-is-asked-who-they-are');
  for (const exposed of config.exposed) log.warn({ exposed }, 'everyone-who-reaches-this-is-trusted');
  const service = await startService(config, log);
  options.signal?.addEventListener('abort', () => void service.stop(), { once: true });
  return service;
}

/**
 * Makes Stageline's own tenants, namespaces and topics on the configured Pulsar, and lets roles use them where the
 * configuration names any; nothing to do on the embedded bus.
 */
export async function initTopics(config: Config, options: ProvisionOptions = {}): Promise<ProvisionStep[]> {
  const admin = openTopicAdmin(config);
  if (admin === undefined) return [];
  if (config.roles === undefined) return admin.provision(namespacePlans(config), options);
  const tenantAdmins = [config.roles.processor];
  const made = await admin.provision(namespacePlans(config), { ...options, tenantAdmins });
  return [...made, ...(await admin.permit(permissionPlans(config, config.roles), options))];
}

/** Runs until a signal; resolves with the exit code. */
export async function runUntilSignal(config: Config): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  stop.signal.addEventListener('abort', () => setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref(), {
    once: true,
  });
  try {
    const service = await runService(config, { signal: stop.signal });
    const wrong = await service.ready(READY_LIMIT_MS);
    process.stderr.write(greeting(config, service.url, wrong));
    await service.stopped;
    return 0;
  } catch (error) {
    process.stderr.write(`stageline: ${error instanceof AppError ? error.message : messageOf(error)}\n`);
    return 1;
  }
}

function greeting(config: Config, url: string, wrong: readonly Check[]): string {
  const targets = config.environments
    .map(({ name, adminUrl }) => `${name} → ${adminUrl ?? 'sandbox'}`)
    .join(', ');
  const where = url === '' ? `parts ${config.parts.join(', ')}` : url;
  return [
    '',
    wrong.length === 0 ? `  Stageline is up: ${where}` : `  Stageline runs, and is not ready: ${where}`,
    ...wrong.map(({ name, detail }) => `  ! ${name}: ${detail}`),
    `  Environments: ${targets}. Bus: ${config.bus.kind}, documents: ${config.store.kind}.`,
    config.identity === undefined
      ? '  Nobody is asked who they are: every caller is "local" and may do everything.'
      : '  Callers are asked who they are: send a bearer token (docs/security.md).',
    url === ''
      ? ''
      : `  Next: npx stageline stage examples/configs/enrich.json   (README.md, "A walk through the main job")`,
    '',
    '',
  ].join('\n');
}

if (require.main === module) {
  let config: Config | undefined;
  try {
    config = loadConfig();
  } catch (error) {
    process.stderr.write(
      `stageline: ${hasCode(error, 'INVALID_CONFIG') ? (error as Error).message : messageOf(error)}\n`,
    );
    process.exitCode = 1;
  }
  if (config !== undefined) void runUntilSignal(config).then((code) => process.exit(code));
}
