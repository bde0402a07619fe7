/** Where a redirect leads, or in words why it is not followed. */
export type RedirectRule = (from: URL, location: string) => URL | string;

/** Redirects may lead to the host (with its port) of the admin URL and to the hosts named, and never from https to http: the token goes along. */
export function createRedirectRule(base: URL, allowedHosts: readonly string[]): RedirectRule {
  const named = new Set(allowedHosts.map((host) => host.toLowerCase()));
  // A default port is not part of `host`: by its name alone any port of the admin URL's host would be allowed.
  const isAllowed = (to: URL): boolean =>
    to.host === base.host || named.has(to.host) || named.has(to.hostname);
  return (from, location) => {
    const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    if (to === undefined || (to.protocol !== 'http:' && to.protocol !== 'https:'))
      return `The cluster redirects to something that is no http address: ${location}`;
    if (from.protocol === 'https:' && to.protocol === 'http:')
      return `The cluster redirects from https to http (${to.host}); that is not followed`;
    if (!isAllowed(to))
      return `The cluster redirects to ${to.host}, which is not among the hosts allowed for it`;
    return to;
  };
}
