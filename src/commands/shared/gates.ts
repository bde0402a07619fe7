import { reject, type Decision, type Meta } from '../../core/decision.js';
import { freezeOf, freezeText } from '../../core/freeze.js';
import { holds } from '../../core/roles.js';
import type { EnvironmentDocument, Override, OverrideWish } from '../../core/types.js';
import type { Refusal } from './refusals.js';
import { capped } from './refusals.js';

/** What a command comes to at gates that an override passes. */
export interface Passage {
  readonly refused: Decision | undefined;
  /** What its event keeps. */
  readonly kept: { readonly override?: Override };
}

/** Codes that commands with a freeze and an override refuse with. */
export const GATE_REFUSALS = ['ENVIRONMENT_FROZEN', 'DENIED'] as const;

/**
 * Refuses for any of these reasons, unless the caller overrides them and may. To ask for an override without its role is
 * refused also where there is nothing to pass: nobody is to find out by trying.
 */
export function passing(
  against: readonly Refusal[],
  wish: OverrideWish | undefined,
  { actor }: Meta,
): Passage {
  if (wish === undefined) {
    const [first] = against;
    return { refused: first && reject(first.code, sentence(first.detail), capped(against)), kept: {} };
  }
  if (!holds(actor.roles, 'overrider')) {
    const detail = `"${actor.name}" asks for an override and lacks the role overrider, which comes with no other role; leave override out, or ask somebody who has it.`;
    const refused = reject('DENIED', detail, [{ pointer: '/params/override', code: 'DENIED', detail }]);
    return { refused, kept: {} };
  }
  const passed = [...new Set(against.map(({ code }) => code))];
  return { refused: undefined, kept: { override: { reason: wish.reason, by: actor.name, passed } } };
}

/** ENVIRONMENT_FROZEN: whoever asks, and whatever for. */
export function frozenGate(here: EnvironmentDocument, { time }: Meta): Refusal[] {
  const freeze = freezeOf(here, time);
  if (freeze === undefined) return [];
  const { environment } = here;
  const wait = freeze.until === undefined ? '' : 'wait until then, ';
  const detail = `${environment} is ${freezeText(freeze)}; ${wait}unfreeze it, or send override with a reason (role overrider)`;
  return [{ pointer: '/params/environment', name: environment, code: 'ENVIRONMENT_FROZEN', detail }];
}

const sentence = (detail: string): string => `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`;
