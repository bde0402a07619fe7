import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, loadSettings } from '../../src/config.js';
import { AppError } from '../../src/errors.js';

type Env = Readonly<Record<string, string>>;

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'stageline-config-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const writeFile = (content: unknown, name = 'stageline.config.json'): void => {
  writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content));
};

/** The error that these variables end in. */
function refused(env: Env): AppError {
  try {
    loadSettings({ env, cwd });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Names of all faults. */
const faultsOf = (env: Env): (string | undefined)[] => (refused(env).errors ?? []).map(({ name }) => name);

const REMOTE = {
  STAGELINE_BUS: 'pulsar-ws',
  STAGELINE_PULSAR_WS_URL: 'ws://pulsar:8080',
  STAGELINE_PULSAR_ADMIN_URL: 'http://pulsar:8080',
};

describe('defaults', () => {
  it('runs everything on embedded engines, on loopback', () => {
    const config = loadConfig({ env: {}, cwd });
    expect(config).toMatchObject({
      bus: { kind: 'embedded' },
      store: { kind: 'embedded' },
      dataDir: join(cwd, 'data'),
      httpHost: '127.0.0.1',
      httpPort: 7070,
      parts: ['http', 'processor', 'router', 'webhooks', 'deployer:test', 'deployer:prod'],
      artifactRoots: [join(cwd, 'data', 'artifacts'), join(cwd, 'examples')],
      environments: [{ name: 'test' }, { name: 'prod' }],
      exposed: [],
      limits: {
        maxCommandBytes: 307_200,
        maxCommandDepth: 32,
        maxConfigs: 1000,
        secretRules: { keys: [], ignoredKeys: [], minEntropy: 4.2 },
      },
    });
    expect(config.secretsDir).toBeUndefined();
  });

  it('routes deployments by environment, and to environments only', () => {
    const env = {
      STAGELINE_ENVIRONMENTS: '[{"name":"test"},{"name":"stage"},{"name":"prod"}]',
      STAGELINE_TOPIC_DEPLOYMENTS: 'persistent://acme/pipeline/out',
      STAGELINE_TOPIC_ENVIRONMENT_PREFIX: 'persistent://acme/targets/',
      STAGELINE_TOPIC_RESULTS: 'persistent://acme/targets/results',
    };
    expect(loadConfig({ env, cwd }).routers).toEqual([
      {
        type: 'function',
        tenant: 'acme',
        namespace: 'pipeline',
        name: 'pubSubConfigDeploymentRouter',
        userConfig: {
          key: 'environment',
          tenant: 'acme',
          namespace: 'targets',
        },
        inputs: ['persistent://acme/pipeline/out'],
        logTopic: 'persistent://acme/pipeline/pubSubConfigDeploymentRouter-log',
      },
    ]);
  });

  it('is frozen, all the way down', () => {
    const settings = loadSettings({ env: {}, cwd });
    const config = loadConfig({ env: {}, cwd });
    for (const value of [
      settings,
      settings.STAGELINE_ENVIRONMENTS[0],
      config,
      config.topics,
      config.environments,
    ]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });
});

describe('precedence', () => {
  it('takes the file before the defaults and variables before the file', () => {
    writeFile({
      STAGELINE_HTTP_PORT: 8000,
      STAGELINE_LOG_LEVEL: 'debug',
      STAGELINE_URL_ALLOW: ['https://a'],
    });
    const config = loadConfig({ env: { STAGELINE_HTTP_PORT: '9000' }, cwd });
    expect(config).toMatchObject({ httpPort: 9000, logLevel: 'debug', urlAllow: ['https://a'] });
  });

  it('reads the file that STAGELINE_CONFIG_FILE names instead', () => {
    writeFile({ STAGELINE_HTTP_PORT: 8000 });
    writeFile({ STAGELINE_LOG_LEVEL: 'warn' }, 'other.json');
    const config = loadConfig({ env: { STAGELINE_CONFIG_FILE: 'other.json' }, cwd });
    expect(config).toMatchObject({ httpPort: 7070, logLevel: 'warn' });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ env: { STAGELINE_HTTP_PORT: '', STAGELINE_PARTS: ' ' }, cwd }).httpPort).toBe(7070);
  });

  it('leaves variables of other programs, and those of the command line, alone', () => {
    const env = { PORT: 'x', STAGELINE_URL: 'http://127.0.0.1:1', PULSAR_TEST_URL: 'y' };
    expect(loadConfig({ env, cwd }).httpPort).toBe(7070);
  });
});

