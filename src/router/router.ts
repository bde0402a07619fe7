import type { RouterConfig } from '../core/types.js';
import type { Code } from '../errors.js';
import type { OutgoingMessage, ReceivedMessage } from '../ports/bus.js';

/** Why a message cannot be routed. */
export interface RouteProblem {
  readonly code: Code;
  readonly reason: string;
}

/** Where a message goes, or why it goes nowhere. */
export type Route =
  | { readonly topic: string; readonly message: OutgoingMessage; readonly deadLetter?: never }
  | { readonly deadLetter: RouteProblem };

const LOCAL_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Routes one message by the value of a top-level key. The sender chooses nothing but that value: tenant and namespace are
 * the router's, and the value must be the local name of a topic. Key and properties are kept.
 */
export function route(config: RouterConfig, message: ReceivedMessage): Route {
  const { key, tenant, namespace, unwrap, allow } = config.userConfig;
  const body = parseObject(message.payload);
  if (body === undefined) return refuse('INVALID_JSON', 'The payload is no JSON object in UTF-8.');
  const value = Object.hasOwn(body, key) ? body[key] : undefined;
  if (typeof value !== 'string')
    return refuse('ROUTE_KEY_MISSING', `"${key}" at the top level must be a string; it is ${kindOf(value)}.`);
  if (!isLocalName(value))
    return refuse('ROUTE_VALUE_INVALID', `"${key}" is ${quote(value)}, which names no topic.`);
  if (allow !== undefined && !allow.includes(value))
    return refuse('ROUTE_NOT_ALLOWED', `"${key}" is ${quote(value)}; allowed are ${allow.join(', ')}.`);
  const topic = `persistent://${tenant}/${namespace}/${value}`;
  if (config.inputs.includes(topic) || topic === config.logTopic)
    return refuse('ROUTE_NOT_ALLOWED', `"${key}" is ${quote(value)}: that is the router's own topic.`);
  if (unwrap === true && !Array.isArray(body['configs']))
    return refuse('ROUTE_KEY_MISSING', 'There is no array "configs" to take out of the envelope.');
  return {
    topic,
    message: {
      payload: unwrap === true ? Buffer.from(JSON.stringify(body['configs'])) : message.payload,
      properties: message.properties,
      ...(message.key === undefined ? {} : { key: message.key }),
    },
  };
}

/** A topic's last part: no slash, nothing that climbs, and not the name of a partition, which Pulsar reads as part of another topic. */
function isLocalName(value: string): boolean {
  return LOCAL_NAME.test(value) && !value.includes('..') && !/-partition-\d+$/.test(value);
}

function parseObject(payload: Buffer): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(utf8.decode(payload));
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}

const quote = (value: string): string => JSON.stringify(value.slice(0, 200));
const refuse = (code: Code, reason: string): Route => ({ deadLetter: { code, reason } });
