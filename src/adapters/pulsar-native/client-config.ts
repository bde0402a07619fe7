import { messageOf } from '../../errors.js';
import type { Credentials } from '../../ports/credentials.js';
import type { Log } from '../../ports/system.js';
import type { NativeClientConfig, NativeDriver } from './driver.js';

/** Limit for opening, in the client's own unit. */
const OPERATION_TIMEOUT_S = 10;

export interface ClientConfigOptions {
  readonly driver: NativeDriver;
  readonly url: string;
  readonly credentials: Credentials | undefined;
  readonly log: Log | undefined;
}

/**
 * What the native client is made with. It asks for a token whenever it connects and whenever the broker wants a new one,
 * and reads certificates out of their files by itself.
 */
export async function clientConfig(options: ClientConfigOptions): Promise<NativeClientConfig> {
  const { driver, url, credentials, log } = options;
  const { caFile, certFile, keyFile } = credentials?.tlsFiles ?? {};
  const isTokenShown = await showsToken(credentials);
  const pair = certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined;
  return {
    serviceUrl: url,
    operationTimeoutSeconds: OPERATION_TIMEOUT_S,
    tlsValidateHostname: true,
    tlsAllowInsecureConnection: false,
    ...(caFile === undefined ? {} : { tlsTrustCertsFilePath: caFile }),
    ...(isTokenShown && pair !== undefined
      ? { tlsCertificateFilePath: pair.certFile, tlsPrivateKeyFilePath: pair.keyFile }
      : {}),
    ...(isTokenShown
      ? { authentication: new driver.AuthenticationToken({ token: tokenOf(credentials, log) }) }
      : pair === undefined
        ? {}
        : {
            authentication: new driver.AuthenticationTls({
              certificatePath: pair.certFile,
              privateKeyPath: pair.keyFile,
            }),
          }),
  };
}

async function showsToken(credentials: Credentials | undefined): Promise<boolean> {
  // What cannot be had now may be later: then it is a token too.
  return (
    credentials?.current().then(
      ({ authorization }) => authorization !== undefined,
      () => true,
    ) ?? false
  );
}

/** The client's thread waits for it, and what is thrown there ends the process: a token that cannot be had is an empty one, which the broker refuses. */
function tokenOf(credentials: Credentials | undefined, log: Log | undefined): () => Promise<string> {
  return async () => {
    try {
      const shown = await credentials?.current();
      return shown?.authorization?.replace(/^Bearer /, '') ?? '';
    } catch (error) {
      log?.warn({ reason: messageOf(error) }, 'credentials-not-readable');
      return '';
    }
  };
}
