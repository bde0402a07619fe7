import { resendRefusal } from '../../src/core/dead-letter.js';
import type { DeadLetter } from '../../src/core/types.js';
import { AppError, type Code } from '../../src/errors.js';
import type { DeadLetterQuery, DeadLetters, FoundDeadLetter } from '../../src/ports/dead-letters.js';

/** Dead letters in memory, told whatever is asked. */
export interface FakeDeadLetters extends DeadLetters {
  /** Puts a letter of a command there; returns its id. */
  put(letter: Partial<DeadLetter>): string;
  readonly asked: DeadLetterQuery[];
  readonly resent: string[];
}

export const COMMANDS = 'persistent://ops/stageline/commands';

export function createFakeDeadLetters(): FakeDeadLetters {
  const letters = new Map<string, FoundDeadLetter>();
  const asked: DeadLetterQuery[] = [];
  const resent: string[] = [];
  const get: DeadLetters['get'] = async (id) => {
    const found = letters.get(id);
    if (found === undefined) throw new AppError('NOT_FOUND', `There is no dead letter "${id}".`);
    return found;
  };
  return {
    asked,
    resent,
    get,
    put(given) {
      const id = `CAEQ${letters.size}/+=`;
      const letter: DeadLetter = {
        code: 'INVALID_COMMAND',
        reason: 'The command does not match its schema.',
        topic: COMMANDS,
        messageId: 'CAAQ0',
        payload: '',
        truncated: false,
        time: '2026-01-01T12:00:00.000Z',
        ...given,
      };
      const bytes = Buffer.byteLength(letter.payload, 'base64');
      letters.set(id, { id, letter, bytes, refusal: resendRefusal(letter, new Set([COMMANDS])) });
      return id;
    },
    async list(query) {
      asked.push(query);
      const all = [...letters.values()].map(({ letter: { payload: _payload, ...letter }, ...rest }) => ({
        ...rest,
        letter,
      }));
      const page = all.slice(0, query.limit);
      return { letters: page, ...(all.length > page.length ? { cursor: page.at(-1)?.id ?? '' } : {}) };
    },
    async resend(id) {
      const { refusal, letter } = await get(id);
      if (refusal !== undefined) throw new AppError(refusal.code as Code, refusal.detail ?? '');
      resent.push(id);
      return { id, topic: letter.topic, messageId: 'CAEQ9' };
    },
  };
}
