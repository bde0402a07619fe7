import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { apiTokenId } from '../core/ids.js';
import type { ApiTokenDocument, ApiTokenRevoked, RevokeApiTokenParams } from '../core/types.js';
import { seenAs } from './shared/read.js';

/** Ends an API token. One that is revoked already stays so. */
export const revokeApiToken = defineCommand<RevokeApiTokenParams, ApiTokenDocument | undefined>({
  name: 'revoke-api-token',
  summary: 'Ends an API token: it is refused from then on.',
  schema: 'revoke-api-token.json',
  kind: 'change',
  role: 'admin',
  everyProject: () => true,
  refusals: ['UNKNOWN_NAME'],

  async load(load, { name }) {
    const id = apiTokenId(name);
    return seenAs(await load.get([id]), id, 'api-token');
  },

  decide(known, { name, reason }, { project }) {
    if (known === undefined)
      return rejectAt(
        '/params/name',
        'UNKNOWN_NAME',
        `There is no token "${name}"; list them with "stageline token list".`,
      );
    const result = { name, document: apiTokenId(name) };
    if (known.revoked !== undefined) return accept([], { ...result, revokedAt: known.revoked.time });
    const event: ApiTokenRevoked = {
      type: 'api-token-revoked',
      project,
      name,
      ...(reason === undefined ? {} : { reason }),
    };
    return accept([event], result);
  },
});
