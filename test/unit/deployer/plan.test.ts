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
}

/** The plan for CONFIG with these changes, on LIVE with these, the package being the same unless said otherwise. */
function plan({ config = {}, live = {}, samePackage = true, ref = REF, ...more }: Case): Plan {
  const pulsar = toPulsarConfig(ref, { ...CONFIG, ...config }).config;
  const desired: Desired = {
    operation: 'apply',
    ref,
    config: pulsar,
    package: more.package ?? JAR,
    samePackage,
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
      expect(plan(same)).toEqual({ operation: 'none', kept: [] });
  });

  it('updates without the package where the cluster has it', () => {
    expect(
      plan({ config: { userConfig: { word: 'b' } }, live: { userConfig: { word: 'a' } } }),
    ).toMatchObject({
      operation: 'update',
      changes: ['userConfig'],
      sendPackage: false,
      config: { userConfig: { word: 'b' } },
    });
  });

  it('sends the package again when it is another, or nobody knows', () => {
    expect(plan({ samePackage: false })).toMatchObject({
      operation: 'update',
      changes: ['package'],
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
      kept: [],
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
    const kept = [
      'logTopic',
      'subName',
      'timeoutMs',
      'subscriptionPosition',
      'input persistent://public/default/second',
    ];
    const none = plan({ live });
    expect(none.operation).toBe('none');
    expect('kept' in none && [...none.kept].sort()).toEqual([...kept].sort());
    expect(plan({ config: { forwardSourceMessageProperty: false } })).toMatchObject({
      kept: ['forwardSourceMessageProperty'],
    });
  });

  it('leaves the refusal of what cannot be altered to the cluster', () => {
    for (const config of [
      { processingGuarantees: 'ATMOST_ONCE' },
      { runtime: 'PYTHON' },
      { inputs: ['other'] },
      { autoAck: false },
    ])
      expect(plan({ config })).toMatchObject({ operation: 'update' });
    expect(
      plan({
        config: { processingGuarantees: 'ATLEAST_ONCE' },
        live: { processingGuarantees: 'ATMOST_ONCE' },
      }),
    ).toMatchObject({ operation: 'update', changes: ['processingGuarantees'] });
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
      changes: ['inputSpecs'],
    });
    const secrets = { s: { k: 'v' } };
    const withSecrets = plan({ config: { ...config, secrets }, live: { secrets } });
    expect(withSecrets).toMatchObject({ config: { secrets }, sendPackage: true });
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
    expect(plan({ ref: SINK, live: { archive: 'builtin://x' }, samePackage: false })).toMatchObject({
      operation: 'refuse',
    });
  });

  it('deletes what is there, and nothing else', () => {
    expect(planDeployment({ operation: 'delete', ref: REF }, LIVE)).toEqual({ operation: 'delete' });
    expect(planDeployment({ operation: 'delete', ref: REF }, undefined)).toMatchObject({ operation: 'none' });
  });
});

describe("Pulsar's own fields", () => {
  it('hold nothing of Stageline, and inputs as inputSpecs', () => {
    const { config, artifact } = toPulsarConfig(REF, {
      ...CONFIG,
      environments: { prod: {} },
      inputs: [IN, 'other', 'third'],
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
      inputSpecs: { [IN]: {}, other: { receiverQueueSize: 3 } },
      customSerdeInputs: { third: 'a.Serde' },
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
