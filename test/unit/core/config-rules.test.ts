import fc from 'fast-check';
import { DEFAULT_SECRET_RULES } from '../../../src/core/secret-rules.js';
import { prepareConfig, type PreparedConfig } from '../../../src/core/config-rules.js';
import { configFor } from '../../../src/core/merge-patch.js';
import { schemas } from '../../../src/generated/schemas.js';
import { functionConfig } from '../../support/configs.js';

const RULES = { rules: DEFAULT_SECRET_RULES };

const AT = '/params/configs/0';

function prepared(config: Record<string, unknown>): PreparedConfig {
  const made = prepareConfig(config, AT, RULES);
  if (!made.ok) throw new Error(JSON.stringify(made.faults));
  return made.config;
}

/** Pointers below the config, with their codes. */
function faults(config: Record<string, unknown>): Record<string, string | undefined> {
  const made = prepareConfig(config, AT, RULES);
  return made.ok
    ? {}
    : Object.fromEntries(made.faults.map(({ pointer = '', code }) => [pointer.slice(AT.length), code]));
}

/** What is said at one pointer. */
function detail(config: Record<string, unknown>, pointer: string): string | undefined {
  const made = prepareConfig(config, AT, RULES);
  return made.ok ? undefined : made.faults.find((fault) => fault.pointer === AT + pointer)?.detail;
}

const sink = (more: object = {}): Record<string, unknown> => ({
  type: 'sink',
  tenant: 'public',
  namespace: 'default',
  name: 's',
  artifactPathOrUrl: 'builtin://elastic',
  inputs: ['in'],
  ...more,
});

const full = (topic: string): string => `persistent://public/default/${topic}`;

describe('a config', () => {
  it('takes the examples of its schema', () => {
    for (const id of ['function-config.json', 'source-config.json', 'sink-config.json'] as const) {
      for (const example of schemas[id].examples) {
        expect([id, faults(example as unknown as Record<string, unknown>)]).toEqual([id, {}]);
      }
    }
  });

  it('is known by tenant, namespace and name', () => {
    const { name, workload, environments } = prepared(
      functionConfig('a', { environments: { prod: { parallelism: 2 } } }),
    );
    expect({ name, workload, environments }).toEqual({
      name: 'public/default/a',
      workload: 'function',
      environments: ['prod'],
    });
  });

  it('does not depend on the order of its keys', () => {
    const config = functionConfig('a', { userConfig: { x: 1, y: 2 }, parallelism: 3 });
    fc.assert(
      fc.property(
        fc.shuffledSubarray(Object.keys(config), { minLength: Object.keys(config).length }),
        (keys) => {
          const shuffled = Object.fromEntries(keys.map((key) => [key, config[key]]));
          expect(prepared(shuffled).contentHash).toBe(prepared(config).contentHash);
        },
      ),
    );
  });

  it('is its own canonical form: preparing it again changes nothing', () => {
    const once = prepared(
      functionConfig('a', {
        output: 'out',
        environments: { prod: { inputSpecs: { x: { receiverQueueSize: 1 } } } },
      }),
    );
    expect(prepared(once.content)).toEqual(once);
  });

  it('is not changed by being prepared', () => {
    const config = functionConfig('a', { environments: { prod: { runtime: null, logTopic: 'x' } } });
    const before = JSON.stringify(config);
    prepared(config);
    expect(JSON.stringify(config)).toBe(before);
  });
});

