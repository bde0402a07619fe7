import type { Command } from 'commander';
import type {
  DriftDocument,
  EnvironmentDocument,
  FunctionDocument,
  StageSetDocument,
} from '../../core/types.js';
import type { DocumentPage } from '../../ports/reads.js';
import type { Context } from '../context.js';
import { EXIT, Exit } from '../exit.js';
import { explainReply } from '../problems.js';
import type { ServiceStatus } from '../../core/status.js';
import { serviceText } from '../service-table.js';
import { openSession, submit, type Session } from '../session.js';
import { statusTable } from '../status-table.js';
import { pretty } from '../table.js';

/** `stageline status`: functions × environments, with what is staged. */
export function registerStatus(program: Command, context: Context): void {
  program
    .command('status')
    .description('show functions and environments: content, release, state and what is staged')
    .option(
      '--service',
      'show how the service stands instead: each consumer of the journal, what is not well',
    )
    .action(async ({ service }: { readonly service?: true }, command: Command) => {
      const session = openSession(command, context);
      if (service === true) {
        const stands = await session.client.read<ServiceStatus>('status');
        context.out(session.json ? pretty(stands) : serviceText(stands));
        return;
      }
      const status = {
        environments: (await readAll(session, 'environment:')) as EnvironmentDocument[],
        functions: (await readAll(session, 'function:')) as FunctionDocument[],
        drift: (await readAll(session, `drift:${session.project}:`)) as DriftDocument[],
        stageSets: (await readAll(session, `stage-set:${session.project}:`)) as StageSetDocument[],
      };
      context.out(
        session.json ? pretty({ project: session.project, ...status }) : statusTable(session.project, status),
      );
    });
}

/** All pages of one kind, by the command that shows only what belongs to the project. */
async function readAll(session: Session, prefix: string): Promise<unknown[]> {
  const found: unknown[] = [];
  let cursor: string | undefined;
  do {
    const params = { prefix, ...(cursor === undefined ? {} : { cursor }) };
    const reply = await submit(session, { command: 'get-all-data', params });
    if (reply.status !== 'ok') throw new Exit(EXIT.failed, explainReply(reply));
    const page = reply.result as unknown as Partial<DocumentPage>;
    found.push(...(page.documents ?? []).map(({ document }) => document));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}
