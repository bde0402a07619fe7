import { createRequire } from 'node:module';
import { AppError, messageOf } from '../../errors.js';

/** What we need of the package `pulsar-client` (1.18): it is optional, and cannot be installed everywhere. */
export interface NativeDriver {
  readonly Client: {
    new (config: NativeClientConfig): NativeClient;
    /** For the whole process. Without a handler the client writes nothing. */
    setLogHandler(handler: NativeLogHandler | null): void;
  };
  /** `token` is asked for at each connection, and when the broker wants another one. */
  readonly AuthenticationToken: new (parameters: { readonly token: () => Promise<string> }) => object;
  readonly AuthenticationTls: new (parameters: {
    readonly certificatePath: string;
    readonly privateKeyPath: string;
  }) => object;
  readonly MessageId: {
    earliest(): NativeMessageId;
    latest(): NativeMessageId;
    deserialize(bytes: Buffer): NativeMessageId;
  };
}

/** Level (0 debug to 3 error), source file, line, message. */
export type NativeLogHandler = (
  ...entry: [level: number, file: string, line: number, message: string]
) => void;

export interface NativeClientConfig {
  readonly serviceUrl: string;
  readonly operationTimeoutSeconds: number;
  /** One of the two above. */
  readonly authentication?: object;
  readonly tlsValidateHostname: true;
  readonly tlsAllowInsecureConnection: false;
  readonly tlsTrustCertsFilePath?: string;
  readonly tlsCertificateFilePath?: string;
  readonly tlsPrivateKeyFilePath?: string;
}

export interface NativeClient {
  createProducer(config: NativeProducerConfig): Promise<NativeProducer>;
  subscribe(config: NativeConsumerConfig): Promise<NativeConsumer>;
  createReader(config: NativeReaderConfig): Promise<NativeReader>;
  close(): Promise<unknown>;
}

export interface NativeProducerConfig {
  readonly topic: string;
  readonly producerName?: string;
  /** A string that the client does not know is accepted without a word. */
  readonly accessMode: 'Shared' | 'Exclusive';
  /** A number: a bigint is silently ignored. */
  readonly initialSequenceId?: number;
  readonly sendTimeoutMs: number;
  readonly maxPendingMessages: number;
  readonly blockIfQueueFull: false;
  readonly batchingEnabled: false;
}

export interface NativeConsumerConfig {
  readonly topic: string;
  readonly subscription: string;
  readonly subscriptionType: 'Failover' | 'KeyShared' | 'Shared' | 'Exclusive';
  readonly subscriptionInitialPosition: 'Earliest' | 'Latest';
  readonly receiverQueueSize: number;
  readonly nAckRedeliverTimeoutMs: number;
}

export interface NativeReaderConfig {
  readonly topic: string;
  readonly startMessageId: NativeMessageId;
  readonly receiverQueueSize: number;
}

export interface NativeProducer {
  send(message: NativeOutgoing): Promise<NativeMessageId>;
  isConnected(): boolean;
  close(): Promise<unknown>;
}

export interface NativeOutgoing {
  readonly data: Buffer;
  readonly partitionKey?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly eventTimestamp?: number;
}

export interface NativeConsumer {
  /** Without a timeout: then no thread waits, and closing the consumer rejects it. */
  receive(): Promise<NativeMessage>;
  acknowledgeId(id: NativeMessageId): Promise<unknown>;
  negativeAcknowledgeId(id: NativeMessageId): void;
  isConnected(): boolean;
  close(): Promise<unknown>;
}

export interface NativeReader {
  /** Asks the broker where it does not know, and holds the thread meanwhile. */
  hasNext(): boolean;
  /** Holds one of libuv's threads until there is a message. With a timeout, or when the reader is closed meanwhile, it crashes the process. */
  readNext(): Promise<NativeMessage>;
  isConnected(): boolean;
  close(): Promise<unknown>;
}

export interface NativeMessage {
  getData(): Buffer;
  getMessageId(): NativeMessageId;
  getPublishTimestamp(): number;
  /** 0 where there is none. */
  getEventTimestamp(): number;
  /** Empty where there is none. */
  getPartitionKey(): string;
  /** An array with named members. */
  getProperties(): object;
}

export interface NativeMessageId {
  serialize(): Buffer;
}

/** Held in a variable, so that neither compiler nor bundler looks for the package. */
const PACKAGE: string = 'pulsar-client';

/** Loads the package. Rejects with INVALID_CONFIG, saying what to do, where it cannot be. */
export async function loadPulsarClient(name = PACKAGE): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    throw new AppError(
      'INVALID_CONFIG',
      `STAGELINE_BUS=pulsar needs the optional package ${name}, which cannot be loaded (${messageOf(error)}). Install it with "npm install ${name}", which downloads a binary, or use STAGELINE_BUS=pulsar-ws, which needs none.`,
      { cause: error },
    );
  }
}

/** True if the package is there and its binary can be loaded. */
export function isPulsarNativeInstalled(): boolean {
  try {
    createRequire(__filename)(PACKAGE);
    return true;
  } catch {
    return false;
  }
}

/** Takes the driver out of a loaded module, whichever module system loaded it. */
export function asDriver(loaded: unknown): NativeDriver {
  const module = loaded as Partial<NativeDriver> & { readonly default?: Partial<NativeDriver> };
  const { Client, MessageId, AuthenticationToken, AuthenticationTls } = module.default ?? module;
  if (Client && MessageId && AuthenticationToken && AuthenticationTls)
    return { Client, MessageId, AuthenticationToken, AuthenticationTls };
  throw new AppError(
    'INVALID_CONFIG',
    `the package ${PACKAGE} has no Client, MessageId, AuthenticationToken and AuthenticationTls: use version 1.18`,
  );
}