describe('topics', () => {
  it('get their full names wherever they stand', () => {
    const { content } = prepared(
      functionConfig('a', {
        inputs: ['in', 'my/ns/in', full('in')],
        inputSpecs: { spec: { receiverQueueSize: 1 }, 'raw-.*': { regexPattern: true } },
        topicsPattern: 'orders-.*',
        customSerdeInputs: { in: 'Serde' },
        customSchemaInputs: { in: '{}' },
        customSchemaOutputs: { out: '{}' },
        output: 'out',
        logTopic: 'non-persistent://a/b/c',
        deadLetterTopic: 'dead',
        windowConfig: { windowLengthCount: 5, lateDataTopic: 'late' },
      }),
    );
    expect(content).toMatchObject({
      inputs: [full('in'), 'persistent://my/ns/in'],
      inputSpecs: { [full('spec')]: { receiverQueueSize: 1 }, 'raw-.*': { regexPattern: true } },
      topicsPattern: 'orders-.*',
      customSerdeInputs: { [full('in')]: 'Serde' },
      customSchemaInputs: { [full('in')]: '{}' },
      customSchemaOutputs: { [full('out')]: '{}' },
      output: full('out'),
      logTopic: 'non-persistent://a/b/c',
      deadLetterTopic: full('dead'),
      windowConfig: { windowLengthCount: 5, lateDataTopic: full('late') },
    });
  });

  it('of sinks and sources, too', () => {
    const { content } = prepared(
      sink({
        topicToSerdeClassName: { a: 'S' },
        topicToSchemaType: { a: 'json' },
        topicToSchemaProperties: { a: '{}' },
      }),
    );
    expect(content).toMatchObject({
      inputs: [full('in')],
      topicToSerdeClassName: { [full('a')]: 'S' },
      topicToSchemaType: { [full('a')]: 'json' },
      topicToSchemaProperties: { [full('a')]: '{}' },
    });
    const source = { ...sink({ type: 'source', topicName: 'out' }), inputs: undefined };
    expect(prepared(JSON.parse(JSON.stringify(source)) as Record<string, unknown>).content['topicName']).toBe(
      full('out'),
    );
  });

  it('in patches meet the topics that they patch', () => {
    const { content } = prepared(
      functionConfig('a', {
        inputs: undefined,
        inputSpecs: { in: { receiverQueueSize: 1 }, 'raw-.*': { regexPattern: true } },
        environments: {
          prod: {
            inputSpecs: { [full('in')]: { receiverQueueSize: 9 }, 'raw-.*': { receiverQueueSize: 2 } },
            logTopic: null,
          },
        },
      }),
    );
    expect(configFor(content, 'prod')['inputSpecs']).toEqual({
      [full('in')]: { receiverQueueSize: 9 },
      'raw-.*': { regexPattern: true, receiverQueueSize: 2 },
    });
    expect(content).toHaveProperty('environments.prod.logTopic', null);
  });

  it('that are none are faults, in patches too', () => {
    expect(
      faults(
        functionConfig('a', {
          inputs: ['fine', 'ns/topic'],
          output: 'with space',
          inputSpecs: { 'a/b/c/d': {} },
          environments: { prod: { logTopic: 'http://x/y/z' } },
        }),
      ),
    ).toEqual({
      '/inputs/1': 'INVALID_COMMAND',
      '/output': 'INVALID_COMMAND',
      '/inputSpecs/a~1b~1c~1d': 'INVALID_COMMAND',
      '/environments/prod/logTopic': 'INVALID_COMMAND',
    });
  });

  it('that are named twice by different spellings are a fault', () => {
    expect(faults(functionConfig('a', { inputSpecs: { in: {}, [full('in')]: {} } }))).toEqual({
      '/inputSpecs/persistent:~1~1public~1default~1in': 'INVALID_COMMAND',
    });
  });
});

describe('a package in the cluster', () => {
  const faultsOf = (artifactPathOrUrl: string): object =>
    faults(functionConfig('a', { artifactPathOrUrl, runtime: 'JAVA' }));

  it.each(['function://t/n/f@1', 'source://t/n/f@1.0-beta', 'sink://t/n/f', 'function://t/n.a/..f@v..1'])(
    'may be %s',
    (artifact) => {
      expect(faultsOf(artifact)).not.toHaveProperty(['/artifactPathOrUrl']);
    },
  );

  it.each([
    'function://teamB/../../../v2/tenants',
    'function://t/n/..@1',
    'sink://t/./f@1',
    'source://../n/f@1',
    'function://t/n/f@..',
    'function://t/n/f@1/../x',
    'function://t/n',
    'function://t/n/%2e%2e@1',
    'Function://t/n/f?x',
  ])('may not be %s', (artifact) => {
    expect(faultsOf(artifact)).toEqual({ '/artifactPathOrUrl': 'INVALID_COMMAND' });
  });
});

