const FULL = /^(persistent|non-persistent):\/\/([^/\s]+)\/([^/\s]+)\/([^/\s]+)$/;
const PART = /^[A-Za-z0-9_\-=:.%]+$/;
/** Lead elsewhere in the path of an address, however they are escaped there. */
const CLIMBS: readonly string[] = ['.', '..'];

/** A topic's full name: Pulsar compares topics by spelling, so `in`, `public/default/in` and the full name must be made one. Undefined if it is none. */
export function topicFullName(name: string): string | undefined {
  const full = name.includes('://')
    ? name
    : name.split('/').length === 3
      ? `persistent://${name}`
      : name.includes('/')
        ? undefined
        : `persistent://public/default/${name}`;
  const match = full === undefined ? null : FULL.exec(full);
  if (full === undefined || match === null) return undefined;
  return match.slice(2).every((part) => PART.test(part) && !CLIMBS.includes(part)) ? full : undefined;
}

/** Parts of a full topic name. */
export interface TopicParts {
  readonly domain: 'persistent' | 'non-persistent';
  readonly tenant: string;
  readonly namespace: string;
  readonly topic: string;
}

/** Takes a full topic name apart; throws a TypeError where it is none. */
export function topicParts(fullName: string): TopicParts {
  const match = FULL.exec(fullName);
  if (match === null || match.some((part) => CLIMBS.includes(part)))
    throw new TypeError(`not a full topic name: ${fullName}`);
  const [, domain, tenant, namespace, topic] = match as unknown as [
    string,
    TopicParts['domain'],
    string,
    string,
    string,
  ];
  return { domain, tenant, namespace, topic };
}
