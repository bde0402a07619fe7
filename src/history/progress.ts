import type { JobProgress } from '../ports/jobs.js';
import type { Clock } from '../ports/system.js';

/** The rate is that of the last so many milliseconds. */
const WINDOW_MS = 5_000;

/** Tells how far something is, how fast it goes and how long it will take. */
export interface Meter {
  at(done: number, of?: number): JobProgress;
}

/** A meter for one phase of a job. */
export function createMeter(phase: JobProgress['phase'], clock: Clock): Meter {
  const seen: { at: number; done: number }[] = [];
  return {
    at(done, of) {
      const now = clock.now();
      seen.push({ at: now, done });
      // One look from before the window stays: the rate is measured from there.
      while ((seen[1]?.at ?? Infinity) < now - WINDOW_MS) seen.shift();
      const first = seen[0] as (typeof seen)[number];
      const seconds = (now - first.at) / 1_000;
      const perSecond = seconds > 0 ? Math.round((done - first.done) / seconds) : 0;
      return {
        phase,
        done,
        ...(of === undefined ? {} : { of }),
        perSecond,
        ...(of === undefined || perSecond <= 0
          ? {}
          : { remainingSeconds: Math.ceil(Math.max(0, of - done) / perSecond) }),
      };
    },
  };
}
