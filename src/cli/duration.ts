import { InvalidArgumentError } from 'commander';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Reads `500ms`, `30s`, `10m`, `1h` or a number of seconds, as milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new InvalidArgumentError(
      'A duration is a number with ms, s, m or h behind it, such as 30s or 10m.',
    );
  }
  return Number(amount) * UNITS[(unit ?? 's') as keyof typeof UNITS];
}

/** A duration in words: the largest unit in which it is whole. */
export function formatDuration(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((name) => ms >= UNITS[name] && ms % UNITS[name] === 0);
  return unit === undefined ? `${ms}ms` : `${ms / UNITS[unit]}${unit}`;
}
