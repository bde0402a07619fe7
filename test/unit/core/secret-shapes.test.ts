import { randomBytes, randomUUID } from 'node:crypto';
import { redactText } from '../../../src/core/redact-text.js';
import { secretIn, isSecretKey, DEFAULT_SECRET_RULES } from '../../../src/core/secret-rules.js';
import { maskShapes, shapeIn } from '../../../src/core/secret-shapes.js';
import { SHAPED_SECRETS } from '../../support/planted-secrets.js';
import { sealedText } from '../../support/sealed.js';

describe('secrets of a known shape', () => {
  it.each(SHAPED_SECRETS)('are recognised alone and within a text: %j', (secret, core) => {
    for (const text of [
      secret,
      `see ${secret}`,
      `a\n${secret}\nb`,
      `x (${secret})`,
      JSON.stringify({ a: secret }),
    ]) {
      expect(shapeIn(text)).toBeDefined();
      expect(maskShapes(text)).not.toContain(core);
      expect(redactText(text)).not.toContain(core);
    }
  });

  it.each(SHAPED_SECRETS)('are gone when they are masked, so that what is masked is taken: %j', (secret) => {
    expect(shapeIn(maskShapes(`see ${secret} there`))).toBeUndefined();
    expect(shapeIn(redactText(`see ${secret} there`))).toBeUndefined();
    expect(maskShapes(maskShapes(secret))).toBe(maskShapes(secret));
  });

  it.each([
    'persistent://public/default/orders-enriched-by-region',
    'https://user@example.com/x, ssh://git@github.com/acme/x.git, jdbc:postgresql://db:5432/orders?user=app',
    'postgresql://app:${DB_PASSWORD}@db/orders, http://{{user}}:{{pass}}@h, https://u:<password>@h',
    'password=${DB_PASSWORD} token={{token}} secret=*** pwd=%s apiKey=<key>',
    'SELECT * FROM a JOIN b ON a.token=b.token WHERE a.token=:token AND a.password=? AND b.secret IS NULL',
    'auth: oauth2, password: see the vault, token: rotated, secret: none',
    'use bearer authentication or basic authentication-2',
    'com.example.pulsar.functions.SkeletonKeyFactory, sk-slovakia-orders-enrichment-function-v2-of-the-shop',
    'global-orders-enriched-by-region-and-customer, xapp-orders-by-region, npm_config_registry',
    'stl_container_of_everything_else, gha_is_short, glass-half-full-of-water-and-more',
    '-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG\n-----END CERTIFICATE-----',
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    JSON.stringify({ $sealed: sealedText('a/b') }),
    '',
  ])('are not seen in %j', (text) => {
    expect(shapeIn(text)).toBeUndefined();
    expect(maskShapes(text)).toBe(text);
  });
});

describe('strings that look random', () => {
  const why = (text: string, minEntropy: number | 'off' = 4.2) =>
    secretIn(text, { ...DEFAULT_SECRET_RULES, minEntropy: minEntropy === 'off' ? undefined : minEntropy });

  it.each([
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXA9PLE3K',
    'Zm9v3XqT9vLk2PwR7sYb4NcH6mJd8Q',
    'use 7Gh2Kd9Lm4Pq8Rt1Vx5Zb3Nc6Wf0Yj please',
  ])('are secrets: %j', (text) => {
    expect(why(text)).toContain('random');
    expect(why(text)).not.toContain('7Gh2');
    expect(why(text, 'off')).toBeUndefined();
  });

  it.each([
    randomUUID(),
    randomBytes(20).toString('hex'),
    `sha256:${randomBytes(32).toString('hex')}`,
    `sha512-${randomBytes(64).toString('base64')}`,
    'com.example.pulsar.functions.enrich.AbstractOrderEnrichmentFunctionFactoryBean2',
    'persistent://public/default/OrdersEnrichedByRegion-2026-partition-12',
    '^[A-Z]{2}[0-9]{4}(?:-[a-z0-9]+)*\\.(json|avro)$',
    "SELECT o.id, c.name AS customerName FROM orders_2026 o JOIN customers c ON c.id=o.customerId WHERE o.at >= '2026-01-01T00:00:00Z'",
    Buffer.from('{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}').toString(
      'base64',
    ),
    '2026-11-30T10:11:12.123Z--2026-12-01T00:00:00.000Z',
    randomBytes(600).toString('base64'),
    `-----BEGIN PUBLIC KEY-----\n${randomBytes(30).toString('base64')}\n-----END PUBLIC KEY-----`,
  ])('are not %j', (text) => {
    expect(why(text)).toBeUndefined();
  });

  it('are hexadecimal too where the threshold says so', () => {
    expect(why('9f86d081884c7d659a2feaa0c55ad015', 3.5)).toContain('random');
  });

  it('are looked at in what base64 says', () => {
    const said = Buffer.from('{"db":"postgres://app:hunter22@db/x"}').toString('base64');
    expect(why(said, 'off')).toContain('a URL with a password');
  });
});

