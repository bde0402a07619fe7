import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its private key, as files (PEM). */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority that exists for one test. */
export interface Authority {
  readonly caFile: string;
  /** For a server: on loopback, by its address and as `localhost`, or under another name. */
  server(name: string, host?: string): CertificateFiles;
  /** For a client: its common name is the role that a broker gives it. */
  client(role: string): CertificateFiles;
}

/** Makes an authority in a folder, with the command `openssl`. */
export function createAuthority(dir: string, name = 'ca'): Authority {
  const file = (end: string): string => join(dir, `${name}${end}`);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  openssl(
    ...['req', '-x509', ...key, '-days', '2', '-subj', `/CN=${name}`],
    ...['-keyout', file('.key'), '-out', file('.pem')],
  );

  const issue = (end: string, subject: string, extensions: string): CertificateFiles => {
    const certFile = file(`-${end}.pem`);
    const keyFile = file(`-${end}.key`);
    const request = file(`-${end}.csr`);
    const extensionFile = file(`-${end}.ext`);
    writeFileSync(extensionFile, extensions);
    openssl('req', ...key, '-subj', `/CN=${subject}`, '-keyout', keyFile, '-out', request);
    openssl(
      ...['x509', '-req', '-in', request, '-CA', file('.pem'), '-CAkey', file('.key'), '-CAcreateserial'],
      ...['-days', '2', '-extfile', extensionFile, '-out', certFile],
    );
    return { certFile, keyFile };
  };
  return {
    caFile: file('.pem'),
    server: (end, host) => {
      const names = host === undefined ? 'DNS:localhost,IP:127.0.0.1' : `DNS:${host}`;
      return issue(end, host ?? 'localhost', `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
    },
    client: (role) => issue(role, role, 'extendedKeyUsage=clientAuth\n'),
  };
}
