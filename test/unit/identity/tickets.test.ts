import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { LOCAL } from '../../../src/core/authorise.js';
import type { Actor } from '../../../src/core/types.js';
import {
  createTicketCheck,
  createTicketSigner,
  renewTicket,
  type TicketKeys,
} from '../../../src/identity/tickets.js';
import type { Asking } from '../../../src/ports/identity.js';

const AUDIENCE = 'persistent://ops/stageline/commands';
const KEYS = { ticket: randomBytes(48), service: randomBytes(48) };
const BINDING = { id: '0193a5a0-0000-7000-8000-000000000001', hash: 'the-hash' };
const NOW = Date.UTC(2026, 0, 1);
const ALICE: Actor = { name: 'alice', roles: ['developer'], projects: ['pricing'], behind: ['bob'] };

const signer = (keyName: keyof TicketKeys = 'ticket', more: { key?: Uint8Array; audience?: string } = {}) =>
  createTicketSigner({
    key: KEYS[keyName],
    keyName,
    audience: AUDIENCE,
    lifeSeconds: 300,
    now: () => NOW,
    ...more,
  });
const check = createTicketCheck(KEYS, AUDIENCE);
const ask = async (ticket: string | undefined, more: object = {}): Promise<Asking> =>
  check({ ...BINDING, ticket, publishTime: NOW, ...more });
const codeOf = (asking: Asking): string => ('denied' in asking ? asking.denied.code : 'known');

describe('a ticket', () => {
  it('says who asks, with everything that counts', async () => {
    expect(await ask(await signer().sign(ALICE, BINDING))).toEqual({ actor: ALICE });
  });

  it('of somebody who may act in every project says so', async () => {
    expect(await ask(await signer().sign(LOCAL, BINDING))).toEqual({ actor: LOCAL });
  });

  it('is needed', async () => {
    expect(codeOf(await ask(undefined))).toBe('TICKET_MISSING');
  });

  it('is good for one command: another id, or another text, is refused', async () => {
    const ticket = await signer().sign(ALICE, BINDING);
    expect(codeOf(await ask(ticket, { id: '0193a5a0-0000-7000-8000-000000000002' }))).toBe('TICKET_REFUSED');
    expect(codeOf(await ask(ticket, { hash: 'another' }))).toBe('TICKET_REFUSED');
  });

  it('is judged by when the command was published, however long that waited', async () => {
    const ticket = await signer().sign(ALICE, BINDING);
    expect(codeOf(await ask(ticket, { publishTime: NOW + 299_000 }))).toBe('known');
    expect(codeOf(await ask(ticket, { publishTime: NOW + 359_000 }))).toBe('known');
    expect(codeOf(await ask(ticket, { publishTime: NOW + 361_000 }))).toBe('TICKET_EXPIRED');
  });

  it('of the time to come is refused, and one that would be good for more than a day', async () => {
    const ticket = await signer().sign(ALICE, BINDING);
    expect(codeOf(await ask(ticket, { publishTime: NOW - 61_000 }))).toBe('TICKET_REFUSED');
    const seconds = NOW / 1_000;
    const long = await new SignJWT({ roles: ['admin'], cmd: BINDING.id, hash: BINDING.hash })
      .setProtectedHeader({ alg: 'HS256', typ: 'stageline-ticket+jwt', kid: 'ticket' })
      .setSubject('alice')
      .setAudience(AUDIENCE)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 1_000_000)
      .sign(KEYS.ticket);
    expect(codeOf(await ask(long, { publishTime: NOW + 2 * 86_400_000 }))).not.toBe('known');
  });

  it('of another installation is refused, although the key is the same', async () => {
    const elsewhere = signer('ticket', { audience: 'persistent://other/stageline/commands' });
    expect(codeOf(await ask(await elsewhere.sign(ALICE, BINDING)))).toBe('TICKET_REFUSED');
  });

  it('by another key is refused, and any other token by the same key too', async () => {
    expect(codeOf(await ask(await signer('ticket', { key: randomBytes(48) }).sign(ALICE, BINDING)))).toBe(
      'TICKET_REFUSED',
    );
    const token = await new SignJWT({ roles: ['admin'], cmd: BINDING.id, hash: BINDING.hash })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: 'ticket' })
      .setSubject('alice')
      .setAudience(AUDIENCE)
      .setIssuedAt(NOW / 1_000)
      .setExpirationTime(NOW / 1_000 + 60)
      .sign(KEYS.ticket);
    expect(codeOf(await ask(token))).toBe('TICKET_REFUSED');
  });

  it.each(['', 'abc', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', '\u0000', 'x'.repeat(100_000)])(
    'that is none is refused: %j',
    async (ticket) => {
      expect(codeOf(await ask(ticket))).toBe('TICKET_REFUSED');
    },
  );

  it("by the deployers' key gives the role service and nothing else, whatever it says", async () => {
    const admin: Actor = { name: 'deployer:test', roles: ['service', 'admin', 'approver'] };
    expect(await ask(await signer('service').sign(admin, BINDING))).toEqual({
      actor: { name: 'deployer:test', roles: ['service'] },
    });
    const posing = signer('ticket', { key: KEYS.service });
    expect(codeOf(await ask(await posing.sign(admin, BINDING)))).toBe('TICKET_REFUSED');
  });
});

describe("a deployer's ticket that has expired", () => {
  const DEPLOYER: Actor = { name: 'deployer:test', roles: ['service'] };
  const renew = async (ticket: string | undefined, binding = BINDING): Promise<string> =>
    renewTicket({ ...binding, ticket }, ALICE, { keys: KEYS, audience: AUDIENCE, signer: signer() });

  it('is made anew for whoever sends its message again, who stands behind it', async () => {
    const old = createTicketSigner({
      key: KEYS.service,
      keyName: 'service',
      audience: AUDIENCE,
      lifeSeconds: 300,
      now: () => NOW - 30 * 86_400_000,
    });
    const renewed = await renew(await old.sign(DEPLOYER, BINDING));
    expect(await ask(renewed)).toEqual({ actor: { ...DEPLOYER, behind: ['alice', 'bob'] } });
  });

  it('is not made up for a message that never had one, or was changed since', async () => {
    const TICKET_REFUSED = { code: 'TICKET_REFUSED' };
    await expect(renew(undefined)).rejects.toMatchObject(TICKET_REFUSED);
    await expect(renew('abc')).rejects.toMatchObject(TICKET_REFUSED);
    const ticket = await signer('service').sign(DEPLOYER, BINDING);
    await expect(renew(ticket, { ...BINDING, hash: 'another' })).rejects.toMatchObject(TICKET_REFUSED);
    const foreign = await signer('service', { key: randomBytes(48) }).sign(DEPLOYER, BINDING);
    await expect(renew(foreign)).rejects.toMatchObject(TICKET_REFUSED);
  });
});
