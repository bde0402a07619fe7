import { LOCAL } from '../../../src/core/authorise.js';
import { commandHash } from '../../../src/core/canonical.js';
import { pause } from '../../../src/core/pause.js';
import type { Reply } from '../../../src/core/types.js';
import { createCommandDoor } from '../../../src/http/command-door.js';
import type { CommandDoor } from '../../../src/ports/command-door.js';
import { createFakeBus, type FakeBus } from '../../support/fake-bus.js';
import { createFakeLog } from '../../support/fake-log.js';
import { createFakeReads, type FakeReads } from '../../support/fake-reads.js';

const COMMANDS = 'persistent://ops/stageline/commands';
const REPLIES = 'persistent://ops/stageline/replies';
const QUERY = { command: 'get-all-data', params: {} };

let bus: FakeBus;
let reads: FakeReads;
let doors: CommandDoor[] = [];
let now: number;
let count: number;

async function openDoor(maxBytes = 1_000): Promise<CommandDoor> {
  const door = await createCommandDoor({
    bus,
    commandsTopic: COMMANDS,
    repliesTopic: REPLIES,
    reads,
    ids: { uuid: () => `0193a5a0-0000-7000-8000-${String((count += 1)).padStart(12, '0')}` },
    clock: { now: () => now },
    log: createFakeLog(),
    maxBytes,
    reopenMs: 5,
  });
  doors.push(door);
  return door;
}

const sent = (): Record<string, unknown>[] =>
  (bus.topics.get(COMMANDS) ?? []).map(
    ({ payload }) => JSON.parse(payload.toString()) as Record<string, unknown>,
  );

const replyTo = (id: string, more: Partial<Reply> = {}): Reply => ({
  id,
  command: 'get-all-data',
  status: 'ok',
  position: 3,
  ...more,
});
const putReply = (reply: Reply): void => bus.put(REPLIES, JSON.stringify(reply), reply.id);
const putAnswered = (command: Record<string, unknown>, reply: Reply): void =>
  reads.put(`answered:${reply.id}`, {
    kind: 'answered',
    commandHash: commandHash(command),
    actor: 'local',
    reply,
  });

/** Sends without waiting and gives the id. */
async function sendAway(door: CommandDoor, command: Record<string, unknown> = QUERY): Promise<string> {
  return (await door.send(command, { caller: LOCAL, waitMs: 0 })).id;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 2_000; waited += 5) {
    if (await condition()) return;
    await pause(5);
  }
  throw new Error('not in time');
}

beforeEach(() => {
  bus = createFakeBus();
  reads = createFakeReads();
  doors = [];
  now = 1_000;
  count = 0;
});

afterEach(async () => {
  await Promise.all(doors.map((door) => door.close()));
});

