import { AppError, messageOf } from '../../errors.js';
import type { Credentials } from '../../ports/credentials.js';
import type { Log } from '../../ports/system.js';
import type { ShownSocket } from './open-shown.js';

/** A token is warned of so long before it expires. */
const EXPIRES_SOON_MS = 600_000;

export interface RenewalOptions {
  readonly credentials: Credentials;
  readonly sockets: ReadonlySet<ShownSocket>;
  readonly log: Log | undefined;
  readonly everyMs: number;
}

/**
 * Pulsar looks at credentials when a socket is opened and never again: it would go on with what has expired, or was taken
 * back. So what was opened with other credentials than those of now is given up, and whoever holds it opens it anew,
 * until the timer is cleared.
 */
export function startRenewal({ credentials, sockets, log, everyMs }: RenewalOptions): NodeJS.Timeout {
  let looking = false;
  let warned = '';
  let fault = '';

  const look = async (): Promise<void> => {
    const { version, expiresAt, what } = await credentials.current();
    fault = '';
    const old = [...sockets].filter((shown) => shown.version !== version);
    if (old.length > 0) log?.info({ sockets: old.length }, 'credentials-changed');
    for (const { socket } of old)
      socket.retire(new AppError('ENGINE_UNAVAILABLE', 'opened anew: the credentials have changed'));
    if (expiresAt !== undefined && expiresAt - Date.now() < EXPIRES_SOON_MS && warned !== version) {
      warned = version;
      log?.warn({ what, expiresAt: new Date(expiresAt).toISOString() }, 'token-expires');
    }
  };

  return setInterval(() => {
    if (looking || sockets.size === 0) return;
    looking = true;
    look()
      .catch((error: unknown) => {
        // What is open stays open: with nothing to show it could not be opened again.
        if (fault !== messageOf(error)) log?.warn({ reason: messageOf(error) }, 'credentials-not-readable');
        fault = messageOf(error);
      })
      .finally(() => (looking = false));
  }, everyMs).unref();
}
