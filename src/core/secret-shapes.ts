import { hasSecretWords } from './secret-words.js';

/** What stands in place of a secret. */
export const REDACTED = '[redacted]';

/** A secret that is known by its looks, whatever stands around it. */
interface Shape {
  /** What people call it. */
  readonly name: string;
  readonly pattern: RegExp;
}

/*
 * Each pattern begins where a run of its characters begins and nowhere within it, and no two of its repetitions can share
 * characters, so that long texts cost no more than their length.
 */
const SHAPES: readonly Shape[] = [
  {
    name: 'a private key',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  },
  {
    name: 'a private key in base64',
    pattern: /(?<![\w+])(?:MII[\w+/]{3}IBA[AD]|MI[GH][\w+/]AgEA|MC4CAQAwBQYDK2V)[\w+/=]{20,}/g,
  },
  { name: 'a JSON Web Token', pattern: /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g },
  { name: 'an AWS access key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  { name: 'a GitHub token', pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g },
  { name: 'a GitLab token', pattern: /(?<![\w-])gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[\w-]{20,}/g },
  { name: 'a Slack token', pattern: /(?<![A-Za-z0-9])(?:xox[a-z]|xapp-\d)-[\w-]{10,}/g },
  { name: 'a Google API key', pattern: /(?<![\w-])AIza[\w-]{30,}/g },
  { name: 'a Stripe key', pattern: /(?<![A-Za-z0-9])(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}/g },
  { name: 'an npm token', pattern: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,}/g },
  { name: 'an API key', pattern: /(?<![\w-])sk-(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32,}/g },
  { name: 'a SendGrid key', pattern: /(?<![\w.-])SG\.[\w-]{16,}\.[\w-]{16,}/g },
  { name: 'a Vault token', pattern: /(?<![\w.])hv[bsr]\.[\w-]{20,}/g },
  { name: 'a token of Stageline', pattern: /(?<![\w-])stl_(?:[\w-]{44,}|(?=[A-Za-z_-]*\d)[\w-]{16,})/g },
  {
    name: 'a webhook address that is a secret itself',
    pattern: /hooks\.slack\.com\/(?:services|workflows)\/[\w/]{16,}|\/api\/webhooks\/\d+\/[\w-]{16,}/g,
  },
];

