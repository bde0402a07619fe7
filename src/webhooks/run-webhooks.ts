import { webhookSubscriptionsId } from '../core/ids.js';
import { isAborted, pause } from '../core/pause.js';
import type { WebhookSubscriptionsDocument } from '../core/types.js';
import { messageOf } from '../errors.js';
import type { UrlGuard } from '../outbound/url-guard.js';
import type { DocumentReads } from '../ports/reads.js';
import type { Ending } from './deliver.js';
import { createPost, type PostLimits } from './post-message.js';
import type { Webhook } from './request-headers.js';
import { runSubscription, type SubscriptionOptions } from './run-subscription.js';

/** So many webhooks are run at most: what is more is told, and waits. */
const MAX_RUNNING = 500;

export interface WebhooksOptions extends Omit<SubscriptionOptions, 'topic' | 'webhook' | 'post' | 'ended'> {
  readonly reads: Pick<DocumentReads, 'range'>;
  readonly guard: UrlGuard;
  readonly postLimits: PostLimits;
  /** Why nothing is pushed of a topic, whatever was set before; undefined: it may be. */
  readonly closed: (topic: string) => string | undefined;
  readonly ended: (ending: Ending) => void;
  /** Told how many run. */
  readonly running?: (count: number) => void;
  /** How often the documents are looked at. */
  readonly lookEveryMs: number;
}

interface Running {
  readonly stop: () => void;
  readonly done: Promise<void>;
}

/** Runs the webhooks that the documents name, and follows what becomes of them, until the signal. */
export async function runWebhooks(options: WebhooksOptions): Promise<void> {
  const { reads, log, signal, lookEveryMs } = options;
  const running = new Map<string, Running>();
  const told = new Set<string>();
  let fault = '';
  while (!isAborted(signal)) {
    try {
      const documents = await reads.range(webhookSubscriptionsId(''));
      await follow(
        wantedOf(
          documents.map(({ document }) => document),
          options,
          told,
        ),
        running,
        options,
      );
      fault = '';
    } catch (error) {
      // Those that run go on; said once.
      if (messageOf(error) !== fault) log.warn({ reason: messageOf(error) }, 'webhooks-not-read');
      fault = messageOf(error);
    }
    await pause(lookEveryMs, signal);
  }
  await Promise.all([...running.values()].map(({ done }) => done));
}

type Wanted = ReadonlyMap<string, { readonly topic: string; readonly webhook: Webhook }>;

/** What is to run, by everything that it depends on: one that is changed is another one. */
function wantedOf(
  documents: readonly { readonly kind: string }[],
  { closed, log }: WebhooksOptions,
  told: Set<string>,
): Wanted {
  const wanted = new Map<string, { topic: string; webhook: Webhook }>();
  const tell = (what: string, reason: string): void => {
    if (!told.has(what + reason)) log.warn({ topic: what, reason }, 'webhook-not-run');
    told.add(what + reason);
  };
  for (const document of documents) {
    if (document.kind !== 'webhook-subscriptions') continue;
    const { topic, webhooks } = document as WebhookSubscriptionsDocument;
    const reason = closed(topic);
    if (reason !== undefined) tell(topic, reason);
    for (const webhook of reason === undefined ? webhooks : []) {
      if (!webhook.active) continue;
      if (wanted.size < MAX_RUNNING) wanted.set(JSON.stringify([topic, webhook]), { topic, webhook });
      else tell(topic, `${MAX_RUNNING} webhooks run already`);
    }
  }
  return wanted;
}

async function follow(
  wanted: Wanted,
  running: Map<string, Running>,
  options: WebhooksOptions,
): Promise<void> {
  const leaving = [...running].filter(([key]) => !wanted.has(key));
  for (const [, { stop }] of leaving) stop();
  // Before others begin: they may want the same subscription.
  await Promise.all(leaving.map(([, { done }]) => done));
  for (const [key] of leaving) running.delete(key);
  for (const [key, { topic, webhook }] of wanted)
    if (!running.has(key)) running.set(key, start(topic, webhook, options));
  options.running?.(running.size);
}

function start(topic: string, webhook: Webhook, options: WebhooksOptions): Running {
  const { guard, postLimits, signal, log } = options;
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  const post = createPost(webhook.url, guard, postLimits);
  const done = runSubscription({ ...options, topic, webhook, post, signal: ending })
    .catch((error: unknown) => log.error({ err: error, topic }, 'webhook-ended'))
    .finally(() => post.close());
  return { stop: () => stopping.abort(), done };
}
