import { sealedText } from '../../support/sealed.js';
import { redact } from '../../../src/core/redact.js';
import { REDACTED } from '../../../src/core/secret-shapes.js';

describe('redact', () => {
  it('masks strings under secret-looking keys at any depth', () => {
    const config = { userConfig: { password: 'p', nested: [{ apiKey: 'k', host: 'h' }] } };
    expect(redact(config)).toEqual({
      userConfig: { password: REDACTED, nested: [{ apiKey: REDACTED, host: 'h' }] },
    });
  });

  it('masks lists of strings, values beside their name, and literals right in secrets', () => {
    expect(
      redact({
        tokens: ['a', 'b'],
        properties: [{ name: 'db.password', value: 'x' }],
        secrets: { ANY: 'x', DB: { path: 'db', key: 'main' } },
      }),
    ).toEqual({
      tokens: [REDACTED, REDACTED],
      properties: [{ name: 'db.password', value: REDACTED }],
      secrets: { ANY: REDACTED, DB: { path: 'db', key: 'main' } },
    });
  });

  it('masks inside fields that hold JSON in a string', () => {
    expect(redact({ transformFunctionConfig: '{"password":"p","a":1}' })).toEqual({
      transformFunctionConfig: `{"password":"${REDACTED}","a":1}`,
    });
    expect(redact({ transformFunctionConfig: 'not JSON' })).toEqual({ transformFunctionConfig: 'not JSON' });
  });

  it('leaves references to secrets, numbers, empty strings and other keys', () => {
    const value = {
      password: { $secret: 'db' },
      secrets: { $secret: 'all' },
      token: { $sealed: sealedText('a/b') },
      passwordFile: '/run/db',
      maxTokens: 5,
      secret: '',
      base: { auth: 3 },
    };
    expect(redact(value)).toBe(value);
  });

  it('changes nothing in what it was given', () => {
    const value = { list: [{ password: 'p' }], same: { a: 1 } };
    const cleaned = redact(value);
    expect(value.list[0]?.password).toBe('p');
    expect(cleaned.list[0]?.password).toBe(REDACTED);
    expect(cleaned.same).toBe(value.same);
  });

  it('leaves the names of stage sets alone, whatever people call them', () => {
    const staged = { 'token-sets': 'a'.repeat(43), 'secret-set': 'delete' };
    expect(redact({ staged })).toEqual({ staged });
    expect(redact({ staged: { password: 'hunter2' } })).toEqual({ staged: { password: REDACTED } });
  });
});
