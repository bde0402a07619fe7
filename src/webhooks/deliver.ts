import { isAborted, pause } from '../core/pause.js';
import { ASKED_BY } from '../core/reply.js';
import { hasCode, messageOf, type Code } from '../errors.js';
import type { Consumer, ReceivedMessage } from '../ports/bus.js';
import type { Log } from '../ports/system.js';
import type { Answer, Post, Posted } from './post-message.js';
import { requestHeaders, type Webhook } from './request-headers.js';
import type { WebhookSigner } from './signing.js';

/** How one webhook's message ended. */
export type Ending = 'delivered' | 'dead-lettered' | 'passed-over';

export interface Retries {
  /** Requests for one message, in all. */
  readonly tries: number;
  /** Before the second; doubles. */
  readonly firstMs: number;
  readonly longestMs: number;
}

export const RETRIES: Retries = { tries: 10, firstMs: 1_000, longestMs: 60_000 };

export interface DeliverOptions {
  readonly topic: string;
  readonly webhook: Webhook;
  readonly post: Post;
  readonly signer: WebhookSigner;
  readonly retries: Retries;
  /** Publishes what a receiver answered with; false where it may not. Rejects with ENGINE_UNAVAILABLE. */
  readonly publish: (answer: Answer) => Promise<void>;
  readonly deadLetter: (
    message: ReceivedMessage,
    topic: string,
    problem: { readonly code: Code; readonly reason: string },
  ) => Promise<void>;
  readonly ended: (ending: Ending) => void;
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Posts one message until its receiver has it, or cannot be made to take it: then it becomes a dead letter. It is
 * acknowledged at either end, and at no other: a message that was posted may be posted again after a crash.
 */
export async function deliver(
  message: ReceivedMessage,
  consumer: Pick<Consumer, 'acknowledge'>,
  options: DeliverOptions,
): Promise<void> {
  const { topic, webhook, retries, signal, log, ended } = options;
  if (webhook.askedBy !== undefined && message.properties[ASKED_BY] !== webhook.askedBy) {
    await consumer.acknowledge(message);
    ended('passed-over');
    return;
  }
  const told = { topic, subscription: webhook.subscription, messageId: message.id };
  for (let attempt = 1; ; attempt++) {
    const posted = await postOnce(message, options);
    if (isAborted(signal)) return;
    if (posted.kind === 'taken') {
      await consumer.acknowledge(message);
      ended('delivered');
      return;
    }
    if (posted.kind === 'refused' || attempt >= retries.tries) {
      const after = attempt === 1 ? 'at once' : `after ${attempt} tries`;
      const reason = `The webhook "${webhook.subscription}" of ${topic} gave up ${after}: ${posted.reason}.`;
      await options.deadLetter(message, topic, { code: 'WEBHOOK_UNDELIVERED', reason });
      await consumer.acknowledge(message);
      ended('dead-lettered');
      return;
    }
    log.warn({ ...told, attempt, reason: posted.reason }, 'webhook-try-failed');
    await pause(posted.retryAfterMs ?? waitBefore(attempt + 1, retries), signal);
    if (isAborted(signal)) return;
  }
}

async function postOnce(message: ReceivedMessage, options: DeliverOptions): Promise<Posted> {
  const { topic, webhook, post, signer, now, signal } = options;
  const headers = requestHeaders({ topic, webhook, message }, signer, now());
  const posted = await post.post(headers, message.payload, signal);
  if (posted.kind !== 'taken' || posted.answer === undefined) return posted;
  try {
    await options.publish(posted.answer);
    return posted;
  } catch (error) {
    if (!hasCode(error, 'ENGINE_UNAVAILABLE')) throw error;
    return { kind: 'failed', reason: `its answer could not be published: ${messageOf(error)}` };
  }
}

/** Doubles, up to the longest; a fifth of it is chance, so that receivers are not met by all at once. */
function waitBefore(attempt: number, { firstMs, longestMs }: Retries): number {
  const waitMs = Math.min(longestMs, firstMs * 2 ** (attempt - 2));
  return waitMs * (0.9 + Math.random() * 0.2);
}
