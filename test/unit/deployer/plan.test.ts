import type { Package } from '../../../src/deployer/package.js';
import { planDeployment, type Desired, type Plan } from '../../../src/deployer/plan.js';
import { toPulsarConfig, type Fields } from '../../../src/deployer/pulsar-config.js';
import type { WorkloadRef } from '../../../src/ports/functions.js';

const IN = 'persistent://public/default/in';
const OUT = 'persistent://public/default/out';
const REF: WorkloadRef = { type: 'function', tenant: 'public', namespace: 'default', name: 'enrich' };
const SINK: WorkloadRef = { ...REF, type: 'sink' };
const JAR: Package = { kind: 'data', fileName: 'a.jar', body: Buffer.from('a'), sha256: 'aa' };

const CONFIG = {
  type: 'function',
  tenant: 'public',
  namespace: 'default',
  name: 'enrich',
  artifactPathOrUrl: 'a.jar',
  className: 'a.B',
  runtime: 'JAVA',
  inputs: [IN],
  output: OUT,
};
/** As Pulsar 4.0 gives back a function made from CONFIG. */
const LIVE = {
  tenant: 'public',
  namespace: 'default',
  name: 'enrich',
  className: 'a.B',
  inputSpecs: {
    [IN]: { schemaProperties: {}, consumerProperties: {}, poolMessages: false, regexPattern: false },
  },
  output: OUT,
  producerConfig: { useThreadLocalProducers: false, batchBuilder: '', compressionType: 'LZ4' },
  processingGuarantees: 'ATLEAST_ONCE',
  retainOrdering: false,
  retainKeyOrdering: false,
  forwardSourceMessageProperty: true,
  userConfig: {},
  runtime: 'JAVA',
  autoAck: true,
  parallelism: 1,
  resources: { cpu: 1, ram: 1_073_741_824, disk: 10_737_418_240 },
  cleanupSubscription: true,
  subscriptionPosition: 'Latest',
};

interface Case {
  readonly config?: Fields;
  readonly live?: Fields | undefined;
  readonly package?: Package;
  readonly samePackage?: boolean;
  readonly ref?: WorkloadRef;
  readonly allowRecreate?: boolean;
  readonly lastApplied?: Fields;
}

const classes = (plan: Plan): Record<string, string> =>
  Object.fromEntries(plan.fields.map((change) => [change.field, change.class]));

/** The plan for CONFIG with these changes, on LIVE with these, the package being the same unless said otherwise. */
function plan({ config = {}, live = {}, samePackage = true, ref = REF, ...more }: Case): Plan {
  const pulsar = toPulsarConfig(ref, { ...CONFIG, ...config }).config;
  const desired: Desired = {
    operation: 'apply',
    ref,
    config: pulsar,
    package: more.package ?? JAR,
    samePackage,
    allowRecreate: more.allowRecreate ?? false,
    lastApplied: more.lastApplied,
  };
  return planDeployment(desired, { ...LIVE, ...live });
}

