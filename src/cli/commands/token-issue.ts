import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { Role } from '../../core/roles.js';
import { messageOf } from '../../errors.js';
import { actorOf } from '../../identity/claims.js';
import { issueToken } from '../../identity/issue-token.js';
import type { Context } from '../context.js';
import { usage } from '../exit.js';
import { role, wholeNumber } from '../parsers.js';

interface IssueOptions {
  readonly roles: readonly Role[];
  readonly projects?: readonly string[];
  readonly hours: number;
}

/** `stageline token issue`: a token for a person, where no identity provider makes them. */
export function registerTokenIssue(group: Command, { sources, out }: Context): void {
  group
    .command('issue')
    .description(
      'make a token for a person, with the secret of STAGELINE_AUTH_HS256_SECRET_FILE, where there is no identity provider',
    )
    .argument('<name>', 'who it is for')
    .requiredOption('--roles <roles...>', 'what that person may', role)
    .option('--projects <names...>', 'only in these projects (default: in all)')
    .option('--hours <number>', 'how long it is good, at most 720', wholeNumber(720), 8)
    .addHelpText(
      'after',
      '\nNothing is recorded, and it cannot be revoked: it ends by itself, or with its secret.',
    )
    .action(async (name: string, { roles, projects = ['*'], hours }: IssueOptions) => {
      const { identity } = loadConfig(sources);
      if (identity?.bearer?.kind !== 'secret')
        throw usage('STAGELINE_AUTH_HS256_SECRET_FILE is not set; tokens come from your identity provider');
      const { bearer, claims: names, issuer, audience } = identity;
      if (names.roles.startsWith('/') || names.projects.startsWith('/'))
        throw usage('the claims of roles and projects must be names, not pointers, for a token made here');
      const claims = { sub: name, [names.roles]: [...roles], [names.projects]: [...projects] };
      if (actorOf(claims, names) === undefined) throw usage(`"${name}" cannot be used as a name`);
      const secret = readSecret(resolve(sources.cwd, bearer.file));
      out(await issueToken({ claims, hours, issuer, audience }, secret));
    });
}

function readSecret(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw usage(`STAGELINE_AUTH_HS256_SECRET_FILE cannot be read: ${messageOf(error)}`);
  }
}
