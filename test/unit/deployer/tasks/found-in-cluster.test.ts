import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxCluster } from '../../../../src/adapters/sandbox/cluster.js';
import { hashOf } from '../../../../src/core/canonical.js';
import { contentId, functionId } from '../../../../src/core/ids.js';
import type { TaskDocument } from '../../../../src/core/types.js';
import { createSecrets } from '../../../../src/deployer/secrets.js';
import { checkDrift, driftCommands } from '../../../../src/deployer/tasks/check-drift.js';
import { findDeployed, importCommands } from '../../../../src/deployer/tasks/import-deployed.js';
import type { TaskAssignment } from '../../../../src/deployer/tasks/task-assignment.js';
import type { Cluster } from '../../../../src/ports/cluster.js';
import type { WorkloadRef } from '../../../../src/ports/functions.js';
import { createFakeReads, type FakeReads } from '../../../support/fake-reads.js';

const TASK = {
  kind: 'task',
  project: 'default',
  environment: 'test',
  task: '0199f8a2-1c3d-7e4f-8a5b-6c7d8e9f0a1b',
  requested: 1,
} as unknown as TaskDocument;
const IN = 'persistent://acme/orders/in';
const OUT = 'persistent://acme/orders/out';
const ref = (name: string, type: WorkloadRef['type'] = 'function'): WorkloadRef => ({
  type,
  tenant: 'acme',
  namespace: 'orders',
  name,
});
const DATA = { fileName: 'app.jar', body: Buffer.from('package') };

