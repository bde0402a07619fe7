import { decodeJwt, errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { peopleOf } from '../core/authorise.js';
import { isRole } from '../core/roles.js';
import { TICKET_TYPE } from '../core/ticket-form.js';
import type { Actor, Problem } from '../core/types.js';
import { AppError, problem, type Code } from '../errors.js';
import type { Binding, TicketSigner, WhoAsks } from '../ports/identity.js';

const ALGORITHM = 'HS256';
/** How far the clocks of whoever signs and of the broker may be apart. */
const SKEW_SECONDS = 60;
/** No ticket is good for longer, whatever it says. */
const MAX_LIFE_SECONDS = 24 * 60 * 60;

/** Keys of tickets, by what they may sign. */
export interface TicketKeys {
  /** Signs for anybody. */
  readonly ticket?: Uint8Array | undefined;
  /** Signs for deployers: its tickets count for the role service and nothing else. */
  readonly service?: Uint8Array | undefined;
}

export interface TicketSignerOptions {
  readonly key: Uint8Array;
  /** Which of the keys it is. */
  readonly keyName: keyof TicketKeys;
  /** The installation: the command topic that tickets are for. */
  readonly audience: string;
  readonly lifeSeconds: number;
  readonly now: () => number;
}

/** Makes tickets with one key. */
export function createTicketSigner(options: TicketSignerOptions): TicketSigner {
  const { key, keyName, audience, lifeSeconds, now } = options;
  return {
    sign({ name, roles, projects, behind }: Actor, { id, hash }: Binding) {
      const issuedAt = Math.floor(now() / 1_000);
      const claims = {
        roles,
        ...(projects === undefined ? {} : { projects }),
        ...(behind === undefined ? {} : { behind }),
        cmd: id,
        hash,
      };
      return new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: TICKET_TYPE, kid: keyName })
        .setSubject(name)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifeSeconds)
        .sign(key);
    },
  };
}

/**
 * Checks tickets. Whether one has expired is judged by the time at which the bus stored the command, so that nobody is
 * denied for having waited through an outage.
 */
export function createTicketCheck(keys: TicketKeys, audience: string): WhoAsks {
  return async (holder) => {
    if (holder.ticket === undefined) return denied('TICKET_MISSING', 'The command carries no ticket');
    try {
      const { actor, claims } = await verified(holder.ticket, keys, { audience, at: holder.publishTime });
      const wrong = unbound(claims, holder);
      return wrong === undefined ? { actor } : denied('TICKET_REFUSED', wrong);
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        return denied('TICKET_EXPIRED', 'The ticket had expired when the command was published');
      return denied(
        'TICKET_REFUSED',
        'The ticket was not signed by a key of this installation, or is damaged',
      );
    }
  };
}

/**
 * Signs a message of a deployer anew for whoever sends it again, if it once carried a ticket that was good but for its age;
 * rejects with TICKET_REFUSED otherwise: what a stranger put there must not become true by being sent again.
 */
export async function renewTicket(
  { ticket, ...binding }: Binding & { readonly ticket: string | undefined },
  caller: Actor,
  {
    keys,
    audience,
    signer,
  }: { readonly keys: TicketKeys; readonly audience: string; readonly signer: TicketSigner },
): Promise<string> {
  const refused = (what: string, cause?: unknown): AppError =>
    new AppError(
      'TICKET_REFUSED',
      `${what}: it is not known to come from a deployer, and is not sent again.`,
      { cause },
    );
  if (ticket === undefined) throw refused('The message carried no ticket');
  let found: Verified;
  try {
    const { iat = 0 } = decodeJwt(ticket);
    found = await verified(ticket, keys, { audience, at: iat * 1_000 });
  } catch (cause) {
    throw refused("The message's ticket was not signed by a key of this installation", cause);
  }
  const wrong = unbound(found.claims, binding);
  if (wrong !== undefined) throw refused(wrong);
  return signer.sign({ ...found.actor, behind: [...peopleOf(caller)] }, binding);
}

interface Verified {
  readonly actor: Actor;
  readonly claims: JWTPayload;
}

async function verified(
  ticket: string,
  keys: TicketKeys,
  { audience, at }: { readonly audience: string; readonly at: number },
): Promise<Verified> {
  let keyName: string | undefined;
  const { payload } = await jwtVerify(
    ticket,
    ({ kid }) => {
      keyName = kid;
      const key = kid === 'ticket' ? keys.ticket : kid === 'service' ? keys.service : undefined;
      if (key === undefined) throw new errors.JWKSNoMatchingKey();
      return key;
    },
    {
      algorithms: [ALGORITHM],
      typ: TICKET_TYPE,
      audience,
      currentDate: new Date(at),
      clockTolerance: SKEW_SECONDS,
      maxTokenAge: MAX_LIFE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat', 'cmd', 'hash'],
    },
  );
  const { sub: name = '', roles, projects, behind } = payload;
  const held = strings(roles).filter(isRole);
  return {
    claims: payload,
    actor: {
      name,
      roles: keyName === 'service' ? held.filter((role) => role === 'service') : held,
      ...(projects === undefined ? {} : { projects: strings(projects) }),
      ...(behind === undefined ? {} : { behind: strings(behind) }),
    },
  };
}

/** A ticket is good for one command. */
function unbound(claims: JWTPayload, { id, hash }: Binding): string | undefined {
  if (claims['cmd'] !== id) return 'The ticket was made for a command with another id';
  if (claims['hash'] !== hash) return 'The ticket was made for another command: this one was changed since';
  return undefined;
}

function denied(code: Code, what: string): { readonly denied: Problem } {
  return {
    denied: problem(
      code,
      `${what}; send it by HTTP with a bearer token, or have it signed for this very text ("stageline sign").`,
    ),
  };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
