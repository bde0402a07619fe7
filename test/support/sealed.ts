/** A sealed secret by its form; nothing opens it. */
export function sealedText(scope: string, more: object = {}): string {
  const header = { alg: 'ECDH-ES', enc: 'A256GCM', kid: 'k', scope, ...more };
  const part = (value: string): string => Buffer.from(value).toString('base64url');
  return `${part(JSON.stringify(header))}..${part('twelve bytes')}.${part('x')}.${part('sixteen bytes of')}`;
}
