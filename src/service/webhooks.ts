import type { Config } from '../config.js';
import { topicFullName } from '../core/topic-name.js';
import type { Actor } from '../core/types.js';
import { AppError, hasCode, messageOf } from '../errors.js';
import type { Bus } from '../ports/bus.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Log } from '../ports/system.js';
import { createSender } from '../processor/replies.js';
import { RETRIES, type DeliverOptions, type Ending } from '../webhooks/deliver.js';
import { runWebhooks } from '../webhooks/run-webhooks.js';
import { createWebhookSigner, readWebhookKeys, type WebhookSigner } from '../webhooks/signing.js';
import { ownKeyFile, readGivenFile } from './key-files.js';
import { topicAccessOf, webhookGuardOf } from './webhook-rules.js';

/** Documents are looked at so often; a change takes so long to be followed. */
const LOOK_EVERY_MS = 2_000;
const REOPEN_MS = 5_000;
const POST_LIMITS = { idleMs: 10_000, totalMs: 15_000, maxAnswerBytes: 1024 * 1024 };
/** As whom a receiver's answer is published: whoever set the webhook has this role in every project. */
const RECEIVER: Actor = { name: 'stageline', roles: ['operator'] };

/** What signs webhooks; undefined where there is no key, and so no webhook. */
export async function openWebhookSigner({
  webhooks: { keysFile },
  bus,
  dataDir,
}: Config): Promise<WebhookSigner | undefined> {
  const name = 'STAGELINE_WEBHOOK_KEYS_FILE';
  if (keysFile === undefined && bus.kind !== 'embedded') return undefined;
  const file =
    keysFile ?? (await ownKeyFile(dataDir, 'webhook.keys', (key) => `${key.toString('base64')}\n`));
  const text = (await readGivenFile(name, file)).toString('utf8');
  return createWebhookSigner(readWebhookKeys(text, keysFile === undefined ? 'webhook.keys' : name));
}

export interface StartWebhooksOptions extends Pick<DeliverOptions, 'deadLetter'> {
  readonly config: Config;
  readonly bus: Bus;
  readonly reads: DocumentReads;
  readonly signer: WebhookSigner | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export interface RunningWebhooks {
  /** Ends with the signal. */
  readonly running: Promise<void>;
  /** How many run, and how their messages ended since this instance started. */
  counts(): Readonly<Record<'running' | Ending, number>>;
  close(): Promise<void>;
}

/** Starts the part that posts messages to webhooks. */
export function startWebhooks(options: StartWebhooksOptions): RunningWebhooks | undefined {
  const { config, bus, signer } = options;
  const log = options.log.child({ part: 'webhooks' });
  if (!config.parts.includes('webhooks') || signer === undefined) return undefined;
  const counts: Record<'running' | Ending, number> = {
    running: 0,
    delivered: 0,
    'dead-lettered': 0,
    'passed-over': 0,
  };
  const access = topicAccessOf(config);
  const sender = createSender(bus);

  const running = runWebhooks({
    ...options,
    signer,
    log,
    guard: webhookGuardOf(config),
    postLimits: { ...POST_LIMITS, maxAnswerBytes: Math.min(POST_LIMITS.maxAnswerBytes, bus.maxMessageBytes) },
    retries: RETRIES,
    lookEveryMs: LOOK_EVERY_MS,
    reopenMs: REOPEN_MS,
    closed: (topic) => access.closed(topic),
    ended: (ending) => (counts[ending] += 1),
    running: (count) => (counts.running = count),
    async publish({ topic: named, body }) {
      try {
        const topic = topicFullName(named.trim());
        if (topic === undefined || access.isCommands(topic))
          throw new AppError('DENIED', 'A webhook answers to no such topic.');
        access.checkPublish(topic, RECEIVER);
        await sender.send(topic, { payload: body });
      } catch (error) {
        if (hasCode(error, 'ENGINE_UNAVAILABLE')) throw error;
        log.warn({ topic: named, reason: messageOf(error) }, 'webhook-answer-refused');
      }
    },
  });
  return { running, counts: () => ({ ...counts }), close: () => sender.close() };
}
