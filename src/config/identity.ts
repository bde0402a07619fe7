import type { Settings } from '../core/types.js';
import { given } from './connections.js';
import { isAuthenticated } from './identity-checks.js';

/** How callers are known. Key files hold at least 32 bytes. */
export interface IdentityConfig {
  /** What HTTP callers' tokens are checked with; undefined in a process that has no HTTP part. */
  readonly bearer: BearerConfig | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly claims: { readonly roles: string; readonly projects: string };
  /** Undefined: made in the data folder, or, in a process of deployers, not needed. */
  readonly ticketKeyFile: string | undefined;
  readonly serviceKeyFile: string | undefined;
  readonly ticketSeconds: number;
}

export type BearerConfig =
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'public'; readonly file: string }
  | { readonly kind: 'secret'; readonly file: string };

/** How callers are known by these settings; undefined where nobody is asked. */
export function identityOf(settings: Settings): IdentityConfig | undefined {
  if (!isAuthenticated(settings)) return undefined;
  return {
    bearer: bearerOf(settings),
    issuer: given(settings.STAGELINE_AUTH_ISSUER),
    audience: given(settings.STAGELINE_AUTH_AUDIENCE),
    claims: {
      roles: settings.STAGELINE_AUTH_ROLES_CLAIM,
      projects: settings.STAGELINE_AUTH_PROJECTS_CLAIM,
    },
    ticketKeyFile: given(settings.STAGELINE_TICKET_KEY_FILE),
    serviceKeyFile: given(settings.STAGELINE_SERVICE_KEY_FILE),
    ticketSeconds: settings.STAGELINE_TICKET_SECONDS,
  };
}

function bearerOf(settings: Settings): BearerConfig | undefined {
  const [url, publicKey, secret] = [
    settings.STAGELINE_AUTH_JWKS_URL,
    settings.STAGELINE_AUTH_PUBLIC_KEY_FILE,
    settings.STAGELINE_AUTH_HS256_SECRET_FILE,
  ];
  if (url !== '') return { kind: 'jwks', url };
  if (publicKey !== '') return { kind: 'public', file: publicKey };
  return secret === '' ? undefined : { kind: 'secret', file: secret };
}