/** `https://user:password@host`. */
const URL_PASSWORD = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[^\s/?#:@"'<>]*:([^\s/?#"'<>]+)@/gi;
/** An Authorization header's value. */
const AUTHORIZATION = /\b(bearer|basic)\s+([\w.~+/-]{6,}=*)/gi;
/** What stands before a value: `password=` and `"password": "`, as in connection strings, JSON within a text, and notes. */
const PAIR = /(?<![\w.$-])([\w.-]+)(\\?["']?[=:][ \t]?\\?["']?)/g;
const VALUE = /[^\s,;&"'<>()[\]{}\\]{4,}/y;
/** How much of a value is looked at. */
const MAX_VALUE = 200;
/** The longest key that is looked at. */
const MAX_KEY = 100;
/**
 * So many values in a text may be names of secrets themselves, as in `token=token=`; what comes after is taken for a secret.
 * Values overlap: a long text of nothing else would be read twenty times over, word by word.
 */
const MOST_NAMES = 1_000;

/* What a text must hold for one of the above to be in it: most texts hold none, and cost one look. */
const TOKEN_HINT =
  /PRIVATE KEY|MI[IGH]|MC4|eyJ|AKIA|ASIA|gh[pousr]_|_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-|xox|xapp|AIza|[rs]k[_-]|whsec|npm_|SG\.|hv[bsr]\.|stl_|hooks\.slack|\/webhooks\//;
const SCHEME_HINT = /bearer|basic/i;
const KEY_HINT = /pass|pwd|secret|token|jwt|bearer|cred|auth|key/i;
const SHORTEST = 8;

/** `${…}`, `<password>`, `***`, `%s`, `:name`: something else is to stand there. */
const PLACEHOLDER = /^(?:\$|\{\{|<|%|:|\?|\*+$|x+$|\.+$|\[?redacted|null$|true$|false$|none$|undefined$)/i;
/** Behind these a colon is enough, where blanks are words' own: "auth: oauth2" says how, "password: hunter2" says it. */
const PLAIN_KEY = /(?:password|passwd|passphrase|pwd|secret|token|key)$/i;

/** What kind of secret a text holds, in words; undefined if none is recognised. */
export function shapeIn(text: string): string | undefined {
  if (text.length < SHORTEST) return undefined;
  if (TOKEN_HINT.test(text))
    for (const { name, pattern } of SHAPES) if (text.search(pattern) >= 0) return name;
  if (hasUrlPassword(text))
    for (const { 1: password = '' } of text.matchAll(URL_PASSWORD))
      if (!PLACEHOLDER.test(password)) return 'a URL with a password';
  if (SCHEME_HINT.test(text))
    for (const { 1: scheme = '', 2: value = '' } of text.matchAll(AUTHORIZATION))
      if (isCredential(scheme, value)) return 'the value of an Authorization header';
  return pairsIn(text).next().done === true ? undefined : 'a key with its secret';
}

/** A text with every secret of a known shape masked. */
export function maskShapes(text: string): string {
  if (text.length < SHORTEST) return text;
  let masked = maskTokens(text);
  if (hasUrlPassword(masked))
    masked = masked.replace(URL_PASSWORD, (whole, password: string) =>
      PLACEHOLDER.test(password) ? whole : `${whole.slice(0, whole.indexOf('://') + 3)}${REDACTED}@`,
    );
  if (SCHEME_HINT.test(masked))
    masked = masked.replace(AUTHORIZATION, (whole, scheme: string, value: string) =>
      isCredential(scheme, value) ? whole.slice(0, -value.length) + REDACTED : whole,
    );
  return maskPairs(masked);
}

const hasUrlPassword = (text: string): boolean => text.includes('://') && text.includes('@');

function maskPairs(text: string): string {
  let masked = '';
  let done = 0;
  for (const { start, end } of pairsIn(text)) {
    masked += text.slice(done, start) + REDACTED;
    done = end;
  }
  return done === 0 ? text : masked + text.slice(done);
}

/** Where values stand behind secret-looking keys. What stands behind another key may be a key itself. */
function* pairsIn(text: string): Generator<{ readonly start: number; readonly end: number }> {
  if (!KEY_HINT.test(text)) return;
  let done = 0;
  let names = 0;
  for (const { 0: whole, 1: key = '', 2: between = '', index } of text.matchAll(PAIR)) {
    if (index < done || key.length > MAX_KEY || !KEY_HINT.test(key) || !hasSecretWords(key)) continue;
    const start = index + whole.length;
    const value = literalIn(between, { key, value: text.slice(start, start + MAX_VALUE) });
    if (value === undefined) continue;
    if (names < MOST_NAMES && hasSecretWords(value)) {
      names += 1;
      continue;
    }
    VALUE.lastIndex = start;
    done = start + (VALUE.exec(text)?.[0].length ?? 0);
    yield { start, end: done };
  }
}

/** The same for what needs nothing around it. */
export function maskTokens(text: string): string {
  if (!TOKEN_HINT.test(text)) return text;
  return SHAPES.reduce((masked, { pattern }) => masked.replace(pattern, REDACTED), text);
}

function isCredential(scheme: string, value: string): boolean {
  if (scheme.toLowerCase() === 'bearer') return value.length >= 16 && /\d/.test(value);
  return /^[\x20-\x7e][\x20-\x39\x3b-\x7e]*:[\x20-\x7e]*$/.test(
    Buffer.from(value.slice(0, 1_000), 'base64').toString('latin1'),
  );
}

/** The value as far as it is looked at; undefined where `a.token=b.token` compares, or `password=${PASSWORD}` holds a place. */
function literalIn(
  between: string,
  { key, value: beginning }: { readonly key: string; readonly value: string },
): string | undefined {
  VALUE.lastIndex = 0;
  const value = VALUE.exec(beginning)?.[0];
  if (value === undefined || PLACEHOLDER.test(value)) return undefined;
  if (!/["'=]/.test(between) && !(PLAIN_KEY.test(key) && /\d/.test(value) && /[a-z]/i.test(value)))
    return undefined;
  return /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(value) ? undefined : value;
}
