import { LOCAL } from '../../src/core/authorise.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLevelBus } from '../../src/adapters/level/bus.js';
import { createCommandDoor } from '../../src/http/command-door.js';
import type { Bus } from '../../src/ports/bus.js';
import type { CommandDoor } from '../../src/ports/command-door.js';
import { createFakeLog } from '../support/fake-log.js';
import { createFakeReads } from '../support/fake-reads.js';

const COMMANDS = 'persistent://ops/stageline/commands';
const REPLIES = 'persistent://ops/stageline/replies';

let dir: string;
let bus: Bus;
let door: CommandDoor;
let stop: () => Promise<void>;

/** Answers every command with its own name and params, as a processor would. */
async function startEcho(): Promise<() => Promise<void>> {
  const consumer = await bus.openConsumer(COMMANDS, { subscription: 'processor', type: 'Failover' });
  const producer = await bus.openProducer(REPLIES);
  const ending = new AbortController();
  const loop = (async () => {
    while (!ending.signal.aborted) {
      for (const message of await consumer.receive({ max: 100, waitMs: 50 })) {
        const { id, command, params } = JSON.parse(message.payload.toString()) as Record<string, unknown>;
        const reply = { id, command, status: 'ok', position: 1, result: { params, key: message.key } };
        await producer.send({ key: String(id), payload: Buffer.from(JSON.stringify(reply)) });
        await consumer.acknowledge(message);
      }
    }
  })();
  return async () => {
    ending.abort();
    await loop;
    await Promise.all([consumer.close(), producer.close()]);
  };
}

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'stageline-door-'));
  bus = await createLevelBus({ dir });
  let count = 0;
  door = await createCommandDoor({
    bus,
    commandsTopic: COMMANDS,
    repliesTopic: REPLIES,
    reads: createFakeReads(),
    ids: { uuid: () => `0193a5a0-0000-7000-8000-${String((count += 1)).padStart(12, '0')}` },
    clock: { now: () => Date.now() },
    log: createFakeLog(),
    maxBytes: 300_000,
  });
  stop = await startEcho();
});

afterEach(async () => {
  await door.close();
  await stop();
  await bus.close();
  await rm(dir, { recursive: true, force: true });
});

describe('the command door over the embedded bus', () => {
  it('gives each of many callers the reply to its own command', async () => {
    expect(door.health().ok).toBe(true);
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, at) =>
        door.send(
          { command: 'get-all-data', project: `p${at % 7}`, params: { at } },
          { caller: LOCAL, waitMs: 10_000 },
        ),
      ),
    );
    expect(answers.map(({ reply }) => reply?.result)).toEqual(
      Array.from({ length: 300 }, (_, at) => ({ params: { at }, key: `p${at % 7}` })),
    );
  });

  it('keeps the reply of a query for who asks later', async () => {
    const { id } = await door.send({ command: 'get-all-data', params: {} }, { caller: LOCAL, waitMs: 0 });
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await door.find(id, LOCAL)).state === 'answered') break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await door.find(id, LOCAL)).toMatchObject({ state: 'answered', reply: { id, status: 'ok' } });
  });

  it('takes a command of the largest size', async () => {
    const params = { text: 'x'.repeat(290_000) };
    const { reply } = await door.send({ command: 'get-all-data', params }, { caller: LOCAL, waitMs: 10_000 });
    expect(reply?.result).toMatchObject({ params });
  });
});
