import { problem } from '../errors.js';
import { topicFullName } from './topic-name.js';
import type { DeadLetter, Problem } from './types.js';
import { validator } from './validate.js';

/** A message on the dead-letter topic. */
interface Message {
  readonly id: string;
  readonly payload: Buffer;
  readonly key?: string;
  readonly publishTime: number;
}

const check = validator('dead-letter.json');
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a dead letter. What lies there and is none, put there by someone else, is told as a letter about itself. */
export function readDeadLetter(message: Message, deadLettersTopic: string): DeadLetter {
  try {
    const value: unknown = JSON.parse(utf8.decode(message.payload));
    if (check(value).length === 0) return value as DeadLetter;
  } catch {
    // Told below, like JSON of another shape.
  }
  return {
    code: 'INVALID_JSON',
    reason: 'What lies here is no dead letter: something else than Stageline put it on this topic.',
    topic: deadLettersTopic,
    messageId: message.id,
    ...(message.key === undefined ? {} : { key: message.key }),
    payload: message.payload.toString('base64'),
    truncated: false,
    time: new Date(message.publishTime).toISOString(),
  };
}

/** Why a letter cannot be sent again; undefined if it can. `topics`: the service's own, by their full names. */
export function resendRefusal(letter: DeadLetter, topics: ReadonlySet<string>): Problem | undefined {
  const { code, topic, messageId, payload, truncated, masked } = letter;
  const origin = `The original is message ${messageId} on ${topic}`;
  if (!topics.has(topicFullName(topic) ?? topic)) {
    return problem(
      'TOPIC_NOT_OWN',
      `It came from ${topic}, which is none of the topics that this service reads: ${[...topics].join(', ')}. ` +
        'Take its payload ("stageline dead-letters show --raw") and send it with a producer of your own.',
    );
  }
  if (truncated && payload === '') {
    return problem(
      'PAYLOAD_NOT_KEPT',
      `Its payload was not kept, since it was refused with ${code}. Mend it and send it anew as a command of its own. ${origin}.`,
    );
  }
  if (masked === true) {
    return problem(
      'PAYLOAD_NOT_KEPT',
      `Secrets that were recognised in its payload are masked: it is not the message that came. Take them out and send it anew. ${origin}.`,
    );
  }
  if (truncated) {
    return problem(
      'PAYLOAD_TRUNCATED',
      `Only the beginning of its payload was kept. Send the whole message anew from where it was made. ${origin}, as long as the topic's retention keeps it.`,
    );
  }
  return undefined;
}