describe('sending', () => {
  it('puts the command on the topic by project and gives back the reply to its id', async () => {
    const door = await openDoor();
    const answer = door.send({ ...QUERY, project: 'pricing' }, { caller: LOCAL, waitMs: 2_000 });
    await until(() => sent().length === 1);
    putReply(replyTo('0193a5a0-0000-7000-8000-999999999999'));
    putReply(replyTo(String(sent()[0]?.['id'])));
    expect(await answer).toEqual({ id: sent()[0]?.['id'], reply: replyTo(String(sent()[0]?.['id'])) });
    expect(bus.topics.get(COMMANDS)?.[0]).toMatchObject({ key: 'pricing', properties: {} });
    expect(sent()[0]).toMatchObject({ ...QUERY, project: 'pricing', issuedAt: expect.any(String) as string });
  });

  it('gives no reply when none comes in time', async () => {
    const door = await openDoor();
    const begun = performance.now();
    expect(await door.send(QUERY, { caller: LOCAL, waitMs: 50 })).toEqual({
      id: '0193a5a0-0000-7000-8000-000000000001',
      reply: undefined,
    });
    expect(performance.now() - begun).toBeGreaterThan(45);
  });

  it('looks into the documents before it gives up: a reply may not have been delivered', async () => {
    const door = await openDoor();
    const command = { id: '0193a5a0-0000-7000-8000-00000000000b', command: 'rollback', params: {} };
    const answer = door.send(command, { caller: LOCAL, waitMs: 100 });
    await until(() => sent().length === 1);
    putAnswered(sent()[0] ?? {}, replyTo(command.id, { command: 'rollback' }));
    expect((await answer).reply).toEqual(replyTo(command.id, { command: 'rollback' }));
    // Another command under this id is not given that reply.
    expect(
      (await door.send({ ...command, params: { environment: 'test' } }, { caller: LOCAL, waitMs: 20 })).reply,
    ).toBeUndefined();
  });

  it('finds replies that go to another topic in the documents', async () => {
    const door = await openDoor();
    const command = { command: 'rollback', params: {}, replyTo: 'persistent://a/b/mine' };
    const begun = performance.now();
    const answer = door.send(command, { caller: LOCAL, waitMs: 5_000 });
    await until(() => sent().length === 1);
    putAnswered(sent()[0] ?? {}, replyTo(String(sent()[0]?.['id']), { command: 'rollback' }));
    expect((await answer).reply).toMatchObject({ command: 'rollback' });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('gives one reply to everyone who sent the same command', async () => {
    const door = await openDoor();
    const command = { ...QUERY, id: '0193a5a0-0000-7000-8000-00000000000b' };
    const answers = Promise.all([
      door.send(command, { caller: LOCAL, waitMs: 2_000 }),
      door.send({ ...command }, { caller: LOCAL, waitMs: 2_000 }),
    ]);
    await until(() => sent().length === 2);
    putReply(replyTo(command.id));
    expect((await answers).map(({ reply }) => reply?.position)).toEqual([3, 3]);
  });

  it('refuses another command under an id that is waited for', async () => {
    const door = await openDoor();
    const id = await sendAway(door);
    await expect(
      door.send({ ...QUERY, id, params: { limit: 1 } }, { caller: LOCAL, waitMs: 0 }),
    ).rejects.toMatchObject({
      code: 'ID_REUSED',
      errors: [{ pointer: '/id' }],
    });
    expect(sent()).toHaveLength(1);
    // The same one goes out again, as it was.
    await sendAway(door, { ...QUERY, id });
    expect(sent()[1]).toEqual(sent()[0]);
  });

  it('refuses what is too large or too deep before it sends', async () => {
    const door = await openDoor(200);
    await expect(
      door.send({ ...QUERY, note: 'x'.repeat(200) }, { caller: LOCAL, waitMs: 0 }),
    ).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    await expect(door.send({ params: deep }, { caller: LOCAL, waitMs: 0 })).rejects.toMatchObject({
      code: 'TOO_DEEP',
    });
    expect(sent()).toEqual([]);
  });
});

describe('finding', () => {
  it('knows nothing, then waits, then has the reply of a query', async () => {
    const door = await openDoor();
    expect(await door.find('0193a5a0-0000-7000-8000-000000000001', LOCAL)).toEqual({ state: 'unknown' });
    const id = await sendAway(door);
    expect(await door.find(id, LOCAL)).toEqual({ state: 'waiting' });
    putReply(replyTo(id));
    await until(async () => (await door.find(id, LOCAL)).state === 'answered');
    now += 10 * 60_000;
    expect(await door.find(id, LOCAL)).toEqual({ state: 'unknown' });
  });

  it('finds recorded replies in the documents, also those of other instances', async () => {
    const door = await openDoor();
    const reply = replyTo('0193a5a0-0000-7000-8000-00000000000b', { command: 'rollback' });
    putAnswered({}, reply);
    expect(await door.find(reply.id, LOCAL)).toEqual({ state: 'answered', reply });
  });

  it('finds that somebody was denied in the log, for that person, and not while the id is tried again', async () => {
    const door = await openDoor();
    const id = '0193a5a0-0000-7000-8000-00000000000c';
    const denied = (position: number, of: string): void =>
      reads.put(`audit:${String(position).padStart(8, '0')}`, {
        kind: 'audit',
        time: '2026-01-01T00:00:00.000Z',
        id: of,
        command: 'rollback',
        project: 'default',
        actor: 'local',
        via: 'commands',
        outcome: 'denied',
        code: 'DENIED',
        reason: 'lacks the role operator',
        events: [],
        entities: [],
      });
    denied(7, id);
    expect(await door.find(id, LOCAL)).toMatchObject({
      state: 'answered',
      reply: {
        id,
        command: 'rollback',
        status: 'denied',
        error: { code: 'DENIED', detail: 'lacks the role operator' },
      },
    });
    expect(await door.find(id, { ...LOCAL, name: 'other' })).toEqual({ state: 'unknown' });
    await sendAway(door, { ...QUERY, id });
    expect(await door.find(id, LOCAL)).toEqual({ state: 'waiting' });
    // Only so many records are looked at.
    const old = '0193a5a0-0000-7000-8000-00000000000d';
    denied(8, old);
    for (let position = 9; position < 8 + 200; position += 1) denied(position, 'x');
    expect(await door.find(old, LOCAL)).toMatchObject({ state: 'answered' });
    denied(8 + 200, 'x');
    expect(await door.find(old, LOCAL)).toEqual({ state: 'unknown' });
  });

  it('says waiting while the documents cannot be read, and fails for ids that it does not know', async () => {
    const door = await openDoor();
    const id = await sendAway(door);
    reads.fail(new Error('store down'));
    expect(await door.find(id, LOCAL)).toEqual({ state: 'waiting' });
    await expect(door.find('0193a5a0-0000-7000-8000-00000000000b', LOCAL)).rejects.toThrow('store down');
  });

  it('ignores what is no reply', async () => {
    const door = await openDoor();
    const id = await sendAway(door);
    bus.put(REPLIES, 'nonsense', id);
    bus.put(REPLIES, '{"status":"ok"}');
    putReply(replyTo(id));
    await until(async () => (await door.find(id, LOCAL)).state === 'answered');
    expect(await door.find(id, LOCAL)).toEqual({ state: 'answered', reply: replyTo(id) });
  });
});

describe('when the bus is cut', () => {
  it('misses no reply that came meanwhile', async () => {
    const door = await openDoor();
    const first = await sendAway(door);
    putReply(replyTo(first));
    await until(async () => (await door.find(first, LOCAL)).state === 'answered');
    const answer = door.send(QUERY, { caller: LOCAL, waitMs: 2_000 });
    await until(() => sent().length === 2);
    bus.down = true;
    bus.cut();
    expect(door.health()).toMatchObject({ ok: false });
    const id = String(sent()[1]?.['id']);
    putReply(replyTo(id, { position: 9 }));
    await pause(30);
    bus.down = false;
    expect((await answer).reply).toMatchObject({ id, position: 9 });
    await until(() => door.health().ok);
  });

  it('says that nothing was sent while it cannot send, and sends again afterwards', async () => {
    bus.down = true;
    const door = await openDoor();
    expect(door.health()).toEqual({
      ok: false,
      detail: `no replies from ${REPLIES}: broker-7.internal does not answer`,
    });
    await expect(door.send(QUERY, { caller: LOCAL, waitMs: 1_000 })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
    bus.down = false;
    await until(() => door.health().ok);
    await sendAway(door);
    expect(sent()).toHaveLength(1);
  });

  it('does not give up a command whose sending is not confirmed: its reply may come', async () => {
    const door = await openDoor();
    bus.sends = 'unknown-stored';
    const answer = door.send(QUERY, { caller: LOCAL, waitMs: 2_000 });
    await until(() => sent().length === 1);
    putReply(replyTo(String(sent()[0]?.['id'])));
    expect((await answer).reply).toMatchObject({ status: 'ok' });
  });

  it('soon tells the caller of one that was lost to send it again', async () => {
    const door = await openDoor();
    bus.sends = 'unknown-lost';
    const { id, reply } = await door.send(QUERY, { caller: LOCAL, waitMs: 10 });
    expect([reply, await door.find(id, LOCAL)]).toEqual([undefined, { state: 'waiting' }]);
    now += 60_000;
    expect(await door.find(id, LOCAL)).toEqual({ state: 'unknown' });
  });

  it('is unsure of commands whose replies it may have missed', async () => {
    const door = await openDoor();
    const id = await sendAway(door);
    bus.cut();
    putReply(replyTo(id));
    await until(() => door.health().ok);
    await pause(20);
    now += 60_000;
    expect(await door.find(id, LOCAL)).toEqual({ state: 'unknown' });
  });
});

describe('closing', () => {
  it('lets waiting callers go', async () => {
    const door = await openDoor();
    const answer = door.send(QUERY, { caller: LOCAL, waitMs: 20_000 });
    await until(() => sent().length === 1);
    await door.close();
    expect((await answer).reply).toBeUndefined();
  });
});