it('leaves alone what Kubernetes sets for a service named stageline, and what tests use', () => {
  const env = {
    STAGELINE_PORT: 'tcp://10.0.0.1:7070',
    STAGELINE_PORT_7070_TCP_ADDR: '10.0.0.1',
    STAGELINE_SERVICE_HOST: '10.0.0.1',
    STAGELINE_SERVICE_PORT_HTTP: '7070',
    STAGELINE_TEST_CACHE: '/tmp/x',
  };
  expect(loadConfig({ env, cwd }).httpPort).toBe(7070);
  expect(faultsOf({ STAGELINE_PORT: '8000' })).toEqual(['STAGELINE_PORT']);
});

describe('values', () => {
  it('reads lists as words with commas or as JSON', () => {
    const env = {
      STAGELINE_URL_ALLOW: 'https://a, http://b:8080',
      STAGELINE_HTTP_ALLOWED_HOSTS: '["x.example.com"]',
    };
    const config = loadConfig({ env, cwd });
    expect(config.urlAllow).toEqual(['https://a', 'http://b:8080']);
    expect(config.httpAllowedHosts).toEqual(['x.example.com']);
  });

  it('makes paths absolute, from the current folder', () => {
    const env = {
      STAGELINE_DATA_DIR: 'd',
      STAGELINE_SECRETS_DIR: './s',
      STAGELINE_ARTIFACT_ROOTS: 'a,/opt/b',
    };
    expect(loadConfig({ env, cwd })).toMatchObject({
      dataDir: join(cwd, 'd'),
      secretsDir: join(cwd, 's'),
      artifactRoots: [join(cwd, 'a'), '/opt/b'],
    });
  });

  it('gives bus and store what their kind needs', () => {
    const env = {
      STAGELINE_BUS: 'pulsar',
      STAGELINE_PULSAR_URL: 'pulsar://localhost:6650,127.0.0.2:6650',
      STAGELINE_STORE: 'couchdb',
      STAGELINE_COUCHDB_URL: 'http://admin:pw@couch:5984',
      STAGELINE_PARTS: 'router,deployer',
    };
    expect(loadConfig({ env, cwd })).toMatchObject({
      bus: {
        kind: 'pulsar',
        url: 'pulsar://localhost:6650,127.0.0.2:6650',
        adminUrl: 'http://127.0.0.1:8080',
      },
      store: { kind: 'couchdb', url: 'http://admin:pw@couch:5984', database: 'stageline' },
      parts: ['router', 'deployer:test', 'deployer:prod'],
    });
  });

  it.each([
    ['STAGELINE_HTTP_PORT', '70x', 'whole number'],
    ['STAGELINE_HTTP_PORT', '1e3', 'whole number'],
    ['STAGELINE_HTTP_PORT', '70.5', 'whole number'],
    ['STAGELINE_HTTP_PORT', '70000', '<= 65535'],
    ['STAGELINE_ALLOW_UNAUTHENTICATED', 'yes', 'true or false'],
    ['STAGELINE_BUS', 'kafka', 'embedded, pulsar, pulsar-ws'],
    ['STAGELINE_LOG_LEVEL', 'loud', 'trace, debug'],
    ['STAGELINE_ENVIRONMENTS', 'test,prod', 'JSON list'],
    ['STAGELINE_ENVIRONMENTS', '[{"name":}]', 'not valid JSON'],
    ['STAGELINE_ENVIRONMENTS', '[]', 'at least one environment'],
    ['STAGELINE_PARTS', 'http,procesor', 'http, processor, router'],
    ['STAGELINE_PULSAR_URL', 'http://x', 'such as pulsar://127.0.0.1:6650'],
    ['STAGELINE_PULSAR_WS_URL', 'ws://', 'no URL'],
    ['STAGELINE_TOPIC_JOURNAL', 'journal', 'such as persistent://ops/stageline/journal'],
    ['STAGELINE_TOPIC_JOURNAL', 'non-persistent://ops/stageline/journal', 'must be persistent'],
    ['STAGELINE_TOPIC_JOURNAL', 'persistent://ops/stageline/commands', 'STAGELINE_TOPIC_COMMANDS too'],
    ['STAGELINE_TOPIC_RESULTS', 'persistent://ops/deployment-automation/prod', 'environment prod'],
    ['STAGELINE_URL_ALLOW', 'builds.example.com', 'scheme://host'],
    ['STAGELINE_URL_ALLOW', 'https://builds.example.com/path', 'without a path'],
    ['STAGELINE_ROUTERS', '[{"name":"a"}]', 'is required'],
    ['STAGELINE_BEAM_TOPICS', '[{"topic":"a","publish":"boss"}]', 'viewer, developer'],
    ['STAGELINE_BEAM_TOPICS', '[{"prefix":"persistent://","publish":"viewer"}]', 'BEAM_TOPICS/0/prefix'],
    ['STAGELINE_BEAM_PULSAR_URLS', 'http://a', 'BEAM_PULSAR_URLS/0'],
    ['STAGELINE_MAX_CONFIGS', '0', '>= 1'],
  ])('refuses %s=%s and says what would be right', (name, value, words) => {
    const { message } = refused({ [name]: value });
    expect(message).toContain('STAGELINE_');
    expect(message).toContain(words);
  });
});

