/**
 * Which keys look as if a secret stood under them.
 *
 * A key is cut into words (camelCase, snake_case, kebab-case, dots, digits), and whole words count: `tokenizer` and
 * `passthrough` are none. A key whose last word says that it names, places or measures a secret rather than holding it
 * (`secretName`, `tokenUrl`, `passwordFile`, `accessKeyId`) is none either, nor is a quantity (`maxTokens`).
 */

/** Words that make a key secret-looking wherever they stand in it. */
const SECRET_WORDS = new Set([
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'passcode',
  'pwd',
  'secret',
  'secrets',
  'token',
  'tokens',
  'jwt',
  'bearer',
  'credential',
  'credentials',
  'auth',
  'authorization',
]);

/** Words that do so side by side. */
const SECRET_PAIRS = new Set([
  'access key',
  'account key',
  'api key',
  'encryption key',
  'master key',
  'private key',
  'secret key',
  'shared key',
  'signing key',
  'ssh key',
  'storage key',
  'pass phrase',
  'pass word',
  'admin pass',
  'db pass',
  'key pass',
  'store pass',
  'user pass',
]);

/** What a word written without a break may end in. */
const SECRET_ENDINGS = [
  'password',
  'passwd',
  'passphrase',
  'apikey',
  'accesskey',
  'privatekey',
  'secretkey',
  'clientsecret',
  'accesstoken',
  'authtoken',
  'refreshtoken',
  'credentials',
];

/** Last words that say: this is about a secret, it holds none. */
const ABOUT = new Set(
  (
    'algorithm alias audience bucket class classname column count days delimiter dir directory enabled endpoint env expiration ' +
    'expiry field fields file files format header host hours id ids index interval issuer kind label length limit location ' +
    'manager method millis minutes mode ms name names path paths pattern plugin policy port prefix property provider realm ref ' +
    'reference regex region required rotation scope scopes seconds separator server service size store strategy suffix table ' +
    'timeout topic ttl type uri url var variable version'
  ).split(' '),
);

/** Words that make it a quantity. */
const QUANTITIES = new Set('max min num number count per total budget'.split(' '));

/** The words of a key, in lower case. */
export function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

/** Keys repeat from config to config: what was said of so many short ones is kept. */
const MAX_KNOWN = 10_000;
const MAX_KNOWN_LENGTH = 64;
const known = new Map<string, boolean>();

/** True if a literal under this key is taken for a secret. */
export function isSecretLooking(key: string): boolean {
  if (key.length > MAX_KNOWN_LENGTH) return hasSecretWords(key);
  let secret = known.get(key);
  if (secret === undefined) {
    secret = hasSecretWords(key);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, secret);
  }
  return secret;
}

/** The same for what is no key, or may be a secret itself: nothing is remembered. */
export function hasSecretWords(key: string): boolean {
  const words = wordsOf(key);
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last) || words.some((word) => QUANTITIES.has(word))) return false;
  if (words.length === 1 && last === 'pass') return true;
  return words.some(
    (word, index) =>
      SECRET_WORDS.has(word) ||
      SECRET_ENDINGS.some((ending) => word.endsWith(ending)) ||
      SECRET_PAIRS.has(`${word} ${words[index + 1] ?? ''}`),
  );
}
