/** A package's SHA-256 is hex wherever people and deployers meet it, and base64url in release events, where thousands have to fit into one record. */

export function shortDigest(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64url');
}

export function hexDigest(short: string): string {
  return Buffer.from(short, 'base64url').toString('hex');
}

/** A digest in hex, in whichever of the two forms it was given. */
export function anyDigest(given: string): string {
  return /^[0-9a-f]{64}$/.test(given) ? given : hexDigest(given);
}