describe('environments', () => {
  it.each(['results', 'role', 'token'])('refuses the name %s, which a topic has', (name) => {
    const env = { STAGELINE_ENVIRONMENTS: JSON.stringify([{ name: 'test' }, { name }]) };
    expect(faultsOf(env)).toEqual(['STAGELINE_ENVIRONMENTS/1/name']);
    expect(refused(env).message).toContain('is taken');
  });

  it('refuses the same name twice', () => {
    const env = { STAGELINE_ENVIRONMENTS: '[{"name":"test"},{"name":"test"}]' };
    expect(faultsOf(env)).toEqual(['STAGELINE_ENVIRONMENTS/1/name']);
  });

  it('refuses credentials in an address, without showing them', () => {
    const env = { STAGELINE_ENVIRONMENTS: '[{"name":"test","adminUrl":"http://admin:hunter2@pulsar:8080"}]' };
    expect(faultsOf(env)).toEqual(['STAGELINE_ENVIRONMENTS/0/adminUrl']);
    expect(refused(env).message).not.toContain('hunter2');
  });

  it('refuses a field that it does not know', () => {
    const env = { STAGELINE_ENVIRONMENTS: '[{"name":"test","url":"http://x"}]' };
    expect(refused(env).message).toContain('"url" is not known here; known: name, adminUrl');
  });
});

describe('names', () => {
  it('refuses a variable that does not exist, with the one that was meant', () => {
    const { message } = refused({ STAGELINE_HTTP_PROT: '1', STAGELINE_API_TOKEN: 'hunter2' });
    expect(message).toContain(
      'STAGELINE_HTTP_PROT (environment): there is no such setting; did you mean STAGELINE_HTTP_PORT?',
    );
    expect(message).toContain('STAGELINE_API_TOKEN (environment): there is no such setting');
    expect(message).not.toContain('hunter2');
  });

  it('refuses an unknown name in the file', () => {
    writeFile({ $schema: './schemas/config.json', STAGELINE_BUSS: 'embedded' });
    expect(refused({}).message).toContain('STAGELINE_BUSS (stageline.config.json)');
  });

  it('refuses a file that is missing, or is no JSON object', () => {
    expect(refused({ STAGELINE_CONFIG_FILE: 'missing.json' }).message).toContain('there is no file');
    writeFile('{"a":');
    expect(refused({}).message).toContain('stageline.config.json: cannot be read');
    writeFile('[1]');
    expect(refused({}).message).toContain('one JSON object');
  });

  it('is strict about types in the file', () => {
    writeFile({ STAGELINE_HTTP_PORT: '7070', STAGELINE_URL_ALLOW: 'https://a' });
    expect(faultsOf({})).toEqual(['STAGELINE_HTTP_PORT', 'STAGELINE_URL_ALLOW']);
  });
});

