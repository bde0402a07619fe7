import { AppError } from '../../../src/errors.js';
import type { ReceivedMessage } from '../../../src/ports/bus.js';
import { deliver, type DeliverOptions, type Ending } from '../../../src/webhooks/deliver.js';
import type { Posted } from '../../../src/webhooks/post-message.js';
import { createWebhookSigner } from '../../../src/webhooks/signing.js';
import { createFakeLog } from '../../support/fake-log.js';

const topic = 'persistent://acme/orders/new';
const MESSAGE: ReceivedMessage = {
  id: '1:1',
  payload: Buffer.from('{}'),
  properties: { askedBy: 'alice' },
  publishTime: 0,
};
const FAILED: Posted = { kind: 'failed', reason: 'answers 503' };
const TAKEN: Posted = { kind: 'taken' };

/** Delivers one message to a receiver that answers so. */
async function delivered(answers: readonly Posted[], more: Partial<DeliverOptions> = {}) {
  const told = { posts: 0, acknowledged: 0, letters: [] as string[], endings: [] as Ending[] };
  const stopping = new AbortController();
  await deliver(
    MESSAGE,
    { acknowledge: async () => void (told.acknowledged += 1) },
    {
      topic,
      webhook: {
        url: 'https://hooks.example.com/',
        subscription: 'board',
        type: 'exclusive',
        initialPosition: 'latest',
        active: true,
      },
      post: {
        async post() {
          const answer = answers[told.posts++];
          if (answer === undefined) stopping.abort();
          return answer ?? FAILED;
        },
        close: () => undefined,
      },
      signer: createWebhookSigner(['k'.repeat(32)]),
      retries: { tries: 4, firstMs: 1, longestMs: 2 },
      publish: async () => undefined,
      deadLetter: async (_message, from, { code, reason }) =>
        void told.letters.push(`${from} ${code} ${reason}`),
      ended: (ending) => told.endings.push(ending),
      now: () => 0,
      log: createFakeLog(),
      signal: stopping.signal,
      ...more,
    },
  );
  return told;
}

describe('a message for a webhook', () => {
  it('is acknowledged when it was taken', async () => {
    expect(await delivered([TAKEN])).toMatchObject({ posts: 1, acknowledged: 1, endings: ['delivered'] });
  });

  it('is posted again until it is taken', async () => {
    const told = await delivered([FAILED, FAILED, TAKEN]);
    expect(told).toMatchObject({ posts: 3, acknowledged: 1, letters: [], endings: ['delivered'] });
  });

  it('becomes a dead letter when it was never taken, and only then lets the next one through', async () => {
    const told = await delivered([FAILED, FAILED, FAILED, FAILED]);
    expect(told).toMatchObject({ posts: 4, acknowledged: 1, endings: ['dead-lettered'] });
    expect(told.letters).toEqual([
      `${topic} WEBHOOK_UNDELIVERED The webhook "board" of ${topic} gave up after 4 tries: answers 503.`,
    ]);
  });

  it('is not tried again where that is pointless', async () => {
    const told = await delivered([{ kind: 'refused', reason: 'answers 404' }]);
    expect(told).toMatchObject({ posts: 1, acknowledged: 1, endings: ['dead-lettered'] });
  });

  it('stays where it is when the service stops, or its dead letter cannot be stored', async () => {
    expect(await delivered([FAILED])).toMatchObject({ posts: 2, acknowledged: 0, endings: [] });
    const down = new AppError('ENGINE_UNAVAILABLE', 'down');
    const acknowledged = jest.fn();
    await expect(
      delivered([{ kind: 'refused', reason: '' }], {
        deadLetter: () => Promise.reject(down),
        ended: acknowledged,
      }),
    ).rejects.toBe(down);
    expect(acknowledged).not.toHaveBeenCalled();
  });

  it('is posted again where the answer to it could not be published', async () => {
    const answer = { topic, body: Buffer.from('done') };
    let tries = 0;
    const told = await delivered(
      [
        { kind: 'taken', answer },
        { kind: 'taken', answer },
      ],
      {
        publish: async () => {
          tries += 1;
          if (tries === 1) throw new AppError('ENGINE_UNAVAILABLE', 'down');
        },
      },
    );
    expect(told).toMatchObject({ posts: 2, acknowledged: 1, endings: ['delivered'] });
  });

  it('is passed over where it answers somebody else', async () => {
    const webhook = {
      url: 'https://hooks.example.com/',
      subscription: 'board',
      type: 'exclusive',
      initialPosition: 'latest',
      active: true,
    } as const;
    expect(await delivered([TAKEN], { webhook: { ...webhook, askedBy: 'bob' } })).toMatchObject({
      posts: 0,
      acknowledged: 1,
      endings: ['passed-over'],
    });
    expect(await delivered([TAKEN], { webhook: { ...webhook, askedBy: 'alice' } })).toMatchObject({
      posts: 1,
    });
  });
});