describe('planning a deployment', () => {
  it('creates what is not there, with its package', () => {
    const { config } = toPulsarConfig(REF, CONFIG);
    const desired: Desired = { operation: 'apply', ref: REF, config, package: JAR, samePackage: true };
    expect(planDeployment(desired, undefined)).toMatchObject({
      operation: 'create',
      sendPackage: true,
      config,
    });
  });

  it('sends nothing where nothing differs, defaults and spelling aside', () => {
    for (const same of [
      {},
      {
        config: {
          parallelism: 1,
          autoAck: true,
          userConfig: {},
          resources: { cpu: 1 },
          retainOrdering: false,
        },
      },
      { config: { inputs: undefined, inputSpecs: { 'public/default/in': { poolMessages: false } } } },
      { config: { output: 'out', inputs: ['in'] } },
      {
        config: { userConfig: { n: 1, deep: { list: [1, null] } } },
        live: { userConfig: { deep: { list: [1.0, null] }, n: 1.0 } },
      },
      {
        config: { producerConfig: { compressionType: 'LZ4', maxPendingMessages: 0 }, maxMessageRetries: -1 },
      },
      { config: { skipToLatest: true, maxPendingAsyncRequests: 7 } },
      {
        config: { windowConfig: { windowLengthCount: 5 } },
        live: { autoAck: false, windowConfig: { windowLengthCount: 5, slidingIntervalCount: 5 } },
      },
      {
        config: { inputs: undefined, topicsPattern: 'persistent://a/b/.*' },
        live: { inputSpecs: { 'persistent://a/b/.*': { regexPattern: true } } },
      },
      {
        config: { customSchemaInputs: { [IN]: '{"schemaType":"STRING"}' } },
        live: { inputSpecs: { [IN]: { schemaType: 'STRING' } } },
      },
      { config: { batchBuilder: 'KEY_BASED' }, live: { producerConfig: { batchBuilder: 'KEY_BASED' } } },
    ] satisfies Case[])
      expect(plan(same)).toEqual({ operation: 'none', fields: [] });
  });

  it('updates without the package where the cluster has it', () => {
    expect(
      plan({ config: { userConfig: { word: 'b' } }, live: { userConfig: { word: 'a' } } }),
    ).toMatchObject({
      operation: 'update',
      fields: [{ field: '/userConfig/word', class: 'update' }],
      sendPackage: false,
      config: { userConfig: { word: 'b' } },
    });
  });

  it('sends the package again when it is another, or nobody knows', () => {
    expect(plan({ samePackage: false })).toMatchObject({
      operation: 'update',
      fields: [{ field: '/artifactPathOrUrl', class: 'update' }],
      sendPackage: true,
    });
  });

  it('empties what the config no longer has, since absent means keep', () => {
    const live = {
      userConfig: { a: 1 },
      secrets: { s: { k: 'v' } },
      parallelism: 3,
      cleanupSubscription: false,
      maxMessageRetries: 4,
      resources: { cpu: 2, ram: 1, disk: 10_737_418_240 },
      producerConfig: { maxPendingMessages: 7, compressionType: 'LZ4' },
    };
    expect(plan({ live })).toMatchObject({
      operation: 'update',
      config: {
        userConfig: {},
        secrets: {},
        parallelism: 1,
        cleanupSubscription: true,
        maxMessageRetries: -1,
        resources: { cpu: 1, ram: 1_073_741_824, disk: 10_737_418_240 },
        producerConfig: {},
      },
    });
  });

  it('says the resources in full, since they are merged', () => {
    const answer = plan({
      config: { resources: { cpu: 2 } },
      live: { resources: { cpu: 1, ram: 7, disk: 8 } },
    });
    expect(answer).toMatchObject({
      config: { resources: { cpu: 2, ram: 1_073_741_824, disk: 10_737_418_240 } },
    });
  });

  it('names what an update cannot change without a word', () => {
    const live = {
      logTopic: 'persistent://public/default/log',
      subName: 's',
      timeoutMs: 10,
      subscriptionPosition: 'Earliest',
      inputSpecs: { ...LIVE.inputSpecs, 'persistent://public/default/second': {} },
    };
    const none = plan({ live });
    expect(none.operation).toBe('none');
    expect(classes(none)).toEqual({
      '/logTopic': 'ignored',
      '/subName': 'ignored',
      '/timeoutMs': 'ignored',
      '/subscriptionPosition': 'ignored',
      '/inputSpecs/persistent:~1~1public~1default~1second': 'ignored',
    });
    expect(classes(plan({ config: { forwardSourceMessageProperty: false } }))).toEqual({
      '/forwardSourceMessageProperty': 'ignored',
    });
  });

  it('sends nothing of an update that Pulsar would refuse as a whole', () => {
    for (const [config, field] of [
      [{ processingGuarantees: 'ATMOST_ONCE' }, '/processingGuarantees'],
      [{ runtime: 'PYTHON' }, '/runtime'],
      [{ inputs: [IN, 'other'] }, '/inputSpecs/persistent:~1~1public~1default~1other'],
      [{ autoAck: false }, '/autoAck'],
      [{ outputSchemaType: 'STRING' }, '/outputSchemaType'],
    ] as const) {
      const answer = plan({ config: { ...config, userConfig: { word: 'b' } } });
      expect(answer.operation).toBe('refuse');
      expect(classes(answer)).toMatchObject({ [field]: 'refused', '/userConfig/word': 'update' });
      expect(answer).toHaveProperty('reason', expect.stringContaining('Pulsar refuses the whole update'));
    }
  });

  it('sends what works where something else stays as it is', () => {
    const live = { processingGuarantees: 'ATMOST_ONCE', logTopic: 'persistent://public/default/log' };
    const answer = plan({ live, config: { parallelism: 2 } });
    expect(answer).toMatchObject({ operation: 'update', config: { parallelism: 2 } });
    expect(classes(answer)).toEqual({
      '/processingGuarantees': 'ignored',
      '/logTopic': 'ignored',
      '/parallelism': 'update',
    });
  });

  it('re-creates what an update leaves out, where that is allowed, and only then', () => {
    const allowRecreate = true;
    for (const change of [
      { config: { processingGuarantees: 'ATMOST_ONCE' } },
      { live: { logTopic: 'persistent://public/default/log' } },
      { config: { skipToLatest: true, parallelism: 2 } },
    ] satisfies Case[]) {
      expect(plan(change).operation).not.toBe('re-create');
      expect(plan({ ...change, allowRecreate })).toMatchObject({ operation: 're-create', sendPackage: true });
    }
    expect(plan({ config: { parallelism: 2 }, allowRecreate })).toMatchObject({ operation: 'update' });
    expect(plan({ config: { skipToLatest: true }, allowRecreate })).toMatchObject({ operation: 'none' });
  });

  it('says what an update loses, though it is not read back', () => {
    const config = { skipToLatest: true, customSchemaOutputs: { [OUT]: '{}' }, parallelism: 2 };
    expect(classes(plan({ config }))).toEqual({
      '/skipToLatest': 'lost',
      '/customSchemaOutputs': 'lost',
      '/parallelism': 'update',
    });
    const live = { forwardSourceMessageProperty: undefined };
    expect(classes(plan({ config: { forwardSourceMessageProperty: false, parallelism: 2 }, live }))).toEqual({
      '/forwardSourceMessageProperty': 'lost',
      '/parallelism': 'update',
    });
  });

  it('compares what is not read back with what was deployed last', () => {
    const spec = (value: string): Fields => ({
      inputs: undefined,
      inputSpecs: { [IN]: { consumerProperties: { a: value } } },
    });
    const lastApplied = toPulsarConfig(REF, { ...CONFIG, ...spec('1') }).config;
    expect(plan({ config: spec('1'), lastApplied })).toMatchObject({ operation: 'none', fields: [] });
    expect(plan({ config: spec('2'), lastApplied })).toMatchObject({
      operation: 'update',
      config: { secrets: {} },
      fields: [{ class: 'update' }],
    });
    const skipping = { skipToLatest: true };
    const before = toPulsarConfig(REF, CONFIG).config;
    expect(classes(plan({ config: skipping, lastApplied: before }))).toEqual({ '/skipToLatest': 'lost' });
    expect(plan({ lastApplied: { ...before, ...skipping } })).toMatchObject({ operation: 'update' });
  });

  it('leaves retries alone while a dead letter topic stays, since Pulsar would refuse all of the update', () => {
    const live = { maxMessageRetries: 4, deadLetterTopic: 'persistent://public/default/dead' };
    const answer = plan({ live, config: { parallelism: 2 } });
    expect(classes(answer)).toEqual({
      '/maxMessageRetries': 'ignored',
      '/deadLetterTopic': 'ignored',
      '/parallelism': 'update',
    });
    expect(answer).not.toHaveProperty('config.maxMessageRetries');
  });

  it('keeps the spelling in which an input is deployed', () => {
    const live = { inputSpecs: { in: {} }, userConfig: { old: true } };
    expect(plan({ live })).toMatchObject({ operation: 'update', config: { inputSpecs: { in: {} } } });
  });

  it('makes a change inside inputSpecs alone count', () => {
    const config = { inputs: undefined, inputSpecs: { [IN]: { receiverQueueSize: 7 } } };
    expect(plan({ config })).toMatchObject({
      config: { secrets: {} },
      sendPackage: false,
      fields: [
        { field: '/inputSpecs/persistent:~1~1public~1default~1in/receiverQueueSize', class: 'update' },
      ],
    });
    const secrets = { s: { k: 'v' } };
    const withSecrets = plan({ config: { ...config, secrets }, live: { secrets } });
    expect(withSecrets).toMatchObject({ config: { secrets, producerConfig: {} }, sendPackage: false });
    const producerConfig = {
      useThreadLocalProducers: true,
      batchBuilder: 'KEY_BASED',
      compressionType: 'ZSTD',
    };
    const both = { secrets, producerConfig };
    expect(plan({ config: { ...config, ...both }, live: both })).toMatchObject({ sendPackage: true });
    const sink = plan({ config, live: { subscriptionPosition: undefined }, ref: SINK });
    expect(sink).not.toHaveProperty('config.secrets');
  });

  it('sends a builtin package in the config, never as a part', () => {
    const artifact = {
      config: { artifactPathOrUrl: 'builtin://exclaim' },
      package: { kind: 'reference', url: 'builtin://exclaim' },
    } as const;
    const answer = plan({ ...artifact, samePackage: false });
    expect(answer).toMatchObject({
      operation: 'update',
      sendPackage: false,
      config: { jar: 'builtin://exclaim' },
    });
    expect(plan(artifact)).toMatchObject({ operation: 'none' });
    expect(
      plan({ ...artifact, ref: SINK, live: { archive: 'builtin://exclaim' }, samePackage: false }),
    ).toMatchObject({
      operation: 'none',
    });
  });

  it('refuses to replace a builtin connector by a package, which Pulsar would ignore', () => {
    const live = { archive: 'builtin://x' };
    const answer = plan({ ref: SINK, live, samePackage: false });
    expect(answer.operation).toBe('refuse');
    expect(classes(answer)).toEqual({ '/artifactPathOrUrl': 're-create' });
    expect(plan({ ref: SINK, live, allowRecreate: true })).toMatchObject({ operation: 're-create' });
  });

  it('deletes what is there, and nothing else', () => {
    expect(planDeployment({ operation: 'delete', ref: REF }, LIVE)).toEqual({
      operation: 'delete',
      fields: [],
    });
    expect(planDeployment({ operation: 'delete', ref: REF }, undefined)).toMatchObject({ operation: 'none' });
  });
});

