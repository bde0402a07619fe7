import { setMaxListeners } from 'node:events';
import { readStatus } from '../../../src/deployer/function-status.js';
import {
  judgeHealth,
  type Expected,
  type Health,
  type Sample,
  type Since,
} from '../../../src/deployer/health.js';
import { createHealthGate } from '../../../src/deployer/health-gate.js';
import { AppError } from '../../../src/errors.js';
import type { ClusterAnswer, Functions } from '../../../src/ports/functions.js';

const LIMITS = { settleMs: 1000, bakeMs: 5000, limitMs: 60_000, backlogGrowth: 100 };

/** A status as Pulsar 4.0.8 answers it. */
const answer = (...instances: object[]): ClusterAnswer => ({
  status: 200,
  reason: '',
  body: {
    instances: instances.map((status, instanceId) => ({
      instanceId,
      status: {
        running: true,
        error: '',
        numRestarts: 0,
        numUserExceptions: 0,
        numSystemExceptions: 0,
        ...status,
      },
    })),
  },
});
const at = (atMs: number, instances: object[], backlog?: number): Sample => ({
  atMs,
  status: readStatus(answer(...instances)),
  ...(backlog === undefined ? {} : { backlog }),
});
const ONE: Expected = { parallelism: 1, before: undefined };
const STOPPED = { running: false };

/** Judges looks one after the other, as the gate does, until there is a verdict. */
function judge(looks: readonly Sample[], expected = ONE): Health | undefined {
  let since: Since;
  let health: Health | undefined;
  for (const sample of looks) {
    health = judgeHealth({ since, sample }, expected, LIMITS);
    if (health.verdict !== 'look-again') return health;
    since = health.since;
  }
  return health;
}

describe('how a function runs', () => {
  it('is well when all instances ran for the time without a restart or an exception more', () => {
    expect(judge([at(1000, [{}]), at(6000, [{}])])).toEqual({ verdict: 'healthy' });
    const old = { numUserExceptions: 9, numRestarts: 3 };
    expect(judge([at(1000, [old]), at(6000, [old])])).toEqual({ verdict: 'healthy' });
    expect(judge([at(1000, [{}]), at(4000, [{}])])).toMatchObject({ verdict: 'look-again' });
  });

  it('begins anew with everything that happens', () => {
    const one = { numUserExceptions: 1 };
    expect(judge([at(1000, [{}]), at(6000, [one]), at(10_000, [one])])).toMatchObject({
      verdict: 'look-again',
      since: { atMs: 6000 },
    });
    expect(judge([at(1000, [{}]), at(6000, [one]), at(11_000, [one])])).toEqual({ verdict: 'healthy' });
  });

  it('takes counters that fall for those of a new instance', () => {
    const before = { numUserExceptions: 7, numRestarts: 2 };
    expect(judge([at(1000, [before]), at(6000, [{}])])).toMatchObject({
      verdict: 'look-again',
      since: { atMs: 6000 },
    });
    expect(judge([at(1000, [before]), at(6000, [{}]), at(11_000, [{}])])).toEqual({ verdict: 'healthy' });
  });

  it('is bad at the limit with the reason that the cluster gives', () => {
    const broken = { running: false, error: 'Failed to create Producer' };
    expect(judge([at(1000, [broken]), at(60_000, [broken])])).toEqual({
      verdict: 'degraded',
      reason: '0 of 1 instances run: Failed to create Producer',
    });
    expect(judge([at(60_000, [{}, broken])], { ...ONE, parallelism: 2 })).toMatchObject({
      reason: '1 of 2 instances run: Failed to create Producer',
    });
    expect(judge([at(60_000, [{}])], { ...ONE, parallelism: 2 })).toEqual({
      verdict: 'degraded',
      reason: '1 of 2 instances run.',
    });
    const throwing = (count: number) => ({
      numSystemExceptions: count,
      latestSystemExceptions: [
        { exceptionString: 'older', timestampMs: 1 },
        { exceptionString: 'java.lang.IllegalStateException: no', timestampMs: 2 },
      ],
    });
    expect(judge([at(55_000, [throwing(1)]), at(60_000, [throwing(4)])])).toEqual({
      verdict: 'degraded',
      reason: 'It threw 3 exceptions in 5000 ms: java.lang.IllegalStateException: no',
    });
    expect(judge([at(55_000, [{}]), at(60_000, [{ numRestarts: 2 }])])).toMatchObject({
      verdict: 'degraded',
      reason: 'It restarted 2 times in 5000 ms.',
    });
  });

  it('counts exceptions of sources and sinks', () => {
    expect(
      readStatus(answer({ numSourceExceptions: 2, numSinkExceptions: 3 }))?.instances[0]?.exceptions,
    ).toBe(5);
  });

  it('gets the time that it still needs at the limit, and not more', () => {
    expect(judge([at(58_000, [{}]), at(62_000, [{}])])).toMatchObject({ verdict: 'look-again' });
    expect(judge([at(58_000, [{}]), at(63_000, [{}])])).toEqual({ verdict: 'healthy' });
    // Looked at late, since so many are watched.
    expect(judge([at(90_000, [{}]), at(95_000, [{}])])).toEqual({ verdict: 'healthy' });
    const flapping = [3, 2, 1].map((count, index) => at(58_000 + index * 4000, [{ numRestarts: count }]));
    expect(judge(flapping)).toMatchObject({ verdict: 'degraded', reason: 'It was never quiet for 5000 ms.' });
  });

  it('is unknown where the status cannot be read', () => {
    const dark: Sample = { atMs: 60_000, status: undefined };
    expect(judge([at(1000, [{}]), dark])).toEqual({
      verdict: 'unknown',
      reason: 'Its status cannot be read.',
    });
    expect(judge([at(1000, [{}]), { ...dark, atMs: 2000 }])).toEqual({
      verdict: 'look-again',
      since: undefined,
    });
    expect(readStatus({ status: 500, reason: 'x' })).toBeUndefined();
    expect(readStatus({ status: 200, reason: '', body: {} })).toBeUndefined();
  });

  it('stays stopped where it was, and one that was stopped does not keep the others from running', () => {
    const stopped: Expected = { parallelism: 1, before: readStatus(answer(STOPPED)) };
    expect(judge([at(1000, [STOPPED]), at(6000, [STOPPED])], stopped)).toEqual({ verdict: 'stopped' });
    expect(judge([at(1000, [STOPPED]), at(6000, [{}]), at(11_000, [{}])], stopped)).toEqual({
      verdict: 'healthy',
    });
    expect(judge([at(60_000, [STOPPED])], ONE)).toMatchObject({ verdict: 'degraded' });
    const half: Expected = { parallelism: 2, before: readStatus(answer({}, STOPPED)) };
    expect(judge([at(1000, [{}, STOPPED]), at(6000, [{}, STOPPED])], half)).toEqual({ verdict: 'healthy' });
    expect(judge([at(60_000, [STOPPED, {}])], half)).toMatchObject({ verdict: 'degraded' });
    const broken: Expected = { parallelism: 1, before: readStatus(answer({ running: false, error: 'no' })) };
    expect(judge([at(60_000, [STOPPED])], broken)).toMatchObject({ verdict: 'degraded' });
  });

  it('is bad when its backlog grows without bound', () => {
    expect(judge([at(1000, [{}], 5), at(6000, [{}], 105)])).toEqual({ verdict: 'healthy' });
    expect(judge([at(55_000, [{}], 5), at(60_000, [{}], 106)])).toEqual({
      verdict: 'degraded',
      reason: 'What waits in its subscriptions grew by 101 to 106 messages in 5000 ms.',
    });
    expect(judge([at(55_000, [{}], 5), at(60_000, [{}])])).toEqual({ verdict: 'healthy' });
  });
});