describe('the runtime', () => {
  const runtimeFor = (artifactPathOrUrl: string): unknown =>
    prepared(functionConfig('a', { artifactPathOrUrl })).content['runtime'];

  it.each([
    ['x.jar', 'JAVA'],
    ['/opt/x.nar', 'JAVA'],
    ['https://h/x-1.0.JAR?token=1#f', 'JAVA'],
    ['builtin://exclamation', 'JAVA'],
    ['x.py', 'PYTHON'],
    ['x.whl', 'PYTHON'],
    ['x.zip', 'PYTHON'],
    ['x.go', 'GO'],
    ['function://t/n/x.jar', 'JAVA'],
  ])('of %s is %s', (artifact, runtime) => {
    expect(runtimeFor(artifact)).toBe(runtime);
  });

  it.each(['x', 'x.tar', 'https://h/download', 'function://t/n/f@1', 'dir.jar/x'])(
    'of %s has to be given',
    (artifactPathOrUrl) => {
      const config = functionConfig('a', { artifactPathOrUrl });
      expect(faults(config)).toEqual({ '/runtime': 'INVALID_COMMAND' });
      expect(detail(config, '/runtime')).toContain('JAVA, PYTHON or GO');
      expect(prepared({ ...config, runtime: 'GO' }).content['runtime']).toBe('GO');
    },
  );

  it('of sources and sinks is none of our business', () => {
    expect(prepared(sink({ artifactPathOrUrl: 'x' })).content).not.toHaveProperty('runtime');
  });

  it('follows a patch with another package', () => {
    const patched = (patch: object, more: object = {}): unknown =>
      prepared(functionConfig('a', { ...more, environments: { prod: patch } })).content['environments'];
    expect(patched({ artifactPathOrUrl: 'y.jar' })).toEqual({
      prod: { artifactPathOrUrl: 'y.jar', runtime: 'JAVA' },
    });
    expect(patched({ artifactPathOrUrl: 'y.py' })).toEqual({ prod: { artifactPathOrUrl: 'y.py' } });
    expect(patched({ artifactPathOrUrl: 'y', runtime: 'GO' })).toEqual({
      prod: { artifactPathOrUrl: 'y', runtime: 'GO' },
    });
    expect(patched({ artifactPathOrUrl: 'y.jar' }, { runtime: 'PYTHON' })).toEqual({
      prod: { artifactPathOrUrl: 'y.jar' },
    });
    expect(patched({ runtime: null }, { runtime: 'GO' })).toEqual({ prod: { runtime: 'PYTHON' } });
    expect(patched({ runtime: null })).toBeUndefined();
    expect(faults(functionConfig('a', { environments: { prod: { artifactPathOrUrl: 'y' } } }))).toEqual({
      '/environments/prod/runtime': 'INVALID_COMMAND',
    });
  });
});

describe('fields that are refused', () => {
  it.each(['jar', 'py', 'go', 'archive'])('%s, with the field to use', (field) => {
    const config = functionConfig('a', { [field]: 'x', environments: { prod: { [field]: 'y' } } });
    expect(faults(config)).toEqual({
      [`/${field}`]: 'UNKNOWN_FIELD',
      [`/environments/prod/${field}`]: 'UNKNOWN_FIELD',
    });
    expect(detail(config, `/${field}`)).toContain('artifactPathOrUrl');
  });

  it('isRegexPattern, which pulsar-admin prints', () => {
    const config = functionConfig('a', { inputSpecs: { 'x.*': { isRegexPattern: true } } });
    expect(faults(config)).toEqual({ '/inputSpecs/x.*/isRegexPattern': 'UNKNOWN_FIELD' });
    expect(detail(config, '/inputSpecs/x.*/isRegexPattern')).toContain('regexPattern');
  });

  it('unknown ones, at any depth', () => {
    expect(faults(functionConfig('a', { paralelism: 1, resources: { gpu: 1 } }))).toEqual({
      '/paralelism': 'UNKNOWN_FIELD',
      '/resources/gpu': 'UNKNOWN_FIELD',
    });
  });

  it('identity in a patch', () => {
    expect(
      faults(
        functionConfig('a', {
          environments: { prod: { tenant: 't', name: 'n', type: 'sink', namespace: 'x', environments: {} } },
        }),
      ),
    ).toEqual({
      '/environments/prod/tenant': 'INVALID_COMMAND',
      '/environments/prod/name': 'INVALID_COMMAND',
      '/environments/prod/type': 'INVALID_COMMAND',
      '/environments/prod/namespace': 'INVALID_COMMAND',
      '/environments/prod/environments': 'INVALID_COMMAND',
    });
  });

  it('a fqfn that says something else', () => {
    expect(faults(functionConfig('a', { fqfn: 'public/default/b' }))).toEqual({ '/fqfn': 'INVALID_COMMAND' });
  });

  it('a transformation that would have to be sent along', () => {
    expect(
      faults(sink({ transformFunction: 'x.jar', environments: { prod: { transformFunction: 'http://x' } } })),
    ).toEqual({
      '/transformFunction': 'INVALID_COMMAND',
      '/environments/prod/transformFunction': 'INVALID_COMMAND',
    });
    expect(faults(sink({ transformFunction: 'builtin://t' }))).toEqual({});
    expect(faults(sink({ transformFunction: 'function://a/b/c@1' }))).toEqual({});
  });

  it('packages from where nothing is fetched, or with credentials', () => {
    expect(faults(functionConfig('a', { artifactPathOrUrl: 's3://bucket/x.jar' }))).toEqual({
      '/artifactPathOrUrl': 'INVALID_COMMAND',
    });
    expect(faults(functionConfig('a', { artifactPathOrUrl: 'https://me:hunter2@h/x.jar' }))).toEqual({
      '/artifactPathOrUrl': 'SECRET_LITERAL',
    });
  });
});

