import { isStopped } from '../../src/core/workload-status.js';
import {
  DONE,
  eventually,
  functionsSession,
  refused,
  TYPES,
  type FunctionsSubject,
} from './functions-session.js';

/** What every cluster does with workloads that are stopped, started and restarted. */
export function statesContract(open: () => Promise<FunctionsSubject>): void {
  const session = functionsSession(open);
  const { upsert, created } = session;

  describe.each(TYPES)('a %s', (type) => {
    it('stays stopped over an update, and is started once', async () => {
      const ref = await created(type);
      const refusal = refused(400, 'Operation not permitted');
      const stopped = async (): Promise<boolean> => isStopped((await session.functions().status(ref)).body);
      await eventually(async () => {
        expect(await stopped()).toBe(false);
      });
      expect(await session.functions().start(ref)).toMatchObject(refusal);
      expect(await session.functions().stop(ref)).toMatchObject(DONE);
      expect(await session.functions().stop(ref)).toMatchObject(refusal);
      await eventually(async () => {
        const { body } = await session.functions().status(ref);
        expect(body).toMatchObject({ numInstances: 1, numRunning: 0 });
        expect(isStopped(body)).toBe(true);
      });
      expect(await session.functions().update(upsert(ref, { secrets: { s: { key: 'k' } } }))).toMatchObject(
        DONE,
      );
      expect(await session.functions().start(ref)).toMatchObject(DONE);
      expect(await session.functions().start(ref)).toMatchObject(refusal);
      await eventually(async () => {
        expect(await stopped()).toBe(false);
      });
    });
  });

  describe('a function', () => {
    it('runs again when it is restarted although it is stopped, until the next update', async () => {
      const ref = await created('function');
      const running = async (count: number): Promise<void> =>
        eventually(async () => {
          expect((await session.functions().status(ref)).body).toMatchObject({ numRunning: count });
        });
      await running(1);
      expect(await session.functions().restart(ref)).toMatchObject(DONE);
      await running(1);
      await session.functions().stop(ref);
      await running(0);
      expect(await session.functions().restart(ref)).toMatchObject(DONE);
      await running(1);
      expect(await session.functions().stop(ref)).toMatchObject(refused(400, 'Operation not permitted'));
      await session.functions().update(upsert(ref, { userConfig: { word: 'new' } }));
      await running(0);
      expect(await session.functions().start(ref)).toMatchObject(DONE);
      await running(1);
    });

    it('runs in the instances that an update adds while it is stopped', async () => {
      const ref = await created('function');
      await session.functions().stop(ref);
      await session.functions().update(upsert(ref, { parallelism: 2 }));
      await eventually(async () => {
        const { body } = await session.functions().status(ref);
        expect(body).toMatchObject({ numInstances: 2, numRunning: 1 });
        expect(isStopped(body)).toBe(false);
      });
      expect(await session.functions().stop(ref)).toMatchObject(refused(400, 'Operation not permitted'));
      expect(await session.functions().start(ref)).toMatchObject(DONE);
      await eventually(async () => {
        expect((await session.functions().status(ref)).body).toMatchObject({ numRunning: 2 });
      });
    });
  });
}
