import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxFunctions } from '../../../src/adapters/sandbox/sandbox-functions.js';
import { hashOf } from '../../../src/core/canonical.js';
import { contentId, functionId } from '../../../src/core/ids.js';
import { createInspect } from '../../../src/deployer/inspect.js';
import type { Findings, PlanSubject } from '../../../src/deployer/tasks/plan-subject.js';
import type { ClusterAdmin, Learnt } from '../../../src/ports/cluster.js';
import type { Functions } from '../../../src/ports/functions.js';
import { fakeAdmin } from '../../support/fake-admin.js';
import { createFakeReads } from '../../support/fake-reads.js';
import { scriptFunctions } from './scripted-functions.js';

const know = <T>(value: T): Promise<Learnt<T>> => Promise.resolve({ known: true, value });
const topic = (name: string): string => `persistent://public/default/${name}`;
const subject = (name: string, config: object = {}): PlanSubject => ({
  ref: { type: 'function', tenant: 'public', namespace: 'default', name },
  function: `public/default/${name}`,
  config: {
    runtime: 'JAVA',
    className: 'a.B',
    inputSpecs: { [topic('in')]: {} },
    output: topic('out'),
    ...config,
  },
  artifact: 'a.jar',
  live: undefined,
});
const TOLD: Partial<ClusterAdmin> = {
  traits: () => Promise.resolve({ authorization: true, superuser: true, createsTopics: true }),
  namespaces: () => know(['default']),
  topics: () => know(new Map(['in', 'out'].map((name) => [topic(name), { partitioned: false }]))),
  subscriptions: () => know(new Map([['public/default/a', { backlog: 7, consumers: ['one'] }]])),
};

