import type { Command } from 'commander';
import { loadConfig, type Config } from '../../config.js';
import type { ProvisionStep } from '../../ports/topic-admin.js';
import type { Context } from '../context.js';
import { EXIT, Exit } from '../exit.js';
import { columns, counted, pretty } from '../table.js';

/** `stageline init`: makes Stageline's own topics ready, and says what it did. */
export function registerInit(program: Command, context: Context): void {
  program
    .command('init')
    .description(
      "provision Stageline's own tenants, namespaces, policies and topics, and permissions on them; safe to repeat",
    )
    .option('--dry-run', 'change nothing, and tell what would be changed')
    .action(async ({ dryRun = false }: { readonly dryRun?: boolean }, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ readonly json?: boolean }>();
      const config = loadConfig(context.sources);
      if (config.bus.kind === 'embedded') {
        context.out(json ? '[]' : 'Nothing to provision: the embedded bus makes its topics by itself.');
        return;
      }
      const { initTopics } = await context.loadService();
      const steps = await initTopics(config, { dryRun });
      if (json) context.out(pretty(steps));
      else for (const line of linesOf(steps, config, dryRun)) context.out(line);
      const failed = steps.filter(({ done }) => done === 'failed').length;
      if (failed > 0) throw new Exit(EXIT.failed, `${counted(failed, 'permission')} could not be set`);
    });
}

function linesOf(steps: readonly ProvisionStep[], { bus, roles }: Config, dryRun: boolean): string[] {
  const at = bus.kind === 'embedded' ? '' : bus.adminUrl;
  const changes = steps.filter(({ done }) => !['present', 'failed', 'warning'].includes(done)).length;
  const made = dryRun ? 'would be made' : 'made';
  return [
    columns(
      steps.map(({ what, done, why }) => [
        dryRun && !['present', 'warning'].includes(done) ? `to be ${done}` : done,
        why === undefined ? what : `${what}: ${why}`,
      ]),
    ),
    changes > 0
      ? `${counted(changes, 'change')} ${made} on ${at}.`
      : steps.some(({ done }) => done === 'failed')
        ? `Nothing was changed on ${at}.`
        : `All was there already on ${at}.`,
    ...(roles === undefined
      ? [
          'No permissions were set: STAGELINE_PULSAR_ROLE names nobody. Whoever may use the topics at all may write the journal.',
        ]
      : []),
  ];
}
