import type { IncomingHttpHeaders } from 'node:http';
import { cutText } from '../../core/cut-text.js';
import { own } from '../../core/own.js';
import type { SubscriptionType } from '../../ports/bus.js';
import { BeamFault } from './fault.js';

/** What a consumer asks for. */
export interface Subscribing {
  /** Undefined: it wants nothing to be remembered when it goes. */
  readonly name: string | undefined;
  readonly type: SubscriptionType;
  /** Undefined: not said. */
  readonly position: 'latest' | 'earliest' | undefined;
}

const TYPES: Readonly<Record<string, SubscriptionType>> = {
  exclusive: 'Exclusive',
  shared: 'Shared',
  failover: 'Failover',
  keyshared: 'Key_Shared',
};
/** It becomes part of an address on Pulsar. */
const NAME = /^[\x21-\x2e\x30-\x7e][\x20-\x2e\x30-\x7e]{3,198}[\x21-\x2e\x30-\x7e]$/;
const MAX_SHOWN = 100;

/** Reads the subscription that the headers of a request speak of. */
export function readSubscribing(headers: IncomingHttpHeaders): Subscribing {
  const type = textOf(headers['subscriptiontype']);
  const position = textOf(headers['subscriptioninitialposition']);
  const name = textOf(headers['subscriptionname']);
  const found = type === '' ? 'Exclusive' : own(TYPES, type.toLowerCase());
  if (found === undefined)
    throw new BeamFault(422, `unsupported subscription type ${cutText(type, MAX_SHOWN)}`);
  const from = position.toLowerCase();
  if (from !== '' && from !== 'latest' && from !== 'earliest')
    throw new BeamFault(422, `invalid subscription initial position ${cutText(position, MAX_SHOWN)}`);
  if (name !== '' && name.length < 5)
    throw new BeamFault(422, 'subscription name must be more than 4 characters');
  if (name !== '' && !NAME.test(name))
    throw new BeamFault(422, 'subscription name must be 5 to 200 printable ASCII characters without /');
  return {
    name: name === '' ? undefined : name,
    type: found,
    position: from === '' ? undefined : from,
  };
}

/** An integer as Pulsar Beam reads one: what is none counts as not given. */
export function integerOr(value: string | undefined, otherwise: number): number {
  return value !== undefined && /^[+-]?\d{1,15}$/.test(value) ? Number(value) : otherwise;
}

function textOf(header: string | string[] | undefined): string {
  return String(header ?? '').trim();
}
