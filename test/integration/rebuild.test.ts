import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createLevelDocumentStore } from '../../src/adapters/level/documents.js';
import type { RebuildReport } from '../../src/core/rebuild-report.js';
import type { Reply } from '../../src/core/types.js';
import type { Job } from '../../src/ports/jobs.js';
import { functionConfig } from '../support/configs.js';
import { countedJournal, documentFaults } from '../support/crash-checks.js';
import { jobsOf } from '../support/jobs.js';
import { writeRejectedJournal } from '../support/rejected-journal.js';
import { startTestService, type TestService } from '../support/service.js';
import { dataDir, startServiceProcess, type ServiceProcess } from '../support/stageline-process.js';
import { JOURNAL, messagesOn } from '../support/tampered-journal.js';

const artifactPathOrUrl = join(process.cwd(), 'examples/packages/enrich.py');
const configs = (name: string, more: object = {}): object => ({
  configs: [functionConfig(name, { artifactPathOrUrl, ...more })],
});

/** What is wrong with the documents of a stopped service. */
async function faultsOf(dir: string): Promise<string[]> {
  const { records } = countedJournal(await messagesOn(dir, JOURNAL));
  const store = await createLevelDocumentStore({ dir });
  const faults = await documentFaults(store, records);
  await store.close();
  return faults;
}

function reportOf(job: Job): unknown {
  return 'report' in job ? job.report : undefined;
}

