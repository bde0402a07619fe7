import { holdsRandom, textsIn } from './secret-entropy.js';
import { shapeIn } from './secret-shapes.js';
import { isSecretLooking, wordsOf } from './secret-words.js';

/** What an installation takes for a secret, besides what looks like one anywhere. */
export interface SecretRules {
  /** Further words and keys: `pin` makes `cardPin` secret-looking. */
  readonly keys: readonly string[];
  /** Whole keys that are secret-looking by their words and hold none. */
  readonly ignoredKeys: readonly string[];
  /** Strings with more bits of entropy a character look random; undefined: not looked at. */
  readonly minEntropy: number | undefined;
}

/** The rules where nothing is said. The threshold was measured: docs/secrets.md. */
export const DEFAULT_SECRET_RULES: SecretRules = { keys: [], ignoredKeys: [], minEntropy: 4.2 };

/** True if a literal under this key is taken for a secret. */
export function isSecretKey(key: string, { keys, ignoredKeys }: SecretRules): boolean {
  if (keys.length + ignoredKeys.length === 0) return isSecretLooking(key);
  const words = spelled(key);
  if (ignoredKeys.some((ignored) => spelled(ignored) === words)) return false;
  return isSecretLooking(key) || keys.some((more) => ` ${words} `.includes(` ${spelled(more)} `));
}

/** Tells keys under which what goes out is masked: those of the rules too. What they ignore is masked all the same. */
export function maskedKeys({ keys }: Pick<SecretRules, 'keys'>): (key: string) => boolean {
  const rules = { keys, ignoredKeys: [], minEntropy: undefined };
  return (key) => isSecretKey(key, rules);
}

/** Why a string is taken for a secret whatever its key, in words; undefined if it is not. */
export function secretIn(text: string, { minEntropy }: SecretRules): string | undefined {
  for (const said of [text, ...textsIn(text)]) {
    const shape = shapeIn(said);
    if (shape !== undefined) return `looks like ${shape}`;
  }
  return minEntropy !== undefined && holdsRandom(text, minEntropy)
    ? 'holds a long random-looking string'
    : undefined;
}

/** `dbPin`, `db-pin` and `DB_PIN` are one key. What has no Latin letters is compared as it is. */
function spelled(key: string): string {
  return wordsOf(key).join(' ') || key.toLowerCase();
}
