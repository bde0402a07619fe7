import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.js';
import { AppError } from '../../src/errors.js';

type Env = Readonly<Record<string, string>>;

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n';

describe('settings of connections', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'stageline-config-'));
    const files = {
      token: 'a.b.c\n',
      secret: 's',
      'ca.pem': CERTIFICATE,
      'c.pem': CERTIFICATE,
      'k.pem': KEY,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
    writeFileSync(join(cwd, 'two-lines'), 'one\ntwo');
    writeFileSync(join(cwd, 'key.json'), '{"client_secret":"hunter2"}');
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const PULSAR: Env = {
    STAGELINE_BUS: 'pulsar-ws',
    STAGELINE_PULSAR_WS_URL: 'wss://127.0.0.1:8443',
    STAGELINE_PULSAR_ADMIN_URL: 'https://127.0.0.1:8443',
  };
  const COUCHDB: Env = { STAGELINE_STORE: 'couchdb', STAGELINE_COUCHDB_URL: 'https://127.0.0.1:6984' };
  const faultsOf = (env: Env): string[] => {
    try {
      loadConfig({ env, cwd });
    } catch (error) {
      if (error instanceof AppError) {
        expect(error.message).not.toContain('hunter2');
        return (error.errors ?? []).map(({ name, detail }) => `${name ?? ''}: ${detail}`);
      }
      throw error;
    }
    return [];
  };

  it('name files from the current folder on, and are told apart from each other', () => {
    const config = loadConfig({
      cwd,
      env: {
        ...PULSAR,
        ...COUCHDB,
        STAGELINE_PULSAR_TLS_CA_FILE: 'ca.pem',
        STAGELINE_PULSAR_TLS_CERT_FILE: 'c.pem',
        STAGELINE_PULSAR_TLS_KEY_FILE: 'k.pem',
        STAGELINE_PULSAR_OAUTH2_ISSUER_URL: 'https://login.example.com',
        STAGELINE_PULSAR_OAUTH2_CLIENT_ID: 'stageline',
        STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE: 'secret',
        STAGELINE_COUCHDB_USER: 'stageline',
        STAGELINE_COUCHDB_PASSWORD_FILE: 'secret',
      },
    });
    expect(config.bus).toMatchObject({
      credentials: {
        tokenFile: undefined,
        oauth2: { issuerUrl: 'https://login.example.com', clientSecretFile: join(cwd, 'secret') },
        tls: {
          caFile: join(cwd, 'ca.pem'),
          certFile: join(cwd, 'c.pem'),
          keyFile: join(cwd, 'k.pem'),
        },
      },
    });
    expect(config.store).toMatchObject({ user: 'stageline', passwordFile: join(cwd, 'secret') });
  });

  it('of an environment have the same shape', () => {
    const environment = {
      name: 'prod',
      adminUrl: 'https://pulsar.example.com',
      oauth2: { issuerUrl: 'https://login.example.com', clientSecretFile: 'secret' },
      tls: { caFile: 'ca.pem' },
    };
    const env = { STAGELINE_ENVIRONMENTS: JSON.stringify([environment]) };
    expect(loadConfig({ env, cwd }).environments[0]).toMatchObject({
      oauth2: { clientSecretFile: join(cwd, 'secret') },
      tls: { caFile: join(cwd, 'ca.pem') },
    });
    const wrong = {
      ...environment,
      adminUrl: 'http://h',
      tokenFile: 't',
      tls: { keyFile: 'k' },
      oauth2: { ...environment.oauth2, issuerUrl: 'http://login.example.com' },
    };
    expect(faultsOf({ STAGELINE_ENVIRONMENTS: JSON.stringify([wrong]) })).toEqual([
      expect.stringMatching(/^STAGELINE_ENVIRONMENTS\/0\/oauth2\/issuerUrl: .*tokenFile is set too/),
      expect.stringMatching(/^STAGELINE_ENVIRONMENTS\/0\/oauth2\/issuerUrl: must begin with https/),
      expect.stringMatching(/^STAGELINE_ENVIRONMENTS\/0\/tls\/keyFile: needs its certificate/),
      expect.stringMatching(/^STAGELINE_ENVIRONMENTS\/0\/tls\/keyFile: says nothing to http:\/\/h/),
    ]);
  });

  const issuer = { STAGELINE_PULSAR_OAUTH2_ISSUER_URL: 'https://login.example.com' };
  const secret = { STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE: 'secret' };
  const client = { STAGELINE_PULSAR_OAUTH2_CLIENT_ID: 'c' };
  it.each<[string, Env, RegExp]>([
    [
      'two sources of a token',
      { STAGELINE_PULSAR_TOKEN_FILE: 'token', ...issuer, ...secret, ...client },
      /ISSUER_URL: STAGELINE_PULSAR_TOKEN_FILE is set too/,
    ],
    [
      'an issuer without a secret',
      issuer,
      /ISSUER_URL: needs a client's secret; set STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE/,
    ],
    ['a client without an issuer', client, /CLIENT_ID: says nothing without an issuer/],
    [
      'a secret without a client',
      { ...issuer, ...secret },
      /CLIENT_SECRET_FILE: .*no client_id, and no setting names one/,
    ],
    [
      'a key file without an id',
      { ...issuer, STAGELINE_PULSAR_OAUTH2_CLIENT_SECRET_FILE: 'key.json' },
      /no client_id/,
    ],
    [
      'an issuer without TLS',
      { STAGELINE_PULSAR_OAUTH2_ISSUER_URL: 'http://login', ...secret, ...client },
      /must begin with https/,
    ],
    [
      'a certificate without a key',
      { STAGELINE_PULSAR_TLS_CERT_FILE: 'c.pem' },
      /CERT_FILE: needs its private key; set STAGELINE_PULSAR_TLS_KEY_FILE/,
    ],
    [
      'a key that is a certificate',
      { STAGELINE_PULSAR_TLS_CERT_FILE: 'c.pem', STAGELINE_PULSAR_TLS_KEY_FILE: 'c.pem' },
      /KEY_FILE: .* holds no private key/,
    ],
    [
      'a file that is not there',
      { STAGELINE_PULSAR_TOKEN_FILE: 'gone' },
      /^STAGELINE_PULSAR_TOKEN_FILE: .*gone cannot be read \(ENOENT\)/,
    ],
    [
      'a token of two lines',
      { STAGELINE_PULSAR_TOKEN_FILE: 'two-lines' },
      /^STAGELINE_PULSAR_TOKEN_FILE: .* it holds no token/,
    ],
    [
      'a token in an address',
      { STAGELINE_PULSAR_WS_URL: 'wss://127.0.0.1?token=hunter2' },
      /^STAGELINE_PULSAR_WS_URL: must hold no/,
    ],
    [
      'certificates for no TLS',
      {
        STAGELINE_PULSAR_WS_URL: 'ws://127.0.0.1',
        STAGELINE_PULSAR_ADMIN_URL: 'http://127.0.0.1',
        STAGELINE_PULSAR_TLS_CA_FILE: 'ca.pem',
      },
      /CA_FILE: says nothing to ws:\/\/127\.0\.0\.1 and http/,
    ],
    [
      'roles without the processor',
      { STAGELINE_PULSAR_COMMANDS_ROLES: 'a' },
      /^STAGELINE_PULSAR_COMMANDS_ROLES: says nothing alone/,
    ],
    [
      'a role for no environment',
      { STAGELINE_PULSAR_ROLE: 'a', STAGELINE_PULSAR_DEPLOYER_ROLES: 'prd=b' },
      /DEPLOYER_ROLES\/0: there is no environment "prd".*did you mean prod/,
    ],
  ])('of Pulsar are refused: %s', (_what, env, fault) => {
    expect(faultsOf({ ...PULSAR, ...env })).toEqual([expect.stringMatching(fault)]);
  });

  it.each<[string, Env, RegExp]>([
    [
      'a user without a password',
      { STAGELINE_COUCHDB_USER: 'u' },
      /^STAGELINE_COUCHDB_USER: needs a password/,
    ],
    [
      'a password without a user',
      { STAGELINE_COUCHDB_PASSWORD_FILE: 'secret' },
      /^STAGELINE_COUCHDB_PASSWORD_FILE: needs a user/,
    ],
    [
      'two users',
      {
        STAGELINE_COUCHDB_URL: 'https://a:hunter2@127.0.0.1',
        STAGELINE_COUCHDB_USER: 'u',
        STAGELINE_COUCHDB_PASSWORD_FILE: 'secret',
      },
      /^STAGELINE_COUCHDB_USER: STAGELINE_COUCHDB_URL holds a user too/,
    ],
    [
      'an authority for no TLS',
      { STAGELINE_COUCHDB_URL: 'http://a:hunter2@127.0.0.1', STAGELINE_COUCHDB_TLS_CA_FILE: 'ca.pem' },
      /CA_FILE: says nothing to http:\/\/127\.0\.0\.1/,
    ],
    ['an authority that is none', { STAGELINE_COUCHDB_TLS_CA_FILE: 'token' }, /CA_FILE: .*no certificate/],
  ])('of CouchDB are refused: %s', (_what, env, fault) => {
    expect(faultsOf({ ...COUCHDB, ...env })).toEqual([expect.stringMatching(fault)]);
  });

  it('say nothing, and are not looked at, on embedded engines', () => {
    expect(faultsOf({ STAGELINE_PULSAR_TOKEN_FILE: 'gone', STAGELINE_COUCHDB_USER: 'u' })).toEqual([]);
  });
});
