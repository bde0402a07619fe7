import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createPulsarFunctions } from '../../src/adapters/pulsar-admin/functions.js';
import type {
  DriftDocument,
  FunctionDocument,
  PlanDocument,
  ReleaseDocument,
  TaskDocument,
} from '../../src/core/types.js';
import type { Functions, PackageData, WorkloadRef } from '../../src/ports/functions.js';
import { backend } from '../support/backends.js';
import { startTestService, type TestService } from '../support/service.js';

const adminUrl = process.env['PULSAR_TEST_ADMIN_URL'] ?? '';
const jar = process.env['PULSAR_EXAMPLES_JAR'] ?? '';
/** A broker that forbids to delete it by force keeps it: so it is always the same. */
const NAMESPACE = 'imported';
const CLASS = 'org.apache.pulsar.functions.api.examples.ExclamationFunction';
const topic = (name: string): string => `persistent://public/${NAMESPACE}/${name}`;

backend(
  'what runs on Pulsar already',
  adminUrl !== '' && jar !== '',
  'PULSAR_TEST_ADMIN_URL and PULSAR_EXAMPLES_JAR are not set',
  () => {
    let service: TestService;
    let functions: Functions;
    let data: PackageData;
    const refs: WorkloadRef[] = [];
    const refOf = (type: WorkloadRef['type'], name: string): WorkloadRef => ({
      type,
      tenant: 'public',
      namespace: NAMESPACE,
      name,
    });
    const deploy = async (type: WorkloadRef['type'], name: string, config: object): Promise<void> => {
      const ref = refOf(type, name);
      const full = { tenant: 'public', namespace: NAMESPACE, name, ...config };
      expect(await functions.create({ ref, config: full, data })).toMatchObject({ status: 204 });
      refs.push(ref);
    };

    beforeAll(async () => {
      functions = createPulsarFunctions({ adminUrl });
      data = { fileName: basename(jar), body: await readFile(jar) };
      await fetch(`${adminUrl}/admin/v2/namespaces/public/${NAMESPACE}`, { method: 'PUT' });
      for (const type of ['function', 'source', 'sink'] as const) {
        const { body } = await functions.list({ type, tenant: 'public', namespace: NAMESPACE });
        for (const left of body as string[]) await functions.delete(refOf(type, left));
      }
      const java = { runtime: 'JAVA', className: CLASS };
      await deploy('function', 'one', { ...java, inputs: [topic('a')], output: topic('b') });
      await deploy('function', 'two', {
        ...java,
        inputSpecs: { [topic('b')]: { receiverQueueSize: 7, schemaType: 'STRING' } },
        output: topic('c'),
        parallelism: 2,
        userConfig: { word: 'x', count: 3, nested: { on: true } },
        resources: { cpu: 0.5 },
        timeoutMs: 1000,
      });
      await deploy('function', 'secretive', {
        ...java,
        inputs: [topic('s')],
        userConfig: { password: 'hunter2' },
      });
      await deploy('source', 'from', {
        className: 'org.apache.pulsar.functions.source.batch.BatchSourceExecutor',
        topicName: topic('a'),
        configs: { url: 'x' },
      });
      await deploy('sink', 'to', {
        className: 'org.apache.pulsar.functions.sink.PulsarSink',
        inputs: [topic('c')],
        configs: { table: 't' },
      });
      service = await startTestService({
        STAGELINE_ENVIRONMENTS: JSON.stringify([{ name: 'test', adminUrl }, { name: 'prod' }]),
        STAGELINE_ARTIFACT_ROOTS: dirname(jar),
      });
      await service.ready();
    }, 120_000);
    afterAll(async () => {
      await service.stop();
      for (const ref of refs) await functions.delete(ref);
      await functions.close();
    }, 60_000);

    const read = async <T>(id: string): Promise<T> => (await service.read(id)) as unknown as T;
    const until = async (check: () => Promise<void>): Promise<void> => {
      for (const end = Date.now() + 90_000; ;) {
        try {
          await check();
          return;
        } catch (error) {
          if (Date.now() > end) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    };
    const ask = async (command: string, params: object): Promise<TaskDocument> => {
      const reply = await service.send(command, params);
      expect(reply).toMatchObject({ status: 'ok' });
      const id = String(reply.result?.['document']);
      await until(async () => {
        expect((await read<TaskDocument>(id)).state).not.toBe('requested');
      });
      return read<TaskDocument>(id);
    };
    const name = (short: string): string => `public/${NAMESPACE}/${short}`;
    const functionNamed = (short: string): Promise<FunctionDocument> =>
      read<FunctionDocument>(`function:${name(short)}`);

    it('becomes the project’s, with its package’s digest; a secret in it stays out and is said', async () => {
      const task = await ask('import-deployed', {
        environment: 'test',
        tenant: 'public',
        namespace: NAMESPACE,
      });
      expect(task).toMatchObject({
        state: 'done',
        imported: { imported: 4, leftOut: 1, packageUnknown: 0, releases: [1] },
      });
      expect(await service.read('release:default:test:00000001')).toMatchObject({
        releaseKind: 'import',
        state: 'succeeded',
        of: 4,
      });
      const one = await functionNamed('one');
      expect(one).toMatchObject({
        project: 'default',
        environments: {
          test: {
            release: 1,
            state: 'unchanged',
            succeeded: { packageSha256: expect.any(String) as string },
          },
        },
      });
      expect(await service.read(`function:${name('secretive')}`)).toBeUndefined();
    }, 120_000);

    it('is unchanged in a plan of exactly that', async () => {
      const configs: unknown[] = [];
      for (const short of ['one', 'two', 'from', 'to']) {
        const { environments } = await functionNamed(short);
        const content = await service.read(`content:${environments['test']?.contentHash ?? ''}`);
        configs.push((content as { config: unknown }).config);
      }
      expect(await service.send('stage-configs', { stageSet: 'same', configs })).toMatchObject({
        status: 'ok',
      });
      const task = await ask('plan', { environment: 'test', stageSet: 'same' });
      expect(task.state).toBe('done');
      const plan = await read<PlanDocument>('plan:default:test:same');
      expect(plan.summary).toMatchObject({ functions: 4, counts: { unchanged: 4 } });
    }, 120_000);

    it('shows no drift while nobody changes it, then names what was changed and what is gone', async () => {
      expect(await ask('check-drift', { environment: 'test', packages: true })).toMatchObject({
        state: 'done',
        found: { checked: 4, drifted: 0, missing: 0, unreadable: 0 },
      });
      const ref = refOf('function', 'two');
      const { body } = await functions.get(ref);
      await functions.update({ ref, config: { ...(body as object), parallelism: 1 } });
      await functions.delete(refOf('sink', 'to'));
      await ask('check-drift', { environment: 'test' });
      const drift = await read<DriftDocument>('drift:default:test');
      expect(drift).toMatchObject({ complete: true, summary: { checked: 4, drifted: 1, missing: 1 } });
      expect(await service.read(`drifted:default:test:${name('two')}`)).toMatchObject({
        drift: { state: 'drifted', changes: [{ field: '/parallelism', class: 'update' }] },
      });
    }, 120_000);

    it('is put back by a repair, and a later comparison finds nothing', async () => {
      const task = await ask('check-drift', { environment: 'test', repair: true });
      expect(task.found).toMatchObject({ drifted: 1, missing: 1, repair: 2 });
      // The sink is one that cannot run, which the health gate finds out: it is there all the same.
      await until(async () => {
        const release = await read<ReleaseDocument>('release:default:test:00000002');
        expect(release).toMatchObject({ releaseKind: 'repair', of: 2 });
        expect(['deploying', 'committed']).not.toContain(release.state);
      });
      expect(await functions.get(refOf('sink', 'to'))).toMatchObject({ status: 200 });
      expect((await functions.get(refOf('function', 'two'))).body).toMatchObject({ parallelism: 2 });
      await ask('check-drift', { environment: 'test' });
      const drift = await read<DriftDocument>('drift:default:test');
      expect(drift.summary).toMatchObject({ drifted: 0, missing: 0 });
      expect(await service.read(`drifted:default:test:${name('two')}`)).toBeUndefined();
    }, 180_000);
  },
);