describe('a patch', () => {
  it('is tried with the config that its environment would get', () => {
    expect(
      faults(
        functionConfig('a', {
          environments: {
            test: { parallelism: 0, nonsense: 1 },
            prod: { artifactPathOrUrl: null, userConfig: 'x' },
          },
        }),
      ),
    ).toEqual({
      '/environments/test/parallelism': 'INVALID_COMMAND',
      '/environments/test/nonsense': 'UNKNOWN_FIELD',
      '/environments/prod/artifactPathOrUrl': 'INVALID_COMMAND',
      '/environments/prod/userConfig': 'INVALID_COMMAND',
    });
  });

  it('does not repeat the faults of the config', () => {
    expect(
      faults(functionConfig('a', { parallelism: 0, environments: { prod: { autoAck: true } } })),
    ).toEqual({
      '/parallelism': 'INVALID_COMMAND',
    });
  });

  it('has to be an object', () => {
    expect(faults(functionConfig('a', { environments: { prod: null, test: [] } }))).toEqual({
      '/environments/prod': 'INVALID_COMMAND',
      '/environments/test': 'INVALID_COMMAND',
    });
    expect(faults(functionConfig('a', { environments: [] }))).toEqual({ '/environments': 'INVALID_COMMAND' });
  });

  it('of an environment named like a method of objects is a patch like any other', () => {
    expect(
      prepared(functionConfig('a', { environments: { constructor: { parallelism: 2 } } })).environments,
    ).toEqual(['constructor']);
  });
});

describe('names that objects have before anyone gives them one', () => {
  const raw = (field: string, json: string): Record<string, unknown> =>
    JSON.parse(
      JSON.stringify(functionConfig('a', { [field]: 'HERE' })).replace('"HERE"', `{"__proto__":${json}}`),
    ) as Record<string, unknown>;

  it('are kept as names of environments', () => {
    const { environments, content } = prepared(raw('environments', '{"parallelism":2}'));
    expect(environments).toEqual(['__proto__']);
    expect(JSON.stringify(content['environments'])).toBe('{"__proto__":{"parallelism":2}}');
  });

  it('are kept as patterns of inputs', () => {
    const { content } = prepared(raw('inputSpecs', '{"regexPattern":true}'));
    expect(JSON.stringify(content['inputSpecs'])).toBe('{"__proto__":{"regexPattern":true}}');
  });
});

describe('any JSON', () => {
  it('is either prepared or found faulty, never a crash', () => {
    const free = fc.jsonValue({ maxDepth: 3 });
    const fields = fc.constantFrom(
      'inputs',
      'inputSpecs',
      'output',
      'environments',
      'userConfig',
      'windowConfig',
      'runtime',
      'artifactPathOrUrl',
      'fqfn',
    );
    fc.assert(
      fc.property(
        fc.constantFrom('function', 'source', 'sink'),
        fc.dictionary(fields, free),
        (type, more) => {
          const made = prepareConfig({ ...functionConfig('a'), type, ...more }, AT, RULES);
          const again = made.ok ? prepareConfig(made.config.content, AT, RULES) : made;
          expect(again).toEqual(made);
          expect(made.ok || made.faults.every(({ pointer }) => pointer?.startsWith(AT))).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