describe('keys of an installation', () => {
  const rules = {
    ...DEFAULT_SECRET_RULES,
    keys: ['pin', 'DB_CREDS', '密码'],
    ignoredKeys: ['authScheme', 'api-key'],
  };

  it.each(['pin', 'cardPin', 'card-pin', 'PIN', 'dbCreds', 'my.db.creds', '密码', 'password'])(
    'make %s secret-looking',
    (key) => expect(isSecretKey(key, rules)).toBe(true),
  );

  it.each(['pins', 'spinner', 'creds', 'db', 'authScheme', 'AUTH_SCHEME', 'apiKey', '密'])(
    'leave %s',
    (key) => expect(isSecretKey(key, rules)).toBe(false),
  );

  it('are ignored as a whole only', () => {
    expect(isSecretKey('otherApiKey', rules)).toBe(true);
  });
});

describe('values that are names themselves', () => {
  it('are looked at up to a thousand in a text; what comes after is taken for a secret', () => {
    const names = (count: number): string => 'token=tokens,'.repeat(count);
    expect(shapeIn(names(1_000))).toBeUndefined();
    expect(maskShapes(names(1_000))).toBe(names(1_000));
    expect(shapeIn(names(1_001))).toBe('a key with its secret');
    expect(maskShapes(names(1_001))).toBe(`${names(1_000)}token=[redacted],`);
  });
});

describe('looking for secrets', () => {
  const long = (part: string): string => part.repeat(Math.ceil(1_000_000 / part.length));

  it.each([
    'a',
    'A1',
    '=',
    ':',
    '://',
    'a://',
    'a://b:',
    'a:b@',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    'eyJ',
    'eyJa.',
    'eyJa.b.',
    'bearer ',
    'basic\t',
    'password=',
    '"password":"',
    'token=a.',
    'token=token=',
    'token:',
    'gl',
    'egla',
    'MII',
    'stl_',
    'sk-',
    'sk-A',
    'ghp_',
    '\\',
    '"',
    ' ',
    '\n',
    '-',
    '/',
    '.a',
    'sha256',
    '-----BEGIN CERTIFICATE-----',
    '/api/webhooks/',
    'AKIA',
    'x=y=',
  ])('costs no more than a text is long: %j, again and again', (part) => {
    const cost = (text: string): number => {
      const started = process.cpuUsage();
      secretIn(text, DEFAULT_SECRET_RULES);
      redactText(text);
      const { user, system } = process.cpuUsage(started);
      return user + system;
    };
    const text = long(part);
    const tenth = text.slice(0, 100_000);
    cost(tenth);
    // Ten times as long: ten times the work, and never a hundred times; what is too little to be told counts as 20 ms.
    const small = Math.min(cost(tenth), cost(tenth), cost(tenth));
    expect(cost(text)).toBeLessThan(40 * Math.max(small, 20_000));
  });
});
