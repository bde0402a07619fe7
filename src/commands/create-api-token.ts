import { peopleOf } from '../core/authorise.js';
import { accept, defineCommand, rejectAt } from '../core/decision.js';
import { apiTokenId } from '../core/ids.js';
import { holds } from '../core/roles.js';
import type { ApiTokenCreated, ApiTokenDocument, CreateApiTokenParams } from '../core/types.js';
import { seenAs } from './shared/read.js';

/** No token is good for longer: whoever still needs it makes another one. */
const MAX_LIFE_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Makes an API token known, by its hash. It may nothing that whoever makes it may not. */
export const createApiToken = defineCommand<CreateApiTokenParams, ApiTokenDocument | undefined>({
  name: 'create-api-token',
  summary: 'Makes an API token known, for scripts; `stageline token create` sends it.',
  schema: 'create-api-token.json',
  kind: 'change',
  role: 'admin',
  everyProject: () => true,
  refusals: ['TOKEN_NAME_USED', 'NOT_ALLOWED_TO_GRANT', 'INVALID_EXPIRY'],

  async load(load, { name }) {
    const id = apiTokenId(name);
    return seenAs(await load.get([id]), id, 'api-token');
  },

  decide(known, params, { project, actor, time }) {
    const { owner, ...facts } = params;
    if (known !== undefined)
      return rejectAt(
        '/params/name',
        'TOKEN_NAME_USED',
        `There is, or was, a token "${params.name}"; take another name.`,
      );
    const missing = params.roles.findIndex((role) => !holds(actor.roles, role));
    if (missing >= 0)
      return rejectAt(
        `/params/roles/${missing}`,
        'NOT_ALLOWED_TO_GRANT',
        `"${actor.name}" lacks the role ${params.roles[missing] ?? ''} and cannot give it to a token.`,
      );
    const life = Date.parse(params.expiresAt) - Date.parse(time);
    if (!(life > 0 && life <= MAX_LIFE_DAYS * DAY_MS))
      return rejectAt(
        '/params/expiresAt',
        'INVALID_EXPIRY',
        `A token expires after now and within ${MAX_LIFE_DAYS} days.`,
      );
    const people = [...new Set([...peopleOf(actor), ...(owner === undefined ? [] : [owner])])];
    const event: ApiTokenCreated = { type: 'api-token-created', project, ...facts, people };
    return accept([event], {
      name: params.name,
      document: apiTokenId(params.name),
      expiresAt: params.expiresAt,
    });
  },
});
