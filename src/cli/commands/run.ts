import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { Context } from '../context.js';
import { Exit } from '../exit.js';

/** `stageline run`: the service, in this process, until it is asked to end. */
export function registerRun(program: Command, context: Context): void {
  program
    .command('run')
    .description('run the service, or some of its parts, in this process')
    .option('--parts <list>', 'parts to run, by comma, instead of STAGELINE_PARTS')
    .addHelpText(
      'after',
      '\nSettings: docs/configuration.md. The first Ctrl-C drains and stops, the second one ends at once.',
    )
    .action(async ({ parts }: { readonly parts?: string }) => {
      const { env, cwd } = context.sources;
      const config = loadConfig({ cwd, env: parts === undefined ? env : { ...env, STAGELINE_PARTS: parts } });
      const { runUntilSignal } = await context.loadService();
      const code = await runUntilSignal(config);
      if (code !== 0) throw new Exit(code);
    });
}
