import type {
  NativeConsumerConfig,
  NativeDriver,
  NativeLogHandler,
  NativeMessage,
  NativeMessageId,
  NativeOutgoing,
  NativeProducerConfig,
  NativeReaderConfig,
} from '../../../src/adapters/pulsar-native/driver.js';

/** A promise that the test settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** What a fake client has been asked for, and the switches by which a test makes it answer. */
export interface FakeClient {
  readonly driver: NativeDriver;
  /** In their order: `producer.close`, `client.close`, … */
  readonly calls: string[];
  readonly configs: (NativeProducerConfig | NativeConsumerConfig | NativeReaderConfig | object)[];
  readonly sends: (Deferred<NativeMessageId> & { readonly message: NativeOutgoing })[];
  /** What consumers and readers deliver next. */
  readonly queue: NativeMessage[];
  readonly acknowledged: NativeMessageId[];
  readonly negativelyAcknowledged: NativeMessageId[];
  connected: boolean;
  /** Opening anything fails with this. */
  refusal: string | undefined;
  /** `hasNext` says so without a message to read, as when the connection breaks in between. */
  promising: boolean;
  logHandler: NativeLogHandler | null;
}

export function fakeId(text: string): NativeMessageId {
  return { serialize: () => Buffer.from(text) };
}

/** A message as the native client shows it: its properties are an array with named members. */
export function fakeMessage(text: string, key = '', properties: Record<string, string> = {}): NativeMessage {
  const id = fakeId(`id of ${text}`);
  return {
    getData: () => Buffer.from(text),
    getMessageId: () => id,
    getPublishTimestamp: () => 1_700_000_000_000,
    getEventTimestamp: () => 0,
    getPartitionKey: () => key,
    getProperties: () => Object.assign([], properties),
  };
}

/** Makes a hand-written stand-in for the package, as careless as the real one. */
export function createFakeClient(): FakeClient {
  const open = <T>(config: object, part: T): Promise<T> => {
    fake.configs.push(config);
    return fake.refusal === undefined ? Promise.resolve(part) : Promise.reject(new Error(fake.refusal));
  };
  /** Resolves as soon as there is a message, and never once it is closed. */
  const next = async (isOpen: () => boolean): Promise<NativeMessage> => {
    while (fake.queue.length === 0 || !isOpen()) {
      await new Promise<void>((resolve) => setTimeout(resolve, 1).unref());
    }
    return fake.queue.shift() ?? next(isOpen);
  };
  const isConnected = (): boolean => fake.connected;

  class Client {
    constructor(config: object) {
      fake.configs.push(config);
    }
    static setLogHandler(handler: NativeLogHandler | null): void {
      fake.logHandler = handler;
    }
    createProducer(config: NativeProducerConfig) {
      let inFlight = 0;
      return open(config, {
        send(message: NativeOutgoing) {
          const deferred = defer<NativeMessageId>();
          fake.sends.push({ ...deferred, message });
          inFlight += 1;
          if (inFlight > config.maxPendingMessages) deferred.reject(new Error('ProducerQueueIsFull'));
          return deferred.promise.finally(() => {
            inFlight -= 1;
          });
        },
        isConnected,
        close: () => record('producer.close'),
      });
    }
    subscribe(config: NativeConsumerConfig) {
      const closed = defer<never>();
      closed.promise.catch(() => undefined);
      let isOpen = true;
      return open(config, {
        receive: () => Promise.race([next(() => isOpen), closed.promise]),
        acknowledgeId: async (id: NativeMessageId) => void fake.acknowledged.push(id),
        negativeAcknowledgeId: (id: NativeMessageId) => void fake.negativelyAcknowledged.push(id),
        isConnected,
        close() {
          isOpen = false;
          closed.reject(new Error('Failed to receive message: AlreadyClosed'));
          return record('consumer.close');
        },
      });
    }
    createReader(config: NativeReaderConfig) {
      let reading = false;
      return open(config, {
        hasNext() {
          if (!fake.connected) throw new Error('hasNext holds the thread without a connection');
          return fake.promising || fake.queue.length > 0;
        },
        async readNext(...timeout: unknown[]) {
          if (timeout.length > 0) fake.calls.push('CRASH: readNext with a timeout');
          reading = true;
          const message = await next(() => true);
          reading = false;
          return message;
        },
        isConnected,
        close() {
          if (reading) fake.calls.push('CRASH: closed while reading');
          return record('reader.close');
        },
      });
    }
    close() {
      return record('client.close');
    }
  }
  class AuthenticationToken {
    constructor(readonly parameters: { readonly token: () => Promise<string> }) {}
  }
  class AuthenticationTls {
    constructor(readonly parameters: { readonly certificatePath: string; readonly privateKeyPath: string }) {}
  }
  const record = (call: string): Promise<null> => {
    fake.calls.push(call);
    return Promise.resolve(null);
  };

  const fake: FakeClient = {
    driver: {
      Client,
      AuthenticationToken,
      AuthenticationTls,
      MessageId: {
        earliest: () => fakeId('earliest'),
        latest: () => fakeId('latest'),
        deserialize: (bytes) => fakeId(bytes.toString()),
      },
    },
    calls: [],
    configs: [],
    sends: [],
    queue: [],
    acknowledged: [],
    negativelyAcknowledged: [],
    connected: true,
    refusal: undefined,
    promising: false,
    logHandler: null,
  };
  return fake;
}

function defer<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('a promise runs its executor at once');
  return { promise, ...settle };
}
