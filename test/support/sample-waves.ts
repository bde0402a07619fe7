import type { Actor } from '../../src/core/types.js';
import { fn, functionConfig } from './configs.js';

export interface Waving {
  readonly send: (
    ...sending: [command: string, params: object, expected?: string, asking?: { actor: Actor }]
  ) => Promise<void>;
  readonly report: (release: number, results: object[]) => Promise<void>;
  readonly ops: Actor;
}

/** What a failure can mean for later waves: releases 7 to 11 of the test environment. */
export async function makeWaves({ send, report, ops }: Waving): Promise<void> {
  const asOps = { actor: ops };
  const set = 'pipeline';
  const stage = (version: number): Promise<void> =>
    send('stage-configs', {
      stageSet: set,
      configs: [
        functionConfig('read-raw', { inputs: ['in'], output: 'raw', parallelism: version }),
        functionConfig('use-raw', { inputs: ['raw'], parallelism: version }),
      ],
    });
  const outcome = (name: string, ended: string, more: object = {}): object => ({
    ...{ function: fn(name), outcome: ended, answer: { status: 204 } },
    ...more,
  });
  await stage(1);

  // Held by a failure, let go, repeated.
  await send('commit-staged-to-test', { stageSet: set, onFailure: 'stop', allowRecreate: [fn('use-raw')] });
  await report(7, [outcome('use-raw', 'degraded')]);
  await send('resume-deployment', { environment: 'test', release: 7 }, 'ok', asOps);
  await report(7, [outcome('read-raw', 'deployed', { created: true })]);
  await send('resume-deployment', { environment: 'test', release: 7 }, 'NOT_HELD', asOps);
  await send('retry-deployment', { environment: 'test', release: 7, note: 'once more' }, 'ok', asOps);
  await report(8, [
    outcome('use-raw', 'deployed-with-differences', {
      differences: [{ field: '/retainOrdering', class: 'ignored', detail: 'Pulsar does not take it.' }],
    }),
  ]);
  await send('retry-deployment', { environment: 'test', release: 8 }, 'NOTHING_TO_RETRY', asOps);

  // Ended by a person; one deployer had begun.
  await stage(2);
  await send('commit-staged-to-test', { stageSet: set });
  await send('cancel-deployment', { environment: 'test', release: 9, reason: 'too early' }, 'ok', asOps);
  await report(9, [outcome('use-raw', 'deployed')]);
  await send(
    'cancel-deployment',
    { environment: 'test', release: 9, reason: 'again' },
    'RELEASE_FINISHED',
    asOps,
  );

  // Rolled back by itself.
  await stage(3);
  await send('commit-staged-to-test', { stageSet: set, onFailure: 'rollback' });
  await report(10, [outcome('use-raw', 'unknown')]);
  await report(11, [outcome('use-raw', 'unchanged')]);
}
