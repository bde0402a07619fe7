import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { apiTokenId } from '../../core/ids.js';
import { ROLES, type Role } from '../../core/roles.js';
import type { ApiTokenDocument } from '../../core/types.js';
import { apiTokenHash } from '../../identity/api-tokens.js';
import type { Context } from '../context.js';
import { EXIT, Exit } from '../exit.js';
import { explainReply } from '../problems.js';
import { registerTokenIssue } from './token-issue.js';
import { role, wholeNumber } from '../parsers.js';
import { openSession, report, submit } from '../session.js';
import { pretty, table } from '../table.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

interface CreateOptions {
  readonly roles: readonly Role[];
  readonly projects?: readonly string[];
  readonly days: number;
  readonly owner?: string;
  readonly note?: string;
}

/** `stageline token create|issue|list|revoke`. */
export function registerToken(program: Command, context: Context): void {
  const group = program.command('token').description('API tokens for scripts: make, list and revoke them');

  group
    .command('create')
    .description('make an API token and print it, once; the service keeps its hash alone')
    .argument('<name>', 'its name in records and lists; lower-case letters, digits and hyphens')
    .requiredOption('--roles <roles...>', `what it may: ${Object.keys(ROLES).join(', ')}`, role)
    .option('--projects <names...>', 'only in these projects (default: in all)')
    .option('--days <number>', 'how long it is good, at most 366', wholeNumber(366), 90)
    .option('--owner <name>', 'the person it is for (default: whoever makes it)')
    .option('--note <text>', 'what it is for')
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const session = openSession(command, context);
      const { roles, projects, owner, note } = options;
      const token = `stl_${name}_${randomBytes(32).toString('base64url')}`;
      const expiresAt = new Date(Date.now() + options.days * DAY_MS).toISOString();
      const reply = await submit(session, {
        command: 'create-api-token',
        params: {
          name,
          hash: apiTokenHash(token),
          roles,
          ...(projects === undefined ? {} : { projects }),
          expiresAt,
          ...(owner === undefined ? {} : { owner }),
          ...(note === undefined ? {} : { note }),
        },
      });
      if (reply.status !== 'ok') throw new Exit(EXIT.failed, explainReply(reply));
      if (session.json) context.out(pretty({ name, token, expiresAt }));
      else {
        context.err(`API token "${name}", good until ${expiresAt}. It is shown this once:`);
        context.out(token);
      }
    });

  registerTokenIssue(group, context);

  group
    .command('list')
    .description('list API tokens: what each may, until when, and who is behind it')
    .action(async (_options: object, command: Command) => {
      const session = openSession(command, context);
      const tokens: ApiTokenDocument[] = [];
      for await (const { document } of session.client.documents(apiTokenId('')))
        if (document.kind === 'api-token') tokens.push(document);
      if (session.json) context.out(pretty(tokens));
      else if (tokens.length === 0) context.out('no API tokens');
      else context.out(table(['NAME', 'STATE', 'ROLES', 'PROJECTS', 'PEOPLE', 'NOTE'], tokens.map(rowOf)));
    });

  group
    .command('revoke')
    .description('end an API token: it is refused from then on')
    .argument('<name>', 'its name')
    .option('--reason <text>', 'why')
    .action(async (name: string, { reason }: { readonly reason?: string }, command: Command) => {
      const session = openSession(command, context);
      const params = { name, ...(reason === undefined ? {} : { reason }) };
      const reply = await submit(session, { command: 'revoke-api-token', params });
      report(session, reply, ({ revokedAt }) =>
        typeof revokedAt === 'string' ? `${name} was revoked at ${revokedAt} already` : `${name} is revoked`,
      );
    });
}

function rowOf({ name, revoked, expiresAt, roles, projects, people, note = '' }: ApiTokenDocument): string[] {
  const ended = Date.parse(expiresAt) <= Date.now() ? `expired ${expiresAt}` : `until ${expiresAt}`;
  const state = revoked === undefined ? ended : `revoked ${revoked.time} by ${revoked.by}`;
  return [name, state, roles.join(', '), projects?.join(', ') ?? 'all', people.join(', '), note];
}
