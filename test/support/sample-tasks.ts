import { hashOf } from '../../src/core/canonical.js';
import type { Actor } from '../../src/core/types.js';
import { fn, functionConfig } from './configs.js';

export interface Tasking {
  readonly send: (
    ...sending: [
      command: string,
      params: object,
      expected?: string,
      asking?: { readonly actor?: Actor; readonly id?: string },
    ]
  ) => Promise<void>;
  readonly uuid: (number: number) => string;
  readonly ops: Actor;
  readonly deployer: Actor;
}

/** What deployers are asked besides deployments: plans, drift, imports, and to start and stop; releases 12 and 13 of the test environment. */
export async function makeTasks({ send, uuid, ops, deployer }: Tasking): Promise<void> {
  let asked = 8_000;
  const ask = async (command: string, params: object, actor: Actor = ops): Promise<string> => {
    const id = uuid((asked += 1));
    await send(command, params, 'ok', { actor, id });
    return id;
  };
  const record = (command: string, params: object): Promise<void> =>
    send(command, { environment: 'test', ...params }, 'ok', { actor: deployer });
  const reading = (parts: number): object => ({ run: hashOf('reading'), part: 0, parts });

  // A plan in two parts, and one of a rollback that comes to nothing.
  await send('stage-configs', {
    configs: [functionConfig('planned', { parallelism: 2 })],
    stageSet: 'plans',
  });
  const planned = {
    function: fn('planned'),
    workload: 'function',
    contentHash: hashOf('planned'),
    operation: 'create',
    changes: [],
    restarts: false,
    package: 'sent',
    notices: [
      { code: 'TOPIC_MISSING', blocks: false, detail: 'Its input would be made when it is deployed.' },
    ],
  };
  const plan = await ask('plan', { environment: 'test', stageSet: 'plans' });
  const summary = { task: plan, stageSet: 'plans', contentHash: hashOf('plan') };
  await record('record-plan', { ...summary, ...reading(2), functions: [planned] });
  await record('record-plan', {
    ...summary,
    ...reading(2),
    part: 1,
    functions: [{ ...planned, function: fn('other'), operation: 'blocked', package: 'unknown' }],
  });
  const back = await ask('plan-rollback', { environment: 'test', toRelease: 4, prune: true });
  await record('record-task', {
    task: back,
    end: 'failed',
    code: 'CLUSTER_UNREACHABLE',
    reason: 'no answer',
  });

  // Start, stop and restart, each with an outcome.
  const done = (task: string, outcome: 'done' | 'failed'): Promise<void> =>
    record('record-task', { task, results: [{ function: fn('clean'), outcome, answer: { status: 204 } }] });
  const subject = { environment: 'test', names: [fn('clean')] };
  await done(await ask('stop-functions', subject), 'done');
  await done(await ask('start-functions', subject), 'done');
  await done(await ask('restart-functions', subject), 'failed');

  // What runs is adopted, and compared; what differs is put back.
  const adopt = await ask('import-deployed', { environment: 'test', tenant: 'public' });
  const live = functionConfig('adopted', {
    artifactPathOrUrl: 'function://public/default/adopted@0',
    runtime: 'JAVA',
    className: 'a.B',
  });
  await record('record-import', {
    task: adopt,
    ...reading(1),
    functions: [{ config: live, packageSha256: 'ef'.repeat(32) }],
    leftOut: [],
  });
  const compare = await ask('check-drift', { environment: 'test', repair: true });
  await record('record-drift', {
    task: compare,
    ...reading(1),
    checked: 3,
    functions: [
      {
        function: fn('adopted'),
        workload: 'function',
        contentHash: hashOf('adopted'),
        state: 'drifted',
        changes: [{ field: '/parallelism', class: 'update', detail: 'It is 1, and was deployed as 2.' }],
      },
    ],
  });
  await record('record-deployment', {
    release: 13,
    results: [{ function: fn('adopted'), outcome: 'deployed', answer: { status: 204 } }],
  });
  await ask('check-drift-on-schedule', { environment: 'test' }, deployer);
}
