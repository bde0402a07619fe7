/** Who asks an issuer for a token. */
export interface Client {
  readonly id: string;
  readonly secret: string;
}

/** What is in a file with a client secret: the secret alone, or Pulsar's key file (`{"type":"client_credentials","client_id":…,"client_secret":…}`). */
export function clientIn(content: string, clientId: string | undefined): Client | { readonly fault: string } {
  const key = content.startsWith('{') ? keyFileIn(content) : { client_secret: content };
  if (key === undefined) return { fault: 'it begins like a key file, and is no JSON' };
  const { type, client_id: ownId, client_secret: secret } = key;
  if (type !== undefined && type !== 'client_credentials')
    return { fault: 'its type is not client_credentials' };
  if (typeof secret !== 'string' || secret === '') return { fault: 'it holds no client secret' };
  const id = clientId ?? ownId;
  if (typeof id !== 'string' || id === '')
    return { fault: 'it holds no client_id, and no setting names one' };
  return { id, secret };
}

function keyFileIn(content: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(content) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
