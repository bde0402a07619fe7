import { clientIn, type Client } from '../../core/client-secret.js';
import { isToken } from '../../core/credential-content.js';
import { cutText } from '../../core/cut-text.js';
import { printable } from '../../core/printable.js';
import { withoutTrailingSlashes } from '../../core/trailing-slashes.js';
import { AppError } from '../../errors.js';
import { askIssuer, type IssuerAnswer } from './issuer.js';
import { tokenExpiry } from './token-expiry.js';

/** A token and when it expires, in milliseconds since 1970. */
export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: number;
}

export interface Oauth2Options {
  readonly issuerUrl: string;
  readonly clientId?: string | undefined;
  readonly audience?: string | undefined;
  readonly scope?: string | undefined;
  /** What the file with the client secret holds. */
  readonly secret: () => Promise<string>;
  /** An authority that the issuer may be of, beside those that Node knows. */
  readonly ca: () => Promise<string | undefined>;
  /** Names of the settings, for messages. */
  readonly settings: {
    readonly issuerUrl: string;
    readonly clientSecretFile: string;
    readonly caFile: string;
  };
  /** @defaultValue Date.now */
  readonly now?: () => number;
}

/** So long a failure counts before the issuer is asked again. */
const FAILURE_MS = 5_000;
/** A token that was refused before its time is exchanged at most so often. */
const REFUSED_EVERY_MS = 30_000;
/** A token that does not say how long it is good for. */
const UNSAID_MS = 300_000;
/** The last fifth of its time, and no more than a minute, is for getting the next one. */
const marginOf = (lifetimeMs: number): number => Math.min(60_000, lifetimeMs / 5);

interface Kept extends IssuedToken {
  readonly since: number;
  readonly renewAt: number;
}

/**
 * Tokens by OAuth 2.0 client credentials, from the issuer whose well-known address names the token endpoint. One is kept
 * until shortly before it expires; whoever asks meanwhile shares one request. Rejects with TOKEN_MISSING where the issuer
 * refuses, with ENGINE_UNAVAILABLE where it does not answer.
 */
export function createOauth2(options: Oauth2Options): (refused?: string) => Promise<IssuedToken> {
  const { now = () => Date.now() } = options;
  let kept: Kept | undefined;
  let failed: { readonly error: unknown; readonly until: number } | undefined;
  let asking: Promise<IssuedToken> | undefined;

  const renew = async (): Promise<IssuedToken> => {
    const since = now();
    try {
      const { token, lifetimeMs } = await fetchToken(options, since);
      failed = undefined;
      kept = {
        token,
        since,
        expiresAt: since + lifetimeMs,
        renewAt: since + lifetimeMs - marginOf(lifetimeMs),
      };
      return kept;
    } catch (error) {
      failed = { error, until: now() + FAILURE_MS };
      // The one before is good for a while still.
      if (kept !== undefined && kept.expiresAt > now()) return kept;
      throw error;
    } finally {
      asking = undefined;
    }
  };

  return async (refused) => {
    const isRefused = kept?.token === refused && now() - (kept?.since ?? 0) > REFUSED_EVERY_MS;
    if (kept !== undefined && now() < kept.renewAt && !isRefused) return kept;
    if (failed !== undefined && now() < failed.until) {
      if (kept !== undefined && kept.expiresAt > now()) return kept;
      throw failed.error;
    }
    asking ??= renew();
    return asking;
  };
}

async function fetchToken(
  options: Oauth2Options,
  now: number,
): Promise<{ readonly token: string; readonly lifetimeMs: number }> {
  const { settings } = options;
  const client = clientIn(await options.secret(), options.clientId);
  if ('fault' in client)
    throw missing(`The client secret cannot be read from ${settings.clientSecretFile}: ${client.fault}.`);
  const shared = { ca: await options.ca(), caSetting: settings.caFile };
  const { endpoint, basic } = await discover(options, shared);
  const { audience, scope } = options;
  const login = basic ? {} : { client_id: client.id, client_secret: client.secret };
  const answer = await askIssuer({
    ...shared,
    url: endpoint,
    authorization: basic ? basicOf(client) : undefined,
    form: {
      grant_type: 'client_credentials',
      ...login,
      ...(audience === undefined ? {} : { audience }),
      ...(scope === undefined ? {} : { scope }),
    },
  });
  const { access_token: token, expires_in: seconds } = answer.body ?? {};
  if (answer.status !== 200 || typeof token !== 'string' || !isToken(token))
    throw missing(
      `The issuer of ${settings.issuerUrl} gave no token: ${refusalOf(answer, client)}. Look at ${settings.clientSecretFile} and at what the issuer lets this client do.`,
    );
  const said = Number(seconds);
  const expiry = tokenExpiry(token);
  const lifetimeMs = said > 0 ? said * 1000 : expiry === undefined ? UNSAID_MS : expiry - now;
  return { token, lifetimeMs: Math.max(1000, lifetimeMs) };
}

/** The token endpoint, out of the issuer's well-known document, and whether it wants the client in a header. */
async function discover(
  { issuerUrl, settings }: Oauth2Options,
  shared: { readonly ca: string | undefined; readonly caSetting: string },
): Promise<{ readonly endpoint: URL; readonly basic: boolean }> {
  const issuer = withoutTrailingSlashes(issuerUrl);
  const url = new URL(`${issuer}/.well-known/openid-configuration`);
  const { status, body = {} } = await askIssuer({ ...shared, url });
  const { issuer: named, token_endpoint: text, token_endpoint_auth_methods_supported: methods } = body;
  if (status !== 200 || typeof text !== 'string' || !URL.canParse(text))
    throw missing(`${url.href} (${settings.issuerUrl}) answered ${status} and names no token endpoint.`);
  if (typeof named === 'string' && withoutTrailingSlashes(named) !== issuer)
    throw missing(`The issuer of ${settings.issuerUrl} calls itself ${printable(named)}: set that address.`);
  const endpoint = new URL(text);
  if (endpoint.protocol !== url.protocol && endpoint.protocol !== 'https:')
    throw missing(
      `The issuer of ${settings.issuerUrl} wants the client secret sent without TLS, to ${endpoint.origin}.`,
    );
  const known: unknown[] = Array.isArray(methods) ? methods : ['client_secret_post'];
  return { endpoint, basic: !known.includes('client_secret_post') && known.includes('client_secret_basic') };
}

function basicOf({ id, secret }: Client): string {
  const encoded = [id, secret].map((part) => new URLSearchParams({ p: part }).toString().slice(2));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

/** What the issuer says, without the secret, should it repeat it. */
function refusalOf({ status, body }: IssuerAnswer, { secret }: Client): string {
  const { error, error_description: description } = body ?? {};
  const said = [error, description].filter((part) => typeof part === 'string').join(', ');
  const shown = cutText(printable(said.replaceAll(secret, '…')), 300);
  return shown === '' ? `it answered ${status}` : `${shown} (${status})`;
}

function missing(detail: string): AppError {
  return new AppError('TOKEN_MISSING', detail);
}
