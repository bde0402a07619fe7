import { LOCAL } from '../../src/core/authorise.js';
import { randomUUID } from 'node:crypto';
import { createFakeLog } from '../support/fake-log.js';
import { createDeadLetters } from '../../src/feed/dead-letters.js';
import type { Bus, ReceivedMessage } from '../../src/ports/bus.js';
import type { DeadLetters } from '../../src/ports/dead-letters.js';
import { createPost, type Post } from '../../src/processor/replies.js';
import { at, takeFor } from './bus-session.js';

/** What the dead letters of any bus promise (src/ports/dead-letters.ts), written as the processor writes them. */
export function deadLettersContract(
  name: string,
  createBus: () => Promise<Bus>,
  /** How soon silence of the engine means that a topic has ended. */
  silence: number,
): void {
  describe(`dead letters, ${name}`, () => {
    let bus: Bus;
    let post: Post;
    let topics: { commands: string; deadLetters: string; foreign: string };
    let now: number;

    const open = (silenceMs = silence): DeadLetters =>
      createDeadLetters({
        bus,
        topic: topics.deadLetters,
        resendTo: [topics.commands],
        log: createFakeLog(),
        silenceMs,
      });

    beforeAll(async () => {
      bus = await createBus();
    });
    afterAll(() => bus.close());

    beforeEach(() => {
      const topic = (of: string): string => `persistent://contract/plain/${of}-${randomUUID()}`;
      topics = { commands: topic('commands'), deadLetters: topic('dead'), foreign: topic('foreign') };
      now = Date.UTC(2026, 0, 1);
      post = createPost({
        bus,
        repliesTopic: topic('replies'),
        deadLettersTopic: topics.deadLetters,
        clock: { now: () => now },
        log: createFakeLog(),
      });
    });
    afterEach(() => post.close());

    interface Given {
      readonly payload?: string | Buffer;
      readonly code?: 'INVALID_COMMAND' | 'INVALID_JSON' | 'SECRET_LITERAL';
      readonly topic?: string;
      readonly key?: string;
      readonly properties?: Readonly<Record<string, string>>;
    }

    /** Puts letters there, a minute apart. */
    const putAside = async (...given: Given[]): Promise<void> => {
      for (const { payload = '{}', code = 'INVALID_COMMAND', topic = topics.commands, ...rest } of given) {
        const message: ReceivedMessage = {
          id: 'original',
          payload: Buffer.from(payload as string),
          properties: {},
          publishTime: 0,
          ...rest,
        };
        expect(await post.deadLetter({ code, reason: `it is ${code}`, topic, message })).toBe(true);
        now += 60_000;
      }
    };

    const all = async (letters: DeadLetters) => (await letters.list({ limit: 1_000 })).letters;
    const sentTo = async (topic: string): Promise<ReceivedMessage[]> => {
      const reader = await bus.openReader(topic, { start: 'earliest' });
      const messages = await takeFor(reader, silence);
      await reader.close();
      return messages;
    };

    it('are listed with what is known of them, the newest last, without payloads', async () => {
      await putAside({ key: 'pricing', properties: { trace: '1', ticket: 'secret' } }, { payload: 'xyz' });
      const [first, second, ...more] = await all(open());
      expect(more).toEqual([]);
      expect(first).toEqual({
        id: expect.any(String) as string,
        bytes: 2,
        refusal: undefined,
        letter: {
          code: 'INVALID_COMMAND',
          reason: 'it is INVALID_COMMAND',
          topic: topics.commands,
          messageId: 'original',
          key: 'pricing',
          // What is no ticket is not kept in a ticket's place.
          properties: { ticket: '[redacted]', trace: '1' },
          truncated: false,
          time: '2026-01-01T00:00:00.000Z',
        },
      });
      expect(second).toMatchObject({ bytes: 3, letter: { time: '2026-01-01T00:01:00.000Z' } });
    });

    it('are none where there is none', async () => {
      expect(await open(100).list({ limit: 10 })).toEqual({ letters: [] });
    });

    it('come in pages, each from the cursor of the one before', async () => {
      await putAside(...Array.from({ length: 5 }, (_, index) => ({ key: String(index) })));
      const letters = open();
      const keys: (string | undefined)[][] = [];
      let after: string | undefined;
      do {
        const page = await letters.list({ limit: 2, after });
        keys.push(page.letters.map(({ letter }) => letter.key));
        after = page.cursor;
      } while (after !== undefined);
      expect(keys).toEqual([['0', '1'], ['2', '3'], ['4']]);
    });

    it('are filtered by code, topic and time', async () => {
      await putAside(
        { key: 'a' },
        { key: 'b', code: 'INVALID_JSON' },
        { key: 'c', topic: topics.foreign },
        { key: 'd', code: 'INVALID_JSON' },
      );
      const letters = open();
      const keys = async (filter: object): Promise<(string | undefined)[]> =>
        (await letters.list({ limit: 10, ...filter })).letters.map(({ letter }) => letter.key);
      expect(await keys({ code: 'INVALID_JSON' })).toEqual(['b', 'd']);
      expect(await keys({ topic: topics.foreign })).toEqual(['c']);
      expect(await keys({ topic: topics.commands.replace('persistent://', '') })).toEqual(['a', 'b', 'd']);
      expect(await keys({ since: Date.UTC(2026, 0, 1, 0, 1) })).toEqual(['b', 'c', 'd']);
      expect(await keys({ since: Date.UTC(2026, 0, 1, 0, 1), code: 'INVALID_COMMAND' })).toEqual(['c']);
    });

    it('come behind no id that is none', async () => {
      await putAside({});
      for (const after of ['garbage', '%%%'])
        await expect(open().list({ limit: 1, after })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      expect(await all(open())).toHaveLength(1);
    });

    it('are found by their ids, also by one that has listed nothing', async () => {
      await putAside({ payload: 'one' }, { payload: 'two' }, { payload: 'three' });
      const listing = open();
      const ids = (await all(listing)).map(({ id }) => id);
      const texts = async (letters: DeadLetters): Promise<string[]> => {
        const found: string[] = [];
        for (const id of ids)
          found.push(Buffer.from((await letters.get(id)).letter.payload, 'base64').toString());
        return found;
      };
      expect(await texts(listing)).toEqual(['one', 'two', 'three']);
      expect(await texts(open())).toEqual(['one', 'two', 'three']);
      await expect(open(100).get('CAEQ-none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('are sent again as they were, with their key and properties and where they come from', async () => {
      const payload = Buffer.from([0, 255, 10, 123]);
      await putAside({ payload, key: 'pricing', properties: { trace: '1' } }, { payload: '' });
      const letters = open();
      const [first, second] = await all(letters);
      const resent = await letters.resend(first?.id ?? '', LOCAL);
      expect(resent).toEqual({
        id: first?.id,
        topic: topics.commands,
        messageId: expect.any(String) as string,
      });
      await letters.resend(second?.id ?? '', LOCAL);
      const [one, two, ...more] = await sentTo(topics.commands);
      expect(more).toEqual([]);
      expect(one).toMatchObject({
        id: resent.messageId,
        payload,
        key: 'pricing',
        properties: { trace: '1', 'resent-from': first?.id },
      });
      expect(two?.payload).toHaveLength(0);
      expect(two).not.toHaveProperty('key');
    });

    it('say where they come from when they come back, however often', async () => {
      await putAside({ properties: { trace: '1' } });
      const letters = open();
      for (let round = 1; round <= 3; round += 1) {
        const before = await all(letters);
        const { id } = at(before, before.length - 1);
        await letters.resend(id, LOCAL);
        const message = at(await sentTo(topics.commands), round - 1);
        await post.deadLetter({ code: 'INVALID_JSON', reason: 'again', topic: topics.commands, message });
        expect((await all(letters)).at(-1)?.letter.properties).toEqual({ trace: '1', 'resent-from': id });
      }
      expect(await all(letters)).toHaveLength(4);
    });

    it('are not sent again where something of them is missing, or to a topic of others', async () => {
      await putAside(
        { payload: 'x'.repeat(256 * 1024 + 1) },
        { code: 'SECRET_LITERAL' },
        { topic: topics.foreign },
      );
      const letters = open();
      const found = await all(letters);
      const codes = ['PAYLOAD_TRUNCATED', 'PAYLOAD_NOT_KEPT', 'TOPIC_NOT_OWN'];
      expect(found.map(({ refusal }) => refusal?.code)).toEqual(codes);
      expect(found.map(({ bytes, letter }) => [bytes, letter.truncated])).toEqual([
        [256 * 1024, true],
        [0, true],
        [2, false],
      ]);
      for (const [index, { id }] of found.entries())
        await expect(letters.resend(id, LOCAL)).rejects.toMatchObject({ code: codes[index] });
      await expect(letters.resend('CAEQ-none', LOCAL)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await sentTo(topics.commands)).toEqual([]);
      expect(await sentTo(topics.foreign)).toEqual([]);
    });

    it('are told apart from what someone else puts on their topic', async () => {
      const producer = await bus.openProducer(topics.deadLetters);
      await producer.send({ payload: Buffer.from('hello'), key: 'k' });
      await producer.close();
      await putAside({});
      const letters = open();
      const [strange, usual] = await all(letters);
      expect(strange).toMatchObject({
        letter: { code: 'INVALID_JSON', topic: topics.deadLetters, messageId: strange?.id, key: 'k' },
        refusal: { code: 'TOPIC_NOT_OWN' },
      });
      expect(usual?.refusal).toBeUndefined();
    });

    it('are read a bounded number at once', async () => {
      await putAside({});
      const letters = open();
      const asked = await Promise.allSettled(Array.from({ length: 9 }, () => letters.list({ limit: 1 })));
      const refused = asked.filter(({ status }) => status === 'rejected');
      expect(refused).toMatchObject([{ reason: { code: 'TOO_MANY_REQUESTS' } }]);
      expect(await all(letters)).toHaveLength(1);
    });

    it('make a page that is cut by bytes where they are large', async () => {
      const large = 'k'.repeat(300_000);
      await putAside(...Array.from({ length: 16 }, () => ({ properties: { large } })));
      const page = await open().list({ limit: 1_000 });
      expect(page.letters.length).toBeLessThan(16);
      const rest = await open().list({ limit: 1_000, after: page.cursor });
      expect(page.letters.length + rest.letters.length).toBe(16);
      expect(rest.cursor).toBeUndefined();
    });
  });
}