describe('rules between settings', () => {
  it('refuses fewer than all parts on the embedded bus and names the missing ones', () => {
    const { message } = refused({ STAGELINE_PARTS: 'http,processor,deployer:test' });
    expect(message).toContain(
      'the embedded bus is inside one process, so all parts must run in it; missing: router, webhooks, deployer:prod',
    );
  });

  it('takes all parts, however they are written', () => {
    const env = { STAGELINE_PARTS: 'deployer:prod,router,http,webhooks,processor,deployer:test' };
    expect(loadConfig({ env, cwd }).parts).toHaveLength(6);
  });

  it('refuses the embedded store for parts that run apart', () => {
    const env = { STAGELINE_BUS: 'pulsar', STAGELINE_PARTS: 'router' };
    expect(faultsOf(env)).toEqual(['STAGELINE_STORE']);
    expect(refused(env).message).toContain('Set STAGELINE_STORE=couchdb to run parts apart');
    expect(loadConfig({ env: { STAGELINE_BUS: 'pulsar' }, cwd }).store.kind).toBe('embedded');
  });

  it('refuses a deployer of an environment that does not exist', () => {
    const { message } = refused({ STAGELINE_PARTS: 'http,processor,router,deployer:prd' });
    expect(message).toContain('there is no environment "prd" (there are: test, prod); did you mean prod?');
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.com', '127.0.0.1.example.com'])(
    'refuses the bind address %s unless everyone may',
    (host) => {
      const { message } = refused({ STAGELINE_HTTP_HOST: host });
      expect(message).toContain('whoever reaches it may deploy to every environment');
      const env = { STAGELINE_HTTP_HOST: host, STAGELINE_ALLOW_UNAUTHENTICATED: 'true' };
      expect(loadConfig({ env, cwd }).exposed).toEqual([
        'STAGELINE_HTTP_HOST: the service would listen beyond this machine',
      ]);
    },
  );

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('takes the bind address %s', (host) => {
    expect(loadConfig({ env: { STAGELINE_HTTP_HOST: host }, cwd }).exposed).toEqual([]);
  });

  it('refuses a broker elsewhere unless everyone may', () => {
    expect(faultsOf(REMOTE)).toEqual(['STAGELINE_PULSAR_WS_URL', 'STAGELINE_PULSAR_ADMIN_URL']);
    const config = loadConfig({ env: { ...REMOTE, STAGELINE_ALLOW_UNAUTHENTICATED: 'true' }, cwd });
    expect(config.exposed).toHaveLength(2);
  });

  it('refuses a broker list with one that is elsewhere', () => {
    const env = {
      STAGELINE_BUS: 'pulsar',
      STAGELINE_PULSAR_URL: 'pulsar://127.0.0.1:6650,pulsar2:6650',
    };
    expect(faultsOf(env)).toEqual(['STAGELINE_PULSAR_URL']);
  });

  it('does not mind addresses that the bus does not use', () => {
    const { STAGELINE_BUS: _bus, ...addresses } = REMOTE;
    expect(loadConfig({ env: addresses, cwd }).bus.kind).toBe('embedded');
  });

  it('refuses two routers of one name, and inputs that are no topics', () => {
    const router = {
      name: 'r',
      userConfig: { key: 'k', tenant: 't', namespace: 'n' },
      inputs: ['persistent://a/b/c'],
    };
    const routers = [router, { ...router, inputs: ['a/b'] }, { ...router, name: 's', inputs: [] }];
    expect(faultsOf({ STAGELINE_ROUTERS: JSON.stringify(routers) })).toEqual([
      'STAGELINE_ROUTERS/1/name',
      'STAGELINE_ROUTERS/1/inputs/0',
      'STAGELINE_ROUTERS/2/inputs',
    ]);
  });
});

describe('the door for scripts of Pulsar Beam', () => {
  it('opens no topics but its own unless it is told', () => {
    expect(loadConfig({ env: {}, cwd }).beam).toEqual({ topics: [], pulsarUrls: [] });
  });

  it('names topics in full, and knows the cluster that it uses', () => {
    const env = {
      STAGELINE_BUS: 'pulsar',
      STAGELINE_PULSAR_URL: 'pulsar://127.0.0.1:7000',
      STAGELINE_BEAM_TOPICS:
        '[{"topic":"in","publish":"viewer"},{"prefix":"persistent://a/","consume":"admin"}]',
      STAGELINE_BEAM_PULSAR_URLS: 'pulsar+ssl://broker:6651',
    };
    expect(loadConfig({ env, cwd }).beam).toEqual({
      topics: [
        { topic: 'persistent://public/default/in', publish: 'viewer' },
        { prefix: 'persistent://a/', consume: 'admin' },
      ],
      pulsarUrls: ['pulsar+ssl://broker:6651', 'pulsar://127.0.0.1:7000'],
    });
  });

  it('refuses entries that are no topic, for nobody, or open a topic of its own', () => {
    const topics = [
      { publish: 'viewer' },
      { topic: 'a', prefix: 'persistent://a/', publish: 'viewer' },
      { topic: 'a' },
      { topic: 'a/b', consume: 'viewer' },
      { topic: 'ops/stageline/journal', publish: 'admin' },
      { topic: 'persistent://ops/deployment-automation/prod', publish: 'admin' },
    ];
    expect(faultsOf({ STAGELINE_BEAM_TOPICS: JSON.stringify(topics) })).toEqual([
      'STAGELINE_BEAM_TOPICS/0',
      'STAGELINE_BEAM_TOPICS/1',
      'STAGELINE_BEAM_TOPICS/2',
      'STAGELINE_BEAM_TOPICS/3/topic',
      'STAGELINE_BEAM_TOPICS/4/topic',
      'STAGELINE_BEAM_TOPICS/5/topic',
    ]);
  });
});

describe('heads and metrics', () => {
  it('are off unless they are said, and have absolute paths', () => {
    expect(loadConfig({ env: {}, cwd })).toMatchObject({
      heads: { file: undefined, topic: undefined, keyFile: undefined, everyMs: 300_000 },
      metrics: undefined,
    });
    const env = { STAGELINE_HEADS_FILE: 'h', STAGELINE_HEADS_KEY_FILE: 'k', STAGELINE_METRICS_PORT: '9464' };
    expect(loadConfig({ env, cwd })).toMatchObject({
      heads: { file: join(cwd, 'h'), keyFile: join(cwd, 'k') },
      metrics: { host: '127.0.0.1', port: 9464 },
    });
  });

  it.each([
    ['a key that signs nothing', { STAGELINE_HEADS_KEY_FILE: 'k' }, 'STAGELINE_HEADS_KEY_FILE'],
    [
      "heads in the journal's namespace",
      { STAGELINE_HEADS_TOPIC: 'persistent://ops/stageline/heads' },
      'STAGELINE_HEADS_TOPIC',
    ],
    [
      'heads on a topic in use',
      { STAGELINE_HEADS_TOPIC: 'persistent://ops/deployment-automation/results' },
      'STAGELINE_HEADS_TOPIC',
    ],
    ['a port that there is not', { STAGELINE_METRICS_PORT: '70000' }, 'STAGELINE_METRICS_PORT'],
    ['metrics on the port of the service', { STAGELINE_METRICS_PORT: '7070' }, 'STAGELINE_METRICS_PORT'],
  ])('refuses %s', (_what, env: Env, name) => {
    expect(faultsOf(env)).toEqual([name]);
  });
});

it('lists every fault at once, of variables, file and rules', () => {
  writeFile({ STAGELINE_STORE: 'mongo', NOPE: 1 });
  const error = refused({
    STAGELINE_HTTP_PORT: 'x',
    STAGELINE_HTTP_HOST: '0.0.0.0',
    STAGELINE_ENVIRONMENTS: '[{"name":"role"},{"name":"UP"}]',
    STAGELINE_COUCHDB_URL: 'couch://admin:hunter2@h',
    STAGELINE_URL_ALLOW: 'x',
  });
  expect(error.code).toBe('INVALID_CONFIG');
  expect((error.errors ?? []).map(({ name }) => name)).toEqual([
    'NOPE',
    'STAGELINE_HTTP_PORT',
    'STAGELINE_STORE',
    'STAGELINE_COUCHDB_URL',
    'STAGELINE_ENVIRONMENTS/0/name',
    'STAGELINE_ENVIRONMENTS/1/name',
    'STAGELINE_URL_ALLOW/0',
    'STAGELINE_HTTP_HOST',
  ]);
  expect(error.message).toContain('The configuration has 8 faults; nothing was started.');
  expect(error.message).toContain('STAGELINE_STORE = "mongo" (stageline.config.json): must be one of');
  expect(error.message).not.toContain('hunter2');
});

describe('secrets and tokens', () => {
  const environments = (more: object): Env => ({
    STAGELINE_ENVIRONMENTS: JSON.stringify([{ name: 'test', adminUrl: 'http://127.0.0.1:1', ...more }]),
  });

  it('are asked for by name, and stand in no setting', () => {
    const config = loadConfig({ env: { STAGELINE_SECRET_DB: 'x', STAGELINE_LOG_LEVEL: 'warn' }, cwd });
    expect(config.secretVariable('STAGELINE_SECRET_DB')).toBe('x');
    expect(config.secretVariable('STAGELINE_LOG_LEVEL')).toBeUndefined();
    expect(JSON.stringify(config)).not.toContain('"x"');
  });

  it('are not what was meant by STAGELINE_SECRET_DIR', () => {
    expect(refused({ STAGELINE_SECRET_DIR: '/x' }).errors?.[0]?.detail).toContain('STAGELINE_SECRETS_DIR');
  });

  it('lie in files whose paths start at the folder', () => {
    const files = {
      tokenFile: 'a',
      tenantTokenFiles: { orders: 'tokens/b' },
      allowedHosts: ['w-1:8080', 'w2'],
    };
    expect(loadConfig({ env: environments(files), cwd }).environments[0]).toMatchObject({
      tokenFile: join(cwd, 'a'),
      tenantTokenFiles: { orders: join(cwd, 'tokens/b') },
      allowedHosts: ['w-1:8080', 'w2'],
    });
  });

  it('are refused for a sandbox, and hosts that are none', () => {
    expect(faultsOf(environments({ adminUrl: undefined, tokenFile: 'a' }))).toEqual([
      'STAGELINE_ENVIRONMENTS/0/tokenFile',
    ]);
    expect(faultsOf(environments({ allowedHosts: ['http://x/', 'a b', 'fine'] }))).toEqual([
      'STAGELINE_ENVIRONMENTS/0/allowedHosts/0',
      'STAGELINE_ENVIRONMENTS/0/allowedHosts/1',
    ]);
  });
});

describe('how callers are known', () => {
  const JWKS = {
    STAGELINE_AUTH_JWKS_URL: 'https://id.example.com/jwks',
    STAGELINE_AUTH_ISSUER: 'https://id.example.com',
    STAGELINE_AUTH_AUDIENCE: 'stageline',
  };

  it('is not asked without any key', () => {
    expect(loadConfig({ env: {}, cwd }).identity).toBeUndefined();
  });

  it('allows any address and any broker, once it is asked', () => {
    const env = {
      ...REMOTE,
      ...JWKS,
      STAGELINE_HTTP_HOST: '0.0.0.0',
      STAGELINE_TICKET_KEY_FILE: 'keys/ticket.key',
    };
    const { identity, exposed } = loadConfig({ env, cwd });
    expect(exposed).toEqual([]);
    expect(identity).toEqual({
      bearer: { kind: 'jwks', url: JWKS.STAGELINE_AUTH_JWKS_URL },
      issuer: JWKS.STAGELINE_AUTH_ISSUER,
      audience: 'stageline',
      claims: { roles: 'roles', projects: 'projects' },
      ticketKeyFile: join(cwd, 'keys/ticket.key'),
      serviceKeyFile: undefined,
      ticketSeconds: 300,
    });
  });

  it.each([
    [
      'a second key',
      { ...JWKS, STAGELINE_AUTH_PUBLIC_KEY_FILE: 'a.pem' },
      ['STAGELINE_AUTH_PUBLIC_KEY_FILE'],
    ],
    [
      'keys of a provider without issuer and audience',
      { STAGELINE_AUTH_JWKS_URL: JWKS.STAGELINE_AUTH_JWKS_URL },
      ['STAGELINE_AUTH_ISSUER', 'STAGELINE_AUTH_AUDIENCE'],
    ],
    [
      'keys that come in the clear',
      { ...JWKS, STAGELINE_AUTH_JWKS_URL: 'http://id.example.com/jwks' },
      ['STAGELINE_AUTH_JWKS_URL'],
    ],
    ['what is no URL', { ...JWKS, STAGELINE_AUTH_JWKS_URL: 'id.example.com' }, ['STAGELINE_AUTH_JWKS_URL']],
    ['a key for tickets alone', { STAGELINE_TICKET_KEY_FILE: 'ticket.key' }, ['STAGELINE_AUTH_JWKS_URL']],
    ['no key for tickets on Pulsar', { ...REMOTE, ...JWKS }, ['STAGELINE_TICKET_KEY_FILE']],
  ])('refuses %s', (_what, env, faults) => {
    expect(faultsOf(env)).toEqual(faults);
  });

  it('asks a process of deployers for a key of its own, and no more', () => {
    const apart = {
      ...REMOTE,
      STAGELINE_STORE: 'couchdb',
      STAGELINE_COUCHDB_URL: 'http://127.0.0.1:5984',
      STAGELINE_PARTS: 'deployer:prod',
    };
    const env = { ...apart, STAGELINE_SERVICE_KEY_FILE: 'service.key' };
    expect(loadConfig({ env, cwd }).identity).toMatchObject({ bearer: undefined, ticketKeyFile: undefined });
    expect(faultsOf({ ...apart, ...JWKS })).toEqual(['STAGELINE_SERVICE_KEY_FILE']);
  });
});
