import { tlsAdvice } from '../../core/tls-fault.js';
import { AppError, messageOf } from '../../errors.js';
import type { Credentials, Shown } from '../../ports/credentials.js';
import { openSocket, type Socket, type SocketOptions } from './socket.js';
import { statusOf } from './upgrade.js';
import type { Endpoint } from './url.js';

export interface ShownSocketOptions extends Omit<SocketOptions, 'shown'> {
  readonly endpoint: Endpoint;
  readonly credentials: Credentials | undefined;
}

/** A socket, and which credentials it was opened with. */
export interface ShownSocket {
  readonly socket: Socket;
  readonly version: string | undefined;
}

/** Opens a socket with the credentials as they are now; where the server does not know who asks, once more with what can be got anew. */
export async function openShown(options: ShownSocketOptions): Promise<ShownSocket> {
  const { credentials } = options;
  const first = await showing(options);
  try {
    return { socket: await openSocket({ ...options, shown: first }), version: first?.version };
  } catch (error) {
    const second =
      statusOf(error) === 401 && credentials !== undefined
        ? await showing(options, first?.version)
        : undefined;
    if (second === undefined || second.version === first?.version) throw explained(error, options, first);
    return openSocket({ ...options, shown: second }).then(
      (socket) => ({ socket, version: second.version }),
      (again: unknown) => {
        throw explained(again, options, second);
      },
    );
  }
}

async function showing(
  { credentials, what }: ShownSocketOptions,
  refused?: string,
): Promise<Shown | undefined> {
  try {
    return await credentials?.current(refused);
  } catch (error) {
    // Whoever opens it tries again, and then they may be there.
    throw new AppError('ENGINE_UNAVAILABLE', `${what} cannot be opened: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The same error with what was shown, and what to do. */
function explained(error: unknown, options: ShownSocketOptions, shown: Shown | undefined): unknown {
  if (!(error instanceof AppError)) return error;
  const advice = adviceOn(error, options, shown);
  return advice === ''
    ? error
    : new AppError(error.code, `${error.message}${advice}`, { cause: error.cause });
}

function adviceOn(
  error: AppError,
  { endpoint, credentials }: ShownSocketOptions,
  shown: Shown | undefined,
): string {
  const status = statusOf(error);
  if (status === 401)
    return shown?.authorization === undefined && shown?.tls.cert === undefined
      ? '. Nothing was shown: set STAGELINE_PULSAR_TOKEN_FILE, STAGELINE_PULSAR_OAUTH2_ISSUER_URL or STAGELINE_PULSAR_TLS_CERT_FILE'
      : `. Shown was ${shown.what}${expiryOf(shown)}`;
  if (status === 403) {
    const action = endpoint.role === 'producer' ? 'produce' : 'consume';
    return `. The role of ${shown?.what ?? 'nobody'} lacks "${action}" on ${endpoint.topic}: grant it, or let stageline init do it (STAGELINE_PULSAR_ROLE)`;
  }
  return credentials === undefined ? '' : tlsAdvice(error.cause, credentials.caSetting);
}

function expiryOf({ expiresAt }: Shown): string {
  return expiresAt !== undefined && expiresAt < Date.now()
    ? `, which expired at ${new Date(expiresAt).toISOString()}`
    : '';
}
