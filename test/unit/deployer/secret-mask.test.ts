import fc from 'fast-check';
import { maskOf } from '../../../src/deployer/secret-mask.js';

/** What Gson writes for characters that HTML knows. */
const gson = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&='\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
const html = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[found] ?? '',
  );
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const urlBase64 = (text: string): string => Buffer.from(text).toString('base64url');

/** How a server may quote what it was sent. */
const ECHOES: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'as JSON': (secret) => JSON.stringify({ reason: secret }),
  'as JSON in JSON': (secret) => JSON.stringify({ reason: JSON.stringify({ secret }) }),
  'as Gson writes it': gson,
  'in a query': (secret) => `http://host/?p=${encodeURIComponent(secret)}&q=1`,
  'in a form': (secret) => new URLSearchParams({ secret }).toString(),
  'in a URL that is in a URL': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'in a page': (secret) => `<title>${html(secret)}</title>`,
};
const SECRETS = [
  'hunter2',
  'p"a\\ss\'w<o>r&d=/+ %',
  'söme pässwörd €😀',
  '12345678',
  '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----',
  'https://user:s3cr3t-pass@db.example.com/x?y=z',
  `{"user":"a","password":"b c"}`,
  'a'.repeat(3) + '.*+?^${}()|[]',
];

describe('the mask of secrets', () => {
  it.each(Object.keys(ECHOES))('hides them %s', (echo) => {
    for (const secret of SECRETS) {
      const masked = maskOf([secret])(`before ${ECHOES[echo]?.(secret) ?? ''} after`);
      expect(masked).toMatch(/^before .*\*\*\*.* after$/s);
      for (const how of Object.values(ECHOES)) expect(masked).not.toContain(how(secret));
      expect(masked).not.toContain(secret.slice(0, 6));
    }
  });

  it.each([0, 1, 2, 3, 4])('hides them as base64 behind %i other bytes', (before) => {
    for (const secret of SECRETS)
      for (const encode of [base64, urlBase64]) {
        const whole = encode(`${'u'.repeat(before)}${secret}:more`);
        const masked = maskOf([secret])(`Basic ${whole}`);
        // At most what it shares with the bytes around it is left.
        expect(masked).toMatch(/^Basic [\w+/-]{0,8}(\*\*\*[\w+/-]{0,3})+[\w+/=-]{0,10}$/);
      }
  });

  it('hides the lines of a key, and the password of a URL, by themselves', () => {
    const mask = maskOf(SECRETS);
    expect(mask('bad line MIIEvQIBADANBgkq')).toBe('bad line ***');
    expect(mask('login failed: s3cr3t-pass')).toBe('login failed: ***');
  });

  it('hides a number also as the double that Java makes of it', () => {
    expect(maskOf(['12345678901'])('is 1.2345678901E10 or 12345678901')).toBe('is *** or ***');
  });

  it('hides a short one where it stands alone, and leaves words alone', () => {
    expect(maskOf(['42'])('got 42, "42" at 1420 ms')).toBe('got ***, "***" at 1420 ms');
    expect(maskOf(['no'])('no, not now')).toBe('***, not now');
  });

  it('hides a long one without end', () => {
    const secret = Array.from({ length: 3000 }, (_, index) => `${index}`).join('-');
    const masked = maskOf([secret])(`x ${secret} y`);
    expect(masked).toMatch(/^x [*]+ y$/);
  });

  it('hides the texts in a secret that is JSON by themselves', () => {
    const mask = maskOf([JSON.stringify({ user: 'me', keys: [{ private: 'line one\nline two' }], n: 1 })]);
    expect(mask('it says line one\\nline two to me')).toBe('it says *** to me');
  });

  it('comes to an end with any number of backslashes', () => {
    const run = '\\'.repeat(200_000);
    for (const secret of [
      ...SECRETS,
      '\\\\\\\\host\\"share\n',
      '"\\"\\"\\"\\',
      '\\'.repeat(130),
      '\n\n\n\n',
    ]) {
      const mask = maskOf([secret]);
      for (const text of [run, `p${run}`, '\\"'.repeat(50_000)])
        expect(mask(text).length).toBeLessThanOrEqual(64 * 1024);
    }
    expect(maskOf(['hunter2'])(`hunter2 ${run}`)).toMatch(/^\*\*\* \\+$/);
  });

  it('hides them behind many backslashes', () => {
    const five = Array.from({ length: 4 }).reduce<string>((text) => JSON.stringify(text), 'p"a\\ss"');
    expect(maskOf(['p"a\\ss"'])(`x ${five} y`)).not.toMatch(/ss|p\\/);
    expect(maskOf(['\\\\host'])(`${'\\'.repeat(100)}host`)).toMatch(/^\\*\*\*\*$/);
  });

  it('leaves nothing of a secret at the end of a text that is cut', () => {
    const secret = Array.from({ length: 100 }, (_, index) => `k${index * 7919}`).join('');
    const mask = maskOf([secret]);
    for (let before = 64 * 1024 - secret.length - 10; before < 64 * 1024 + 10; before += 97)
      expect(mask(`${'x'.repeat(before)}${secret}`)).not.toMatch(/[^x*]/);
  });

  it('changes nothing where there is no secret', () => {
    expect(maskOf([])('as it was')).toBe('as it was');
    expect(maskOf([''])('as it was')).toBe('as it was');
  });

  it('hides whatever a secret is made of, in every echo', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }),
        fc.constantFrom(...Object.keys(ECHOES)),
        (secret, echo) => {
          const text = ECHOES[echo]?.(secret) ?? '';
          expect(maskOf([secret])(text)).not.toContain(ECHOES[echo]?.(secret).slice(-secret.length - 20));
          expect(maskOf([secret])(text)).toContain('***');
        },
      ),
    );
  });
});