describe('an inspection before a plan', () => {
  let dir = '';
  let functions: Functions;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-inspect-'));
    functions = await createSandboxFunctions({ dir });
  });
  afterAll(async () => {
    await functions.close();
    await rm(dir, { recursive: true, force: true });
  });

  const inspect = async (
    subjects: readonly PlanSubject[],
    {
      told = TOLD,
      runtime,
      reads = createFakeReads(),
    }: {
      told?: Partial<ClusterAdmin>;
      runtime?: 'kubernetes';
      reads?: ReturnType<typeof createFakeReads>;
    } = {},
  ) => {
    const { admin, asked } = fakeAdmin(told);
    const scripted = scriptFunctions(functions, () => undefined);
    const run = createInspect({
      cluster: { functions: scripted.functions, admin },
      reads,
      fingerprint: 'f',
      runtime,
    });
    const context = { project: 'p', environment: 'test', signal: new AbortController().signal };
    return { found: await run(subjects, context), asked, lists: scripted.asked };
  };
  const codes = (findings: Findings | undefined): string[] =>
    (findings?.notices ?? []).map(({ code }) => code);

  it('asks what several functions need once, however many there are', async () => {
    const subjects = Array.from({ length: 300 }, (_, index) => subject(`f${index}`));
    const { found, asked, lists } = await inspect(subjects);
    expect(found.size).toBe(300);
    expect(asked.sort()).toEqual(['namespaces "public"', 'topics "public" "default"', 'traits']);
    expect(lists.map(({ what }) => what)).toEqual(['list', 'list', 'list']);
  });

  it("says once that the token is a superuser's", async () => {
    const { found } = await inspect([subject('b'), subject('a')]);
    expect(codes(found.get('public/default/a'))).toEqual(['SUPERUSER_TOKEN']);
    expect(codes(found.get('public/default/b'))).toEqual([]);
  });

  it('finds what is stopped and what waits, of what runs', async () => {
    const one = subject('a');
    const url = 'function://public/default/a@1';
    await functions.create({ ref: one.ref, config: one.config ?? {}, url });
    await functions.stop(one.ref);
    const { body } = await functions.get(one.ref);
    const { found } = await inspect([{ ...one, live: body as PlanSubject['live'] }]);
    expect(found.get('public/default/a')).toMatchObject({ stopped: true, backlog: 7 });
    await functions.delete(one.ref);
  });

  it.each([
    {
      of: 'two that share a worker while another has none',
      workers: ['w1', 'w1', 'w2'],
      count: 3,
      uneven: 1,
    },
    { of: 'one on each worker', workers: ['w1', 'w2', 'w3'], count: 3, uneven: 0 },
    { of: 'two where there are no more workers', workers: ['w1', 'w1'], count: 1, uneven: 0 },
  ])('warns $uneven times of instances: $of', async ({ workers, count, uneven }) => {
    const one = subject('a');
    const instances = workers.map((workerId, instanceId) => ({
      instanceId,
      status: { running: true, workerId },
    }));
    const spread = scriptFunctions(functions, ({ what }) =>
      what === 'status' ? { status: 200, reason: '', body: { instances } } : undefined,
    );
    const { admin } = fakeAdmin({ ...TOLD, workers: () => know(count) });
    const reads = createFakeReads();
    const run = createInspect({
      cluster: { functions: spread.functions, admin },
      reads,
      fingerprint: 'f',
      runtime: undefined,
    });
    const context = { project: 'p', environment: 'test', signal: new AbortController().signal };
    const found = await run([{ ...one, live: one.config }], context);
    const told = codes(found.get('public/default/a')).filter((code) => code === 'INSTANCES_UNEVEN');
    expect(told).toHaveLength(uneven);
  });

  it('misses the permission for its own kind only', async () => {
    const denying = scriptFunctions(functions, ({ what, ref }) =>
      what === 'list' && ref.type === 'sink' ? { status: 403, reason: 'no' } : undefined,
    );
    const run = createInspect({
      cluster: { functions: denying.functions, admin: fakeAdmin().admin },
      reads: createFakeReads(),
      fingerprint: 'f',
      runtime: undefined,
    });
    const sink = { ...subject('b'), ref: { ...subject('b').ref, type: 'sink' } } as const;
    const context = { project: 'p', environment: 'test', signal: new AbortController().signal };
    const found = await run([subject('a'), sink], context);
    expect(codes(found.get('public/default/a'))).not.toContain('PERMISSION_MISSING');
    expect(codes(found.get('public/default/b'))).toContain('PERMISSION_MISSING');
  });

  it('finds a name that another kind has', async () => {
    const sink = { ...subject('taken').ref, type: 'sink' } as const;
    const config = { className: 'a.B', inputs: [topic('in')] };
    await functions.create({ ref: sink, config, url: 'sink://public/default/taken@1' });
    const { found } = await inspect([subject('taken')]);
    expect(codes(found.get('public/default/taken'))).toContain('NAME_TAKEN');
    await functions.delete(sink);
  });

  it('goes on where the cluster does not tell, and says what it could not check', async () => {
    const { found } = await inspect([subject('a')], { told: {} });
    expect(found.get('public/default/a')?.notices).toEqual([
      expect.objectContaining({ code: 'NOT_CHECKED', blocks: false }) as unknown,
    ]);
  });

  it('blocks functions that would run under one name on Kubernetes', async () => {
    const left = {
      ...subject('d'),
      ref: { type: 'function', tenant: 'a-b', namespace: 'c', name: 'd' } as const,
      function: 'a-b/c/d',
    };
    const right = { ...left, ref: { ...left.ref, tenant: 'a', namespace: 'b-c' }, function: 'a/b-c/d' };
    const told = {
      ...TOLD,
      namespaces: () => know(['c', 'b-c', 'default']),
      traits: () => Promise.resolve({}),
    };
    const { found } = await inspect([left, right], { told, runtime: 'kubernetes' });
    expect(codes(found.get('a-b/c/d'))).toEqual(['NAME_UNSUITABLE']);
    expect(found.get('a/b-c/d')?.notices[0]?.detail).toContain('run as pf-a-b-c-d, and so does a-b/c/d');
  });

  it('knows what is deployed here and reads the output, whatever its project', async () => {
    const reads = createFakeReads();
    const put = (name: string, config: object): void => {
      const hash = hashOf(config);
      reads.put(contentId(hash), { kind: 'content', contentHash: hash, config } as never);
      const last = { release: 1, operation: 'apply', contentHash: hash, target: 'f' };
      const here = {
        ...last,
        state: 'deployed',
        target: { kind: 'sandbox', fingerprint: 'f' },
        succeeded: last,
      };
      reads.put(functionId(name), {
        kind: 'function',
        function: name,
        environments: { test: here },
      } as never);
    };
    put('public/default/a', { inputs: [topic('in')], output: topic('out') });
    put('public/other/reader', { inputs: [topic('out')] });
    const told = { ...TOLD, traits: () => Promise.resolve({}) };
    const { found } = await inspect([subject('a', { output: topic('in2') })], { reads, told });
    expect(codes(found.get('public/default/a'))).toEqual(['TOPIC_MISSING', 'FLOW_BROKEN']);
  });
});
