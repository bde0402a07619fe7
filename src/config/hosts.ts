const LOOPBACK = /^(localhost|\[?::1\]?|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i;

/** True for a host name or address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** The hosts of a URL; a Pulsar service URL may name several, by comma. Undefined if it is no URL. */
export function hostsOf(url: string): string[] | undefined {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)(.*)$/is.exec(url);
  const [, , authority, rest] = match ?? [];
  if (authority === undefined || rest === undefined) return undefined;
  const hosts: string[] = [];
  for (const part of authority.split(',')) {
    try {
      // `http` stands in for schemes whose hosts the URL parser leaves as they are.
      hosts.push(new URL(`http://${part}${rest}`).hostname);
    } catch {
      return undefined;
    }
  }
  return hosts;
}

/** True where a URL holds a user name or a password. */
export function hasCredentials(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i.test(url);
}
