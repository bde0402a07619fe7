const META = new Set('.*+?[](){}|^$');
/** What a pattern has to say at least: a domain, a tenant and a namespace. Pulsar looks for topics in one namespace only. */
const NAMESPACE = /^(?:persistent|non-persistent):\/\/[^/]+\/[^/]+\//;

/**
 * The text that every topic that matches a pattern begins with, its domain, tenant and namespace in full; undefined where
 * that cannot be told without running it: then nothing is said of what it matches.
 */
export function patternPrefix(pattern: string): string | undefined {
  let prefix = '';
  let index = pattern.startsWith('^') ? 1 : 0;
  for (; index < pattern.length; index += 1) {
    const char = pattern.charAt(index);
    if (char === '\\') {
      const escaped = pattern.charAt(index + 1);
      // An escaped letter or digit stands for a class or a character that is not itself.
      if (escaped === '' || /[A-Za-z0-9]/.test(escaped)) break;
      prefix += escaped;
      index += 1;
      continue;
    }
    if (META.has(char)) break;
    prefix += char;
  }
  // Of alternatives, and of a namespace that is not there in plain letters, nothing is certain.
  if (pattern.includes('|', index)) return undefined;
  if (!prefix.includes('/') && pattern.includes('/', index)) return undefined;
  if (['*', '?', '{'].includes(pattern.charAt(index))) prefix = prefix.slice(0, -1);
  const full = prefix.includes('://')
    ? prefix
    : prefix.includes('/')
      ? `persistent://${prefix}`
      : `persistent://public/default/${prefix}`;
  return NAMESPACE.test(full) ? full : undefined;
}
