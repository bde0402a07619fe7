import { createPublicKey } from 'node:crypto';
import type { Config } from '../config.js';
import type { BearerConfig, IdentityConfig } from '../config/identity.js';
import { commandHash } from '../core/canonical.js';
import { isObject } from '../core/merge-patch.js';
import type { Actor, DeadLetter } from '../core/types.js';
import { messageOf } from '../errors.js';
import { createApiTokenCheck } from '../identity/api-tokens.js';
import { createBearerCheck, type BearerKey } from '../identity/bearer.js';
import { createCallers, EVERYONE_IS_LOCAL, NOBODY_COMES_IN } from '../identity/callers.js';
import { createTicketCheck, createTicketSigner, renewTicket, type TicketKeys } from '../identity/tickets.js';
import type { Binding, Callers, TicketSigner, WhoAsks } from '../ports/identity.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Clock } from '../ports/system.js';
import { faulty, ownKeyFile, readGivenFile } from './key-files.js';

const MIN_KEY_BYTES = 32;

/** Who asks, for every way in. What is absent is not needed, since nobody is asked. */
export interface Identity {
  readonly callers: Callers;
  readonly whoAsks?: WhoAsks;
  /** Signs for HTTP callers. */
  readonly tickets?: TicketSigner;
  /** Signs for deployers. */
  readonly serviceTickets?: TicketSigner;
  /** A ticket for a dead letter that is sent again. */
  readonly ticketFor?: (letter: DeadLetter, caller: Actor) => Promise<string | undefined>;
}

export interface IdentityOptions {
  readonly config: Config;
  readonly reads: Pick<DocumentReads, 'get'>;
  readonly clock: Clock;
}

/** Reads the keys that the configuration names, and wires up whatever asks who somebody is. */
export async function openIdentity({ config, reads, clock }: IdentityOptions): Promise<Identity> {
  const { identity } = config;
  if (identity === undefined) return { callers: EVERYONE_IS_LOCAL };
  const keys = await readKeys(identity, config);
  const audience = config.topics.commands;
  const now = (): number => clock.now();
  const signerOf = (keyName: keyof TicketKeys): TicketSigner | undefined => {
    const key = keys[keyName];
    if (key === undefined) return undefined;
    return createTicketSigner({ key, keyName, audience, lifeSeconds: identity.ticketSeconds, now });
  };
  const tickets = signerOf('ticket');
  const serviceTickets = signerOf('service') ?? tickets;
  const { results, commands } = config.topics;
  return {
    callers: await openCallers(identity, { reads, now }),
    whoAsks: createTicketCheck(keys, audience),
    ...(tickets === undefined ? {} : { tickets }),
    ...(serviceTickets === undefined ? {} : { serviceTickets }),
    async ticketFor(letter, caller) {
      const binding = bindingOf(Buffer.from(letter.payload, 'base64'));
      if (binding === undefined || tickets === undefined) return undefined;
      // A command is asked for anew by whoever sends it again; a result stays the deployer's.
      if (letter.topic === commands) return tickets.sign(caller, binding);
      if (letter.topic !== results) return undefined;
      const ticket = letter.properties?.['ticket'];
      return renewTicket({ ...binding, ticket }, caller, { keys, audience, signer: tickets });
    },
  };
}

/** What a ticket for a payload is bound to; undefined if that is no command. */
export function bindingOf(payload: Buffer): Binding | undefined {
  try {
    const command: unknown = JSON.parse(payload.toString());
    if (!isObject(command) || typeof command['id'] !== 'string') return undefined;
    return { id: command['id'], hash: commandHash(command) };
  } catch {
    return undefined;
  }
}

async function openCallers(
  { bearer, issuer, audience, claims }: IdentityConfig,
  { reads, now }: { readonly reads: Pick<DocumentReads, 'get'>; readonly now: () => number },
): Promise<Callers> {
  if (bearer === undefined) return NOBODY_COMES_IN;
  const key = await readBearerKey(bearer);
  return createCallers({
    bearer: createBearerCheck({ key, issuer, audience, claims, now }),
    apiToken: createApiTokenCheck(reads, now),
  });
}

async function readBearerKey(bearer: BearerConfig): Promise<BearerKey> {
  switch (bearer.kind) {
    case 'jwks':
      return bearer;
    case 'public': {
      const name = 'STAGELINE_AUTH_PUBLIC_KEY_FILE';
      const pem = await readGiven(name, bearer.file);
      if (pem.includes('PRIVATE KEY')) throw faulty(name, 'holds a private key; the public one belongs here');
      try {
        return { kind: 'public', key: createPublicKey(pem) };
      } catch (cause) {
        throw faulty(name, `holds no public key in PEM: ${messageOf(cause)}`);
      }
    }
    case 'secret':
      return { kind: 'secret', secret: await readKey('STAGELINE_AUTH_HS256_SECRET_FILE', bearer.file) };
  }
}

async function readKeys(
  { ticketKeyFile, serviceKeyFile }: IdentityConfig,
  config: Config,
): Promise<TicketKeys> {
  const service =
    serviceKeyFile === undefined ? undefined : await readKey('STAGELINE_SERVICE_KEY_FILE', serviceKeyFile);
  if (ticketKeyFile !== undefined)
    return { ticket: await readKey('STAGELINE_TICKET_KEY_FILE', ticketKeyFile), service };
  if (config.bus.kind !== 'embedded') return { ticket: undefined, service };
  const own = await ownKeyFile(config.dataDir, 'ticket.key', (key) => key);
  return { ticket: await readKey('ticket.key', own), service };
}

async function readKey(name: string, file: string): Promise<Buffer> {
  const key = await readGivenFile(name, file);
  if (key.length < MIN_KEY_BYTES)
    throw faulty(name, `holds ${key.length} bytes, and at least ${MIN_KEY_BYTES} are needed`);
  return key;
}

const readGiven = async (name: string, file: string): Promise<string> =>
  (await readGivenFile(name, file)).toString('utf8');
