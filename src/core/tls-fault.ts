const UNTRUSTED_ADVICE =
  '. Its certificate is of no authority that is trusted: set CA_FILE to the file of the one that issued it';
const EXPIRED_ADVICE = '. Its certificate has expired: it must be renewed';
const OTHER_HOST_ADVICE = '. Its certificate is for another host: use a name that stands in it';

/** In the words of OpenSSL and Node, for drivers that keep nothing but the message. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/self-signed certificate|unable to (verify the first|get (local )?issuer) certificate/i, UNTRUSTED_ADVICE],
  [/certificate has expired/i, EXPIRED_ADVICE],
  [/does not match certificate's altnames/i, OTHER_HOST_ADVICE],
];

/** What to do about a connection that TLS did not let happen, to be put behind its message; '' where TLS is not the cause. */
export function tlsAdvice(error: unknown, caSetting: string): string {
  const text = messagesOf(error);
  const advice = WORDS.find(([words]) => words.test(text))?.[1] ?? '';
  return advice.replace('CA_FILE', caSetting);
}

/** fetch puts the error of the connection behind one of its own. */
function messagesOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { message, cause } = error as { readonly message?: unknown; readonly cause?: unknown };
  return `${typeof message === 'string' ? message : ''} ${messagesOf(cause)}`;
}
