import type { Reach } from '../core/failpoints.js';
import type { Reply } from '../core/types.js';
import { AppError, type Code } from '../errors.js';
import type { Answered, Outcome } from './outcome.js';
import type { Incoming } from './inbox.js';
import type { Post } from './replies.js';

/** Dead letters that could not be published; beyond it the term ends. */
const MAX_UNPUBLISHED = 1_000;

interface Settled {
  readonly after: number;
  readonly incoming: Incoming;
  readonly reply: Reply | undefined;
  readonly replyTo: string | undefined;
  readonly asked: Answered | undefined;
  readonly deadLetter: { readonly code: Code; readonly reason: string } | undefined;
}

export interface Delivery {
  /** A command has its outcome, decided on everything up to `after`. */
  settle(incoming: Incoming, outcome: Outcome, after: number): void;
  /** Everything up to a position is stored: what waits for it is answered, then acknowledged. */
  stored(position: number): void;
  /** Outcomes not answered yet. */
  waiting(): number;
}

export interface DeliveryOptions {
  readonly post: Post;
  readonly fail: (error: unknown) => void;
  readonly reach: Reach;
}

/** Answers commands once what their answers rest on is committed and stored, and only then acknowledges them. */
export function createDelivery({ post, fail, reach }: DeliveryOptions): Delivery {
  const queue: Settled[] = [];
  let storedTo = 0;
  let underWay = 0;
  let unpublished = 0;

  const deliver = async ({ incoming, reply, replyTo, asked, deadLetter }: Settled): Promise<void> => {
    if (incoming.via === 'internal') return;
    const { message, topic } = incoming;
    reach('reply-due');
    const replied = reply === undefined || (await post.reply(reply, { topic: replyTo, asked }));
    reach('reply-stored');
    const undelivered = replied
      ? undefined
      : { code: 'REPLY_UNDELIVERED' as const, reason: `the reply to ${reply.id} could not be delivered` };
    const letter = deadLetter ?? undelivered;
    if (letter !== undefined && !(await post.deadLetter({ ...letter, topic, message }))) {
      // Not acknowledged: it comes again. Others go on, up to a bound.
      unpublished += 1;
      if (unpublished > MAX_UNPUBLISHED)
        fail(new AppError('ENGINE_UNAVAILABLE', 'too many dead letters could not be published'));
      return;
    }
    if (letter !== undefined) reach('dead-letter-stored');
    await incoming.consumer.acknowledge(message);
    reach('acknowledged');
  };

  const release = (): void => {
    for (let next = queue[0]; next !== undefined && next.after <= storedTo; next = queue[0]) {
      queue.shift();
      underWay += 1;
      deliver(next)
        .catch(fail)
        .finally(() => (underWay -= 1));
    }
  };

  return {
    settle(incoming, outcome, after) {
      if (outcome.kind === 'later') {
        const { pending, replyTo, asked } = outcome;
        underWay += 1;
        void pending.then((reply) => {
          underWay -= 1;
          queue.push({ after, incoming, reply, replyTo, asked, deadLetter: undefined });
          release();
        });
        return;
      }
      const deadLetter =
        outcome.kind === 'dead-letter' ? { code: outcome.code, reason: outcome.reason } : undefined;
      const { reply, replyTo, asked } = outcome;
      queue.push({ after, incoming, reply, replyTo, asked, deadLetter });
      release();
    },
    stored(position) {
      storedTo = position;
      release();
    },
    waiting: () => queue.length + underWay,
  };
}
