import { createPulsarWsBus, type PulsarWsBusOptions } from '../../../src/adapters/pulsar-ws/bus.js';
import { AppError } from '../../../src/errors.js';
import type { Bus } from '../../../src/ports/bus.js';
import { createFakeLog } from '../../support/fake-log.js';
import { shownCredentials } from '../../support/shown-credentials.js';
import { startFakeProxy, until, type FakeProxy } from './fake-ws-proxy.js';

const TOPIC = 'persistent://t/ns/x';

describe('credentials of the bus over WebSocket', () => {
  let proxy: FakeProxy;
  let bus: Bus;
  let token: () => string;
  let refused: readonly string[] = [];
  const seen: (string | undefined)[] = [];
  const log = createFakeLog();

  beforeEach(async () => {
    token = () => 'one';
    refused = [];
    seen.length = 0;
    proxy = await startFakeProxy({
      verify(request, answer) {
        const { authorization = '' } = request.headers;
        seen.push(authorization);
        answer(refused.includes(authorization.slice('Bearer '.length)) ? 401 : 101);
      },
    });
  });
  afterEach(async () => {
    await bus.close();
    await proxy.close();
  });
  const open = (options: Partial<PulsarWsBusOptions> = {}): Bus =>
    (bus = createPulsarWsBus({
      url: proxy.url,
      credentials: shownCredentials(() => token()),
      renewalMs: 20,
      log,
      ...options,
    }));

  it('stand in the header of the upgrade, never in the address', async () => {
    await open().openProducer(TOPIC);
    expect(seen).toEqual(['Bearer one']);
    expect(proxy.opened[0]).not.toMatch(/one|token/i);
  });

  it('are got anew, once, where the server does not know them', async () => {
    const versions: (string | undefined)[] = [];
    const issued = shownCredentials(() => token());
    const credentials = {
      ...issued,
      async current(old?: string) {
        versions.push(old);
        if (old !== undefined) token = () => 'two';
        return issued.current();
      },
    };
    refused = ['one'];
    await open({ credentials, renewalMs: 60_000 }).openProducer(TOPIC);
    expect(seen).toEqual(['Bearer one', 'Bearer two']);
    expect(versions).toEqual([undefined, 'one']);
    refused = ['one', 'two'];
    await expect(bus.openProducer(TOPIC)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/ 401.*Shown was the token of TOKEN_FILE$/) as string,
    });
    expect(seen).toHaveLength(3);
  });

  it('that have changed end what was opened with others, and nothing that was opened with them', async () => {
    const reader = await open().openReader(TOPIC, { start: 'latest' });
    const producer = await bus.openProducer(TOPIC);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([reader.lost.aborted, producer.lost.aborted]).toEqual([false, false]);
    token = () => 'two';
    await until(() => reader.lost.aborted && producer.lost.aborted);
    await expect(producer.send({ payload: Buffer.from('x') })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
    const next = await bus.openProducer(TOPIC);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(next.lost.aborted).toBe(false);
    expect(seen).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
  });

  it('that cannot be had end nothing that is open, and open nothing', async () => {
    const producer = await open().openProducer(TOPIC);
    token = () => {
      throw new AppError('TOKEN_MISSING', 'the file is gone');
    };
    await until(() => log.lines.some(({ event }) => event === 'credentials-not-readable'));
    expect(producer.lost.aborted).toBe(false);
    await expect(bus.openProducer(TOPIC)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: `the producer on ${TOPIC} cannot be opened: the file is gone`,
    });
  });

  it('that expire soon are warned of once', async () => {
    const expiresAt = Date.now() + 60_000;
    const own = createFakeLog();
    await open({ credentials: shownCredentials(() => 'one', { expiresAt }), log: own }).openProducer(TOPIC);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(own.lines.map(({ event }) => event)).toEqual(['token-expires']);
    expect(JSON.stringify(own.lines)).not.toContain('one"');
  });
});
