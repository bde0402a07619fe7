import { LOCAL } from '../../../src/core/authorise.js';
import type { Reply } from '../../../src/core/types.js';
import { problem } from '../../../src/errors.js';
import { switchOver } from '../../../src/history/switch-over.js';
import type { CommandDoor, Known, Sent } from '../../../src/ports/command-door.js';
import { createFakeLog } from '../../support/fake-log.js';
import { createDocumentsDisk, createMemoryStore } from '../../support/memory-documents.js';

const OK: Reply = { id: '1', command: 'switch-documents', status: 'ok', position: 7 };
const SIGNAL = new AbortController().signal;

interface World {
  readonly commands: Record<string, unknown>[];
  run(signal?: AbortSignal): Promise<void>;
  current(): Promise<string | undefined>;
}

/** `onSend` is told of each command: what the door says, and what the writer does. Time passes with every look at the clock. */
async function worldWith(
  onSend: (count: number, point: (database: string) => Promise<void>) => Promise<Reply | undefined>,
  find: () => Known = () => ({ state: 'waiting' }),
): Promise<World> {
  const store = createMemoryStore(createDocumentsDisk());
  for (const name of ['documents-old', 'documents-new']) await store.create(name);
  await store.setCurrent('documents-old');
  const commands: Record<string, unknown>[] = [];
  const door: CommandDoor = {
    async send(command): Promise<Sent> {
      commands.push(command);
      const id = String(command['id']);
      const reply = await onSend(commands.length, (database) => store.setCurrent(database));
      return reply === undefined ? { id, reply } : { id, reply };
    },
    find: async () => find(),
    health: () => ({ ok: true, detail: '' }),
    close: async () => undefined,
  };
  let now = 0;
  let ids = 0;
  return {
    commands,
    run: (signal = SIGNAL) =>
      switchOver(
        {
          door,
          caller: LOCAL,
          store,
          ids: { uuid: () => `id-${(ids += 1)}` },
          clock: { now: () => (now += 5_000) },
          log: createFakeLog(),
        },
        'documents-new',
        signal,
      ),
    current: () => store.current(),
  };
}

describe('switching over', () => {
  it('asks through the door like anybody, and waits for the pointer', async () => {
    const world = await worldWith(async (_count, point) => {
      setTimeout(() => void point('documents-new'), 20);
      return OK;
    });
    await world.run();
    expect(await world.current()).toBe('documents-new');
    expect(world.commands).toEqual([
      {
        id: 'id-1',
        command: 'switch-documents',
        project: 'stageline',
        params: { database: 'documents-new' },
      },
    ]);
  });

  it('asks again where the writer ended in between, and gives up where it never switches', async () => {
    const world = await worldWith(async (count, point) => {
      if (count === 2) await point('documents-new');
      return OK;
    });
    await world.run();
    expect(world.commands.map(({ id }) => id)).toEqual(['id-1', 'id-2']);
    const never = await worldWith(async () => OK);
    await expect(never.run()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(never.commands).toHaveLength(3);
  });

  it('looks for a reply that did not come in time, and sends the same id again where nobody knows it', async () => {
    let looks = 0;
    const late = await worldWith(
      async (_count, point) => {
        await point('documents-new');
        return undefined;
      },
      () => ((looks += 1) < 3 ? { state: 'waiting' } : { state: 'answered', reply: OK }),
    );
    await late.run();
    expect(looks).toBe(3);
    const lost = await worldWith(
      async (count, point) => {
        await point('documents-new');
        return count === 1 ? undefined : OK;
      },
      () => ({ state: 'unknown' }),
    );
    await lost.run();
    expect(lost.commands.map(({ id }) => id)).toEqual(['id-1', 'id-1']);
  });

  it('says why it was refused, that nobody answers, and that it was ended', async () => {
    const denied = await worldWith(async () => ({
      ...OK,
      status: 'denied',
      error: problem('DENIED', 'no operator'),
    }));
    await expect(denied.run()).rejects.toMatchObject({
      code: 'DENIED',
      message: expect.stringContaining('no operator') as string,
    });
    const silent = await worldWith(async () => undefined);
    await expect(silent.run()).rejects.toMatchObject({ code: 'NOT_REACHED' });
    const stop = new AbortController();
    stop.abort();
    const ended = await worldWith(async () => OK);
    await expect(ended.run(stop.signal)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
