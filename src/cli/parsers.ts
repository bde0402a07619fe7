import { InvalidArgumentError } from 'commander';
import { isRole, ROLES, type Role } from '../core/roles.js';

/** An option that lists roles. */
export function role(text: string, before: readonly Role[] = []): readonly Role[] {
  if (isRole(text)) return [...before, text];
  throw new InvalidArgumentError(`Roles are ${Object.keys(ROLES).join(', ')}.`);
}

/** An option that is a whole number from 1 to `most`. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}
