import type { Reading } from './subscriptions.js';
import { looksStopped, type FunctionStatus, type InstanceStatus } from './function-status.js';

/** How long is looked, and at what. */
export interface HealthLimits {
  /** After the write, before the first look: until then an instance of before may answer. */
  readonly settleMs: number;
  /** How long nothing may happen. */
  readonly bakeMs: number;
  /** After the write: what does not run well by then does not run well. */
  readonly limitMs: number;
  /** By how many messages the backlog may grow meanwhile; 0: it is not looked at. */
  readonly backlogGrowth: number;
}

/** One look at a function; `status` is undefined where none could be had. */
export interface Sample {
  /** Since the write. */
  readonly atMs: number;
  readonly status: FunctionStatus | undefined;
  /** Messages that wait in its subscriptions, where that is known. */
  readonly backlog?: number;
}

/** What is known of it beforehand. */
export interface Expected {
  readonly parallelism: number;
  /** Before the write; undefined where there was nothing, or it could not be had. */
  readonly before: FunctionStatus | undefined;
  /** Whose backlog is looked at; absent: none. */
  readonly reading?: Reading;
}

/** The look since which nothing has happened; undefined while it does not run. */
export type Since = Sample | undefined;

export type Health =
  | { readonly verdict: 'healthy' }
  /** It was stopped before, and is. */
  | { readonly verdict: 'stopped' }
  | { readonly verdict: 'degraded'; readonly reason: string }
  /** Its status cannot be read. */
  | { readonly verdict: 'unknown'; readonly reason: string }
  | { readonly verdict: 'look-again'; readonly since: Since };

type Fault = { readonly verdict: 'degraded' | 'unknown'; readonly reason: string };

/**
 * Judges a look by those before: healthy is what has run with all its instances, without a restart or an exception more, for
 * as long as it is to bake. Whatever happens begins the time anew; counters that fall are a new instance's.
 */
export function judgeHealth(
  { since, sample }: { readonly since: Since; readonly sample: Sample },
  expected: Expected,
  limits: HealthLimits,
): Health {
  const isOver = sample.atMs >= limits.limitMs;
  const fault =
    notRunning(sample, expected) ?? (since === undefined ? undefined : moved(since, sample, limits));
  if (fault !== undefined) {
    if (isOver) return fault;
    // What runs by now may be quiet from now on.
    return { verdict: 'look-again', since: notRunning(sample, expected) === undefined ? sample : undefined };
  }
  const isNew = since !== undefined && hasNewInstance(since, sample);
  // Past the limit it gets the time that it still needs (it may be looked at late), and no more than once.
  if (isNew && since.atMs >= limits.limitMs)
    return { verdict: 'degraded', reason: `It was never quiet for ${limits.bakeMs} ms.` };
  const from = since === undefined || isNew ? sample : since;
  if (sample.atMs - from.atMs >= limits.bakeMs)
    return { verdict: isStopped(sample, expected) ? 'stopped' : 'healthy' };
  return { verdict: 'look-again', since: from };
}

/** Instances that were stopped before may stay so; all others must run. */
function notRunning({ status }: Sample, expected: Expected): Fault | undefined {
  if (status === undefined) return { verdict: 'unknown', reason: 'Its status cannot be read.' };
  const down = status.instances.filter((each) => !each.running && !wasStopped(each, expected));
  const missing = Math.max(0, expected.parallelism - status.instances.length);
  if (down.length + missing === 0) return undefined;
  const why = [...down]
    .map((each) => each.error || each.latest)
    .find((text) => text !== undefined && text !== '');
  const running = status.instances.filter((each) => each.running).length;
  const count = `${running} of ${Math.max(expected.parallelism, status.instances.length)} instances run`;
  return { verdict: 'degraded', reason: why === undefined ? `${count}.` : `${count}: ${why}` };
}

function wasStopped(instance: InstanceStatus, { before }: Expected): boolean {
  const then = before?.instances.find(({ id }) => id === instance.id);
  return then !== undefined && looksStopped(then) && looksStopped(instance);
}

function isStopped({ status }: Sample, expected: Expected): boolean {
  return (
    status !== undefined &&
    status.instances.length > 0 &&
    !status.instances.some((each) => !wasStopped(each, expected))
  );
}

function moved(since: Sample, sample: Sample, limits: HealthLimits): Fault | undefined {
  const pairs = pairsOf(since, sample);
  const restarts = sum(pairs.map(([then, now]) => Math.max(0, now.restarts - then.restarts)));
  const exceptions = sum(pairs.map(([then, now]) => Math.max(0, now.exceptions - then.exceptions)));
  const overMs = Math.round(sample.atMs - since.atMs);
  const latest = pairs.map(([, now]) => now.latest ?? now.error).find((text) => text !== '');
  const why = latest === undefined ? '.' : `: ${latest}`;
  if (restarts > 0)
    return { verdict: 'degraded', reason: `It restarted ${restarts} times in ${overMs} ms${why}` };
  if (exceptions > 0)
    return { verdict: 'degraded', reason: `It threw ${exceptions} exceptions in ${overMs} ms${why}` };
  const { backlogGrowth } = limits;
  if (backlogGrowth === 0 || sample.backlog === undefined || since.backlog === undefined) return undefined;
  const grown = sample.backlog - since.backlog;
  if (grown <= backlogGrowth) return undefined;
  const reason = `What waits in its subscriptions grew by ${grown} to ${sample.backlog} messages in ${overMs} ms.`;
  return { verdict: 'degraded', reason };
}

/** Its counters fell, or it came or went meanwhile. */
function hasNewInstance(since: Sample, sample: Sample): boolean {
  const pairs = pairsOf(since, sample);
  return (
    pairs.length !== (sample.status?.instances.length ?? 0) ||
    pairs.some(
      ([then, now]) =>
        now.restarts < then.restarts || now.exceptions < then.exceptions || now.running !== then.running,
    )
  );
}

function pairsOf(since: Sample, sample: Sample): (readonly [InstanceStatus, InstanceStatus])[] {
  return (sample.status?.instances ?? []).flatMap((now) => {
    const then = since.status?.instances.find(({ id }) => id === now.id);
    return then === undefined ? [] : [[then, now] as const];
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