describe('stageline rebuild', () => {
  jest.setTimeout(60_000);
  let service: TestService | undefined;
  let child: ServiceProcess | undefined;
  const start = async (dir: string): Promise<TestService> =>
    (service = await startTestService({ STAGELINE_DATA_DIR: dir }));

  afterEach(async () => {
    await service?.stop();
    await child?.stop('SIGKILL');
    [service, child] = [undefined, undefined];
  });

  it('folds anew under load and switches over: nothing is lost, answered otherwise, or different afterwards', async () => {
    const dir = dataDir();
    const running = await start(dir);
    const jobs = jobsOf(running.url);
    await running.send('stage-configs', configs('first'));
    await running.send('commit-staged-to-test', {});
    await running.finished('release:default:test:00000001');
    const before = await jobs.current();

    const sent: { id: string; params: object; replies: Reply[] }[] = [];
    const load = { stop: false };
    const worker = async (number: number): Promise<void> => {
      for (let count = 0; !load.stop; count += 1) {
        const id = randomUUID();
        const params = configs(`w${number}-${count % 7}`, { parallelism: count + 1 });
        const entry = { id, params, replies: [] as Reply[] };
        sent.push(entry);
        entry.replies.push(await running.send('stage-configs', params, { id }));
      }
    };
    const workers = Promise.all([1, 2, 3, 4].map(worker));
    for (const _ of [1, 2]) {
      const job = await jobs.run({ kind: 'rebuild' });
      expect(job).toMatchObject({
        state: 'done',
        report: { switched: true, from: 0, compared: { differing: 0, unsettled: 0 } },
      });
    }
    const answered = sent.length;
    while (sent.length < answered + 40) await new Promise((resolve) => setTimeout(resolve, 5));
    load.stop = true;
    await workers;

    expect(await jobs.current()).not.toBe(before);
    expect((await jobs.databases()).map(({ state }) => state).sort()).toEqual([
      'current',
      'former',
      'former',
    ]);
    for (const { id, params, replies } of [...sent.slice(0, 20), ...sent.slice(-20)])
      replies.push(await running.send('stage-configs', params, { id }));
    expect(await jobs.run({ kind: 'verify' })).toMatchObject({ state: 'done', report: { clean: true } });
    await running.stop();

    expect(await faultsOf(dir)).toEqual([]);
    const { records } = countedJournal(await messagesOn(dir, JOURNAL));
    const recorded = records.map(({ command }) => command.id);
    for (const { id, replies } of sent) {
      expect(recorded.filter((one) => one === id)).toHaveLength(1);
      expect(replies[0]).toMatchObject({ status: 'ok' });
      expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    }
  });

  it('names documents that were changed, removed or added by hand, and mends them', async () => {
    const dir = dataDir();
    let running = await start(dir);
    await running.send('stage-configs', configs('a'));
    await running.send('stage-configs', configs('b'));
    await running.stop();
    const store = await createLevelDocumentStore({ dir });
    const documents = await store.open((await store.current()) ?? '');
    const found = await documents.get(['function:public/default/a', 'stage-set:default:main']);
    const [a, set] = [found.get('function:public/default/a')!, found.get('stage-set:default:main')!];
    await documents.write([
      { ...a, body: { ...a.body, project: 'stolen' } },
      { ...set, body: { deleted: true, position: set.body['position'] } },
      { id: 'function:public/default/planted', body: { ...a.body, function: 'public/default/planted' } },
    ]);
    await store.close();

    running = await start(dir);
    await running.ready();
    const job = await jobsOf(running.url).run({ kind: 'rebuild' });
    expect(job).toMatchObject({ state: 'done', report: { switched: true, compared: { differing: 3 } } });
    const { compared } = reportOf(job) as RebuildReport;
    expect(compared?.differences.map(({ id, kind }) => `${kind} ${id}`).sort()).toEqual([
      'other-content function:public/default/a',
      'other-content stage-set:default:main',
      'unexpected function:public/default/planted',
    ]);
    const { position } = await running.send('stage-configs', configs('c'));
    expect(await running.read('function:public/default/a', position)).toMatchObject({ project: 'default' });
    expect(await running.read('function:public/default/planted', position)).toBeUndefined();
    await running.stop();
    expect(await faultsOf(dir)).toEqual([]);
  });

  it('gives the same id the same reply behind a switch, and refuses another command under it', async () => {
    const running = await start(dataDir());
    const id = randomUUID();
    const first = await running.send('stage-configs', configs('a'), { id });
    await jobsOf(running.url).run({ kind: 'rebuild' });
    expect(await running.send('stage-configs', configs('a'), { id })).toEqual(first);
    expect(await running.send('stage-configs', configs('b'), { id })).toMatchObject({
      status: 'rejected',
      error: { code: 'ID_REUSED' },
    });
  });

  it('goes on with what was folded without a switch, or begins anew where it is told to', async () => {
    const running = await start(dataDir());
    const jobs = jobsOf(running.url);
    await running.send('stage-configs', configs('a'));
    const left = await jobs.run({ kind: 'rebuild', switch: false });
    expect(left).toMatchObject({ state: 'done', report: { switched: false, from: 0, position: 2 } });
    const { database } = reportOf(left) as RebuildReport;
    expect((await jobs.databases()).find(({ name }) => name === database)).toMatchObject({
      state: 'rebuild',
      position: 2,
    });
    await running.send('stage-configs', configs('b'));
    expect(await jobs.run({ kind: 'rebuild', switch: false })).toMatchObject({
      report: { database, from: 2, position: 3 },
    });
    const anew = await jobs.run({ kind: 'rebuild', fresh: true });
    expect(anew).toMatchObject({ report: { from: 0, switched: true } });
    const names = (await jobs.databases()).map(({ name }) => name);
    expect(names).not.toContain(database);
    expect(names).toHaveLength(2);
  });

  it('drops a database that was in use, and neither the current one nor one that is not there', async () => {
    const running = await start(dataDir());
    const jobs = jobsOf(running.url);
    await running.send('stage-configs', configs('a'));
    const former = await jobs.current();
    expect(await jobs.drop(former)).toEqual({ status: 409, code: 'DATABASE_IN_USE' });
    await jobs.run({ kind: 'rebuild' });
    expect(await jobs.drop(former)).toEqual({ status: 200 });
    expect(await jobs.drop(former)).toEqual({ status: 404, code: 'NOT_FOUND' });
    expect((await jobs.databases()).map(({ state }) => state)).toEqual(['current']);
    expect(await running.send('stage-configs', configs('b'))).toMatchObject({ status: 'ok' });
  });

  it('goes on with the documents in use where it is to switch to none that fits, and back to former ones where they do', async () => {
    const dir = dataDir();
    const running = await start(dir);
    const jobs = jobsOf(running.url);
    await running.send('stage-configs', configs('a'));
    const first = await jobs.current();
    expect(await running.send('switch-documents', { database: 'documents-nowhere' })).toMatchObject({
      status: 'ok',
    });
    expect(await running.send('stage-configs', configs('b'))).toMatchObject({ status: 'ok' });
    expect(await jobs.current()).toBe(first);
    expect(await running.send('switch-documents', { database: 'elsewhere' })).toMatchObject({
      status: 'invalid',
    });
    await jobs.run({ kind: 'rebuild' });
    await running.send('stage-configs', configs('c'));
    await running.send('switch-documents', { database: first });
    while ((await jobs.current()) !== first) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await running.send('stage-configs', configs('d'))).toMatchObject({ status: 'ok' });
    await running.stop();
    expect(await faultsOf(dir)).toEqual([]);
  });

  it('takes one job at a time', async () => {
    const running = await start(dataDir());
    const jobs = jobsOf(running.url);
    await running.send('stage-configs', configs('a'));
    const { id } = await jobs.start({ kind: 'verify' });
    await expect(jobs.start({ kind: 'rebuild' })).rejects.toThrow(/JOB_RUNNING/);
    expect(await jobs.ended(id)).toMatchObject({ state: 'done' });
  });

  it('goes on where it was after it was cancelled, and after a kill', async () => {
    const dir = dataDir();
    await writeRejectedJournal(dir, 6_000);
    child = await startServiceProcess({ STAGELINE_DATA_DIR: dir });
    let jobs = jobsOf(child.url);
    /** Starts a rebuild and waits until some of what it folds is stored. */
    const halfWay = async (): Promise<{ id: string; position: number }> => {
      const { id } = await jobs.start({ kind: 'rebuild' });
      for (;;) {
        const standing = (await jobs.databases()).find(({ state }) => state === 'rebuild');
        if (standing !== undefined && standing.position > 0) return { id, position: standing.position };
        expect(await jobs.get(id)).toMatchObject({ state: 'running' });
      }
    };
    const { id, position } = await halfWay();
    await jobs.cancel(id);
    expect(await jobs.ended(id)).toMatchObject({ state: 'cancelled' });
    const reached = (await jobs.databases()).find(({ state }) => state === 'rebuild')?.position ?? 0;
    expect(reached).toBeGreaterThanOrEqual(position);
    expect(reached).toBeLessThan(6_000);

    const before = await jobs.current();
    await jobs.start({ kind: 'rebuild' });
    await child.stop('SIGKILL');
    child = await startServiceProcess({ STAGELINE_DATA_DIR: dir });
    jobs = jobsOf(child.url);
    expect(await jobs.current()).toBe(before);
    const job = await jobs.run({ kind: 'rebuild' });
    expect(job).toMatchObject({ state: 'done', report: { switched: true, compared: { differing: 0 } } });
    expect((reportOf(job) as RebuildReport).from).toBeGreaterThanOrEqual(reached);
    expect(await jobs.run({ kind: 'verify' })).toMatchObject({ report: { clean: true } });
  });
});
