import { Option } from 'commander';

export const OUTPUTS = ['table', 'json', 'ndjson'] as const;
export type Output = (typeof OUTPUTS)[number];

/** How a list is printed. */
export function outputOption(): Option {
  return new Option('--output <format>', 'how it is printed (default: table, with --json json)').choices(
    OUTPUTS,
  );
}
