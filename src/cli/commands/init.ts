import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { Context } from '../context.js';
import { columns, counted, pretty } from '../table.js';

/** `stageline init`: makes Stageline's own topics ready, and says what it did. */
export function registerInit(program: Command, context: Context): void {
  program
    .command('init')
    .description("provision Stageline's own tenants, namespaces, policies and topics; safe to repeat")
    .action(async (_options: unknown, command: Command) => {
      const { json = false } = command.optsWithGlobals<{ readonly json?: boolean }>();
      const config = loadConfig(context.sources);
      if (config.bus.kind === 'embedded') {
        context.out(json ? '[]' : 'Nothing to provision: the embedded bus makes its topics by itself.');
        return;
      }
      const { initTopics } = await context.loadService();
      const steps = await initTopics(config);
      if (json) {
        context.out(pretty(steps));
        return;
      }
      const changes = steps.filter(({ done }) => done !== 'present').length;
      context.out(columns(steps.map(({ what, done }) => [done, what])));
      context.out(
        changes === 0
          ? `All was there already on ${config.bus.adminUrl}.`
          : `${counted(changes, 'change')} made on ${config.bus.adminUrl}.`,
      );
    });
}