describe("Pulsar's own fields", () => {
  it('hold nothing of Stageline, and inputs as inputSpecs', () => {
    const { config, artifact } = toPulsarConfig(REF, {
      ...CONFIG,
      environments: { prod: {} },
      inputs: [IN, 'other', 'third'],
      batchBuilder: 'KEY_BASED',
      inputSpecs: { other: { receiverQueueSize: 3 } },
      customSerdeInputs: { third: 'a.Serde' },
    });
    expect(artifact).toBe('a.jar');
    expect(config).toEqual({
      tenant: 'public',
      namespace: 'default',
      name: 'enrich',
      className: 'a.B',
      runtime: 'JAVA',
      output: OUT,
      inputSpecs: {
        [IN]: {},
        'persistent://public/default/other': { receiverQueueSize: 3 },
        'persistent://public/default/third': { serdeClassName: 'a.Serde' },
      },
      producerConfig: { batchBuilder: 'KEY_BASED' },
    });
  });

  it.each([
    ['a.nar', 'JAVA'],
    ['https://x/a.jar?v=1', 'JAVA'],
    ['a.py', 'PYTHON'],
    ['a.whl', 'PYTHON'],
    ['builtin://x', 'JAVA'],
    ['a', 'GO'],
  ])('take the runtime from %s where it is not said: %s', (artifactPathOrUrl, runtime) => {
    const { config } = toPulsarConfig(REF, { ...CONFIG, runtime: undefined, artifactPathOrUrl });
    expect(config).toMatchObject({ runtime });
  });

  it('name a builtin connector as archive', () => {
    const { config } = toPulsarConfig(SINK, { ...CONFIG, type: 'sink', artifactPathOrUrl: 'builtin://x' });
    expect(config).toMatchObject({ archive: 'builtin://x' });
    expect(config).not.toHaveProperty('runtime', 'GO');
  });
});
