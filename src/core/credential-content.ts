/** What a token is made of: a line end or a header smuggled along is none. */
const TOKEN = /^[\x21-\x7e]+$/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Why this is no token; undefined if it is one. */
export function tokenFault(content: string): string | undefined {
  return isToken(content) ? undefined : 'it holds no token';
}

/** Why this is no password. */
export function passwordFault(content: string): string | undefined {
  return content === '' ? 'it is empty' : undefined;
}

/** Why this is no PEM file with a certificate. */
export function certificateFault(content: string): string | undefined {
  return content.includes('-----BEGIN CERTIFICATE-----') ? undefined : 'it holds no certificate in PEM form';
}

/** Why this is no PEM file with a private key, whatever its kind. */
export function privateKeyFault(content: string): string | undefined {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content)
    ? undefined
    : 'it holds no private key in PEM form';
}
