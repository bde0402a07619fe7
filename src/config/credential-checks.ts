import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { clientIn } from '../core/client-secret.js';
import { certificateFault, passwordFault, privateKeyFault, tokenFault } from '../core/credential-content.js';
import type { Fault } from './faults.js';
import { hasCredentials, hostsOf, isLoopback } from './hosts.js';

/** As much of a connection's settings as can contradict each other; what is not set is undefined. */
export interface CredentialSettings {
  readonly tokenFile?: string | undefined;
  readonly oauth2?:
    | {
        readonly issuerUrl?: string | undefined;
        readonly clientId?: string | undefined;
        readonly clientSecretFile?: string | undefined;
        readonly audience?: string | undefined;
        readonly scope?: string | undefined;
      }
    | undefined;
  readonly tls?:
    | {
        readonly caFile?: string | undefined;
        readonly certFile?: string | undefined;
        readonly keyFile?: string | undefined;
      }
    | undefined;
}

export type NameOf = (field: string) => string;

/** Conflicts and missing halves. `addresses` are those that the settings are for. */
export function credentialFaults(
  { tokenFile, oauth2 = {}, tls = {} }: CredentialSettings,
  nameOf: NameOf,
  addresses: readonly string[],
): Fault[] {
  const faults: Fault[] = [];
  const add = (field: string, detail: string): void => void faults.push({ name: nameOf(field), detail });
  const { issuerUrl, clientSecretFile } = oauth2;
  if (tokenFile !== undefined && issuerUrl !== undefined)
    add('oauth2/issuerUrl', `${nameOf('tokenFile')} is set too; a token comes from one of them`);
  if (issuerUrl === undefined) {
    for (const [field, value] of Object.entries(oauth2))
      if (value !== undefined)
        add(`oauth2/${field}`, `says nothing without an issuer; set ${nameOf('oauth2/issuerUrl')}`);
  } else {
    if (clientSecretFile === undefined)
      add('oauth2/issuerUrl', `needs a client's secret; set ${nameOf('oauth2/clientSecretFile')}`);
    if (hasCredentials(issuerUrl)) add('oauth2/issuerUrl', 'must hold no user name or password');
    else if (!URL.canParse(issuerUrl))
      add('oauth2/issuerUrl', 'is no URL; such as https://login.example.com');
    else if (issuerUrl.startsWith('http:') && !(hostsOf(issuerUrl) ?? []).every(isLoopback))
      add('oauth2/issuerUrl', "must begin with https://: the client's secret is sent there");
  }
  if (tls.certFile !== undefined && tls.keyFile === undefined)
    add('tls/certFile', `needs its private key; set ${nameOf('tls/keyFile')}`);
  if (tls.keyFile !== undefined && tls.certFile === undefined)
    add('tls/keyFile', `needs its certificate; set ${nameOf('tls/certFile')}`);
  if (!addresses.some((address) => /^[a-z+]*(https|wss|ssl):/i.test(address))) {
    for (const [field, value] of Object.entries(tls))
      if (value !== undefined)
        add(`tls/${field}`, `says nothing to ${addresses.join(' and ')}; use an address with TLS`);
  }
  return faults;
}

/** Files that cannot be read, or do not hold what they should. */
export function credentialFileFaults(
  { tokenFile, oauth2 = {}, tls = {} }: CredentialSettings,
  nameOf: NameOf,
  cwd: string,
): Fault[] {
  const secretFault = (content: string): string | undefined => {
    const client = clientIn(content, oauth2.clientId);
    return 'fault' in client ? client.fault : undefined;
  };
  return [
    ...fileFaults(nameOf('tokenFile'), tokenFile, cwd, tokenFault),
    ...fileFaults(nameOf('oauth2/clientSecretFile'), oauth2.clientSecretFile, cwd, secretFault),
    ...fileFaults(nameOf('tls/caFile'), tls.caFile, cwd, certificateFault),
    ...fileFaults(nameOf('tls/certFile'), tls.certFile, cwd, certificateFault),
    ...fileFaults(nameOf('tls/keyFile'), tls.keyFile, cwd, privateKeyFault),
  ];
}

export const passwordFileFaults = (name: string, path: string | undefined, cwd: string): Fault[] =>
  fileFaults(name, path, cwd, passwordFault);

// eslint-disable-next-line max-params -- a line of a table
function fileFaults(
  name: string,
  path: string | undefined,
  cwd: string,
  faultOf: (content: string) => string | undefined,
): Fault[] {
  if (path === undefined) return [];
  const file = resolve(cwd, path);
  try {
    const fault = faultOf(readFileSync(file, 'utf8').trim());
    return fault === undefined ? [] : [{ name, detail: `${file} is not what it should be: ${fault}` }];
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return [{ name, detail: `${file} cannot be read (${String(code)})` }];
  }
}
