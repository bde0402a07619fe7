import { createOauth2, type IssuedToken } from '../../../../src/adapters/credentials/oauth2.js';
import { startFakeIssuer, type FakeIssuer, type FakeIssuerOptions } from '../../../support/fake-issuer.js';

const SECRET = 'hunter 2';

describe('tokens by client credentials', () => {
  let issuer: FakeIssuer | undefined;
  let time = 1_000_000;
  afterEach(() => issuer?.close());

  interface More {
    readonly secret?: string;
    readonly metadata?: (url: string) => object;
    readonly clientId?: string | undefined;
    readonly audience?: string;
    readonly scope?: string;
  }
  async function start(
    token: FakeIssuerOptions['token'],
    { secret = SECRET, metadata, ...more }: More = {},
  ): Promise<(refused?: string) => Promise<IssuedToken>> {
    issuer = await startFakeIssuer({ token, ...(metadata === undefined ? {} : { metadata }) });
    return createOauth2({
      issuerUrl: `${issuer.url}/`,
      clientId: 'stageline',
      ...more,
      secret: async () => secret,
      ca: async () => undefined,
      settings: { issuerUrl: 'ISSUER_URL', clientSecretFile: 'SECRET_FILE', caFile: 'CA_FILE' },
      now: () => time,
    });
  }
  const numbered: FakeIssuerOptions['token'] = (_request, count) => ({
    body: { access_token: `token-${count}`, token_type: 'Bearer', expires_in: 600 },
  });

  it('are asked for with client, audience and scope', async () => {
    const token = await start(numbered, { audience: 'urn:pulsar', scope: 'a b' });
    expect(await token()).toMatchObject({ token: 'token-1', expiresAt: time + 600_000 });
    expect(issuer?.asked).toEqual([
      {
        authorization: undefined,
        form: {
          grant_type: 'client_credentials',
          client_id: 'stageline',
          client_secret: SECRET,
          audience: 'urn:pulsar',
          scope: 'a b',
        },
      },
    ]);
  });

  it('are kept until shortly before they expire, and shared by whoever asks meanwhile', async () => {
    const token = await start(numbered);
    const first = await Promise.all([token(), token(), token()]);
    expect(first.map((one) => one.token)).toEqual(['token-1', 'token-1', 'token-1']);
    time += 539_000;
    expect((await token()).token).toBe('token-1');
    time += 2_000;
    expect((await token()).token).toBe('token-2');
  });

  it('are got anew once the server refuses one, at most every 30 s', async () => {
    const token = await start(numbered);
    await token();
    expect((await token('token-1')).token).toBe('token-1');
    time += 31_000;
    expect((await token('another')).token).toBe('token-1');
    expect((await token('token-1')).token).toBe('token-2');
    expect((await token('token-2')).token).toBe('token-2');
  });

  it('stay good while the issuer is down, until they expire', async () => {
    const token = await start((_request, count) =>
      count === 1 ? { body: { access_token: 'first', expires_in: 600 } } : { status: 503 },
    );
    await token();
    time += 550_000;
    expect((await token()).token).toBe('first');
    expect(issuer?.asked).toHaveLength(4);
    // Not asked again at once.
    expect((await token()).token).toBe('first');
    expect(issuer?.asked).toHaveLength(4);
    time += 60_000;
    await expect(token()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(issuer?.asked).toHaveLength(7);
  });

  it('are asked for three times where the issuer has an error, and no more for five seconds', async () => {
    const token = await start((_request, count) =>
      count === 3 ? { body: { access_token: 'third' } } : { status: 500 },
    );
    expect((await token()).token).toBe('third');
    await issuer?.close();
    const down = await start(() => ({ status: 503 }));
    await expect(down()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/The issuer at http:\/\/127\.0\.0\.1:\d+ answered 503/) as string,
    });
    await expect(down()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(issuer?.asked).toHaveLength(3);
    time += 5_001;
    await expect(down()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(issuer?.asked).toHaveLength(6);
  });

  it('that are refused are told with the reason, once asked for, and never with the secret', async () => {
    const token = await start(() => ({
      status: 401,
      body: { error: 'invalid_client', error_description: `no client with ${SECRET}` },
    }));
    await expect(token()).rejects.toMatchObject({
      code: 'TOKEN_MISSING',
      message:
        'The issuer of ISSUER_URL gave no token: invalid_client, no client with … (401). Look at SECRET_FILE and at what the issuer lets this client do.',
    });
    expect(issuer?.asked).toHaveLength(1);
  });

  it('are not asked for where a redirect leads', async () => {
    const token = await start(() => ({ status: 307, headers: { location: 'http://127.0.0.1:1/token' } }));
    await expect(token()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/answered 307, a redirect, which is not followed/) as string,
    });
    expect(issuer?.asked).toHaveLength(1);
  });

  it.each([
    ['no token in it', { body: { token_type: 'Bearer' } }],
    ['a token that is none', { body: { access_token: 'a\r\nb: c' } }],
    ['no JSON', { body: '<html>' }],
  ])('are missed where the answer has %s', async (_what, answer) => {
    await expect((await start(() => answer))()).rejects.toMatchObject({ code: 'TOKEN_MISSING' });
  });

  it.each([
    ['names no token endpoint', () => ({ token_endpoint: undefined }), /names no token endpoint/],
    ['calls itself otherwise', () => ({ issuer: 'https://other' }), /calls itself https:\/\/other/],
  ])('are missed where the issuer %s', async (_what, metadata, message) => {
    await expect((await start(numbered, { metadata }))()).rejects.toMatchObject({
      code: 'TOKEN_MISSING',
      message: expect.stringMatching(message) as string,
    });
    expect(issuer?.asked).toEqual([]);
  });

  it('show the client in a header where the issuer wants nothing else', async () => {
    const metadata = () => ({ token_endpoint_auth_methods_supported: ['client_secret_basic'] });
    await (
      await start(numbered, { metadata })
    )();
    expect(issuer?.asked[0]).toEqual({
      authorization: `Basic ${Buffer.from('stageline:hunter+2').toString('base64')}`,
      form: { grant_type: 'client_credentials' },
    });
  });

  it("take the client out of Pulsar's key file", async () => {
    const secret = JSON.stringify({ type: 'client_credentials', client_id: 'filed', client_secret: 's' });
    await (
      await start(numbered, { secret, clientId: undefined })
    )();
    expect(issuer?.asked[0]?.form).toMatchObject({ client_id: 'filed', client_secret: 's' });
    await issuer?.close();
    const bad = await start(numbered, { secret: '{"type":"x"}' });
    await expect(bad()).rejects.toMatchObject({
      code: 'TOKEN_MISSING',
      message: expect.stringMatching(/from SECRET_FILE: its type is not/) as string,
    });
  });
});
