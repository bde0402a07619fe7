import { Option } from 'commander';

export type OnFailure = 'continue' | 'stop' | 'rollback';

/** `--on-failure`, where a release is made. */
export function onFailureOption(): Option {
  return new Option(
    '--on-failure <what>',
    'what a failed function means for the rest: nothing, later waves wait for a person, or all goes back to what it was (default: continue)',
  ).choices(['continue', 'stop', 'rollback']);
}
