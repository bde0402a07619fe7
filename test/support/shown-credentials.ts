import type { Credentials, Shown } from '../../src/ports/credentials.js';

/** Credentials that a test changes at will. */
export function shownCredentials(
  token: () => string | undefined | Promise<string | undefined>,
  more: Partial<Shown> = {},
): Credentials {
  return {
    tlsFiles: {},
    caSetting: 'CA_FILE',
    async current() {
      const text = await token();
      return {
        tls: {},
        version: text ?? '',
        what: 'the token of TOKEN_FILE',
        ...(text === undefined ? {} : { authorization: `Bearer ${text}` }),
        ...more,
      };
    },
  };
}