describe('the health gate', () => {
  const ref = { type: 'function', tenant: 'public', namespace: 'default', name: 'f' } as const;
  const limits = { settleMs: 0, bakeMs: 20, limitMs: 60, backlogGrowth: 0 };
  const cluster = (status: () => Promise<ClusterAnswer>) => ({ status }) as unknown as Functions;
  const running = new AbortController().signal;

  it('watches many at once with one request at a time', async () => {
    let open = 0;
    let most = 0;
    const functions = cluster(async () => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      return answer({});
    });
    const gate = createHealthGate({ functions, limits });
    setMaxListeners(0, running);
    const all = await Promise.all(Array.from({ length: 50 }, () => gate.watch(ref, ONE, running)));
    expect(all).toEqual(all.map(() => ({ verdict: 'healthy' })));
    expect(most).toBe(1);
  });

  it('gives up together on a cluster that does not answer, instead of asking for each', async () => {
    let asked = 0;
    let time = 0;
    const functions = cluster(async () => {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      // Longer than any of them is watched.
      time += 65_000;
      throw new AppError('CLUSTER_UNREACHABLE', 'no answer in time');
    });
    const gate = createHealthGate({ functions, limits: { ...limits, limitMs: 60_000 }, now: () => time });
    const all = await Promise.all(Array.from({ length: 500 }, () => gate.watch(ref, ONE, running)));
    expect(all).toEqual(all.map(() => ({ verdict: 'unknown', reason: 'Its status cannot be read.' })));
    expect(asked).toBeLessThanOrEqual(16);
  });

  it('asks for none any more that waits for its turn when the signal ends it', async () => {
    const ended = new AbortController();
    setMaxListeners(0, ended.signal);
    let asked = 0;
    const functions = cluster(async () => {
      asked++;
      ended.abort();
      return answer({});
    });
    const gate = createHealthGate({ functions, limits });
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, () => gate.watch(ref, ONE, ended.signal)),
    );
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 'rejected'));
    expect(asked).toBeLessThanOrEqual(8);
  });

  it('goes on where the cluster does not answer, and ends with the signal', async () => {
    let looks = 0;
    const functions = cluster(async () => {
      if (looks++ < 1) throw new AppError('CLUSTER_UNREACHABLE', 'cut');
      return answer({});
    });
    const gate = createHealthGate({ functions, limits: { ...limits, limitMs: 60_000 } });
    expect(await gate.watch(ref, ONE, running)).toEqual({ verdict: 'healthy' });
    const slow = createHealthGate({ functions, limits: { ...limits, bakeMs: 60_000 } });
    await expect(slow.watch(ref, ONE, AbortSignal.timeout(20))).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('asks for the backlog only where its growth is bounded', async () => {
    let asked = 0;
    const backlogOf = async (): Promise<number> => asked++ * 50;
    const functions = cluster(async () => answer({}));
    const reading = { topics: ['persistent://public/default/in'], subscription: 'public/default/f' };
    const reads = { ...ONE, reading };
    const blind = createHealthGate({ functions, limits, backlogOf });
    expect(await blind.watch(ref, reads, running)).toEqual({ verdict: 'healthy' });
    expect(asked).toBe(0);
    const bounded = createHealthGate({ functions, limits: { ...limits, backlogGrowth: 10 }, backlogOf });
    expect(await bounded.watch(ref, reads, running)).toMatchObject({ verdict: 'degraded' });
  });
});
