import { InvalidArgumentError } from 'commander';
import { parseDuration } from './duration.js';

const DAY_MS = 86_400_000;
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Reads a time, or how long ago it was (`90m`, `2h`, `7d`), as ISO 8601 in UTC. */
export function parseTime(text: string): string {
  const days = /^(\d+)d$/.exec(text)?.[1];
  const ms = ISO.test(text)
    ? Date.parse(text)
    : Date.now() - (days === undefined ? duration(text) : Number(days) * DAY_MS);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) throw noTime();
  return date.toISOString();
}

function duration(text: string): number {
  // A bare number, elsewhere seconds, might be meant as a year.
  if (/\d$/.test(text)) throw noTime();
  try {
    return parseDuration(text);
  } catch {
    throw noTime();
  }
}

function noTime(): InvalidArgumentError {
  return new InvalidArgumentError(
    'A time is one such as 2026-01-31T12:00:00Z or 2026-01-31, or how long ago: 90m, 2h, 7d.',
  );
}
