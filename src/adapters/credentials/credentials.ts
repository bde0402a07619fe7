import { createHash } from 'node:crypto';
import {
  certificateFault,
  passwordFault,
  privateKeyFault,
  tokenFault,
} from '../../core/credential-content.js';
import type { Credentials, Shown, TlsFiles, TlsMaterial } from '../../ports/credentials.js';
import { createFileReader, type NamedFile, type ReadFile } from './files.js';
import { createOauth2, type IssuedToken } from './oauth2.js';
import { tokenExpiry } from './token-expiry.js';

/** How a client gets its token from an issuer. */
export interface Oauth2Config {
  readonly issuerUrl: string;
  readonly clientId?: string | undefined;
  readonly clientSecretFile: string;
  readonly audience?: string | undefined;
  readonly scope?: string | undefined;
}

/** As a setting says it; at most one of a token, a password and an issuer. */
export interface CredentialsConfig {
  readonly tokenFile?: string | undefined;
  readonly oauth2?: Oauth2Config | undefined;
  readonly basic?: { readonly user: string; readonly passwordFile: string } | undefined;
  readonly tls?: TlsFiles | undefined;
}

/** What of a credentials setting is called how. */
export type FieldName =
  | 'tokenFile'
  | 'oauth2/issuerUrl'
  | 'oauth2/clientSecretFile'
  | 'basic/passwordFile'
  | 'tls/caFile'
  | 'tls/certFile'
  | 'tls/keyFile';

export interface CredentialsOptions {
  readonly config: CredentialsConfig;
  /** Whose they are, for messages: `environment prod`. */
  readonly owner: string;
  /** The name of a setting, for messages. */
  readonly nameOf: (field: FieldName) => string;
}

/** What goes into the Authorization header. */
interface Header {
  readonly authorization?: string;
  readonly what: string;
  readonly expiresAt?: number;
}

/** Credentials out of the files that a setting names, and from the issuer that it names. */
export function createCredentials({ config, owner, nameOf }: CredentialsOptions): Credentials {
  const read = createFileReader();
  const header = headerOf({ config, owner, nameOf }, read);
  const readTls = tlsOf({ config, owner, nameOf }, read);
  let last: { readonly tls: TlsMaterial; readonly header: Header; readonly shown: Shown } | undefined;

  return {
    tlsFiles: config.tls ?? {},
    caSetting: nameOf('tls/caFile'),
    async current(refused) {
      const isRefused = refused !== undefined && refused === last?.shown.version;
      const tls = await readTls();
      const now = await header(isRefused ? last?.header.authorization : undefined);
      if (last?.tls !== tls || last.header.authorization !== now.authorization) {
        const version = versionOf(now, tls);
        last = { tls, header: now, shown: { ...now, tls, version } };
      }
      return last.shown;
    },
  };
}

/** Tells one from another by what is in it: a file that was written again with the same content changes nothing. */
function versionOf({ authorization = '' }: Header, { ca = '', cert = '', key = '' }: TlsMaterial): string {
  return createHash('sha256')
    .update(JSON.stringify([authorization, ca, cert, key]))
    .digest('base64url');
}

function headerOf(
  { config, owner, nameOf }: CredentialsOptions,
  read: ReadFile,
): (refused: string | undefined) => Promise<Header> {
  const { tokenFile, oauth2, basic, tls } = config;
  const file = (path: string, what: string, field: FieldName): NamedFile => ({
    path,
    what: `The ${what} of ${owner}`,
    setting: nameOf(field),
  });
  if (tokenFile !== undefined) {
    const named = file(tokenFile, 'token', 'tokenFile');
    return async () => bearer(await read(named, tokenFault), `the token of ${named.setting}`);
  }
  if (oauth2 !== undefined) {
    const secret = file(oauth2.clientSecretFile, 'client secret', 'oauth2/clientSecretFile');
    const tokens = createOauth2({
      ...oauth2,
      secret: () => read(secret),
      ca: async () => (await tlsOf({ config, owner, nameOf }, read)()).ca,
      settings: {
        issuerUrl: nameOf('oauth2/issuerUrl'),
        clientSecretFile: secret.setting,
        caFile: nameOf('tls/caFile'),
      },
    });
    const what = `a token from ${new URL(oauth2.issuerUrl).host} (${nameOf('oauth2/issuerUrl')})`;
    return async (refused) => {
      const { token, expiresAt }: IssuedToken = await tokens(refused?.slice('Bearer '.length));
      return { ...bearer(token, what), expiresAt };
    };
  }
  if (basic !== undefined) {
    const { user, passwordFile } = basic;
    const named = file(passwordFile, 'password', 'basic/passwordFile');
    return async () => {
      const password = await read(named, passwordFault);
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      return { authorization, what: `user ${user} with the password of ${named.setting}` };
    };
  }
  const what =
    tls?.certFile === undefined ? 'no credentials' : `the certificate of ${nameOf('tls/certFile')}`;
  return () => Promise.resolve({ what });
}

function bearer(token: string, what: string): Header {
  const expiresAt = tokenExpiry(token);
  return { authorization: `Bearer ${token}`, what, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** The certificates; the same object as long as nothing has changed. */
function tlsOf({ config, owner, nameOf }: CredentialsOptions, read: ReadFile): () => Promise<TlsMaterial> {
  const { caFile, certFile, keyFile } = config.tls ?? {};
  let kept: TlsMaterial = {};
  const one = async (
    path: string | undefined,
    what: string,
    field: 'tls/caFile' | 'tls/certFile' | 'tls/keyFile',
  ): Promise<string | undefined> =>
    path === undefined
      ? undefined
      : read(
          { path, what: `The ${what} of ${owner}`, setting: nameOf(field) },
          field === 'tls/keyFile' ? privateKeyFault : certificateFault,
        );
  return async () => {
    const ca = await one(caFile, 'authority', 'tls/caFile');
    const cert = await one(certFile, 'certificate', 'tls/certFile');
    const key = await one(keyFile, 'key', 'tls/keyFile');
    if (kept.ca !== ca || kept.cert !== cert || kept.key !== key)
      kept = {
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
      };
    return kept;
  };
}
