import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { createAuthority, type Authority } from './certificates.js';
import { startOwnBroker, type OwnBroker } from './own-broker.js';
import { quietPort } from './quiet-port.js';

const AUTHENTICATION = 'org.apache.pulsar.broker.authentication.AuthenticationProvider';

/** The one role that may do everything. */
export const SUPERUSER = 'admin';

/** A broker that asks who somebody is, lets each do only what is granted, and speaks TLS. */
export interface SecuredBroker extends OwnBroker {
  readonly dir: string;
  readonly authority: Authority;
  readonly adminUrl: string;
  readonly wsUrl: string;
  /** Over TLS, for the native client. */
  readonly url: string;
  /** A token that it takes for that role. */
  token(role: string, seconds?: number): Promise<string>;
  /** The same in a file. */
  tokenFile(role: string, seconds?: number): Promise<string>;
}

/** Starts one: tokens (RS256) and client certificates, authorization, no functions. */
export async function startSecuredBroker(fetched: string): Promise<SecuredBroker> {
  const dir = mkdtempSync(join(tmpdir(), 'stageline-secured-'));
  const authority = createAuthority(dir);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicKeyFile = join(dir, 'tokens.der');
  writeFileSync(
    publicKeyFile,
    createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
      type: 'spki',
      format: 'der',
    }),
  );
  const token = (role: string, seconds = 3600): Promise<string> =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'RS256' })
      .setSubject(role)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(privateKey);

  const server = authority.server('broker');
  const webTls = await quietPort();
  const binaryTls = await quietPort();
  const superuser = await token(SUPERUSER);
  const broker = await startOwnBroker(fetched, {
    functions: false,
    token: superuser,
    settings: {
      authenticationEnabled: 'true',
      authenticationProviders: `${AUTHENTICATION}Token,${AUTHENTICATION}Tls`,
      authorizationEnabled: 'true',
      superUserRoles: SUPERUSER,
      tokenPublicKey: `file://${publicKeyFile}`,
      brokerClientAuthenticationPlugin: 'org.apache.pulsar.client.impl.auth.AuthenticationToken',
      brokerClientAuthenticationParameters: `token:${superuser}`,
      webServicePortTls: String(webTls),
      brokerServicePortTls: String(binaryTls),
      tlsCertificateFilePath: server.certFile,
      tlsKeyFilePath: server.keyFile,
      tlsTrustCertsFilePath: authority.caFile,
    },
  });
  return {
    ...broker,
    dir,
    authority,
    adminUrl: `https://localhost:${webTls}`,
    wsUrl: `wss://localhost:${webTls}`,
    url: `pulsar+ssl://localhost:${binaryTls}`,
    token,
    async tokenFile(role, seconds) {
      const file = join(dir, `${role}-${Date.now()}.jwt`);
      writeFileSync(file, await token(role, seconds), { mode: 0o600 });
      return file;
    },
    async stop() {
      await broker.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
