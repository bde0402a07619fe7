import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCredentials,
  type CredentialsConfig,
} from '../../../../src/adapters/credentials/credentials.js';
import { startFakeIssuer, type FakeIssuer } from '../../../support/fake-issuer.js';

const pem = (kind: string, text: string): string =>
  `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----\n`;

describe('credentials out of files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'stageline-credentials-'));
  let issuer: FakeIssuer | undefined;
  afterEach(async () => {
    jest.restoreAllMocks();
    await issuer?.close();
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const file = (name: string, content: string): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  const open = (config: CredentialsConfig) =>
    createCredentials({ config, owner: 'Pulsar', nameOf: (field) => `its ${field}` });

  it('are others when a token or a certificate is another, and the same when they were only written again', async () => {
    const tokenFile = file('token', 'one');
    const certFile = file('c.pem', pem('CERTIFICATE', 'a'));
    const keyFile = file('k.pem', pem('PRIVATE KEY', 'b'));
    const credentials = open({ tokenFile, tls: { certFile, keyFile } });
    const first = await credentials.current();
    expect(first).toMatchObject({
      authorization: 'Bearer one',
      tls: { cert: pem('CERTIFICATE', 'a').trim(), key: pem('PRIVATE KEY', 'b').trim() },
      what: 'the token of its tokenFile',
    });
    file('token', 'one\n');
    expect((await credentials.current()).version).toBe(first.version);
    file('token', 'two');
    const second = await credentials.current();
    expect(second).toMatchObject({ authorization: 'Bearer two' });
    file('c.pem', pem('CERTIFICATE', 'longer'));
    const third = await credentials.current();
    expect(new Set([first.version, second.version, third.version]).size).toBe(3);
    expect(JSON.stringify([first.what, first.version])).not.toContain('one');
  });

  it('say until when a token is good, where it tells', async () => {
    const claims = Buffer.from('{"sub":"a","exp":1900000000}').toString('base64url');
    const tokenFile = file('jwt', `x.${claims}.y`);
    expect(await open({ tokenFile }).current()).toMatchObject({ expiresAt: 1_900_000_000_000 });
    expect(await open({ tokenFile: file('opaque', 'abc') }).current()).not.toHaveProperty('expiresAt');
  });

  it.each([
    [
      'a token of two lines',
      { tokenFile: 'two' },
      /The token of Pulsar cannot be read from its tokenFile: it holds no token/,
    ],
    [
      'a key that is none',
      { tls: { keyFile: 'two' } },
      /its tls\/keyFile: it holds no private key in PEM form/,
    ],
    [
      'a file that is gone',
      { tls: { caFile: 'gone' } },
      /The authority of Pulsar cannot be read from its tls\/caFile: ENOENT/,
    ],
  ])('are missed where there is %s; its path is not told', async (_what, config, message) => {
    file('two', 'a\nb');
    const inDir = JSON.parse(JSON.stringify(config), (_key, value: unknown) =>
      typeof value === 'string' ? join(dir, value) : value,
    ) as CredentialsConfig;
    const error = (await open(inDir)
      .current()
      .catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ code: 'TOKEN_MISSING', message: expect.stringMatching(message) as string });
    expect(error.message).not.toContain(dir);
  });

  it('from an issuer are got anew when the server refused them, and not for another version', async () => {
    issuer = await startFakeIssuer({
      token: (_request, count) => ({ body: { access_token: `t${count}`, expires_in: 1000 } }),
    });
    const clientSecretFile = file('secret', 'hunter2');
    const oauth2 = { issuerUrl: issuer.url, clientId: 'c', clientSecretFile };
    const credentials = open({ oauth2 });
    const first = await credentials.current();
    expect(first).toMatchObject({
      authorization: 'Bearer t1',
      what: `a token from ${new URL(issuer.url).host} (its oauth2/issuerUrl)`,
    });
    expect((await credentials.current('other')).authorization).toBe('Bearer t1');
    // Refused at once: that is the server's word against a token that is seconds old.
    expect((await credentials.current(first.version)).authorization).toBe('Bearer t1');
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
    expect((await credentials.current(first.version)).authorization).toBe('Bearer t2');
  });
});
