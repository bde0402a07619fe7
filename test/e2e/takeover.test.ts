import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPulsarWsBus } from '../../src/adapters/pulsar-ws/bus.js';
import { hashOf } from '../../src/core/canonical.js';
import { contentId, deploymentId, functionId } from '../../src/core/ids.js';
import { pause } from '../../src/core/pause.js';
import type { AnyDocument, DeploymentResult } from '../../src/core/types.js';
import { runDeployer } from '../../src/deployer/run-deployer.js';
import type { Bus } from '../../src/ports/bus.js';
import type { Functions } from '../../src/ports/functions.js';
import { backend } from '../support/backends.js';
import { deployerOf, type DeployerJob } from '../support/deployer-child.js';
import { createFakeLog } from '../support/fake-log.js';

const NEEDED = ['PULSAR_TEST_ADMIN_URL', 'PULSAR_TEST_WS_URL', 'PULSAR_EXAMPLES_JAR'];
const missing = NEEDED.filter((name) => (process.env[name] ?? '') === '');
const CHILD = path.resolve('test/support/deployer-child.ts');
const TARGET = { kind: 'pulsar', adminUrl: 'http://a', fingerprint: 'a-cluster' } as const;

backend('taking over a deployment on Pulsar', missing.length === 0, `${missing.join(', ')} not set`, () => {
  jest.setTimeout(120_000);
  const adminUrl = process.env['PULSAR_TEST_ADMIN_URL'] ?? '';
  const wsUrl = process.env['PULSAR_TEST_WS_URL'] ?? '';
  const prefix = `takeover-${process.pid}-${Date.now().toString(36)}`;
  const topics = {
    topic: `persistent://public/default/${prefix}`,
    resultsTopic: `persistent://public/default/${prefix}-results`,
  };
  let artifacts = '';
  let bus: Bus;
  const documents = new Map<string, AnyDocument>();
  const cluster = () => deployerOf(job()).functions;
  const job = (): DeployerJob => ({ adminUrl, wsUrl, ...topics, artifacts, documents: [...documents] });
  const refOf = (name: string) =>
    ({ type: 'function', tenant: 'public', namespace: 'default', name: `${prefix}-${name}` }) as const;

  beforeAll(async () => {
    artifacts = await mkdtemp(path.join(tmpdir(), 'stageline-takeover-'));
    const jar = await readFile(process.env['PULSAR_EXAMPLES_JAR'] ?? '');
    await writeFile(path.join(artifacts, 'one.jar'), jar);
    await writeFile(path.join(artifacts, 'two.jar'), Buffer.concat([jar, Buffer.from('\n')]));
    bus = createPulsarWsBus({ url: wsUrl, log: createFakeLog() });
  });
  afterAll(async () => {
    const functions = cluster();
    for (const name of ['package', 'config', 'both']) await functions.delete(refOf(name));
    await functions.close();
    await bus.close();
    await rm(artifacts, { recursive: true, force: true });
  });

  /** Commits a release as the journal would, and sends its message. */
  const commit = async (name: string, release: number, changes: object): Promise<void> => {
    const ref = refOf(name);
    const function_ = `public/default/${ref.name}`;
    const config = {
      ...ref,
      className: 'org.apache.pulsar.functions.api.examples.ExclamationFunction',
      runtime: 'JAVA',
      inputs: [`persistent://public/default/${ref.name}-in`],
      ...changes,
    };
    const contentHash = hashOf(config);
    const ids = { project: 'pricing', environment: 'test', release };
    const facts = { release, operation: 'apply', contentHash, state: 'committed' } as const;
    const place = { index: 0, of: 1 };
    documents.set(contentId(contentHash), { kind: 'content', hash: contentHash, config });
    documents.set(deploymentId(ids, function_), {
      ...facts,
      ...ids,
      ...place,
      kind: 'deployment',
      function: function_,
      workload: 'function',
      target: 'pulsar',
    });
    const before = documents.get(functionId(function_));
    const succeeded = before?.kind === 'function' ? before.environments['test']?.succeeded : undefined;
    documents.set(functionId(function_), {
      kind: 'function',
      function: function_,
      project: 'pricing',
      workload: 'function',
      since: 1,
      staged: {},
      held: {},
      environments: { test: { ...facts, target: TARGET, ...(succeeded === undefined ? {} : { succeeded }) } },
    });
    const producer = await bus.openProducer(topics.topic);
    const body = { ...ids, ...place, operation: 'apply', contentHash, configs: [config] };
    await producer.send({
      key: function_,
      payload: Buffer.from(JSON.stringify(body)),
      properties: { effect: `0/${release}/0` },
    });
    await producer.close();
  };

  /** The journal takes the result. */
  const record = (name: string, { packageSha256 = '' }: DeploymentResult, release: number): void => {
    const function_ = `public/default/${refOf(name).name}`;
    const document = documents.get(functionId(function_));
    if (document?.kind !== 'function') throw new Error('not committed');
    const entry = document.environments['test'];
    if (entry === undefined) throw new Error('not committed');
    const { contentHash } = entry;
    const succeeded = {
      release,
      operation: 'apply',
      contentHash,
      packageSha256,
      target: TARGET.fingerprint,
    } as const;
    documents.set(functionId(function_), {
      ...document,
      environments: { test: { ...entry, state: 'deployed', succeeded } },
    });
    const id = deploymentId({ project: 'pricing', environment: 'test', release }, function_);
    documents.set(id, {
      ...(documents.get(id) as Extract<AnyDocument, { kind: 'deployment' }>),
      state: 'deployed',
    });
  };

  const results = async (): Promise<DeploymentResult[]> => {
    const reader = await bus.openReader(topics.resultsTopic, { start: 'earliest' });
    const found = await reader.receive({ max: 100, waitMs: 300, lingerMs: 100 });
    await reader.close();
    return found.flatMap(
      ({ payload }) =>
        (JSON.parse(payload.toString()) as { params: { results: DeploymentResult[] } }).params.results,
    );
  };

  /** Runs a deployer here until so many results are there; says what it has written. */
  const deploy = async (
    count: number,
  ): Promise<{ readonly last: DeploymentResult; readonly writes: readonly string[] }> => {
    const writes: string[] = [];
    const options = deployerOf(job());
    const { functions } = options;
    const watched: Functions = {
      ...functions,
      create: (upsert) => (writes.push('create'), functions.create(upsert)),
      update: (upsert) => (writes.push('update'), functions.update(upsert)),
    };
    const stop = new AbortController();
    const running = runDeployer({ ...options, functions: watched, signal: stop.signal });
    let found: DeploymentResult[] = [];
    for (let tries = 0; tries < 60 && found.length < count; tries++) {
      await pause(100);
      found = await results();
    }
    stop.abort();
    await running;
    await options.bus.close();
    await functions.close();
    return { last: found[count - 1]!, writes };
  };

  /** Runs a deployer of its own process, which dies when the cluster has answered. */
  const die = async (): Promise<void> => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    const ended = once(child, 'exit');
    child.stdin.end(JSON.stringify(job()));
    expect(await ended).toEqual([null, 'SIGKILL']);
  };

  it.each([
    ['package', { artifactPathOrUrl: 'two.jar' }],
    ['config', { artifactPathOrUrl: 'one.jar', userConfig: { a: 'b' } }],
    ['both', { artifactPathOrUrl: 'two.jar', userConfig: { a: 'b' } }],
  ])('does not restart a function again whose %s was deployed by one that died', async (name, changes) => {
    const before = (await results()).length;
    await commit(name, 1, { artifactPathOrUrl: 'one.jar' });
    const first = await deploy(before + 1);
    expect(first).toMatchObject({ last: { outcome: 'deployed' }, writes: ['create'] });
    record(name, first.last, 1);
    await commit(name, 2, changes);
    await die();
    expect(await results()).toHaveLength(before + 1);
    const second = await deploy(before + 2);
    expect(second.last).toMatchObject({ outcome: 'unchanged', packageSha256: expect.any(String) as unknown });
    expect(second.writes).toEqual([]);
    record(name, second.last, 2);
    // And what was really not deployed is.
    await commit(name, 3, { artifactPathOrUrl: 'one.jar' });
    expect(await deploy(before + 3)).toMatchObject({ last: { outcome: 'deployed' }, writes: ['update'] });
  });
});
