/** Certificates and key, PEM. Without `ca` the authorities that Node knows count. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The files that they come from, for a driver that reads them itself. */
export interface TlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** What a connection shows to the server, and whom it trusts, at one moment. */
export interface Shown {
  /** Value of the Authorization header. */
  readonly authorization?: string;
  readonly tls: TlsMaterial;
  /** Another one as soon as anything else of this has changed. */
  readonly version: string;
  /** What is shown and by which setting, for messages: never a secret. */
  readonly what: string;
  /** Until when it is good, in milliseconds since 1970, where it says so. */
  readonly expiresAt?: number;
}

/** Whatever a connection needs to be let in. */
export interface Credentials {
  /**
   * As they are now: files are read again when they have changed, a token is got anew before it expires. With `refused`,
   * the version that the server did not take, also a token that is not known to have expired; at most one every 30 s.
   *
   * Rejects with TOKEN_MISSING where they cannot be had, with ENGINE_UNAVAILABLE where an issuer does not answer.
   */
  current(refused?: string): Promise<Shown>;
  readonly tlsFiles: TlsFiles;
  /** The name of the setting that says whom to trust. */
  readonly caSetting: string;
}

/** The credentials for what belongs to a tenant, or to none. */
export type CredentialsOf = (tenant: string | undefined) => Credentials;
