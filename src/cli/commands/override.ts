import { Option } from 'commander';

/** What stands in `params` for `--override`. */
export function overriding({ override: reason }: { readonly override?: string }): {
  override?: { readonly reason: string };
} {
  return reason === undefined ? {} : { override: { reason } };
}

/** The option of every command that a freeze stops. */
export function overrideOption(passes = 'a freeze'): Option {
  return new Option(
    '--override <reason>',
    `pass ${passes}; needs the role overrider, and stands out in the log`,
  );
}
