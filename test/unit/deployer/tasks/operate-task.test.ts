import { operateFunction, type OperateOperation } from '../../../../src/deployer/tasks/operate-task.js';
import type { Functions, WorkloadRef } from '../../../../src/ports/functions.js';
import { scriptFunctions, type Scripted } from '../scripted-functions.js';

const REF: WorkloadRef = { type: 'function', tenant: 'public', namespace: 'default', name: 'a' };
const DONE = { status: 204, reason: '' };
const SO_ALREADY = { status: 400, reason: 'Operation not permitted' };
const nothing = { kind: 'sandbox' } as unknown as Functions;

async function operate(operation: OperateOperation, ...answers: Scripted[]) {
  const { functions, verbs } = scriptFunctions(nothing, (_asked, number) => answers[number - 1] ?? DONE);
  const signal = new AbortController().signal;
  const result = await operateFunction(operation, REF, { functions, deadlineMs: 200, retryMs: 1, signal });
  return { ...result, asked: verbs() };
}

describe('starting, stopping and restarting a function', () => {
  it('takes it for done when it is so already', async () => {
    expect(await operate('start', SO_ALREADY)).toMatchObject({ outcome: 'done', asked: 'start' });
    expect(await operate('stop', SO_ALREADY)).toMatchObject({ outcome: 'done', asked: 'stop' });
    expect(await operate('stop', DONE)).toEqual({
      function: 'public/default/a',
      outcome: 'done',
      answer: { status: 204 },
      asked: 'stop',
    });
  });

  it('starts before it restarts: a restart alone leaves a stopped function counted as stopped', async () => {
    expect(await operate('restart', SO_ALREADY, DONE)).toMatchObject({
      outcome: 'done',
      asked: 'start restart',
    });
    expect(await operate('restart', DONE, DONE)).toMatchObject({ outcome: 'done', asked: 'start restart' });
  });

  it('tries again when the cluster is not ready or gives no answer, and gives up in time', async () => {
    const busy = { status: 503, reason: 'Function worker service is not done initializing' };
    expect(await operate('start', busy, 'cut', DONE)).toMatchObject({
      outcome: 'done',
      asked: 'start start start',
    });
    const cut = Array.from({ length: 50 }, () => 'cut' as const);
    const result = await operate('stop', ...cut);
    expect(result).toMatchObject({ outcome: 'failed', answer: { status: 0, code: 'CLUSTER_UNREACHABLE' } });
    expect(result.answer?.reason).toMatch(/given up after \d+ tries$/);
  });

  it('fails with the answer of the cluster, at once', async () => {
    const missing = { status: 404, reason: "Function a doesn't exist" };
    expect(await operate('restart', missing)).toMatchObject({
      outcome: 'failed',
      answer: { status: 404, code: 'CLUSTER_REFUSED', reason: "Function a doesn't exist" },
      asked: 'start',
    });
  });
});
