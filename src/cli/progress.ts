import { formatDuration } from './duration.js';

/** How often progress is told. */
const EVERY_MS = 2_000;

/** Tells on standard error how far a long command is; the first line comes after two seconds. */
export function createProgress(
  say: (line: string) => void,
  what: string,
): (position: number, of?: number) => void {
  const begun = Date.now();
  let told = begun;
  let first: number | undefined;
  return (position, of) => {
    first ??= position - 1;
    const now = Date.now();
    if (now - told < EVERY_MS) return;
    told = now;
    const seconds = (now - begun) / 1_000;
    const rate = Math.round((position - first) / seconds);
    const left = of === undefined || rate === 0 ? undefined : Math.round((of - position) / rate);
    const more = left === undefined ? '' : `, ${formatDuration(left * 1_000)} left`;
    say(`${what} position ${position}${of === undefined ? '' : ` of ${of}`}, ${rate}/s${more}`);
  };
}
