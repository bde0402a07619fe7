import fp from 'fastify-plugin';
import { AppError } from '../../errors.js';
import type { HttpSettings } from '../deps.js';

const AUTHORITY = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::(\d{1,5}))?$/;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Where a request says it goes to, and the port it really came to. */
export interface Arrival {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Undefined where there is no socket. */
  readonly localPort: number | undefined;
}

/**
 * Makes the check that says why a request may not come in, or undefined if it may. A page of another site can make a
 * browser send requests here, by a name of its own that resolves to this machine too: only names known as ours are
 * answered.
 */
export function createHostCheck(
  settings: Pick<HttpSettings, 'host' | 'port' | 'allowedHosts' | 'corsOrigins'>,
): (arrival: Arrival) => string | undefined {
  const pages = new Set(settings.corsOrigins.map(authorityOf));
  const listed = new Set(settings.allowedHosts.map((entry) => bracketed(entry.trim().toLowerCase())));
  const names = new Set([...LOOPBACK, bracketed(settings.host.toLowerCase())]);
  for (const entry of listed) if (AUTHORITY.exec(entry)?.[2] === undefined) names.add(entry);

  return ({ host: hostHeader, origin: originHeader, localPort }) => {
    const port = localPort ?? settings.port;
    const isOurs = (authority: string): boolean => {
      const [, name = '', at] = AUTHORITY.exec(authority) ?? [];
      return (
        listed.has(authority) || (names.has(name) && (at === undefined || port === 0 || Number(at) === port))
      );
    };
    const host = hostHeader?.toLowerCase();
    if (host === undefined || !isOurs(host)) {
      return `The Host header "${host ?? ''}" is not this service; STAGELINE_HTTP_ALLOWED_HOSTS takes further names.`;
    }
    if (originHeader === undefined) return undefined;
    // An origin without a port means port 80 or 443: ours only where the request came that way itself, or by its name.
    const origin = authorityOf(originHeader);
    if (pages.has(origin) && originHeader !== 'null') return undefined;
    if (origin === host || listed.has(origin) || (/:\d+$/.test(origin) && isOurs(origin))) return undefined;
    return `Requests from pages of "${originHeader}" are not taken.`;
  };
}

/** The host and port of an origin; empty for `null` and what is none. */
function authorityOf(origin: string): string {
  return /^https?:\/\/([^/?#]+)$/.exec(origin.toLowerCase())?.[1] ?? '';
}

/** An IPv6 address as it stands in a Host header. */
function bracketed(name: string): string {
  return !name.startsWith('[') && name.split(':').length > 2 ? `[${name}]` : name;
}

/** Refuses requests whose Host or Origin names another site. */
export const hostGuard = fp<{ settings: HttpSettings }>(
  async (app, { settings }) => {
    const foreign = createHostCheck(settings);
    app.addHook('onRequest', async ({ headers, raw }) => {
      const socket = raw.socket as { localPort?: number };
      const reason = foreign({ host: headers.host, origin: headers.origin, localPort: socket.localPort });
      if (reason !== undefined) throw new AppError('FOREIGN_HOST', reason);
    });
  },
  { name: 'host-guard' },
);
