import { createSecretKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, type JWTPayload } from 'jose';
import { createBearerCheck, type BearerKey, type BearerOptions } from '../../../src/identity/bearer.js';

const NOW = Date.UTC(2026, 0, 1);
const SECONDS = NOW / 1_000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const secret = randomBytes(48);

const CLAIMS: JWTPayload = {
  sub: 'alice',
  iss: 'https://id.example.com',
  aud: 'stageline',
  roles: ['viewer'],
  projects: '*',
};

interface Making {
  readonly key?: KeyObject;
  readonly alg?: string;
  readonly kid?: string;
  readonly claims?: JWTPayload;
  readonly expires?: number | false;
}

async function token({
  key = rsa.privateKey,
  alg = 'RS256',
  kid,
  claims = {},
  expires = 60,
}: Making = {}): Promise<string> {
  const jwt = new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({
    alg,
    ...(kid === undefined ? {} : { kid }),
  });
  if (expires !== false) jwt.setExpirationTime(SECONDS + expires);
  return jwt.sign(key);
}

const checkWith = (key: BearerKey, more: Partial<BearerOptions> = {}) =>
  createBearerCheck({
    key,
    issuer: 'https://id.example.com',
    audience: 'stageline',
    claims: { roles: 'roles', projects: 'projects' },
    now: () => NOW,
    ...more,
  });
const check = checkWith({ kind: 'public', key: rsa.publicKey });
const UNAUTHENTICATED = { code: 'UNAUTHENTICATED' };

describe('a bearer token', () => {
  it('says who its bearer is', async () => {
    expect(await check(await token())).toEqual({ name: 'alice', roles: ['viewer'] });
  });

  it('is good for half a minute beyond its end, since clocks differ, and no longer', async () => {
    expect(await check(await token({ expires: -29 }))).toMatchObject({ name: 'alice' });
    await expect(check(await token({ expires: -31 }))).rejects.toMatchObject({
      ...UNAUTHENTICATED,
      message: expect.stringContaining('expired') as string,
    });
  });

  const refused: [string, () => Promise<string>][] = [
    ['by another key', () => token({ key: other.privateKey })],
    ['without an end', () => token({ expires: false })],
    ['of another issuer', () => token({ claims: { iss: 'https://evil.example.com' } })],
    ['for another service', () => token({ claims: { aud: 'grafana' } })],
    ['without an audience', () => token({ claims: { aud: undefined } as unknown as JWTPayload })],
    ['that is not good yet', () => token({ claims: { nbf: SECONDS + 60 } })],
    ['without a subject', () => token({ claims: { sub: undefined } as unknown as JWTPayload })],
    ['of a reserved name', () => token({ claims: { sub: 'token:ci' } })],
    ['that is none', async () => 'abc'],
    ['that is cut', async () => (await token()).slice(0, -5)],
    [
      'whose public key is taken for a shared secret',
      () =>
        token({
          alg: 'HS256',
          key: createSecretKey(Buffer.from(rsa.publicKey.export({ type: 'spki', format: 'pem' }))),
        }),
    ],
    [
      'that says it is signed by nothing',
      async () => {
        const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
        return `${part({ alg: 'none' })}.${part({ ...CLAIMS, exp: SECONDS + 60 })}.`;
      },
    ],
    [
      'with other claims under the same signature',
      async () => {
        const [head, , signature] = (await token()).split('.');
        const claims = { ...CLAIMS, roles: ['admin'], exp: SECONDS + 60 };
        return `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
      },
    ],
  ];
  it.each(refused)('%s is refused', async (_what, make) => {
    await expect(check(await make())).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it.each([
    ['ec', 'P-256', 'ES256'],
    ['ec', 'P-384', 'ES384'],
  ] as const)('may be signed by %s %s', async (_type, namedCurve, alg) => {
    const pair = generateKeyPairSync('ec', { namedCurve });
    const signed = await token({ key: pair.privateKey, alg });
    expect(await checkWith({ kind: 'public', key: pair.publicKey })(signed)).toMatchObject({ name: 'alice' });
  });

  it('may be signed by Ed25519, and by a shared secret', async () => {
    const pair = generateKeyPairSync('ed25519');
    const signed = await token({ key: pair.privateKey, alg: 'EdDSA' });
    expect(await checkWith({ kind: 'public', key: pair.publicKey })(signed)).toMatchObject({ name: 'alice' });
    const shared = await token({ key: createSecretKey(secret), alg: 'HS256' });
    expect(await checkWith({ kind: 'secret', secret })(shared)).toMatchObject({ name: 'alice' });
    await expect(checkWith({ kind: 'secret', secret })(await token())).rejects.toMatchObject(UNAUTHENTICATED);
  });
});

describe('the keys of an identity provider', () => {
  let server: Server;
  let answer: (asked: number) => {
    readonly status: number;
    readonly body: string;
    readonly location?: string;
  };
  let asked = 0;

  beforeEach(async () => {
    asked = 0;
    server = createServer((_request, response) => {
      const { status, body, location } = answer((asked += 1));
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(location === undefined ? {} : { location }),
      });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const provider = () => {
    const { port } = server.address() as AddressInfo;
    return checkWith({ kind: 'jwks', url: `http://127.0.0.1:${port}/jwks` });
  };
  const keySet = async (): Promise<string> =>
    JSON.stringify({ keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] });

  it('are fetched once', async () => {
    const body = await keySet();
    answer = () => ({ status: 200, body });
    const known = provider();
    for (let count = 0; count < 5; count += 1)
      expect(await known(await token({ kid: 'one' }))).toMatchObject({ name: 'alice' });
    expect(asked).toBe(1);
  });

  it('do not have somebody else ask for them at will: unknown key ids are not looked for again at once', async () => {
    const body = await keySet();
    answer = () => ({ status: 200, body });
    const known = provider();
    for (let count = 0; count < 20; count += 1)
      await expect(known(await token({ kid: `made-up-${count}` }))).rejects.toMatchObject(UNAUTHENTICATED);
    expect(asked).toBe(1);
  });

  it.each([
    ['an error', { status: 500, body: 'no' }],
    ['a page', { status: 200, body: '<html>' }],
    ['something else', { status: 200, body: '{"keys":7}' }],
    ['a way to somewhere else', { status: 302, body: '', location: 'http://127.0.0.1:1/' }],
  ])('that cannot be had (%s) are told apart from a token that is not good', async (_what, told) => {
    answer = () => told;
    await expect(provider()(await token({ kid: 'one' }))).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
    });
  });

  it('that nobody gives out are told as that', async () => {
    const known = checkWith({ kind: 'jwks', url: 'http://127.0.0.1:1/jwks' });
    await expect(known(await token({ kid: 'one' }))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
