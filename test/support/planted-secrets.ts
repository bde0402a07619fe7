/* Made up, and put together here: nothing that looks for secrets in repositories is to find one. */

/** A secret that is known by its shape, with the part of it that must not be found anywhere. */
export type Planted = readonly [secret: string, core: string];

const KEY_HEAD = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
/** What stands between the two parts differs for each secret. */
type Maker = (tag: string) => Planted;

const behind =
  (...parts: readonly string[]): Maker =>
  (tag) => {
    const core = `${parts.slice(1).join('')}${tag}`;
    return [`${parts[0] ?? ''}${core}`, core];
  };
const within =
  (before: string, core: string, after: string): Maker =>
  (tag) => [`${before}${core}${tag}${after}`, `${core}${tag}`];
const pem = (kind: string): Maker =>
  within(
    `-----BEGIN ${kind}PRIVATE KEY-----\n${KEY_HEAD}\n`,
    'BKcwggSjAgEAAoIBAQC7VJTUt9Us8',
    `\n-----END ${kind}PRIVATE KEY-----`,
  );

const MAKERS: readonly Maker[] = [
  ...['AKIA', 'ASIA'].map((kind) => behind(kind, 'IOSFODNN7EXAM')),
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'].map((kind) =>
    behind(kind, '16C7e42F292c6912E7710c838347Ae178'),
  ),
  behind('glpat-', 'x3Kd9aLm2Pq8Rt1Vx'),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xapp-1-'].map((kind) => behind(kind, '2635942064-FGqddMF8t08v8N7Oq4i5')),
  behind('AIza', 'SyDaGmWKa4JsXZ-HjGw7ISLn_3namBGe'),
  ...['sk_live_', 'rk_live_', 'sk_test_', 'whsec_'].map((kind) => behind(kind, '4eC39HqLyjWDarjtT1zdp')),
  behind('npm_', 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3'),
  behind('sk-', 'proj-aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3'),
  behind('SG.ngeVfQFYQlKU0ufo8x5d1A.', 'TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKc1'),
  behind('hvs.', 'CAESIJ3kD9aLm2Pq8Rt1Vx5Zb'),
  behind('stl_', 'k1_9fX2mQ7vLc4Tz8Rw'),
  behind('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.', 'c2lnbmF0dXJlLW9m'),
  ...['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED '].map(pem),
  behind(KEY_HEAD, 'BKcwggSjAgEAAoIBAQC7VJTUt9Us8'),
  ...['https', 'postgresql', 'amqps', 'mongodb+srv', 'redis'].map((scheme) =>
    within(`${scheme}://svc:`, 'Hunter-URL-', '@db.example.com/x?y=z'),
  ),
  behind('jdbc:postgresql://db/orders?user=app&password=', 'Hunter-JDBC-'),
  within('Server=db;User Id=app;Pwd=', 'Hunter-ADO-', ';'),
  within('AccountName=acme;AccountKey=', 'Hunter1Azure', '=='),
  behind('https://hooks.slack.com/', 'services/T00000000/B00000000/XXhunterWebHook'),
  behind('https://discord.com/', 'api/webhooks/123456789012345678/hunter-Discord_abcdef'),
  behind('Authorization: Bearer ', 'hunter77BearerOpaque'),
  (tag) => {
    const value = Buffer.from(`app:Hunter-Basic-${tag}`).toString('base64');
    return [`Authorization: Basic ${value}`, value.replace(/=+$/, '')];
  },
  behind('password=', 'Hunter-Pair-'),
  behind('db.password: ', 'Hunter-Colon-'),
  within('{"apiKey":"', 'Hunter-Json-', '"}'),
];

/** One of each shape. */
export const SHAPED_SECRETS: readonly Planted[] = MAKERS.map((make) => make('7QX'));

/** A secret of its own for each number, shape after shape. */
export function plantedSecret(number: number): Planted {
  const tag = `Q${number.toString(36).toUpperCase().padStart(2, '0')}`;
  return (MAKERS[number % MAKERS.length] as Maker)(tag);
}
