import { keptPayload, keptProperties } from '../../../src/core/kept-payload.js';
import { SHAPED_SECRETS } from '../../support/planted-secrets.js';
import { sealedText } from '../../support/sealed.js';

const kept = (payload: Buffer | string) => {
  const { payload: bytes, masked } = keptPayload(Buffer.from(payload as string));
  return { text: bytes.toString(), masked };
};

describe('the payload that a dead letter keeps', () => {
  it.each([
    '{"command":"x","params":{"a":[1, 2]}}',
    JSON.stringify({ userConfig: { password: { $secret: 'db' }, token: { $sealed: sealedText('a/b') } } }),
    'plain words',
    '',
    `${'['.repeat(200)}${']'.repeat(200)}`,
    Buffer.from([0, 255, 254, 1]),
  ])('is what came where no secret is recognised: %j', (payload) => {
    const { payload: bytes, masked } = keptPayload(Buffer.from(payload as string));
    expect(masked).toBe(false);
    expect(bytes).toEqual(Buffer.from(payload as string));
  });

  it.each(SHAPED_SECRETS)('is masked, and says so: %j', (secret, core) => {
    for (const payload of [
      secret,
      JSON.stringify({ a: { b: [secret] } }),
      JSON.stringify({ [secret]: 1 }),
      `{"a": ${secret}`,
      Buffer.from(`x ${secret}`, 'utf16le'),
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(` ${secret}`)]),
    ]) {
      const { text, masked } = kept(payload);
      expect(masked).toBe(true);
      expect(text).not.toContain(core);
    }
  });

  it('is masked under secret-looking keys, and stays JSON', () => {
    expect(kept('{"password": "hunter2", "n": 1}')).toEqual({
      text: '{"password":"[redacted]","n":1}',
      masked: true,
    });
  });

  it('is masked where a name is there twice, and only the first holds the secret', () => {
    const [secret, core] = SHAPED_SECRETS[0] ?? ['', ''];
    expect(kept(`{"a":"${secret}","a":"x"}`).text).not.toContain(core);
  });

  it('keeps a ticket, which is good for its command alone, and no other token in its place', () => {
    const token = (typ: string): string =>
      `${Buffer.from(JSON.stringify({ alg: 'HS256', typ })).toString('base64url')}.eyJzdWIiOiJ4In0.c2lnbmF0dXJl`;
    const [ticket, other] = [token('stageline-ticket+jwt'), token('JWT')];
    const command = (sent: string): string => JSON.stringify({ command: 'x', ticket: sent });
    expect(kept(command(ticket))).toEqual({ text: command(ticket), masked: false });
    expect(kept(command(other))).toEqual({ text: command('[redacted]'), masked: true });
    expect(kept(JSON.stringify({ command: ticket, ticket: 'x' })).masked).toBe(true);
    expect(keptProperties({ ticket, note: 'x' })).toEqual({ ticket, note: 'x' });
    expect(keptProperties({ ticket: other })).toEqual({ ticket: '[redacted]' });
  });
});