describe('what a deployer finds in a cluster', () => {
  let dir = '';
  let cluster: Cluster;
  let reads: FakeReads;
  const made: WorkloadRef[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stageline-found-'));
    cluster = await createSandboxCluster({ dir });
  });
  beforeEach(() => {
    reads = createFakeReads();
    reads.reach(1);
  });
  afterEach(async () => {
    for (const one of made.splice(0)) await cluster.functions.delete(one);
  });
  afterAll(async () => {
    await cluster.functions.close();
    await rm(dir, { recursive: true, force: true });
  });
  const context = () => ({
    ...cluster,
    reads,
    fingerprint: 'f',
    secrets: createSecrets({
      environment: 'test',
      variable: (name) => (name === 'STAGELINE_SECRET_QUEUE' ? 'hush-hush' : undefined),
    }),
    deadlineMs: 1000,
    signal: new AbortController().signal,
  });
  const runs = async (name: string, config: object = {}): Promise<void> => {
    const base = { runtime: 'JAVA', className: 'a.B', inputs: [IN], output: OUT };
    const answer = await cluster.functions.create({
      ref: ref(name),
      config: { ...base, ...config },
      data: DATA,
    });
    expect(answer.status).toBe(204);
    made.push(ref(name));
  };
  /** The documents say that it was deployed so. */
  const applied = (name: string, more: object = {}, entry: object = {}): void => {
    const { type, tenant, namespace } = ref(name);
    const artifact = { artifactPathOrUrl: 'app.jar', runtime: 'JAVA', className: 'a.B' };
    const config = { type, tenant, namespace, name, ...artifact, inputs: [IN], output: OUT, ...more };
    const hash = hashOf(config);
    reads.put(contentId(hash), { kind: 'content', hash, config });
    const last = {
      release: 1,
      operation: 'apply',
      contentHash: hash,
      target: 'f',
      packageSha256: '0'.repeat(64),
    };
    const here = { ...last, state: 'deployed', target: { fingerprint: 'f' }, succeeded: last, ...entry };
    const full = `${tenant}/${namespace}/${name}`;
    const document = {
      kind: 'function',
      function: full,
      project: 'default',
      workload: type,
      environments: { test: here },
    };
    reads.put(functionId(full), document as never);
  };
  const drift = (task: Partial<TaskDocument> = {}) => checkDrift({ ...TASK, ...task }, context());

  describe('by a comparison', () => {
    it('is nothing where everything runs as it was deployed', async () => {
      await runs('a');
      applied('a');
      expect(await drift()).toEqual({ checked: 1, functions: [] });
    });

    it('is what runs otherwise, field by field, and what is gone', async () => {
      await runs('a', { parallelism: 3 });
      applied('a');
      applied('gone');
      expect(await drift()).toMatchObject({
        checked: 2,
        functions: [
          {
            function: 'acme/orders/a',
            state: 'drifted',
            changes: [{ field: '/parallelism', class: 'update' }],
          },
          { function: 'acme/orders/gone', state: 'missing' },
        ],
      });
    });

    it('is another package, where packages are compared', async () => {
      await runs('a');
      applied('a');
      expect(await drift({ drift: { packages: true } })).toMatchObject({
        functions: [{ state: 'drifted', changes: [{ field: '/package' }] }],
      });
    });

    it('leaves out what is being deployed, and what belongs to another project or target', async () => {
      applied('busy', {}, { state: 'committed' });
      expect(await drift()).toMatchObject({ checked: 0 });
      applied('theirs');
      expect(await checkDrift({ ...TASK, project: 'pricing' }, context())).toMatchObject({ checked: 0 });
      expect(await checkDrift(TASK, { ...context(), fingerprint: 'g' })).toMatchObject({ checked: 0 });
    });

    it('says which one could not be compared, and why', async () => {
      await runs('a');
      applied('a', { userConfig: { password: { $secret: 'none' } } });
      expect(await drift()).toMatchObject({ functions: [{ state: 'unreadable', code: 'SECRET_MISSING' }] });
    });
  });

  describe('by an import', () => {
    const found = (more: Partial<TaskDocument> = {}) =>
      findDeployed({ ...TASK, import: { tenant: 'acme' }, ...more }, context());

    it('is each config without its defaults, and its package’s digest', async () => {
      await runs('a', { parallelism: 2, resources: { cpu: 2 }, userConfig: { word: 'x' } });
      expect(await found()).toEqual([
        {
          found: {
            config: {
              type: 'function',
              tenant: 'acme',
              namespace: 'orders',
              name: 'a',
              artifactPathOrUrl: 'function://acme/orders/a@unknown',
              runtime: 'JAVA',
              className: 'a.B',
              inputSpecs: { [IN]: {} },
              output: OUT,
              parallelism: 2,
              resources: { cpu: 2 },
              userConfig: { word: 'x' },
            },
            packageSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          },
        },
      ]);
    });

    it('leaves out a config with a secret in it, without telling the secret', async () => {
      await runs('a', { userConfig: { password: 'hunter2' } });
      const findings = await found();
      expect(findings).toMatchObject([{ leftOut: { function: 'acme/orders/a', code: 'SECRET_LITERAL' } }]);
      expect(JSON.stringify(findings)).not.toContain('hunter2');
    });

    it('has a reference where a secret was put in, and is left out where its value stands elsewhere too', async () => {
      await runs('a', { userConfig: { queue: 'hush-hush', gone: 'older', list: ['x', 'hush-hush'] } });
      const secret = (name: string): object => ({ $secret: name });
      const list = ['x', secret('QUEUE')];
      applied('a', { userConfig: { queue: secret('QUEUE'), gone: secret('none'), list } });
      expect(await found()).toMatchObject([
        { found: { config: { userConfig: { queue: secret('QUEUE'), gone: secret('none'), list } } } },
      ]);
      await runs('b', { userConfig: { queue: 'hush-hush', note: 'it says hush-hush' } });
      applied('b', { userConfig: { queue: secret('QUEUE') } });
      const [, b] = await found();
      expect(b).toMatchObject({ leftOut: { function: 'acme/orders/b', code: 'SECRET_LITERAL' } });
      expect(JSON.stringify(b)).not.toContain('hush');
    });

    it('is only what was asked for by name', async () => {
      await runs('a');
      await runs('b');
      const findings = await found({ names: ['acme/orders/b'] });
      expect(findings).toHaveLength(1);
      expect(JSON.stringify(findings)).toContain('"name":"b"');
    });
  });

  it('is reported under the same ids when it is reported again', () => {
    const assignment = {
      effect: '0/1/1',
      body: { environment: 'test', task: TASK.task, project: 'default' },
    } as TaskAssignment;
    const empty = { checked: 0, functions: [] };
    expect(driftCommands(assignment, empty)).toEqual(driftCommands(assignment, empty));
    expect(importCommands(assignment, [])).toHaveLength(1);
  });
});
