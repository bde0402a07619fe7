import * as dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AppError, type Code } from '../errors.js';
import { isPublicAddress } from './addresses.js';

/** A URL that may be fetched, and the only way to look its host up. */
export interface GuardedUrl {
  readonly url: URL;
  /** Resolves the host for the connection itself, so that what was checked is what is connected to. */
  readonly lookup: LookupFunction;
}

export interface UrlGuard {
  /** The URL with a checked lookup; the guard's code if it may not be reached. To be asked again for each redirect. */
  check(url: string | URL): GuardedUrl;
}

export interface UrlGuardOptions {
  /**
   * The only URLs allowed, as `scheme://host[:port]`; they may have any address. Empty: any https host whose addresses
   * are public.
   */
  readonly allow: readonly string[];
  /** What a refusal is called. @defaultValue PACKAGE_REFUSED */
  readonly code?: Code;
  /** The setting that holds `allow`, for what a refusal advises. @defaultValue STAGELINE_URL_ALLOW */
  readonly setting?: string;
  /** Name resolution. @defaultValue dns.lookup */
  readonly resolve?: (host: string) => Promise<readonly dns.LookupAddress[]>;
}

/** A guard for URLs that a caller can name. */
export function createUrlGuard(options: UrlGuardOptions): UrlGuard {
  const { code = 'PACKAGE_REFUSED', setting = 'STAGELINE_URL_ALLOW' } = options;
  const refusal = (detail: string): AppError => new AppError(code, detail);
  const closedAddress = (url: URL, address: string): AppError =>
    refusal(
      `${url.host} has the address ${address}, which is not public; name ${url.origin} in ${setting} to allow it.`,
    );
  const allowed = new Set(options.allow.map((entry) => new URL(entry).origin));
  const resolve = options.resolve ?? ((host) => dns.promises.lookup(host, { all: true, verbatim: true }));

  return {
    check(from) {
      const url = URL.canParse(String(from)) ? new URL(String(from)) : undefined;
      if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
        throw refusal('Only http and https URLs are taken.');
      const shown = shownUrl(url);
      if (url.username !== '' || url.password !== '')
        throw refusal(`${shown} carries a user name or password; they would be kept for ever.`);
      const named = allowed.has(url.origin);
      if (!named && allowed.size > 0)
        throw refusal(`${url.origin} is not among the allowed ${[...allowed].join(', ')}.`);
      if (!named && url.protocol !== 'https:')
        throw refusal(`${url.origin} is not https; name it in ${setting} to allow it.`);

      // The URL parser has already made 0x7f.1, 2130706433 and 127.1 the same 127.0.0.1.
      const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
      if (!named && isIP(host) !== 0 && !isPublicAddress(host)) throw closedAddress(url, host);

      const checked = async (name: string): Promise<readonly dns.LookupAddress[]> => {
        const addresses = await resolve(name);
        const closed = named ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
        if (closed !== undefined) throw closedAddress(url, closed.address);
        return addresses;
      };
      return { url, lookup: lookupBy(checked) };
    },
  };
}

/** A URL as it may be shown: query and fragment often hold a signature. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Node's lookup interface around a promise. */
function lookupBy(resolve: (host: string) => Promise<readonly dns.LookupAddress[]>): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const family = options.family === 4 || options.family === 6 ? options.family : undefined;
        const usable = addresses.filter((each) => family === undefined || each.family === family);
        const [first] = usable;
        if (first === undefined) callback(noAddress(host), '', 0);
        else if (options.all === true) callback(null, usable);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, '', 0),
    );
  };
}

function noAddress(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
}
