import { apiTokenId } from '../core/ids.js';
import type { ApiTokenCreated, ApiTokenDocument, ApiTokenRevoked } from '../core/types.js';
import { defineProjection } from './define-projection.js';

/** `api-token:<name>`: what an API token may. */
export const apiToken = defineProjection<ApiTokenDocument, ApiTokenCreated | ApiTokenRevoked>({
  kind: 'api-token',
  touches: (event) =>
    event.type === 'api-token-created' || event.type === 'api-token-revoked'
      ? [[apiTokenId(event.name), event]]
      : [],
  apply: (document, event, { time, actor }) => {
    if (event.type === 'api-token-created') {
      const { type: _type, project: _project, ...facts } = event;
      return { kind: 'api-token', ...facts, createdAt: time };
    }
    if (document === undefined) return undefined;
    const { reason } = event;
    return { ...document, revoked: { time, by: actor, ...(reason === undefined ? {} : { reason }) } };
  },
});
