import { readDeadLetter, resendRefusal } from '../../../src/core/dead-letter.js';
import type { DeadLetter } from '../../../src/core/types.js';

const TOPIC = 'persistent://ops/stageline/dead-letters';
const letter: DeadLetter = {
  code: 'INVALID_COMMAND',
  reason: 'The command does not match its schema.',
  topic: 'persistent://ops/stageline/commands',
  messageId: 'CAAQ',
  key: 'pricing',
  payload: Buffer.from('{}').toString('base64'),
  truncated: false,
  time: '2026-01-01T00:00:00.000Z',
};
const message = (payload: Buffer | string) => ({
  id: 'CAEQ',
  key: 'k',
  payload: Buffer.from(payload as string),
  publishTime: Date.UTC(2026, 0, 2),
});

describe('reading a dead letter', () => {
  it('gives it back as it was written', () => {
    expect(readDeadLetter(message(JSON.stringify(letter)), TOPIC)).toEqual(letter);
  });

  it.each(['hello', '{"code":"X"}', 'null', Buffer.from([0xff])])(
    'takes %j, which is none, as a letter about itself',
    (payload) => {
      const found = readDeadLetter(message(payload), TOPIC);
      expect(found).toMatchObject({
        code: 'INVALID_JSON',
        topic: TOPIC,
        messageId: 'CAEQ',
        key: 'k',
        time: '2026-01-02T00:00:00.000Z',
      });
      expect(Buffer.from(found.payload, 'base64')).toEqual(Buffer.from(payload as string));
    },
  );
});

describe('sending a dead letter again', () => {
  const own = new Set(['persistent://ops/stageline/commands', 'persistent://public/default/in']);

  it.each([
    [{}],
    [{ topic: 'ops/stageline/commands' }],
    [{ topic: 'in' }],
    // The message was empty: nothing is missing.
    [{ payload: '' }],
  ])('is possible with %j', (changes) => {
    expect(resendRefusal({ ...letter, ...changes }, own)).toBeUndefined();
  });

  it.each([
    ['PAYLOAD_TRUNCATED', { truncated: true }, 'message CAAQ on persistent://ops/stageline/commands'],
    ['PAYLOAD_NOT_KEPT', { truncated: true, payload: '', code: 'SECRET_LITERAL' }, 'SECRET_LITERAL'],
    ['TOPIC_NOT_OWN', { topic: 'persistent://ops/stageline/journal' }, 'persistent://public/default/in'],
    ['TOPIC_NOT_OWN', { topic: TOPIC, truncated: true }, 'show --raw'],
  ])('is refused with %s and a way out', (code, changes, detail) => {
    const refusal = resendRefusal({ ...letter, ...changes }, own);
    expect(refusal?.code).toBe(code);
    expect(refusal?.detail).toContain(detail);
  });
});
