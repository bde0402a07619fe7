import { topicParts } from '../../core/topic-name.js';
import { withoutTrailingSlashes } from '../../core/trailing-slashes.js';

/** One socket of the WebSocket API: what it does on which topic, and its parameters. */
export interface Endpoint {
  readonly role: 'producer' | 'consumer' | 'reader';
  /** Full topic name. */
  readonly topic: string;
  /** Only for consumers. */
  readonly subscription?: string;
  readonly parameters: Readonly<Record<string, string | number | undefined>>;
}

/** The address of a socket. `base` is the web service's, with or without the API's `/ws/v2`. */
export function endpointUrl(base: string, endpoint: Endpoint): string {
  const { domain, tenant, namespace, topic } = topicParts(endpoint.topic);
  const path = [endpoint.role, domain, tenant, namespace, topic];
  if (endpoint.subscription !== undefined) path.push(endpoint.subscription);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(endpoint.parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  const root = withoutTrailingSlashes(base).replace(/\/ws(\/v2)?$/, '');
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  return `${root}/ws/v2/${path.map(encodeURIComponent).join('/')}${search}`;
}
